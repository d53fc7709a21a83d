//! What is done is shown at once, kept on the device, and there again after a reload, whatever the server does.

use std::rc::Rc;

use js_sys::Promise;
use leptos::prelude::window;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlFormElement;

use super::task;
use crate::support::database::{self, Busy};
use crate::support::screen::{come_online, path, text_of, value_of};
use crate::support::servers::silent;
use crate::support::{Screen, Scripted, until};

const LINE: &str = "Add a task";

/// The moment before the browser next paints.
async fn next_frame() {
    let painting = Promise::new(&mut |resolve, _| {
        window().request_animation_frame(&resolve).unwrap();
    });
    JsFuture::from(painting).await.unwrap();
}

/// Submits the form of a field and waits for nothing but the next frame.
async fn submit(app: &Screen, label: &str) {
    let form = app.field(label).await.closest("form").unwrap().unwrap();
    form.unchecked_into::<HtmlFormElement>().request_submit().unwrap();
    next_frame().await;
}

#[wasm_bindgen_test]
async fn a_new_task_is_a_row_in_the_next_frame_although_nobody_answers() {
    let app = Screen::open("/", &silent("optimistic").await).await;
    app.is_read().await;
    app.fill(LINE, "Buy milk").await;
    let _busy = Busy::begin(database::NAME).await;
    submit(&app, LINE).await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(
        app.row_state("Buy milk"),
        "Saving…",
        "this device does not have it yet"
    );
    assert_eq!(value_of(&app.field(LINE).await), "");
    drop(_busy);
    app.row_says("Buy milk", "Waiting to be sent").await;
    let app = app.reload().await;
    app.row_says("Buy milk", "Waiting to be sent").await;
}

#[wasm_bindgen_test]
async fn an_edit_and_a_finish_are_shown_in_the_next_frame() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "")],
        "replies": [{ "call": "update", "held": true }, { "call": "read", "held": true }],
    }))
    .await;
    server.next("read", json!({})).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.has_rows(&["One", "Two"]).await;
    app.is_read().await;
    app.fill("Summary", "First").await;
    submit(&app, "Summary").await;
    assert_eq!(app.rows(), ["First", "Two"]);
    app.row_says("First", "Sending…").await;

    app.find("[aria-label='Finish: Two']").unwrap().click();
    next_frame().await;
    assert!(app.row("Two").unwrap().class_list().contains("finishing"));
    assert!(app.text().contains("1 task"));
    server.open().await;
    app.all_sent().await;
    app.has_rows(&["First"]).await;
}

#[wasm_bindgen_test]
async fn a_refresh_does_not_hide_what_waits() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "")],
    }))
    .await;
    for call in ["update", "create"] {
        server.next(call, json!({ "held": true })).await;
    }
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.has_rows(&["One", "Two"]).await;
    app.fill("Summary", "First").await;
    app.enter("Summary").await;
    app.has_rows(&["First", "Two"]).await;
    app.fill(LINE, "Three").await;
    app.enter(LINE).await;
    app.row_says("Three", "Sending…").await;
    let listed = server.seen("list").await.len();
    // What a server that has none of it says, with something new to know it by.
    let list = r#"[{ "id": 1, "summary": "One" }, { "id": 9, "summary": "From elsewhere" }]"#;
    server.next("list", json_list(list)).await;
    app.press("Refresh").await;
    server.until_seen("list", listed + 1).await;
    until("the answer", || {
        assert!(app.row("First").is_some() && app.row("Three").is_some() && app.row("One").is_none());
        app.row("From elsewhere").is_some()
    })
    .await;
    app.has_rows(&["First", "From elsewhere", "Three"]).await;
    server.open().await;
    app.all_sent().await;
    app.press("Refresh").await;
    app.has_rows(&["First", "Two", "Three"]).await;
}

fn json_list(list: &str) -> serde_json::Value {
    crate::support::servers::json_reply(200, list)
}

#[wasm_bindgen_test]
async fn the_page_of_a_new_task_goes_on_when_the_server_gives_it_an_id() {
    let server = Scripted::start(json!({})).await;
    server.next("create", json!({ "held": true })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    server.until_seen("create", 1).await;
    app.follow("Buy milk").await;
    let heading = app.wait_for(".detail h2").await;
    assert_eq!(text_of(&heading), "Buy milk");
    app.says("No description.").await;
    let address = path();
    assert!(address.starts_with("/local/"), "{address}");
    app.wait_for(".rows [aria-current=true]").await;

    // An edit that comes before the id follows it.
    app.follow("Edit").await;
    app.fill("Description", "Two bottles").await;
    app.press("Save").await;
    app.says("Two bottles").await;
    assert_eq!(path(), address);
    server.open().await;
    app.all_sent().await;
    let heading = app.wait_for(".detail h2").await;
    assert_eq!(text_of(&heading), "Buy milk");
    app.says("Two bottles").await;
    app.wait_for(".rows [aria-current=true]").await;
    let update = server.seen("update").await;
    assert_eq!(update.len(), 1);
    assert_eq!(
        update[0]["body"],
        json!({ "summary": "Buy milk", "description": "Two bottles" })
    );

    // So does an address that was noted down.
    let app = app.reload().await;
    assert_eq!(path(), address);
    app.says("Two bottles").await;
    app.has_rows(&["Buy milk"]).await;
    app.press("Finish task").await;
    app.says("Nothing to do").await;
    app.all_sent().await;
    assert_eq!(server.seen("done").await.len(), 1);
    assert_eq!(server.seen("create").await.len(), 1);
}

#[wasm_bindgen_test]
async fn without_a_network_the_app_opens_with_what_it_has() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "About two")],
    }))
    .await;
    let app = Screen::open("/task/1", &server.api()).await;
    app.says("About one").await;
    app.has_rows(&["One", "Two"]).await;
    for call in ["list", "list", "read", "update"] {
        server.next(call, json!({ "ending": "before_answer" })).await;
    }
    let app = app.reload().await;
    app.says("About one").await;
    app.has_rows(&["One", "Two"]).await;
    app.says("can’t be reached").await;
    app.says("Last updated just now").await;
    app.says("2 tasks").await;
    // It can be worked with.
    app.follow("Edit").await;
    app.fill("Summary", "First").await;
    app.press("Save").await;
    app.has_rows(&["First", "Two"]).await;
    app.fill(LINE, "Three").await;
    app.enter(LINE).await;
    app.has_rows(&["First", "Two", "Three"]).await;
    come_online();
    app.all_sent().await;
    app.has_rows(&["First", "Two", "Three"]).await;
    let held = server.api().get_tasks().await.unwrap();
    let held: Vec<_> = held.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(held, ["First", "Two", "Three"]);
}

#[wasm_bindgen_test]
async fn what_is_done_before_the_device_was_read_is_kept_and_comes_after_what_waited() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    server.next("update", json!({ "held": true })).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.fill("Summary", "First").await;
    app.enter("Summary").await;
    server.until_seen("update", 1).await;
    let busy = Busy::begin(database::NAME).await;
    let app = app.reload().await;
    // The list is there before the store is.
    app.has_rows(&["First"]).await;
    app.fill(LINE, "Two").await;
    app.enter(LINE).await;
    drop(busy);
    app.has_rows(&["First", "Two"]).await;
    server.open().await;
    app.all_sent().await;
    app.has_rows(&["First", "Two"]).await;
    assert_eq!(server.seen("create").await.len(), 1);
}

/// Lets another version of the app take the store over.
async fn refuses(app: &Screen) {
    app.is_read().await;
    database::upgrade(database::NAME).await;
}

#[wasm_bindgen_test]
async fn a_line_that_the_device_does_not_keep_goes_back_into_the_field() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    refuses(&app).await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.has_value(LINE, "Buy milk").await;
    until("why", || {
        let problem = app.find("#add-line-problem").unwrap();
        text_of(&problem).contains("A newer version of this app")
    })
    .await;
    until("no row", || app.rows().is_empty()).await;
    assert!(server.seen("create").await.is_empty());
    // It is a draft again.
    let app = app.reload().await;
    app.has_value(LINE, "Buy milk").await;
}

#[wasm_bindgen_test]
async fn what_is_typed_meanwhile_stays_behind_a_line_that_was_not_kept() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.is_read().await;
    let busy = Busy::begin(database::NAME).await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.fill(LINE, "Call").await;
    // The data is cleared while the first line is being written.
    let cleared = database::delete(database::NAME);
    drop(busy);
    cleared.await;
    until("both texts, or the row and the text", || {
        let typed = app
            .find("#add-line")
            .map(|field| value_of(&field))
            .unwrap_or_default();
        typed == "Buy milk Call" || (app.rows() == ["Buy milk"] && typed == "Call")
    })
    .await;
}

#[wasm_bindgen_test]
async fn pasted_lines_that_the_device_does_not_keep_go_back_into_the_field() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    refuses(&app).await;
    app.paste(LINE, "One\nTwo").await;
    app.press("Add 2 tasks").await;
    until("both texts", || {
        let typed = app
            .find("#add-line")
            .map(|field| value_of(&field))
            .unwrap_or_default();
        typed.contains("One") && typed.contains("Two")
    })
    .await;
    until("no row", || app.rows().is_empty()).await;
}

#[wasm_bindgen_test]
async fn a_task_whose_end_the_device_does_not_keep_stays_open() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    refuses(&app).await;
    app.press("Finish: One").await;
    app.says("Not kept on this device").await;
    until("it is open", || {
        app.row("One")
            .is_some_and(|row| !row.class_list().contains("finishing"))
    })
    .await;
    assert!(server.seen("done").await.is_empty());
}

#[wasm_bindgen_test]
async fn many_lines_are_rows_and_tasks_each_of_them_once() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    let lines: Vec<String> = (1..=30).map(|n| format!("Line {n}")).collect();
    let rows: Rc<[&str]> = lines.iter().map(String::as_str).collect();
    app.paste(LINE, &lines.join("\n")).await;
    app.press("Add 30 tasks").await;
    until("a row for each", || app.rows().len() == rows.len()).await;
    app.all_sent().await;
    assert_eq!(app.rows().len(), rows.len());
    let mut held: Vec<_> = server.api().get_tasks().await.unwrap();
    held.sort_by_key(|task| rows.iter().position(|row| *row == task.summary.as_str()));
    let held: Vec<_> = held.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(held, *rows, "each of them once");
}
