//! The form: for a new task, and for one that exists.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::database::{self, Busy};
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
    app.all_sent().await;
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
    app.all_sent().await;
    let changed = api.describe_task(&id).await.unwrap();
    assert_eq!(
        (changed.summary.as_str(), changed.description.as_str()),
        ("First", "")
    );
}

#[wasm_bindgen_test]
async fn an_edit_can_be_undone_once_it_is_sent_and_before() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    server.next("update", json!({ "held": true })).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    for is_sent in [false, true] {
        app.fill("Summary", "First").await;
        app.enter("Summary").await;
        app.has_rows(&["First"]).await;
        if is_sent {
            app.all_sent().await;
        }
        assert!(app.store().undo(), "it is offered");
        app.has_rows(&["One"]).await;
        server.open().await;
        app.all_sent().await;
        app.has_rows(&["One"]).await;
        let held = server.api().get_tasks().await.unwrap();
        assert_eq!(held[0].summary, "One");
        app.follow("Edit").await;
        app.has_value("Summary", "One").await;
    }
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
    app.all_sent().await;
    let seen = server.seen("update").await;
    assert_eq!(seen[0]["target"], "/tasks/a%2Fb/");
    assert_eq!(
        seen[0]["body"],
        json!({ "summary": "First", "description": "About one" })
    );
}

#[wasm_bindgen_test]
async fn what_a_server_has_against_an_edit_stands_by_the_task_and_the_text_stays() {
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
    until("the task", || path() == "/task/1").await;
    app.row_says("First", "Too dull. Too long.").await;
    let page = app.wait_for(".detail .form-problem").await;
    assert!(text_of(&page).contains("Too dull. Too long."));
    app.says("Much text").await;

    // What the form begins with is what was typed, and what is wrong with it.
    app.follow("Edit").await;
    app.has_value("Summary", "First").await;
    app.has_value("Description", "Much text").await;
    until("what is wrong", || {
        let problem = app.find("#form-problem");
        problem.is_some_and(|problem| text_of(&problem).contains("Too dull. Too long."))
    })
    .await;
    app.fill("Summary", "Bright").await;
    app.enter("Summary").await;
    app.all_sent().await;
    app.row_says("Bright", "").await;
    let seen = server.seen("update").await;
    assert_eq!(seen.len(), 2);
    assert_eq!(
        seen[1]["body"],
        json!({ "summary": "Bright", "description": "Much text" })
    );
}

#[wasm_bindgen_test]
async fn a_text_survives_every_failure_to_save_it_and_is_sent_again() {
    for reply in [
        json_reply(500, ""),
        json_reply(401, ""),
        json_reply(412, ""),
        page_reply(200),
        json!({ "ending": "before_answer" }),
        json!({ "ending": "before_answer", "takes_effect": true }),
        json!({ "status": 307, "headers": [["location", "/"]] }),
        json!({ "status": 429, "headers": [["retry-after", "1"]] }),
    ] {
        let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
        server.next("update", reply.clone()).await;
        let app = Screen::open("/task/1/edit", &server.api()).await;
        app.fill("Summary", "First").await;
        app.enter("Summary").await;
        until("the task", || path() == "/task/1").await;
        until("it is sent", || {
            assert_eq!(app.rows(), ["First"], "{reply}");
            app.store().look_now(|engine| engine.entries().is_empty()) == Some(true)
        })
        .await;
        app.row_says("First", "").await;
        let saved = server.api().get_tasks().await.unwrap();
        assert_eq!(saved[0].summary, "First", "{reply}");
        let body = json!({ "summary": "First", "description": "About one" });
        for seen in server.seen("update").await {
            assert_eq!(seen["body"], body, "{reply}");
        }
    }
}

#[wasm_bindgen_test]
async fn the_text_for_a_task_that_is_gone_can_become_a_new_one() {
    for (button, rows) in [("Save as a new task", &["First"][..]), ("Discard", &[])] {
        let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
        let app = Screen::open("/task/1/edit", &server.api()).await;
        app.fill("Summary", "First").await;
        app.fill("Description", "Much text").await;
        // Someone else is quicker.
        let id = server.api().get_tasks().await.unwrap()[0].id.clone();
        server.api().task_done(&id).await.unwrap();
        app.enter("Summary").await;
        app.row_says("First", "Your text is kept").await;
        app.press(&format!("{button}: First")).await;
        if button == "Discard" {
            app.says("Your text, “First” with its description, is thrown away.")
                .await;
            app.press("Discard it").await;
        }
        app.all_sent().await;
        app.has_rows(rows).await;
        let made = server.seen("create").await;
        let made: Vec<_> = made.iter().map(|seen| seen["body"].clone()).collect();
        let wanted = json!({ "summary": "First", "description": "Much text" });
        assert_eq!(made, vec![wanted; rows.len()]);
    }
}

#[wasm_bindgen_test]
async fn a_text_is_in_the_form_until_this_device_has_it_and_is_saved_once() {
    let server = Scripted::start(json!({})).await;
    let app = Screen::open("/new", &server.api()).await;
    app.says("Nothing to do").await;
    app.is_read().await;
    let busy = Busy::begin(database::NAME).await;
    app.fill("Summary", "Buy milk").await;
    app.enter("Summary").await;
    until("the button", || {
        let button = app.find(".task-form button[type=submit]").unwrap();
        text_of(&button) == "Saving…" && button.get_attribute("aria-disabled").as_deref() == Some("true")
    })
    .await;
    for field in ["Summary", "Description"] {
        assert!(app.field(field).await.has_attribute("readonly"), "{field}");
    }
    app.has_value("Summary", "Buy milk").await;
    assert_eq!(app.rows(), ["Buy milk"], "it is shown all the same");
    app.row_says("Buy milk", "Saving…").await;
    app.enter("Summary").await;
    assert_eq!(path(), "/new");
    assert!(
        server.seen("create").await.is_empty(),
        "what is not kept is not sent"
    );
    drop(busy);
    until("the list", || path() == "/" && !app.asks()).await;
    app.all_sent().await;
    assert_eq!(app.rows(), ["Buy milk"]);
    assert_eq!(server.seen("create").await.len(), 1);
}

#[wasm_bindgen_test]
async fn a_text_that_this_device_does_not_keep_stays_in_the_form_and_says_why() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    for (address, rows) in [("/new", &["One"][..]), ("/task/1/edit", &["One"])] {
        let app = Screen::open(address, &server.api()).await;
        app.has_rows(&["One"]).await;
        app.fill("Description", "Much text").await;
        app.fill("Summary", "Buy milk").await;
        app.is_read().await;
        database::upgrade(database::NAME).await;
        app.enter("Summary").await;
        until("why", || {
            let problem = app.find("#form-problem");
            problem.is_some_and(|problem| text_of(&problem).contains("newer version of this app"))
        })
        .await;
        until("the focus on the problem", || focused() == "form-problem").await;
        assert_eq!(path(), address);
        app.has_value("Summary", "Buy milk").await;
        app.has_value("Description", "Much text").await;
        app.has_rows(rows).await;
        assert!(
            !app.field("Summary").await.has_attribute("readonly"),
            "it can be copied and tried again"
        );
    }
    assert!(server.seen("create").await.is_empty() && server.seen("update").await.is_empty());
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
