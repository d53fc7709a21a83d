//! Finishing a task: struck through at once, gone soon after, and not before it is kept; undone and restored.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::{focused, path};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, bundled, until, until_some};

fn is_struck(app: &Screen, row: &str) -> bool {
    app.row(row)
        .is_some_and(|row| row.class_list().contains("finishing"))
}

#[wasm_bindgen_test]
async fn a_finished_task_is_struck_through_and_leaves_whatever_the_server_does() {
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
    app.says("Done: One").await;
    app.has_rows(&["Two"]).await;
    // A list that still has it brings it not back.
    app.press("Refresh").await;
    server.until_seen("list", 2).await;
    server.until_seen("done", 1).await;
    assert_eq!(app.rows(), ["Two"]);
    server.open().await;
    app.all_sent().await;
    assert_eq!(app.rows(), ["Two"]);
    assert_eq!(server.seen("done").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_task_is_read_before_it_is_finished_so_that_it_can_be_restored_whole() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.says("Nothing to do").await;
    app.all_sent().await;
    assert_eq!(server.seen("read").await.len(), 1);
    assert!(app.store().undo(), "it is offered");
    app.has_rows(&["One"]).await;
    app.all_sent().await;
    let seen = server.seen("create").await;
    assert_eq!(
        seen.iter().map(|seen| &seen["body"]).collect::<Vec<_>>(),
        [&json!({ "summary": "One", "description": "About one" })]
    );
    assert_eq!(app.rows(), ["One"]);
}

#[wasm_bindgen_test]
async fn a_task_whose_text_is_known_is_finished_without_reading_it_again() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let app = Screen::open("/task/1", &server.api()).await;
    app.says("About one").await;
    app.press("Finish task").await;
    app.says("Nothing to do").await;
    app.all_sent().await;
    assert_eq!(server.seen("read").await.len(), 1, "for its page");
    assert_eq!(server.seen("done").await.len(), 1);
}

#[wasm_bindgen_test]
async fn what_was_not_sent_yet_is_undone_without_asking_the_server() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "")], "replies": [{ "call": "read", "held": true }],
    }))
    .await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    until("it is struck through", || is_struck(&app, "One")).await;
    assert!(app.store().undo());
    until("it is open again", || !is_struck(&app, "One")).await;
    assert!(!app.store().undo(), "there is nothing more to undo");
    app.says("1 task").await;
    let app = app.reload().await;
    app.has_rows(&["One"]).await;
    assert!(!is_struck(&app, "One"), "the wish survives a reload");
    server.open().await;
    app.all_sent().await;
    assert_eq!(app.rows(), ["One"]);
}

#[wasm_bindgen_test]
async fn what_was_finished_from_here_can_be_put_back_on_the_list() {
    let api = bundled(&[("One", "About one")]).await;
    let app = Screen::open("/", &api).await;
    app.press("Finish: One").await;
    app.says("Nothing to do").await;
    app.all_sent().await;
    let app = app.reload().await;
    app.says("Nothing to do").await;
    let finished = until_some("what was finished", || {
        let finished = app.store().look_now(|engine| engine.finished().to_vec())?;
        finished.into_iter().next()
    })
    .await;
    assert_eq!(finished.text.summary, "One");
    app.store().restore(&finished);
    app.has_rows(&["One"]).await;
    app.all_sent().await;
    let tasks = api.get_tasks().await.unwrap();
    assert_eq!(tasks.len(), 1);
    let restored = api.describe_task(&tasks[0].id).await.unwrap();
    assert_eq!(restored.description, "About one");
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
    app.all_sent().await;
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
    app.all_sent().await;
    assert_eq!(app.rows(), ["Two"]);
    assert!(app.find("[role=alert]:not(:empty)").is_none());
}

/// A task that the server does not finish for this person, the first time.
async fn not_finished() -> (Scripted, Screen) {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let refusal = json_reply(403, r#"{"detail": "Not yours"}"#);
    server.next("done", refusal).await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.row_says("One", "The server said: Not yours.").await;
    (server, app)
}

#[wasm_bindgen_test]
async fn a_task_that_could_not_be_finished_is_open_again() {
    for button in ["Try again: One", "Finish: One"] {
        let (server, app) = not_finished().await;
        assert!(!is_struck(&app, "One"));
        app.says("1 task").await;
        app.press(button).await;
        app.says("Nothing to do").await;
        app.all_sent().await;
        assert_eq!(server.seen("done").await.len(), 2);
    }
}

#[wasm_bindgen_test]
async fn a_task_that_could_not_be_finished_can_be_left_open() {
    let (server, app) = not_finished().await;
    app.press("Leave it open: One").await;
    until("no problem", || app.find(".row-problem").is_none()).await;
    assert_eq!(app.rows(), ["One"]);
    assert!(!is_struck(&app, "One"));
    app.all_sent().await;
    assert_eq!(server.seen("done").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_server_with_a_problem_is_asked_again_until_the_task_is_done() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    server.next("done", json_reply(500, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.press("Finish: One").await;
    app.says("Nothing to do").await;
    app.all_sent().await;
    assert_eq!(server.seen("done").await.len(), 2);
    assert_eq!(server.api().get_tasks().await, Ok(vec![]));
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
    app.all_sent().await;
    assert_eq!(api.get_tasks().await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn an_open_task_that_could_not_be_finished_says_why() {
    let (_server, app) = not_finished().await;
    app.follow("One").await;
    until("a problem", || {
        let problem = app.find(".detail .form-problem");
        problem.is_some_and(|problem| problem.text_content().unwrap().contains("Not yours"))
    })
    .await;
    assert_eq!(path(), "/task/1");
    assert!(app.find(".detail.finishing").is_none());
    app.press("Leave it open: One").await;
    until("no problem", || app.find(".form-problem").is_none()).await;
    assert_eq!(app.rows(), ["One"]);
}
