//! Hints that it may be worth trying again.

use std::rc::Rc;

use leptos::prelude::{document, window};
use strikethrough::browser::connectivity::{Hint, Watch};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventTarget, PageTransitionEvent, PageTransitionEventInit};

use super::{Told, Without};

fn send(target: &EventTarget, name: &str) {
    target.dispatch_event(&Event::new(name).unwrap()).unwrap();
}

fn shown_again(persisted: bool) {
    let init = PageTransitionEventInit::new();
    init.set_persisted(persisted);
    let event = PageTransitionEvent::new_with_event_init_dict("pageshow", &init).unwrap();
    window().dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
fn every_hint_is_passed_on_until_nobody_listens() {
    let (window, document) = (window(), document());
    let told = Told::new();
    let watch = Watch::new(Rc::new(told.listener()));
    let everything = || {
        send(&window, "offline");
        send(&window, "online");
        send(&document, "visibilitychange");
        // The first showing of a page is no return.
        shown_again(false);
        shown_again(true);
        send(&document, "freeze");
        send(&document, "resume");
        send(&window, "pagehide");
    };
    everything();
    let expected = [
        Hint::Offline,
        Hint::Online,
        Hint::Visible,
        Hint::Restored,
        Hint::Frozen,
        Hint::Resumed,
        Hint::Left,
    ];
    assert_eq!(told.all(), expected);
    drop(watch);
    everything();
    assert_eq!(told.all(), expected);
}

#[wasm_bindgen_test]
fn a_page_that_is_not_in_front_is_hidden() {
    let told = Told::new();
    let _watch = Watch::new(Rc::new(told.listener()));
    let _neither = Without::new(document(), "visibilityState");
    send(&document(), "visibilitychange");
    assert_eq!(told.all(), [Hint::Hidden]);
}
