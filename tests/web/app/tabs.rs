//! Two tabs on one device. The other tab is a driver of its own: another engine, connection, lock and channel.

use serde_json::json;
use strikethrough::api::ApiClient;
use strikethrough::state::driver::Driver;
use strikethrough::sync::engine::{Capabilities, Command, Engine};
use strikethrough::sync::merge::Edit;
use strikethrough::sync::view::{self, Row};
use strikethrough::sync::{List, Text};
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::servers::silent;
use crate::support::{Screen, Scripted, database, until};

const LINE: &str = "Add a task";

struct Tab(Driver);

impl Tab {
    async fn open(api: &ApiClient) -> Self {
        let capabilities = Capabilities::default();
        let tab = Self(Driver::start(
            database::NAME,
            Some(api.clone()),
            capabilities,
            Box::new(|| ()),
        ));
        until("the other tab", || tab.0.with(Engine::is_loaded)).await;
        tab
    }

    fn all(&self) -> Vec<Row> {
        self.0.with(|engine| {
            let list = List::after(&List::default(), engine, &[]);
            let rows = list.keys().iter().filter_map(|key| view::row_of(engine, *key));
            rows.collect()
        })
    }

    fn rows(&self) -> Vec<String> {
        self.all().into_iter().map(|row| row.summary).collect()
    }

    async fn has_rows(&self, rows: &[&str]) {
        until(&format!("{rows:?} in the other tab"), || self.rows() == rows).await;
    }

    fn add(&self, summary: &str) {
        let command = Command::Create {
            text: Text {
                summary: summary.to_owned(),
                description: String::new(),
            },
            idempotency_key: format!("key of {summary}"),
            refused: None,
        };
        self.0.command(command, Box::new(|kept| assert_eq!(kept, Ok(()))));
    }

    /// Renames the first task.
    fn rename(&self, summary: &str) {
        let row = self.all().remove(0);
        let text = |summary: &str| Text {
            summary: summary.to_owned(),
            description: String::new(),
        };
        let edit = Edit::between(&text(&row.summary), &text(summary));
        self.0.command(
            Command::Edit(row.task, edit),
            Box::new(|kept| assert_eq!(kept, Ok(()))),
        );
    }
}

#[wasm_bindgen_test]
async fn what_one_tab_does_the_other_shows_and_one_of_them_sends() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    let other = Tab::open(&server.api()).await;
    other.has_rows(&["One"]).await;
    other.add("Two");
    app.has_rows(&["One", "Two"]).await;
    app.fill(LINE, "Three").await;
    app.enter(LINE).await;
    other.has_rows(&["One", "Two", "Three"]).await;
    other.rename("First");
    app.has_rows(&["First", "Two", "Three"]).await;
    app.press("Finish: Two").await;
    other.has_rows(&["First", "Three"]).await;
    app.all_sent().await;
    until("the other knows", || {
        other.0.with(|engine| engine.entries().is_empty())
    })
    .await;
    app.has_rows(&["First", "Three"]).await;
    other.has_rows(&["First", "Three"]).await;
    let senders = [
        other.0.with(Engine::is_sender),
        app.store().look_now(Engine::is_sender) == Some(true),
    ];
    assert_eq!(senders, [false, true]);
    let held = server.api().get_tasks().await.unwrap();
    let held: Vec<_> = held.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(held, ["First", "Three"], "each of them once");
}

#[wasm_bindgen_test]
async fn a_tab_that_is_closed_leaves_the_sending_to_the_other() {
    let server = Scripted::start(json!({})).await;
    // The answer to the closed tab never comes.
    server.next("create", json!({ "held": true })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "One").await;
    app.enter(LINE).await;
    server.until_seen("create", 1).await;
    let other = Tab::open(&server.api()).await;
    other.has_rows(&["One"]).await;
    other.add("Two");
    drop(app);
    until("the other sends", || other.0.with(Engine::is_sender)).await;
    until("everything is sent", || {
        other.0.with(|engine| engine.entries().is_empty())
    })
    .await;
    let held = server.api().get_tasks().await.unwrap();
    let held: Vec<_> = held.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(held, ["One", "Two"], "each of them once");
}

#[wasm_bindgen_test]
async fn a_tab_that_is_closed_keeps_nothing_although_its_server_hangs() {
    let api = silent("closed-tab").await;
    let app = Screen::open("/task/1", &api).await;
    let is_sender = || app.store().look_now(Engine::is_sender) == Some(true);
    until("it sends", is_sender).await;
    drop(app);
    let other = Tab::open(&api).await;
    until("the other sends", || other.0.with(Engine::is_sender)).await;
}
