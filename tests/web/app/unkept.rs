//! A store that can't be opened, or is cleared while the app is open: the app works in memory, says so, tries again,
//! and gives the store what it has.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::window;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, EventInit};

use crate::support::screen::{come_online, text_of};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, database, until, until_some};

const LINE: &str = "Add a task";
const NOT_KEPT: &str = "Not kept on this device";

/// The app with a store that a newer version has taken.
async fn without_store(server: &Scripted) -> Screen {
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.is_read().await;
    database::upgrade(database::NAME).await;
    let app = app.reload().await;
    stands(&app, NOT_KEPT).await;
    app
}

/// Whether the browser would ask before the page is left.
fn asks_before_leaving() -> bool {
    let init = EventInit::new();
    init.set_cancelable(true);
    let leaving = Event::new_with_event_init_dict("beforeunload", &init).unwrap();
    !window().dispatch_event(&leaving).unwrap()
}

/// Waits until the header has this to say about it.
async fn stands(app: &Screen, words: &str) {
    until(&format!("“{words}” in the header"), || {
        let standing = app.find(".sync-status .standing-words");
        standing.is_some_and(|standing| text_of(&standing) == words)
    })
    .await;
}

async fn add(app: &Screen, summary: &str) {
    app.fill(LINE, summary).await;
    app.enter(LINE).await;
}

#[wasm_bindgen_test]
async fn what_was_done_without_a_store_is_kept_once_there_is_one() {
    let server = Scripted::always("create", json_reply(500, "")).await;
    let app = without_store(&server).await;
    assert!(!asks_before_leaving(), "there is nothing to lose");
    add(&app, "Buy milk").await;
    app.row_says("Buy milk", "Waiting to be sent").await;
    stands(&app, "Not kept on this device, 1 waiting").await;
    assert!(asks_before_leaving());
    database::delete(database::NAME).await;
    // By itself, after two seconds.
    stands(&app, "Saved on this device, 1 waiting").await;
    until("nothing to lose", || !asks_before_leaving()).await;
    let app = app.reload().await;
    app.row_says("Buy milk", "Waiting to be sent").await;
    assert_eq!(app.rows(), ["Buy milk"]);
}

#[wasm_bindgen_test]
async fn what_was_on_its_way_meanwhile_becomes_one_task() {
    let server = Scripted::start(json!({})).await;
    let app = without_store(&server).await;
    server.next("create", json!({ "held": true })).await;
    add(&app, "Buy milk").await;
    server.until_seen("create", 1).await;
    database::delete(database::NAME).await;
    come_online();
    until("it is kept", || !asks_before_leaving()).await;
    add(&app, "Call Ada").await;
    server.open().await;
    app.all_sent().await;
    app.has_rows(&["Buy milk", "Call Ada"]).await;
    let mut held: Vec<_> = server.api().get_tasks().await.unwrap();
    held.sort_by(|a, b| a.summary.cmp(&b.summary));
    let held: Vec<_> = held.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(held, ["Buy milk", "Call Ada"]);
}

#[wasm_bindgen_test]
async fn what_waits_outlives_data_that_is_cleared_while_the_app_is_open() {
    let server = Scripted::always("create", json_reply(500, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    add(&app, "Buy milk").await;
    app.row_says("Buy milk", "Waiting to be sent").await;
    database::delete(database::NAME).await;
    // The app finds out when it next writes, and that text is in the field again.
    add(&app, "Call Ada").await;
    stands(&app, "Not kept on this device, 1 waiting").await;
    app.has_value(LINE, "Call Ada").await;
    assert!(asks_before_leaving());
    stands(&app, "Saved on this device, 1 waiting").await;
    app.enter(LINE).await;
    app.has_rows(&["Buy milk", "Call Ada"]).await;
    app.row_says("Call Ada", "Waiting to be sent").await;
    let app = app.reload().await;
    app.has_rows(&["Buy milk", "Call Ada"]).await;
}

async fn exported(app: &Screen) -> (Option<&'static str>, Value) {
    let told = Rc::new(RefCell::new(None));
    let tell = told.clone();
    app.store().export(move |export| {
        let json = serde_json::from_str(&export.json()).unwrap();
        tell.replace(Some((export.problem, json)));
    });
    until_some("the export", || told.take()).await
}

#[wasm_bindgen_test]
async fn an_export_has_the_drafts_and_what_is_in_memory_and_says_when_the_rest_could_not_be_read() {
    let server = Scripted::always("create", json_reply(500, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    add(&app, "Buy milk").await;
    app.row_says("Buy milk", "Waiting to be sent").await;
    app.fill(LINE, "Half a th").await;
    let (problem, all) = exported(&app).await;
    assert_eq!(problem, None);
    let has = |part: &Value, text: &str| part.to_string().contains(text);
    assert!(
        has(&all["kept"], "Buy milk") && has(&all["drafts"], "Half a th"),
        "{all}"
    );
    assert_eq!(all["not kept"], json!({}));

    let app = without_store(&server).await;
    add(&app, "Call Ada").await;
    app.row_says("Call Ada", "Waiting to be sent").await;
    let (problem, all) = exported(&app).await;
    assert_eq!(problem, all["problem"].as_str());
    assert!(problem.unwrap().contains("newer version"));
    assert!(
        all.get("kept").is_none() && has(&all["not kept"], "Call Ada"),
        "{all}"
    );
}
