//! Text that was typed and not saved is kept in the browser.

use serde_json::{Value, json};
use strikethrough::browser::storage::Area;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::path;
use crate::support::{Screen, Scripted, bundled, until};

fn stored(key: &str) -> Option<Value> {
    Area::Browser
        .get(key)
        .map(|text| serde_json::from_str(&text).unwrap())
}

fn draft(summary: &str, description: &str) -> Value {
    json!({ "summary": summary, "description": description })
}

#[wasm_bindgen_test]
async fn a_draft_is_restored_and_can_be_started_over() {
    let api = bundled(&[]).await;
    let mut key = String::new();
    let app = Screen::open_with("/new", &api, |prefix| {
        key = format!("{prefix}:draft:new");
        Area::Browser.set(&key, &draft("Buy mi", "Two bott").to_string());
    })
    .await;
    app.says("Your unsaved text was restored.").await;
    app.has_value("Summary", "Buy mi").await;
    app.has_value("Description", "Two bott").await;
    app.press("Start over").await;
    until("the draft is gone", || stored(&key).is_none()).await;
    app.has_value("Summary", "").await;
    assert!(!app.text().contains("restored"));
}

#[wasm_bindgen_test]
async fn what_is_typed_is_there_after_a_reload_and_gone_once_saved() {
    let api = bundled(&[]).await;
    let mut key = String::new();
    let app = Screen::open_with("/new", &api, |prefix| key = format!("{prefix}:draft:new")).await;
    assert!(!app.text().contains("restored"));
    app.fill("Summary", "Buy milk").await;
    app.fill("Description", "Two bottles").await;
    until("it is stored", || {
        stored(&key) == Some(draft("Buy milk", "Two bottles"))
    })
    .await;
    let app = app.reload().await;
    app.has_value("Description", "Two bottles").await;
    app.enter("Summary").await;
    app.has_rows(&["Buy milk"]).await;
    until("the draft is gone", || stored(&key).is_none()).await;
}

#[wasm_bindgen_test]
async fn the_draft_of_an_edit_belongs_to_its_task() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "About two")],
    }))
    .await;
    let mut key = String::new();
    let app = Screen::open_with("/task/1/edit", &server.api(), |prefix| {
        key = format!("{prefix}:draft:edit:1");
        Area::Browser.set(&key, &draft("Other", "text").to_string());
    })
    .await;
    app.says("Your unsaved text was restored.").await;
    app.has_value("Summary", "Other").await;
    app.press("Start over").await;
    app.has_value("Summary", "One").await;
    until("what is saved needs no draft", || stored(&key).is_none()).await;
    app.follow("All tasks").await;
    app.follow("Two").await;
    app.follow("Edit").await;
    app.has_value("Summary", "Two").await;
    assert!(!app.text().contains("restored"));
}

#[wasm_bindgen_test]
async fn a_damaged_draft_is_passed_over() {
    for damaged in ["{", "[]", r#"{"summary": 1}"#] {
        let app = Screen::open_with("/new", &bundled(&[]).await, |prefix| {
            Area::Browser.set(&format!("{prefix}:draft:new"), damaged);
        })
        .await;
        app.has_value("Summary", "").await;
        assert!(!app.text().contains("restored"));
    }
}

#[wasm_bindgen_test]
async fn a_browser_without_room_says_that_nothing_is_kept() {
    let app = Screen::open_with("/new", &bundled(&[]).await, |_| {
        // Ever smaller pieces, until not even a draft has room.
        let mut size = 4 << 20;
        for piece in 0.. {
            while size > 0 && !Area::Browser.set(&format!("piece-{piece}"), &"x".repeat(size)) {
                size /= 2;
            }
            if size == 0 {
                break;
            }
        }
    })
    .await;
    app.fill("Summary", "Buy milk").await;
    app.says("This browser has no room for a draft").await;
    app.has_value("Summary", "Buy milk").await;
    app.enter("Summary").await;
    app.has_rows(&["Buy milk"]).await;
    until("the list", || path() == "/").await;
}

#[wasm_bindgen_test]
async fn the_draft_for_a_new_task_is_found_when_the_server_has_named_it() {
    let server = Scripted::start(json!({})).await;
    server.next("create", json!({ "held": true })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill("Add a task", "Buy milk").await;
    app.enter("Add a task").await;
    server.until_seen("create", 1).await;
    app.follow("Buy milk").await;
    app.follow("Edit").await;
    app.fill("Description", "Two bott").await;
    assert!(path().starts_with("/local/"));
    app.follow("All tasks").await;
    app.press("Leave and keep the draft").await;
    server.open().await;
    app.all_sent().await;
    let app = app.reload().await;
    app.follow("Buy milk").await;
    until("the server’s name", || path().starts_with("/task/")).await;
    app.follow("Edit").await;
    app.says("Your unsaved text was restored.").await;
    app.has_value("Description", "Two bott").await;
    app.press("Start over").await;
    app.has_value("Description", "").await;
    app.follow("Cancel").await;
    app.follow("Edit").await;
    app.has_value("Summary", "Buy milk").await;
    assert!(!app.text().contains("restored"), "it is gone under both names");
}
