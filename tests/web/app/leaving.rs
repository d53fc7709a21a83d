//! The question before unsaved text is left.

use leptos::prelude::window;
use serde_json::json;
use strikethrough::browser::history;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::path;
use crate::support::{Screen, Scripted, bundled, settle, until};

async fn half_written() -> Screen {
    let app = Screen::open("/", &bundled(&[]).await).await;
    app.says("Nothing to do").await;
    app.follow("New task").await;
    app.fill("Summary", "Buy mi").await;
    app
}

async fn asked(app: &Screen) {
    until("the question", || app.asks()).await;
    app.says("Leave without saving?").await;
}

#[wasm_bindgen_test]
async fn a_link_asks_first_and_no_means_no() {
    let app = half_written().await;
    app.follow("All tasks").await;
    asked(&app).await;
    assert_eq!(path(), "/new");
    app.press("Keep editing").await;
    until("no question", || !app.asks()).await;
    assert_eq!(path(), "/new");
    app.has_value("Summary", "Buy mi").await;
}

#[wasm_bindgen_test]
async fn the_draft_can_be_kept() {
    let app = half_written().await;
    app.follow("Settings").await;
    asked(&app).await;
    app.press("Leave and keep the draft").await;
    until("the settings", || path() == "/settings" && !app.asks()).await;
    app.follow("New task").await;
    app.says("Your unsaved text was restored.").await;
    app.has_value("Summary", "Buy mi").await;
}

#[wasm_bindgen_test]
async fn the_draft_can_be_discarded() {
    let app = half_written().await;
    app.follow("All tasks").await;
    asked(&app).await;
    app.press("Discard").await;
    until("the list", || path() == "/" && !app.asks()).await;
    app.follow("New task").await;
    app.has_value("Summary", "").await;
    assert!(!app.text().contains("restored"));
}

#[wasm_bindgen_test]
async fn the_back_button_asks_and_is_taken_back() {
    let app = half_written().await;
    assert_eq!(history::index(), 1);
    window().history().unwrap().back().unwrap();
    asked(&app).await;
    until("the step is taken back", || path() == "/new").await;
    app.press("Keep editing").await;
    until("no question", || !app.asks()).await;
    assert_eq!((path().as_str(), history::index()), ("/new", 1));

    window().history().unwrap().back().unwrap();
    asked(&app).await;
    until("the step is taken back", || path() == "/new").await;
    app.press("Leave and keep the draft").await;
    until("the list", || path() == "/" && !app.asks()).await;
    until("the form is gone", || app.find(".open-pane").is_none()).await;
    assert_eq!(history::index(), 0);
    window().history().unwrap().forward().unwrap();
    app.says("Your unsaved text was restored.").await;
    assert_eq!(path(), "/new");
}

#[wasm_bindgen_test]
async fn a_form_without_changes_is_left_without_a_question() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.fill("Summary", "First").await;
    app.fill("Summary", "One").await;
    settle().await;
    app.follow("All tasks").await;
    until("the list", || path() == "/").await;
    assert!(!app.asks());
}

#[wasm_bindgen_test]
async fn a_saved_form_is_left_without_a_question() {
    let app = half_written().await;
    app.enter("Summary").await;
    app.has_rows(&["Buy mi"]).await;
    until("the list", || path() == "/").await;
    settle().await;
    assert!(!app.asks());
}
