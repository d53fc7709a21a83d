//! Ids go back exactly as they came.

use serde_json::json;
use strikethrough::api::{ErrorKind, Method};
use strikethrough::task::TaskId;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{summary, targets, text_id};
use crate::support::Scripted;
use crate::support::servers::json_reply;

#[wasm_bindgen_test]
async fn a_list_of_odd_ids_is_read_exactly() {
    let list = include_str!("../../fixtures/foreign-list.json");
    let server = Scripted::always("list", json_reply(200, list)).await;
    let tasks = server.api().get_tasks().await.unwrap();
    let ids: Vec<_> = tasks.into_iter().map(|task| task.id).collect();
    let number = |digits: &str| TaskId::Number(digits.into());
    assert_eq!(
        ids,
        [
            text_id("7"),
            number("7"),
            number("9007199254740993"),
            number("123456789012345678901234567890"),
            text_id("a/b c?d#é"),
            text_id("665f1c2e9b1e8a0012345678"),
        ]
    );
}

#[wasm_bindgen_test]
async fn every_id_leads_back_to_its_task() {
    let ids = [
        (json!(9_007_199_254_740_993_u64), "9007199254740993"),
        (json!(-1), "-1"),
        (json!("a/b c?d#é"), "a%2Fb%20c%3Fd%23%C3%A9"),
        (json!("100%"), "100%25"),
        (json!("%2F"), "%252F"),
        (json!("..."), "..."),
        (
            json!("+&=;,:@!$'()*\"\\"),
            "%2B%26%3D%3B%2C%3A%40%21%24%27%28%29%2A%22%5C",
        ),
        (json!("日本"), "%E6%97%A5%E6%9C%AC"),
        (json!("~a-b_c.d"), "~a-b_c.d"),
    ];
    for (id, segment) in ids {
        let task = json!({ "id": id, "summary": "One", "description": "" });
        let server = Scripted::start(json!({ "tasks": [task] })).await;
        let api = server.api();
        let listed = api.get_tasks().await.unwrap()[0].id.clone();
        assert_eq!(serde_json::to_value(&listed).unwrap(), id);

        let read = api.describe_task(&listed).await.unwrap();
        assert_eq!(read.id, listed);
        api.update_task(&listed, &summary("Two"), "").await.unwrap();
        api.task_done(&listed).await.unwrap();
        assert_eq!(api.get_tasks().await, Ok(vec![]));
        for call in ["read", "update", "done"] {
            let seen = server.seen(call).await;
            assert_eq!(targets(&seen), [format!("/tasks/{segment}/")], "{call}");
        }
    }
}

#[wasm_bindgen_test]
async fn the_id_of_a_new_task_is_the_servers() {
    for (body, id) in [
        (
            r#"{"id": 9007199254740993}"#,
            TaskId::Number("9007199254740993".into()),
        ),
        (r#"{"id": "7"}"#, text_id("7")),
        (
            r#"{"summary": "x", "id": 123456789012345678901234567890, "id_": 1}"#,
            TaskId::Number("123456789012345678901234567890".into()),
        ),
    ] {
        let server = Scripted::always("create", json_reply(201, body)).await;
        assert_eq!(server.api().add_task(&summary("New"), "").await, Ok(id));
    }
}

#[wasm_bindgen_test]
async fn an_id_that_no_address_can_carry_is_never_asked_about() {
    let server = Scripted::start(json!({})).await;
    for id in ["", ".", ".."] {
        let (api, id) = (server.api(), text_id(id));
        for (method, outcome) in [
            (Method::Get, api.describe_task(&id).await.map(|_| ())),
            (Method::Put, api.update_task(&id, &summary("New"), "").await),
            (Method::Delete, api.task_done(&id).await),
        ] {
            let error = outcome.unwrap_err();
            assert_eq!(
                (error.method, error.status, &error.kind),
                (method, None, &ErrorKind::NoAddress)
            );
            assert!(!error.is_ambiguous() && !error.is_retryable());
        }
    }
    for call in super::CALLS {
        assert!(server.seen(call).await.is_empty(), "{call}");
    }
}
