//! The line below the list.

use serde_json::json;
use strikethrough::browser::storage::Area;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use super::task;
use crate::support::screen::{come_online, focused, text_of, value_of};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, bundled, until};

const LINE: &str = "Add a task";

#[wasm_bindgen_test]
async fn enter_adds_and_the_cursor_stays_for_the_next() {
    let api = bundled(&[]).await;
    let app = Screen::open("/", &api).await;
    app.says("Nothing to do").await;
    for summary in ["Buy milk", "  Water the plants ", "Call Ada"] {
        app.fill(LINE, summary).await;
        app.enter(LINE).await;
        app.has_value(LINE, "").await;
        until("the focus in the field", || focused() == "add-line").await;
    }
    app.all_sent().await;
    app.says("3 tasks").await;
    app.says("Added: Call Ada").await;
    let mut kept: Vec<_> = api.get_tasks().await.unwrap();
    kept.sort_by(|one, other| one.summary.cmp(&other.summary));
    let kept: Vec<_> = kept.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(kept, ["Buy milk", "Call Ada", "Water the plants"]);
}

#[wasm_bindgen_test]
async fn a_task_on_its_way_is_a_row_that_says_so() {
    let server = Scripted::start(json!({ "replies": [{ "call": "create", "held": true }] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.row_says("Buy milk", "Sending…").await;
    let link = app.row("Buy milk").unwrap().query_selector("a").unwrap().unwrap();
    let address = |link: &Element| link.get_attribute("href").unwrap();
    assert!(address(&link).starts_with("/local/"), "it can be opened already");
    server.open().await;
    app.row_says("Buy milk", "").await;
    assert!(
        address(&link).starts_with("/task/"),
        "the same row has the server’s id"
    );
    assert_eq!(app.rows(), ["Buy milk"]);
    let seen = server.seen("create").await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        seen[0]["body"],
        json!({ "summary": "Buy milk", "description": "" })
    );
}

#[wasm_bindgen_test]
async fn the_counter_counts_characters_as_people_do() {
    let app = Screen::open("/", &bundled(&[]).await).await;
    app.says("0 of 119 characters").await;
    for (text, count) in [("milk", 4), ("  milk  ", 4), ("👋é", 2)] {
        app.fill(LINE, text).await;
        app.says(&format!("{count} of 119 characters")).await;
        assert!(app.find(".counter.over").is_none());
    }
}

#[wasm_bindgen_test]
async fn what_is_too_long_is_said_and_stays_in_the_field() {
    let api = bundled(&[]).await;
    let app = Screen::open("/", &api).await;
    let text = "é".repeat(120);
    app.fill(LINE, &text).await;
    app.wait_for(".counter.over").await;
    app.enter(LINE).await;
    app.says("This is 1 character too long.").await;
    let field = app.field(LINE).await;
    assert_eq!(value_of(&field), text);
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    let problem = app.find("#add-line-problem").unwrap();
    assert_eq!(problem.get_attribute("role").as_deref(), Some("alert"));
    assert!(text_of(&problem).contains("119"));

    app.fill(LINE, &"é".repeat(119)).await;
    until("the message is gone", || text_of(&problem).is_empty()).await;
    app.enter(LINE).await;
    app.has_rows(&["é".repeat(119).as_str()]).await;
}

#[wasm_bindgen_test]
async fn nothing_is_not_added() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    for text in ["", "   "] {
        app.fill(LINE, text).await;
        app.enter(LINE).await;
        app.says("Write a few words first.").await;
    }
    assert!(app.rows().is_empty());
    assert!(server.seen("create").await.is_empty());
}

/// A task that the server refused, in these words.
async fn refused(server: &Scripted) -> Screen {
    let refusal = json_reply(422, r#"{"summary": ["No milk, please."]}"#);
    server.next("create", refusal).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.row_says("Buy milk", "No milk, please.").await;
    let said = app.wait_for(".row-problem [role=alert]").await;
    assert!(text_of(&said).contains("No milk, please."));
    app
}

#[wasm_bindgen_test]
async fn a_refused_task_says_why_and_can_be_tried_again() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await;
    assert_eq!(app.rows(), ["Buy milk"]);
    app.press("Try again: Buy milk").await;
    app.all_sent().await;
    app.row_says("Buy milk", "").await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(server.seen("create").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_refused_task_is_still_there_after_a_reload() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await.reload().await;
    app.row_says("Buy milk", "No milk, please.").await;
    app.press("Try again: Buy milk").await;
    app.all_sent().await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(server.seen("create").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_refused_task_can_be_edited_in_the_form() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await;
    app.follow("Edit: Buy milk").await;
    app.has_value("Summary", "Buy milk").await;
    let problem = app.wait_for("#form-problem").await;
    until("what is wrong", || text_of(&problem).contains("No milk, please.")).await;
    assert_eq!(app.rows(), ["Buy milk"], "the row stays");
    app.fill("Summary", "Buy oats").await;
    app.press("Save").await;
    app.all_sent().await;
    app.has_rows(&["Buy oats"]).await;
    app.row_says("Buy oats", "").await;
    let seen = server.seen("create").await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[1]["body"]["summary"], "Buy oats");
    assert!(
        server.seen("update").await.is_empty(),
        "there was nothing to update"
    );
}

#[wasm_bindgen_test]
async fn a_refused_task_that_is_saved_as_it_is_is_tried_again() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await;
    app.follow("Edit: Buy milk").await;
    app.has_value("Summary", "Buy milk").await;
    app.press("Save").await;
    app.all_sent().await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(server.seen("create").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_refused_task_can_be_discarded() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await;
    app.press("Discard: Buy milk").await;
    app.press("Discard it").await;
    app.says("Nothing to do").await;
    let app = app.reload().await;
    app.says("Nothing to do").await;
    assert_eq!(server.seen("create").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_refused_task_holds_nobody_up() {
    let server = Scripted::start(json!({})).await;
    let app = refused(&server).await;
    app.fill(LINE, "Call Ada").await;
    app.enter(LINE).await;
    app.row_says("Call Ada", "").await;
    app.row_says("Buy milk", "No milk, please.").await;
}

/// The summaries that a server holds.
async fn held_by(server: &Scripted) -> Vec<String> {
    let tasks = server.api().get_tasks().await.unwrap();
    tasks.into_iter().map(|task| task.summary).collect()
}

#[wasm_bindgen_test]
async fn a_lost_answer_loses_no_task_and_makes_none_twice() {
    // Before the server had it, and after.
    for lost in [
        json!({ "ending": "before_answer", "held": true }),
        json!({ "ending": "before_answer", "held": true, "takes_effect": true }),
    ] {
        let server = Scripted::start(json!({})).await;
        server.next("create", lost).await;
        let app = Screen::open("/", &server.api()).await;
        app.says("Nothing to do").await;
        for summary in ["One", "Two", "Three"] {
            app.fill(LINE, summary).await;
            app.enter(LINE).await;
        }
        app.row_says("Two", "").await;
        app.row_says("Three", "").await;
        app.row_says("One", "Sending…").await;
        server.open().await;
        app.all_sent().await;
        let mut rows = app.rows();
        rows.sort();
        assert_eq!(rows, ["One", "Three", "Two"]);
        let mut held = held_by(&server).await;
        held.sort();
        assert_eq!(held, rows, "each of them once");
    }
}

#[wasm_bindgen_test]
async fn a_server_that_can_t_be_reached_leaves_the_row_waiting_until_it_can() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    let asked_to_wait = json!({ "status": 503, "headers": [["retry-after", "600"]] });
    server.next("create", asked_to_wait).await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    server.until_seen("create", 1).await;
    app.row_says("Buy milk", "Waiting to be sent").await;
    let alert = app.find("[role=alert]:not(:empty)");
    let alert = alert.and_then(|alert| alert.text_content());
    assert_eq!(alert, None, "nobody has to do anything");
    // The network says that it is worth trying, long before the ten minutes are over.
    come_online();
    app.all_sent().await;
    app.row_says("Buy milk", "").await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(held_by(&server).await, ["Buy milk"]);
}

#[wasm_bindgen_test]
async fn tasks_that_were_not_confirmed_are_rows_after_a_reload_and_are_sent_once() {
    let server = Scripted::start(json!({ "replies": [{ "call": "create", "held": true }] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    for summary in ["One", "Two"] {
        app.fill(LINE, summary).await;
        app.enter(LINE).await;
    }
    app.has_rows(&["One", "Two"]).await;
    // The server has both, and its answers are lost with the page.
    server.until_seen("create", 2).await;
    let app = app.reload().await;
    until("both rows", || {
        app.row("One").is_some() && app.row("Two").is_some()
    })
    .await;
    server.open().await;
    app.all_sent().await;
    let mut held = held_by(&server).await;
    held.sort();
    assert_eq!(held, ["One", "Two"], "each of them once");
    until("two rows", || app.rows().len() == 2).await;
}

#[wasm_bindgen_test]
async fn several_pasted_lines_can_be_several_tasks() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    assert!(app.paste(LINE, "One\r\n\r\n  Two\nThree\n").await);
    app.says("You pasted 3 lines.").await;
    app.press("Add 3 tasks").await;
    until("a row for each", || app.rows().len() == 3).await;
    app.all_sent().await;
    let mut held = held_by(&server).await;
    held.sort();
    assert_eq!(held, ["One", "Three", "Two"]);
    assert_eq!(server.seen("create").await.len(), 3);
    until("the focus in the field", || focused() == "add-line").await;
}

#[wasm_bindgen_test]
async fn several_pasted_lines_can_be_one_task_with_a_description() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.paste(LINE, "One\nTwo\n\nThree\n").await;
    app.press("One task with a description").await;
    app.has_rows(&["One"]).await;
    app.all_sent().await;
    let seen = server.seen("create").await;
    assert_eq!(
        seen[0]["body"],
        json!({ "summary": "One", "description": "Two\n\nThree" })
    );
}

#[wasm_bindgen_test]
async fn one_pasted_line_is_the_browsers() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    assert!(!app.paste(LINE, "One\n").await);
    assert!(!app.text().contains("You pasted"));
}

#[wasm_bindgen_test]
async fn a_half_typed_line_is_there_after_a_reload() {
    let app = Screen::open("/", &bundled(&[]).await).await;
    app.fill(LINE, "Buy mi").await;
    until("it is stored", || {
        let keys = js_sys::Object::keys(&leptos::prelude::window().local_storage().unwrap().unwrap());
        keys.iter().any(|key| {
            let key = key.as_string().unwrap();
            key.ends_with("draft:line") && Area::Browser.get(&key).unwrap().contains("Buy mi")
        })
    })
    .await;
    let app = app.reload().await;
    app.has_value(LINE, "Buy mi").await;
}
