//! Finishing a task: struck through at once, gone once the server has said so.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::{focused, path};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, bundled, until};

fn is_struck(app: &Screen, row: &str) -> bool {
    app.row(row)
        .is_some_and(|row| row.class_list().contains("finishing"))
}

#[wasm_bindgen_test]
async fn a_finished_task_is_struck_through_until_the_server_knows() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", ""), task(2, "Two", "")],
        "replies": [{ "call": "done", "held": true }],
    }))
    .await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One", "Two"]).await;
    app.press("Finish: One").await;
    until("it is struck through", || is_struck(&app, "One")).await;
    app.says("1 task").await;
    assert_eq!(app.rows(), ["One", "Two"]);
    assert!(!is_struck(&app, "Two"));
    server.open().await;
    app.has_rows(&["Two"]).await;
    app.says("Done: One").await;
    assert_eq!(server.seen("done").await.len(), 1);
}

#[wasm_bindgen_test]
async fn finishing_twice_asks_once() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "")], "replies": [{ "call": "done", "held": true }],
    }))
    .await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.press("Finish: One").await;
    until("it is struck through", || is_struck(&app, "One")).await;
    app.press("Finish: One").await;
    server.open().await;
    app.says("Nothing to do").await;
    assert_eq!(server.seen("done").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_task_that_someone_else_has_finished_goes_too() {
    let api = bundled(&[("One", ""), ("Two", "")]).await;
    let app = Screen::open("/", &api).await;
    app.has_rows(&["One", "Two"]).await;
    let first = api.get_tasks().await.unwrap()[0].id.clone();
    api.task_done(&first).await.unwrap();
    app.press("Finish: One").await;
    app.has_rows(&["Two"]).await;
    assert!(app.find("[role=alert]:not(:empty)").is_none());
}

#[wasm_bindgen_test]
async fn a_task_that_could_not_be_finished_is_open_again() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let refusal = json_reply(403, r#"{"detail": "Not yours"}"#);
    server.next("done", refusal).await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.says("The server said: Not yours.").await;
    assert!(!is_struck(&app, "One"));
    app.press("Try again").await;
    app.says("Nothing to do").await;
    assert_eq!(server.seen("done").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_task_that_could_not_be_finished_can_be_left_open() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "")],
        "replies": [{ "call": "done", "status": 500 }],
    }))
    .await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.press("Leave it open").await;
    until("no problem", || app.find(".row-problem").is_none()).await;
    assert_eq!(app.rows(), ["One"]);
}

#[wasm_bindgen_test]
async fn the_focus_goes_to_the_row_that_takes_the_place() {
    let api = bundled(&[("One", ""), ("Two", ""), ("Three", "")]).await;
    let app = Screen::open("/", &api).await;
    app.has_rows(&["One", "Two", "Three"]).await;
    let buttons = |summary| {
        let row = app.row(summary).unwrap();
        row.query_selector("button").unwrap().unwrap().id()
    };
    for (finished, next, left) in [
        ("Two", buttons("Three"), &["One", "Three"][..]),
        ("Three", buttons("One"), &["One"][..]),
        ("One", "tasks-heading".to_owned(), &[][..]),
    ] {
        app.find(&format!("#{}", buttons(finished)))
            .unwrap()
            .focus()
            .unwrap();
        app.press(&format!("Finish: {finished}")).await;
        app.has_rows(left).await;
        until(&format!("the focus on {next}"), || focused() == next).await;
    }
}

#[wasm_bindgen_test]
async fn an_open_task_is_finished_and_left() {
    let api = bundled(&[("One", "About one")]).await;
    let id = api.get_tasks().await.unwrap()[0].id.to_string();
    let app = Screen::open(&format!("/task/{id}"), &api).await;
    app.says("About one").await;
    app.press("Finish task").await;
    app.wait_for(".detail.finishing").await;
    until("the list", || path() == "/").await;
    app.says("Nothing to do").await;
    assert_eq!(api.get_tasks().await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn an_open_task_that_could_not_be_finished_says_why() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one")],
        "replies": [{ "call": "done", "status": 500 }],
    }))
    .await;
    let app = Screen::open("/task/1", &server.api()).await;
    app.says("About one").await;
    app.press("Finish task").await;
    until("a problem", || {
        let problem = app.find(".detail .form-problem");
        problem.is_some_and(|problem| problem.text_content().unwrap().contains("status 500"))
    })
    .await;
    assert_eq!(path(), "/task/1");
    assert!(app.find(".detail.finishing").is_none());
}
