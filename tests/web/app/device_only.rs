//! Without a server the app is a list on the device; with one later, everything goes to it.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::path;
use crate::support::{Screen, Scripted, bundled, until, until_some};

const LINE: &str = "Add a task";
const ADDRESS: &str = "API address";

/// The app without a server, and with these tasks.
async fn with_tasks(tasks: &[&str]) -> Screen {
    let app = Screen::open_without_server("/").await;
    app.says("Nothing to do").await;
    for summary in tasks {
        app.fill(LINE, summary).await;
        app.enter(LINE).await;
    }
    app.has_rows(tasks).await;
    app
}

#[wasm_bindgen_test]
async fn tasks_are_added_edited_and_finished_on_the_device() {
    let app = with_tasks(&["One", "Two"]).await;
    app.says("2 tasks").await;
    until("nothing waits for anybody", || {
        ["One", "Two"].iter().all(|row| app.row_state(row).is_empty())
    })
    .await;
    app.follow("One").await;
    app.says("No description.").await;
    app.follow("Edit").await;
    app.fill("Summary", "First").await;
    app.fill("Description", "About it").await;
    app.press("Save").await;
    app.has_rows(&["First", "Two"]).await;
    app.says("About it").await;
    app.press("Finish: Two").await;
    app.has_rows(&["First"]).await;
    app.says("1 task").await;

    let app = app.reload().await;
    app.has_rows(&["First"]).await;
    app.says("About it").await;
    assert!(path().starts_with("/local/"));
}

#[wasm_bindgen_test]
async fn what_was_finished_on_the_device_can_be_put_back() {
    let app = with_tasks(&["One", "Two"]).await;
    app.press("Finish: One").await;
    app.has_rows(&["Two"]).await;
    assert!(app.store().undo(), "it is offered");
    until("it is back", || app.row("One").is_some()).await;
    app.says("2 tasks").await;
    app.press("Finish: One").await;
    app.has_rows(&["Two"]).await;
    let app = app.reload().await;
    app.has_rows(&["Two"]).await;
    let finished = until_some("what was finished", || {
        let finished = app.store().look_now(|engine| engine.finished().to_vec())?;
        finished.into_iter().next()
    })
    .await;
    app.store().restore(&finished);
    app.has_rows(&["Two", "One"]).await;
    let app = app.reload().await;
    app.has_rows(&["Two", "One"]).await;
}

#[wasm_bindgen_test]
async fn a_server_that_is_chosen_later_gets_everything_once() {
    let server = Scripted::start(json!({ "tasks": [task(1, "Its own", "")] })).await;
    let app = with_tasks(&["One", "Two", "Three"]).await;
    app.press("Finish: Two").await;
    app.has_rows(&["One", "Three"]).await;
    app.follow("Settings").await;
    app.fill(ADDRESS, &server.origin).await;
    app.enter(ADDRESS).await;
    let is_all = |app: &Screen| {
        let mut rows = app.rows();
        rows.sort();
        rows == ["Its own", "One", "Three"]
    };
    until("all tasks", || is_all(&app)).await;
    app.all_sent().await;
    assert!(is_all(&app));
    let seen = server.seen("create").await;
    let mut sent: Vec<_> = seen
        .iter()
        .map(|seen| seen["body"]["summary"].to_string())
        .collect();
    sent.sort();
    assert_eq!(
        sent,
        ["\"One\"", "\"Three\""],
        "what was finished is nobody’s business"
    );
    let app = app.reload().await;
    until("all tasks", || is_all(&app)).await;
    assert_eq!(server.seen("create").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_server_that_can_t_be_reached_yet_gets_it_when_it_can() {
    let api = bundled(&[]).await;
    let app = with_tasks(&["One"]).await;
    app.follow("Settings").await;
    app.fill(ADDRESS, "http://127.0.0.1:1/").await;
    app.enter(ADDRESS).await;
    app.row_says("One", "Waiting to be sent").await;
    // It belongs to the first server that was chosen, and to no other.
    app.fill(ADDRESS, api.base().as_str()).await;
    app.enter(ADDRESS).await;
    until("no row of the other server", || app.rows().is_empty()).await;
    app.says("0 tasks").await;
    assert_eq!(api.get_tasks().await, Ok(vec![]));
    // It is not forgotten, and there is a way back.
    let waits = "1 change still waits for http://127.0.0.1:1/. It is sent when you choose that server again.";
    app.says(waits).await;
    app.wait_for(".sync-status").await.click();
    app.wait_for(".sync-page").await;
    app.says(waits).await;
    app.press("Use http://127.0.0.1:1/ again").await;
    app.row_says("One", "Waiting to be sent").await;
    until("nothing waits for another", || !app.text().contains(waits)).await;
}

#[wasm_bindgen_test]
async fn tasks_can_be_kept_on_the_device_from_now_on() {
    let api = bundled(&[("On the server", "")]).await;
    let app = Screen::open("/settings", &api).await;
    app.has_rows(&["On the server"]).await;
    app.press("Keep tasks on this device only").await;
    until("no row of the server", || app.rows().is_empty()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Here").await;
    app.enter(LINE).await;
    app.has_rows(&["Here"]).await;
    let tasks = api.get_tasks().await.unwrap();
    assert_eq!(tasks.len(), 1, "the server has only its own");
    let app = app.reload().await;
    app.has_rows(&["Here"]).await;
}
