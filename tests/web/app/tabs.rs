//! Two tabs on one device. The other tab is a driver of its own: another engine, connection, lock and channel.

use js_sys::Function;
use leptos::prelude::window;
use serde_json::json;
use strikethrough::api::ApiClient;
use strikethrough::browser::channel::Channel;
use strikethrough::browser::locks;
use strikethrough::browser::store::Store;
use strikethrough::state::driver::Driver;
use strikethrough::sync::engine::{Capabilities, Command, Engine};
use strikethrough::sync::entry::{Change, Entry, EntryKey, TaskRef};
use strikethrough::sync::merge::Edit;
use strikethrough::sync::record::Transaction;
use strikethrough::sync::stored::Stored;
use strikethrough::sync::view::{self, Row};
use strikethrough::sync::{List, Text};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Event;

use super::task;
use crate::device::Without;
use crate::support::screen::{come_online, text_of};
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

/// Another tab keeps a new task, and tells nobody. Gives what it could have told by.
async fn keep_two(server: &Scripted) -> Channel {
    let key = EntryKey { time: 1_000, tab: 7 };
    let change = Change::Create {
        text: Text {
            summary: "Two".to_owned(),
            description: String::new(),
        },
        idempotency_key: "key".to_owned(),
    };
    let entry = Entry::new(key, TaskRef::Local(key), change, 0);
    let writes = vec![Stored::Entry(entry).write(server.api().base().as_str())];
    let store = Store::open(database::NAME).await.unwrap();
    store
        .commit(&Transaction {
            fence: None,
            writes: writes.into(),
        })
        .await
        .unwrap();
    Channel::open(&format!("strikethrough {}", database::NAME), Box::new(|_| ()))
}

/// What a tab wrote before it was frozen may have been settled since, so that it does not say what it was.
#[wasm_bindgen_test]
async fn a_tab_that_was_frozen_has_the_others_read_the_store() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    app.is_read().await;
    let frozen = keep_two(&server).await;
    frozen.post("read");
    app.has_rows(&["One", "Two"]).await;
    app.all_sent().await;
    drop(frozen);
}

/// A tab may be closed after the store has what it was given, and before it has told.
#[wasm_bindgen_test]
async fn what_a_closed_tab_has_kept_is_sent_when_another_opens() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    let is_sender = || app.store().look_now(Engine::is_sender) == Some(true);
    until("it sends", is_sender).await;
    let opened = keep_two(&server).await;
    opened.post("here");
    app.has_rows(&["One", "Two"]).await;
    app.all_sent().await;
    drop(opened);
}

/// As at a plain `http` address in a local network: no secure context, no locks.
#[wasm_bindgen_test]
async fn without_locks_the_first_tab_sends_at_once_and_goes_on_beside_a_second() {
    let server = Scripted::start(json!({})).await;
    let _no_locks = Without::new(window().navigator(), "locks");
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "One").await;
    app.enter(LINE).await;
    // Longer than anything else takes here, and shorter than a silent sender is waited for.
    app.all_sent().await;
    let other = Tab::open(&server.api()).await;
    other.add("Two");
    app.has_rows(&["One", "Two"]).await;
    app.all_sent().await;
    let senders = [
        other.0.with(Engine::is_sender),
        app.store().look_now(Engine::is_sender) == Some(true),
    ];
    assert_eq!(senders, [false, true]);
    assert_eq!(server.seen("create").await.len(), 2);
}

fn run(script: &str) {
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap();
}

#[wasm_bindgen_test]
async fn a_tab_that_does_not_send_says_offline_when_the_browser_does() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let name = format!(
        "strikethrough sender {} {}",
        database::NAME,
        server.api().base().as_str()
    );
    let sender = locks::acquire(&name, false).unwrap().await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    app.is_read().await;
    let standing = || text_of(&app.find(".sync-status .standing-words").unwrap());
    assert_eq!(standing(), "Saved on server");
    // A page can't take the network away from itself.
    let without_network = "Object.defineProperty(navigator, 'onLine', { value: false, configurable: true })";
    run(without_network);
    window().dispatch_event(&Event::new("offline").unwrap()).unwrap();
    until("offline", || standing() == "Offline").await;
    run("delete navigator.onLine");
    come_online();
    until("online", || standing() == "Saved on server").await;
    drop(sender);
}
