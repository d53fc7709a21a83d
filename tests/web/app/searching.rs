//! The search: what is found takes the list's place, says how much it is, and follows what happens to tasks.

use js_sys::{Array, Map, Reflect};
use leptos::prelude::{document, window};
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::task;
use crate::support::screen::text_of;
use crate::support::{Screen, Scripted, until};

async fn open(path: &str) -> Screen {
    let tasks = json!([
        task(1, "Buy oat milk", ""),
        task(2, "Crème brûlée", "needs milk"),
        task(3, "Call Mum", ""),
    ]);
    let server = Scripted::start(json!({ "tasks": tasks })).await;
    let app = Screen::open(path, &server.api()).await;
    app.is_read().await;
    app
}

/// What is marked on the page, in its order.
fn marked() -> Vec<String> {
    let css = Reflect::get(&window(), &"CSS".into()).unwrap();
    let registry: Map = Reflect::get(&css, &"highlights".into()).unwrap().unchecked_into();
    let found = registry.get(&JsValue::from("found"));
    if found.is_undefined() {
        return Vec::new();
    }
    let ranges = Array::from(&found);
    ranges
        .iter()
        .map(|range| String::from(range.unchecked_into::<web_sys::Range>().to_string()))
        .collect()
}

/// What the page says in the place of rows; the sentence is in the document all the time.
fn says_nothing_was_found(app: &Screen) -> bool {
    let said = app.find(".list-pane > .face:not([hidden])");
    said.is_some_and(|said| text_of(&said).contains("No task has"))
}

fn query() -> String {
    window().location().search().unwrap()
}

#[wasm_bindgen_test]
async fn rows_are_found_as_it_is_typed_and_all_come_back() {
    let app = open("/").await;
    app.has_rows(&["Buy oat milk", "Crème brûlée", "Call Mum"]).await;
    app.fill("Search tasks", "BRULEE crem").await;
    app.has_rows(&["Crème brûlée"]).await;
    app.says("1 of 3 tasks").await;
    app.says("1 task found").await;
    until("what was typed is marked", || marked() == ["Crèm", "brûlée"]).await;
    until("the address says it", || query() == "?q=BRULEE%20crem").await;
    app.fill("Search tasks", "tea").await;
    app.says("No task has “tea” in it.").await;
    until("it says so", || says_nothing_was_found(&app)).await;
    app.press("Show all tasks").await;
    app.has_rows(&["Buy oat milk", "Crème brûlée", "Call Mum"]).await;
    app.has_value("Search tasks", "").await;
    until("the address is plain", || query().is_empty()).await;
    assert!(marked().is_empty());
}

#[wasm_bindgen_test]
async fn an_address_with_a_search_shows_what_it_finds() {
    let app = open("/?q=mum").await;
    app.has_rows(&["Call Mum"]).await;
    app.has_value("Search tasks", "mum").await;
}

#[wasm_bindgen_test]
async fn nothing_is_said_to_be_missing_before_the_list_is_there() {
    let tasks = json!([task(1, "Call Mum", "")]);
    let replies = json!([{ "call": "list", "held": true }]);
    let server = Scripted::start(json!({ "tasks": tasks, "replies": replies })).await;
    let app = Screen::open("/?q=mum", &server.api()).await;
    app.says("Loading tasks").await;
    assert!(!says_nothing_was_found(&app), "{}", app.text());
    server.open().await;
    app.has_rows(&["Call Mum"]).await;
    assert!(
        !app.text().contains("found"),
        "nobody has typed it: {}",
        app.text()
    );
}

#[wasm_bindgen_test]
async fn a_link_with_a_search_is_followed() {
    let app = open("/").await;
    let link = document().create_element("a").unwrap();
    link.set_attribute("href", "/?q=mum").unwrap();
    document().body().unwrap().append_child(&link).unwrap();
    link.unchecked_ref::<HtmlElement>().click();
    app.has_rows(&["Call Mum"]).await;
    app.has_value("Search tasks", "mum").await;
    link.remove();
}

#[wasm_bindgen_test]
async fn what_is_struck_through_is_not_counted() {
    let app = open("/?q=mum").await;
    app.has_rows(&["Call Mum"]).await;
    app.press("Finish: Call Mum").await;
    app.says("0 of 2 tasks").await;
    until("it says so", || says_nothing_was_found(&app)).await;
}

#[wasm_bindgen_test]
async fn what_happens_to_tasks_is_seen_in_what_was_found() {
    let app = open("/").await;
    // Descriptions are looked at where they are known.
    app.follow("Crème brûlée").await;
    app.says("needs milk").await;
    app.fill("Search tasks", "milk").await;
    app.has_rows(&["Buy oat milk", "Crème brûlée"]).await;
    app.press("Finish: Buy oat milk").await;
    app.has_rows(&["Crème brûlée"]).await;
    app.fill("Add a task", "Milk the cow").await;
    app.enter("Add a task").await;
    app.has_rows(&["Crème brûlée", "Milk the cow"]).await;
    app.says("2 of 3 tasks").await;
}
