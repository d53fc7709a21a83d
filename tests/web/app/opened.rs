//! A task, opened beside the list.

use leptos::prelude::document;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::{focused, path, text_of};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, bundled, now, until};

#[wasm_bindgen_test]
async fn a_row_opens_its_task_beside_the_list() {
    let api = bundled(&[("One", ""), ("Two", "Line 1\n<b>Line 2</b>")]).await;
    let app = Screen::open("/", &api).await;
    app.has_rows(&["One", "Two"]).await;
    app.follow("Two").await;
    app.says("Line 1\n<b>Line 2</b>").await;
    let heading = app.find(".detail h2").unwrap();
    assert_eq!(text_of(&heading), "Two");
    until("the focus on the heading", || focused() == heading.id()).await;
    let id = api.get_tasks().await.unwrap()[1].id.to_string();
    assert_eq!(path(), format!("/task/{id}"));
    until("the title", || document().title() == "Two · Strikethrough").await;
    assert_eq!(app.rows(), ["One", "Two"], "the list stays");
    let current = app.find(".rows [aria-current=true]").unwrap();
    assert_eq!(text_of(&current), "Two");

    app.follow("All tasks").await;
    until("no task", || app.find(".detail").is_none()).await;
    assert_eq!(path(), "/");
    until("the focus on the row", || focused() == current.id()).await;
    assert_eq!(document().title(), "Tasks · Strikethrough");
}

#[wasm_bindgen_test]
async fn a_task_is_opened_by_its_address() {
    for id in [json!("a/b c?d#é%"), json!(9_007_199_254_740_993_u64)] {
        let server = Scripted::start(json!({ "tasks": [task(id.clone(), "One", "About one")] })).await;
        let app = Screen::open("/", &server.api()).await;
        app.follow("One").await;
        let address = path();
        drop(app);
        let app = Screen::open(&address, &server.api()).await;
        app.says("About one").await;
        app.has_rows(&["One"]).await;
        app.wait_for(".rows [aria-current=true]").await;
        let seen = server.seen("read").await;
        assert_eq!(
            seen.first().map(|seen| seen["target"].clone()),
            seen.last().map(|seen| seen["target"].clone()),
            "the same task whichever way one comes"
        );
    }
}

#[wasm_bindgen_test]
async fn a_task_without_a_description_says_so() {
    let app = Screen::open("/task/1", &bundled(&[("One", "")]).await).await;
    app.says("No description.").await;
}

#[wasm_bindgen_test]
async fn a_task_that_is_not_there_says_so_and_leads_back() {
    let app = Screen::open("/task/999", &bundled(&[("One", "")]).await).await;
    app.says("This task isn’t there any more").await;
    assert!(app.find(".detail").is_none());
    app.follow("Back to all tasks").await;
    until("the list", || path() == "/" && app.find(".open-pane").is_none()).await;
    app.has_rows(&["One"]).await;
}

#[wasm_bindgen_test]
async fn a_task_that_can_t_be_read_can_be_tried_again() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    server
        .next("read", json_reply(500, r#"{"detail": "Broken"}"#))
        .await;
    let app = Screen::open("/task/1", &server.api()).await;
    app.says("The server said: Broken.").await;
    let heading = app.wait_for(".detail h2").await;
    until("the summary, known from the list", || text_of(&heading) == "One").await;
    app.press("Retry").await;
    app.says("About one").await;
    until("no failure", || app.find(".detail .face").is_none()).await;
}

#[wasm_bindgen_test]
async fn a_task_that_takes_long_shows_a_skeleton_after_300_milliseconds() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one")], "replies": [{ "call": "read", "held": true }],
    }))
    .await;
    let began = now();
    let app = Screen::open("/task/1", &server.api()).await;
    until("a skeleton", || {
        let shown = app.find(".detail .loading").is_some();
        assert!(!shown || now() - began >= 299.0, "{} ms", now() - began);
        shown
    })
    .await;
    assert!(app.text().contains("Loading the task…"));
    server.open().await;
    app.says("About one").await;
    assert!(app.find(".detail .loading").is_none());
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_late_does_not_show_up_in_another_task() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "About two")],
    }))
    .await;
    server.next("read", json!({ "held": true })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One", "Two"]).await;
    app.follow("One").await;
    server.until_seen("read", 1).await;
    app.follow("Two").await;
    app.says("About two").await;
    server.open().await;
    app.press("Refresh").await;
    until("the answer to the refresh", || {
        assert!(!app.text().contains("About one"));
        app.find(".note").is_none()
    })
    .await;
    assert_eq!(text_of(&app.find(".detail h2").unwrap()), "Two");
}
