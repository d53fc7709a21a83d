//! The question before a person's change is thrown away: on a row, on the task's page, on the Sync page.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, HtmlDialogElement};

use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, until};

const LINE: &str = "Add a task";

/// A task that the server has refused.
async fn refused() -> (Scripted, Screen) {
    let server = Scripted::always("create", json_reply(403, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.row_says("Buy milk", "doesn’t allow this").await;
    (server, app)
}

/// What is said to have the focus.
fn focused_text() -> String {
    let active = document().active_element();
    active
        .and_then(|active| active.text_content())
        .unwrap_or_default()
}

#[wasm_bindgen_test]
async fn it_is_asked_wherever_a_text_would_be_thrown_away() {
    let (_server, app) = refused().await;
    for (link, place) in [
        (None, ".rows"),
        (Some(".sync-status"), ".entries"),
        (Some(".rows a.row-text"), ".detail"),
    ] {
        if let Some(link) = link {
            app.wait_for(link).await.click();
        }
        let button = app
            .wait_for(&format!("{place} [aria-label='Discard: Buy milk']"))
            .await;
        button.focus().unwrap();
        button.click();
        until("the question", || app.asks()).await;
        app.says("The new task “Buy milk” is thrown away.").await;
        until("the focus in the dialog", || focused_text() == "Keep it").await;
        // What Escape does.
        let dialog: HtmlDialogElement = app.find("dialog[open]").unwrap().unchecked_into();
        if dialog.dispatch_event(&Event::new("cancel").unwrap()).unwrap() {
            dialog.close();
        }
        until("no question", || !app.asks()).await;
        until("the focus where it was", || focused_text() == "Discard").await;
        assert_eq!(app.rows(), ["Buy milk"], "{place}");
    }
    app.press("Discard: Buy milk").await;
    app.press("Keep it").await;
    until("no question", || !app.asks()).await;
    app.row_says("Buy milk", "doesn’t allow this").await;
    app.press("Discard: Buy milk").await;
    app.press("Discard it").await;
    app.says("Nothing to do").await;
}
