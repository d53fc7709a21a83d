//! The line below the list.

use serde_json::json;
use strikethrough::browser::storage::Area;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::{focused, text_of, value_of};
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
    let rows = ["Buy milk", "Water the plants", "Call Ada"];
    app.has_rows(&rows).await;
    until("all of them are saved", || !app.text().contains("Saving…")).await;
    app.says("3 tasks").await;
    app.says("Added: Call Ada").await;
    let kept = api.get_tasks().await.unwrap();
    let kept: Vec<_> = kept.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(kept, rows, "in the order in which they were typed");
}

#[wasm_bindgen_test]
async fn a_task_on_its_way_is_a_row_that_says_so() {
    let server = Scripted::start(json!({ "replies": [{ "call": "create", "held": true }] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.has_rows(&["Buy milk"]).await;
    let row = app.row("Buy milk").unwrap();
    assert!(text_of(&row).contains("Saving…"));
    assert!(
        row.query_selector("a, button").unwrap().is_none(),
        "there is nothing to open or finish yet"
    );
    server.open().await;
    app.wait_for(".rows a[href]").await;
    app.has_rows(&["Buy milk"]).await;
    assert!(!app.text().contains("Saving…"));
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

#[wasm_bindgen_test]
async fn a_refused_task_says_why_and_can_be_tried_again() {
    let server = Scripted::start(json!({})).await;
    let refusal = json_reply(422, r#"{"summary": ["No milk, please."]}"#);
    server.next("create", refusal).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.says("No milk, please.").await;
    assert_eq!(app.rows(), ["Buy milk"]);
    app.press("Try again").await;
    app.wait_for(".rows a[href]").await;
    app.has_rows(&["Buy milk"]).await;
    assert_eq!(server.seen("create").await.len(), 2);
}

#[wasm_bindgen_test]
async fn a_refused_task_can_be_edited_in_the_form() {
    let server = Scripted::always("create", json_reply(422, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.press("Edit").await;
    app.has_value("Summary", "Buy milk").await;
    assert!(app.rows().is_empty(), "it is in the form and nowhere else");
}

#[wasm_bindgen_test]
async fn a_refused_task_can_be_discarded() {
    let server = Scripted::always("create", json_reply(422, "")).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    app.fill(LINE, "Buy milk").await;
    app.enter(LINE).await;
    app.press("Discard").await;
    app.says("Nothing to do").await;
}

#[wasm_bindgen_test]
async fn a_lost_answer_stops_the_tasks_behind_it_and_loses_none() {
    let server = Scripted::start(json!({})).await;
    let lost = json!({ "ending": "before_answer", "held": true });
    server.next("create", lost).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    for summary in ["One", "Two", "Three"] {
        app.fill(LINE, summary).await;
        app.enter(LINE).await;
    }
    app.has_rows(&["One", "Two", "Three"]).await;
    server.open().await;
    app.says("It may have taken effect all the same").await;
    app.says("This was not sent").await;
    assert_eq!(app.rows(), ["One", "Two", "Three"]);
}

#[wasm_bindgen_test]
async fn tasks_that_were_not_confirmed_are_rows_after_a_reload() {
    let server = Scripted::start(json!({ "replies": [{ "call": "create", "held": true }] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("Nothing to do").await;
    for summary in ["One", "Two"] {
        app.fill(LINE, summary).await;
        app.enter(LINE).await;
    }
    app.has_rows(&["One", "Two"]).await;
    server.until_seen("create", 1).await;
    let app = app.reload().await;
    // The server had the first one before its answer was lost, and nobody knows but the person.
    app.has_rows(&["One", "One", "Two"]).await;
    app.says("It may be in the list already.").await;
    app.says("The page was closed before this was sent.").await;
    assert_eq!(
        server.seen("create").await.len(),
        1,
        "nothing is sent without being asked"
    );
}

#[wasm_bindgen_test]
async fn several_pasted_lines_can_be_several_tasks() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    assert!(app.paste(LINE, "One\r\n\r\n  Two\nThree\n").await);
    app.says("You pasted 3 lines.").await;
    app.press("Add 3 tasks").await;
    app.has_rows(&["One", "Two", "Three"]).await;
    until("all of them are saved", || !app.text().contains("Saving…")).await;
    let seen = server.seen("create").await;
    let sent: Vec<_> = seen.iter().map(|seen| seen["body"]["summary"].clone()).collect();
    assert_eq!(sent, [json!("One"), json!("Two"), json!("Three")]);
    until("the focus in the field", || focused() == "add-line").await;
}

#[wasm_bindgen_test]
async fn several_pasted_lines_can_be_one_task_with_a_description() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/", &server.api()).await;
    app.paste(LINE, "One\nTwo\n\nThree\n").await;
    app.press("One task with a description").await;
    app.wait_for(".rows a[href]").await;
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
