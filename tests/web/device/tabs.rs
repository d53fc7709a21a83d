//! Telling the other tabs.

use leptos::prelude::window;
use strikethrough::browser::channel::Channel;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::BroadcastChannel;

use super::{Told, Without, fresh};
use crate::support::until;

fn listening(name: &str) -> (Channel, Told<String>) {
    let told = Told::new();
    (Channel::open(name, Box::new(told.listener())), told)
}

#[wasm_bindgen_test]
async fn every_other_end_hears_every_text_in_order() {
    let name = fresh("channel");
    let (one, to_one) = listening(&name);
    let (other, to_other) = listening(&name);
    let (elsewhere, to_elsewhere) = listening(&fresh("another channel"));
    assert!(one.is_supported());
    // Anybody on this origin may post anything.
    let stranger = BroadcastChannel::new(&name).unwrap();
    for what in [JsValue::from(7), JsValue::NULL, JsValue::from("from a stranger")] {
        stranger.post_message(&what).unwrap();
    }
    one.post("first \u{1f600}");
    one.post("");
    other.post("back");
    until("three texts", || to_other.all().len() == 3).await;
    assert_eq!(to_other.all(), ["from a stranger", "first \u{1f600}", ""]);
    until("two texts", || to_one.all().len() == 2).await;
    assert_eq!(to_one.all(), ["from a stranger", "back"]);
    assert_eq!(to_elsewhere.all(), [""; 0]);
    stranger.close();
    drop(elsewhere);
}

#[wasm_bindgen_test]
async fn a_closed_end_hears_nothing() {
    let name = fresh("closed");
    let (one, _) = listening(&name);
    let (closed, to_closed) = listening(&name);
    let (witness, to_witness) = listening(&name);
    one.post("last");
    drop(closed);
    one.post("later");
    until("both texts", || to_witness.all().len() == 2).await;
    assert_eq!(to_closed.all(), [""; 0]);
    drop(witness);
}

#[wasm_bindgen_test]
fn a_browser_without_channels_is_no_fault() {
    let _none = Without::new(window(), "BroadcastChannel");
    let (channel, told) = listening("any");
    assert!(!channel.is_supported());
    channel.post("to nobody");
    assert_eq!(told.all(), [""; 0]);
}
