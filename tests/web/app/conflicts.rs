//! Two versions of a task, and the text that is made of them.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::path;
use crate::support::{Screen, Scripted, until};

/// The page of a task that somebody else has renamed, too.
async fn conflict() -> (Scripted, Screen) {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.fill("Summary", "Mine").await;
    let id = server.api().get_tasks().await.unwrap()[0].id.clone();
    server
        .api()
        .update_version(&id, "Theirs", "About one", None)
        .await
        .unwrap();
    app.enter("Summary").await;
    app.says("changed somewhere else too").await;
    until("the task", || path() == "/task/1").await;
    (server, app)
}

#[wasm_bindgen_test]
async fn a_text_made_of_two_versions_is_not_left_without_a_question() {
    let (_server, app) = conflict().await;
    app.press("Edit…").await;
    app.follow("All tasks").await;
    until("the list", || path() == "/").await;
    app.follow("Mine").await;
    app.press("Edit…").await;
    app.has_value("Summary", "Mine").await;
    app.fill("Summary", "Both").await;
    app.follow("All tasks").await;
    until("the question", || app.asks()).await;
    app.press("Keep editing").await;
    until("no question", || !app.asks()).await;
    app.has_value("Summary", "Both").await;
    assert_eq!(path(), "/task/1");
    app.follow("All tasks").await;
    app.press("Discard").await;
    until("the list", || path() == "/").await;
    app.follow("Mine").await;
    app.press("Edit…").await;
    app.has_value("Summary", "Mine").await;
}

#[wasm_bindgen_test]
async fn a_text_made_of_two_versions_is_saved() {
    let (server, app) = conflict().await;
    app.press("Edit…").await;
    app.fill("Summary", " ").await;
    app.press("Save this version").await;
    app.says("Write a few words first.").await;
    app.fill("Summary", "Both").await;
    app.press("Save this version").await;
    app.all_sent().await;
    app.has_rows(&["Both"]).await;
    assert!(!app.asks());
    let held = server.api().get_tasks().await.unwrap();
    assert_eq!(held[0].summary, "Both");
}
