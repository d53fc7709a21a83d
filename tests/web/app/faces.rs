//! What the list shows when it waits, fails, is old, is empty, or is there.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::servers::{json_reply, page_reply};
use crate::support::{Screen, Scripted, bundled, now, until};

#[wasm_bindgen_test]
async fn the_servers_tasks_are_rows_in_its_order() {
    let api = bundled(&[("One", ""), ("Two", "text"), ("<b>Three</b> &amp;", "")]).await;
    let app = Screen::open("/", &api).await;
    app.has_rows(&["One", "Two", "<b>Three</b> &amp;"]).await;
    app.says("3 tasks").await;
    assert!(app.find(".face").is_none() && app.find(".loading").is_none());
}

#[wasm_bindgen_test]
async fn pages_become_one_list_without_doublets() {
    let tasks: Vec<_> = (1..=5).map(|n| task(n, &format!("Task {n}"), "")).collect();
    let server = Scripted::start(json!({ "tasks": tasks, "envelope": 2 })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["Task 1", "Task 2", "Task 3", "Task 4", "Task 5"])
        .await;
    app.says("5 tasks").await;
}

#[wasm_bindgen_test]
async fn the_same_number_and_text_are_two_rows() {
    let server = Scripted::start(json!({ "tasks": [task(7, "Number", ""), task("7", "Text", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["Number", "Text"]).await;
}

#[wasm_bindgen_test]
async fn an_empty_list_invites() {
    let app = Screen::open("/", &bundled(&[]).await).await;
    app.says("Nothing to do").await;
    app.says("0 tasks").await;
    assert!(app.find(".rows").is_some_and(|rows| rows.hidden()));
}

#[wasm_bindgen_test]
async fn a_wait_shows_only_after_300_milliseconds() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "")], "replies": [{ "call": "list", "held": true }],
    }))
    .await;
    let began = now();
    let app = Screen::open("/", &server.api()).await;
    until("a skeleton", || {
        let shown = app.find(".loading").is_some();
        assert!(!shown || now() - began >= 299.0, "{} ms", now() - began);
        shown
    })
    .await;
    assert!(app.text().contains("Loading tasks…"));
    assert!(app.rows().is_empty());
    assert!(!app.text().contains("0 tasks"), "nothing is known yet");
    server.open().await;
    app.has_rows(&["One"]).await;
    assert!(app.find(".loading").is_none());
}

#[wasm_bindgen_test]
async fn a_quick_answer_shows_no_skeleton() {
    let api = bundled(&[("One", "")]).await;
    let began = now();
    let app = Screen::open("/", &api).await;
    until("the row", || {
        let early = now() - began < 290.0;
        assert!(!early || app.find(".loading").is_none(), "a flash");
        app.rows() == ["One"]
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_failure_says_what_happened_and_is_tried_again() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let refusal = json_reply(500, r#"{"detail": "The disk is full"}"#);
    server.next("list", refusal).await;
    let app = Screen::open("/", &server.api()).await;
    app.says("That didn’t work").await;
    let text = app.text();
    assert!(text.contains("status 500") && text.contains("The server said: The disk is full."));
    assert!(text.contains("GET /tasks/ → 500"), "for developers: {text}");
    app.press("Retry").await;
    app.has_rows(&["One"]).await;
    until("no failure", || app.find(".face").is_none()).await;
}

#[wasm_bindgen_test]
async fn every_kind_of_failure_is_a_sentence_and_no_empty_list() {
    for (reply, words) in [
        (page_reply(200), "not from a task server"),
        (json_reply(200, "[{"), "not from a task server"),
        (json_reply(200, "{}"), "not what this app understands"),
        (json_reply(404, ""), "no tasks at this address"),
        (json_reply(401, ""), "sign in"),
        (json_reply(403, ""), "doesn’t allow"),
        (
            json!({ "status": 429, "headers": [["retry-after", "7"]] }),
            "wait 7 seconds",
        ),
        (json!({ "ending": "before_answer" }), "can’t be reached"),
        (json!({ "ending": "in_body", "body": "[" }), "can’t be reached"),
    ] {
        let server = Scripted::always("list", reply).await;
        let app = Screen::open("/", &server.api()).await;
        app.says("That didn’t work").await;
        app.says(words).await;
        assert!(!app.text().contains("Nothing to do"));
    }
}

#[wasm_bindgen_test]
async fn a_refresh_that_fails_leaves_the_list_and_says_so() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    server.next("list", json_reply(503, "")).await;
    app.press("Refresh").await;
    let note = app.wait_for(".note[role=alert]").await;
    let words = note.text_content().unwrap();
    assert!(words.contains("status 503"), "{words}");
    assert!(words.contains("Last updated just now"), "{words}");
    assert_eq!(app.rows(), ["One"]);
    app.press("Retry").await;
    until("no note", || app.find(".note").is_none()).await;
    assert_eq!(app.rows(), ["One"]);
}

#[wasm_bindgen_test]
async fn a_refresh_shows_what_others_have_done() {
    let api = bundled(&[("One", ""), ("Two", "")]).await;
    let app = Screen::open("/", &api).await;
    app.has_rows(&["One", "Two"]).await;
    let first = api.get_tasks().await.unwrap()[0].id.clone();
    api.task_done(&first).await.unwrap();
    app.press("Refresh").await;
    app.has_rows(&["Two"]).await;
    app.says("1 task").await;
}

#[wasm_bindgen_test]
async fn pages_that_arrived_stay_when_a_later_one_fails() {
    let server = Scripted::always("list", json_reply(500, "")).await;
    let first = json!({
        "status": 200,
        "headers": [["content-type", "application/json"], ["link", "</tasks/?page=1>; rel=\"next\""]],
        "body": r#"[{ "id": 1, "summary": "One" }]"#,
    });
    server.next("list", first).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    app.says("status 500").await;
    assert!(
        app.find(".count")
            .is_some_and(|count| count.text_content().unwrap().is_empty()),
        "how many there are is not known"
    );
}

#[wasm_bindgen_test]
async fn a_wait_of_five_seconds_is_called_long() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "")], "replies": [{ "call": "list", "held": true }],
    }))
    .await;
    let began = now();
    let app = Screen::open("/", &server.api()).await;
    until("a word about the wait", || {
        let said = app.text().contains("This is taking longer than usual.");
        assert!(!said || now() - began >= 4_999.0, "{} ms", now() - began);
        said
    })
    .await;
    server.open().await;
    app.has_rows(&["One"]).await;
    assert!(!app.text().contains("longer than usual"));
}

#[wasm_bindgen_test]
async fn coming_back_online_reads_the_list_again() {
    let api = bundled(&[]).await;
    let app = Screen::open("/", &api).await;
    app.says("Nothing to do").await;
    let summary = strikethrough::task::Summary::from_typed("From elsewhere").unwrap();
    api.add_task(&summary, "").await.unwrap();
    let online = web_sys::Event::new("online").unwrap();
    leptos::prelude::window().dispatch_event(&online).unwrap();
    app.has_rows(&["From elsewhere"]).await;
}

#[wasm_bindgen_test]
async fn asking_again_does_not_wait_for_an_answer_that_hangs() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    let mut old = json_reply(200, r#"[{ "id": 9, "summary": "Old" }]"#);
    old["held"] = json!(true);
    server.next("list", old).await;
    app.press("Refresh").await;
    server.until_seen("list", 2).await;
    app.press("Refresh").await;
    server.until_seen("list", 3).await;
    server.open().await;
    until("the later answer, and never the earlier", || {
        assert_eq!(app.rows(), ["One"]);
        app.text().contains("1 task")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_list_that_was_read_before_a_task_was_added_does_not_take_it_away() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.has_rows(&["One"]).await;
    let other = strikethrough::task::Summary::from_typed("From elsewhere").unwrap();
    server.api().add_task(&other, "").await.unwrap();
    // The answer is made when the question comes, and held back.
    server.next("list", json!({ "held": true })).await;
    app.press("Refresh").await;
    server.until_seen("list", 2).await;
    app.fill("Add a task", "Two").await;
    app.enter("Add a task").await;
    app.all_sent().await;
    app.row_says("Two", "").await;
    server.open().await;
    until("the list that was held back", || {
        assert!(app.row("Two").is_some());
        app.row("From elsewhere").is_some()
    })
    .await;
    app.has_rows(&["One", "From elsewhere", "Two"]).await;
    app.says("3 tasks").await;
}
