//! Taking data out, and room for it.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use strikethrough::browser::{files, space};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::Without;

/// Keeps links from being followed, and notes the last one.
const NOTE: &str = "
    const own = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () { globalThis.clickedLink = this; };
    return () => { HTMLAnchorElement.prototype.click = own; delete globalThis.clickedLink; };
";

#[wasm_bindgen_test]
async fn a_file_is_offered_with_its_name_and_all_of_its_text() {
    let restore: Function = Function::new_no_args(NOTE)
        .call0(&JsValue::NULL)
        .unwrap()
        .unchecked_into();
    let text = "{\"a\": \"\u{1f600}\u{e4}\"}\r\n\0";
    assert!(files::save_file("my tasks.json", text));
    let link = Reflect::get(&js_sys::global(), &"clickedLink".into()).unwrap();
    let link: web_sys::HtmlAnchorElement = link.unchecked_into();
    restore.call0(&JsValue::NULL).unwrap();
    assert_eq!(link.download(), "my tasks.json");
    let answer: JsValue = JsFuture::from(window().fetch_with_str(&link.href()))
        .await
        .unwrap();
    let read: Function = Reflect::get(&answer, &"text".into()).unwrap().unchecked_into();
    let read: Promise = read.call0(&answer).unwrap().unchecked_into();
    let read = JsFuture::from(read).await.unwrap();
    assert_eq!(read.as_string().as_deref(), Some(text));
}

#[wasm_bindgen_test]
async fn without_a_clipboard_nothing_is_copied() {
    let _none = Without::new(window().navigator(), "clipboard");
    assert!(!files::copy_text("text").await);
}

#[wasm_bindgen_test]
async fn the_browser_says_how_much_room_there_is() {
    let space = space::estimate().await.unwrap();
    assert!(space.quota > space.usage, "{space:?}");
}

/// Not in Firefox, which asks the person and waits for the answer.
#[wasm_bindgen_test]
async fn the_browser_remembers_whether_it_keeps_the_data() {
    assert_eq!(space::persist().await, space::is_persisted().await);
}

#[wasm_bindgen_test]
async fn without_a_storage_manager_nothing_is_promised() {
    let _none = Without::new(window().navigator(), "storage");
    assert_eq!(space::estimate().await, None);
    assert!(!space::persist().await);
    assert!(!space::is_persisted().await);
}
