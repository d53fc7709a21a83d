//! The connection check in Settings: it asks for real and says what it saw.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use super::task;
use crate::support::screen::text_of;
use crate::support::servers::{json_reply, page_reply};
use crate::support::{Screen, Scripted, bundled, until_some};

const ADDRESS: &str = "API address";

/// Checks an address; what was found, one line each.
async fn check(app: &Screen, address: &str) -> Vec<String> {
    app.fill(ADDRESS, address).await;
    app.press("Check connection").await;
    until_some("the findings", || {
        let list = app.find(".findings")?;
        let items = list.children();
        Some(
            (0..items.length())
                .filter_map(|at| items.item(at))
                .collect::<Vec<_>>(),
        )
    })
    .await
    .iter()
    .map(|item: &web_sys::Element| text_of(item))
    .collect()
}

async fn findings(script: Value) -> Vec<String> {
    let server = Scripted::start(script).await;
    let app = Screen::open_unconfigured("/settings").await;
    check(&app, &server.origin).await
}

/// What is found when one kind of call is always answered like this.
async fn findings_when(call: &str, mut reply: Value) -> Vec<String> {
    reply["call"] = json!(call);
    findings(json!({ "replies": [reply] })).await
}

#[wasm_bindgen_test]
async fn a_good_server_is_good_and_nothing_on_it_changes() {
    let api = bundled(&[("One", ""), ("Two", "")]).await;
    let before = api.get_tasks().await.unwrap();
    let app = Screen::open_unconfigured("/settings").await;
    let found = check(&app, api.base().as_str()).await;
    assert_eq!(
        found,
        [
            "Good: The list can be read. The first answer has 2 tasks.",
            "Good: A task that doesn’t exist is answered with 404, as it should be.",
            "Good: Tasks can be changed.",
        ]
    );
    assert_eq!(api.get_tasks().await.unwrap(), before);
}

#[wasm_bindgen_test]
async fn a_list_that_can_t_be_read_is_one_problem() {
    for (reply, words) in [
        (page_reply(200), "not JSON"),
        (json_reply(200, "{}"), "no list of tasks"),
        (json_reply(401, ""), "asks to sign in"),
        (json_reply(403, ""), "doesn’t allow"),
        (json_reply(404, ""), "does not exist (status 404)"),
        (json_reply(503, ""), "status 503"),
        (json!({ "ending": "before_answer" }), "Nothing answers at"),
    ] {
        let found = findings_when("list", reply).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("Problem: ") && found[0].contains(words),
            "{found:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn a_server_without_permission_for_this_page_is_told_from_none() {
    let found = findings(json!({ "unpermitted": true })).await;
    let origin = strikethrough::browser::address::page_origin();
    let words = format!("it must send Access-Control-Allow-Origin: {origin}.");
    assert!(found[0].contains(&words), "{found:?}");
}

#[wasm_bindgen_test]
async fn a_server_that_knows_every_task_or_fails_at_missing_ones_is_a_warning() {
    let any = r#"{"id": 1, "summary": "One", "description": ""}"#;
    for (reply, words) in [
        (json_reply(200, any), "answers even for a task that doesn’t exist"),
        (json_reply(500, ""), "answered with status 500 instead of 404"),
    ] {
        let found = findings_when("read", reply).await;
        assert_eq!(found.len(), 2, "nothing is deleted that may exist: {found:?}");
        assert!(
            found[1].starts_with("Warning: ") && found[1].contains(words),
            "{found:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn what_stands_in_the_way_of_changes_is_said() {
    for (reply, words) in [
        (json_reply(405, ""), "doesn’t know the method DELETE"),
        (json_reply(403, ""), "doesn’t let you change them (status 403)"),
        (json_reply(500, ""), "Changing tasks may not work"),
        (
            json!({ "ending": "before_answer" }),
            "Most likely the server’s CORS permission leaves something out",
        ),
    ] {
        let found = findings_when("done", reply).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[2].contains(words), "{found:?}");
    }
}

#[wasm_bindgen_test]
async fn an_address_that_would_work_is_offered() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "")] })).await;
    let app = Screen::open_unconfigured("/settings").await;
    let found = check(&app, &format!("{}/tasks/", server.origin)).await;
    let better = format!("{}/", server.origin);
    assert!(
        found[0].contains(&format!("if the API address is {better}")),
        "{found:?}"
    );
    app.press(&format!("Use {better}")).await;
    app.has_value(ADDRESS, better).await;
    app.enter(ADDRESS).await;
    app.has_rows(&["One"]).await;
}
