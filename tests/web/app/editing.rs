//! The form: for a new task, and for one that exists.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::{focused, path, text_of};
use crate::support::servers::{json_reply, page_reply};
use crate::support::{Screen, Scripted, bundled, until};

#[wasm_bindgen_test]
async fn a_new_task_has_a_summary_and_a_description() {
    let api = bundled(&[]).await;
    let app = Screen::open("/", &api).await;
    app.follow("New task").await;
    assert_eq!(path(), "/new");
    until("the focus in the form", || focused() == "form-summary").await;
    app.fill("Summary", "Buy milk").await;
    app.fill("Description", "Two bottles\nof oat milk").await;
    app.press("Add task").await;
    app.has_rows(&["Buy milk"]).await;
    until("the list", || path() == "/" && !app.asks()).await;
    let id = api.get_tasks().await.unwrap()[0].id.clone();
    let made = api.describe_task(&id).await.unwrap();
    assert_eq!(made.description, "Two bottles\nof oat milk");
}

#[wasm_bindgen_test]
async fn an_edit_changes_both_texts_and_shows_them() {
    let api = bundled(&[("One", "About one")]).await;
    let id = api.get_tasks().await.unwrap()[0].id.clone();
    let app = Screen::open(&format!("/task/{id}"), &api).await;
    app.says("About one").await;
    app.follow("Edit").await;
    app.has_value("Summary", "One").await;
    app.has_value("Description", "About one").await;
    app.fill("Summary", "First").await;
    app.fill("Description", "").await;
    app.press("Save").await;
    until("the task", || path() == format!("/task/{id}")).await;
    app.says("No description.").await;
    app.has_rows(&["First"]).await;
    let changed = api.describe_task(&id).await.unwrap();
    assert_eq!(
        (changed.summary.as_str(), changed.description.as_str()),
        ("First", "")
    );
}

#[wasm_bindgen_test]
async fn the_form_of_a_task_is_there_by_its_address() {
    let server = Scripted::start(json!({ "tasks": [task("a/b", "One", "About one")] })).await;
    let app = Screen::open("/task/a%2Fb/edit", &server.api()).await;
    until("the form is filled", || app.find("#form-summary").is_some()).await;
    app.has_value("Summary", "One").await;
    app.fill("Summary", "First").await;
    app.enter("Summary").await;
    until("the task", || path() == "/task/a%2Fb").await;
    let seen = server.seen("update").await;
    assert_eq!(seen[0]["target"], "/tasks/a%2Fb/");
    assert_eq!(
        seen[0]["body"],
        json!({ "summary": "First", "description": "About one" })
    );
}

#[wasm_bindgen_test]
async fn what_a_server_has_against_a_field_stands_beside_it_and_the_text_stays() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let problem = json!({
        "status": 422,
        "headers": [["content-type", "application/problem+json"]],
        "body": r##"{ "title": "Unprocessable Content", "errors": [
            { "detail": "Too dull.", "pointer": "#/summary" },
            { "detail": "Too long.", "pointer": "#/description" }
        ] }"##,
    });
    server.next("update", problem).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.fill("Summary", "First").await;
    app.fill("Description", "Much text").await;
    app.enter("Summary").await;
    app.says("Too dull.").await;
    let beside = |id: &str| text_of(&app.find(id).unwrap());
    assert_eq!(beside("#form-summary-problem"), "Too dull.");
    assert_eq!(beside("#form-description-problem"), "Too long.");
    app.has_value("Summary", "First").await;
    app.has_value("Description", "Much text").await;
    until("the focus on the first problem", || focused() == "form-summary").await;
    app.enter("Summary").await;
    until("the task", || path() == "/task/1").await;
    app.says("Much text").await;
}

#[wasm_bindgen_test]
async fn a_text_survives_every_failure_to_save_it() {
    for (reply, words) in [
        (json_reply(500, ""), "status 500"),
        (json_reply(401, ""), "sign in"),
        (json_reply(404, ""), "doesn’t have this task any more"),
        (json_reply(412, ""), "has changed on the server"),
        (page_reply(200), "not from a task server"),
        (json!({ "ending": "before_answer" }), "can’t be reached"),
        (
            json!({ "status": 307, "headers": [["location", "/"]] }),
            "to another address",
        ),
    ] {
        let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
        server.next("update", reply).await;
        let app = Screen::open("/task/1/edit", &server.api()).await;
        app.fill("Summary", "First").await;
        app.enter("Summary").await;
        until(words, || {
            app.find("#form-problem")
                .is_some_and(|problem| text_of(&problem).contains(words))
        })
        .await;
        app.has_value("Summary", "First").await;
        until("the focus on the problem", || focused() == "form-problem").await;
        app.press("Save").await;
        until("the task", || path() == "/task/1").await;
    }
}

#[wasm_bindgen_test]
async fn while_it_is_saved_nothing_can_be_typed_and_nothing_sent_twice() {
    let server = Scripted::start(json!({ "replies": [{ "call": "create", "held": true }] })).await;
    let app = Screen::open("/new", &server.api()).await;
    app.fill("Summary", "Buy milk").await;
    app.enter("Summary").await;
    app.says("Saving…").await;
    for field in ["Summary", "Description"] {
        assert!(app.field(field).await.has_attribute("readonly"), "{field}");
    }
    app.enter("Summary").await;
    server.open().await;
    app.has_rows(&["Buy milk"]).await;
    assert_eq!(server.seen("create").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_summary_that_breaks_the_rule_is_not_sent() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/new", &server.api()).await;
    for (summary, words) in [
        (" ".to_owned(), "Write a few words first."),
        ("x".repeat(130), "11 characters too long"),
    ] {
        app.fill("Description", "Text").await;
        app.fill("Summary", &summary).await;
        app.enter("Summary").await;
        app.says(words).await;
        until("the focus in the field", || focused() == "form-summary").await;
        app.has_value("Summary", summary).await;
    }
    assert!(server.seen("create").await.is_empty());
}

#[wasm_bindgen_test]
async fn the_form_of_a_task_that_is_not_there_says_so() {
    let app = Screen::open("/task/999/edit", &bundled(&[]).await).await;
    app.says("This task isn’t there any more").await;
    assert!(app.find("form.task-form").is_none());
}

#[wasm_bindgen_test]
async fn the_form_of_a_task_that_can_t_be_read_can_be_tried_again() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    server.next("read", json_reply(500, "")).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.says("status 500").await;
    assert!(
        app.find("form.task-form").is_none(),
        "an empty form would overwrite the task"
    );
    app.press("Retry").await;
    app.has_value("Description", "About one").await;
}

#[wasm_bindgen_test]
async fn pasted_lines_fill_both_fields() {
    let app = Screen::open("/new", &bundled(&[]).await).await;
    assert!(app.paste("Summary", "One\nTwo\nThree").await);
    app.press("One task with a description").await;
    app.has_value("Summary", "One").await;
    app.has_value("Description", "Two\nThree").await;
}
