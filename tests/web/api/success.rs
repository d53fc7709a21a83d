//! What counts as a success, and what only looks like one.

use serde_json::json;
use strikethrough::api::ErrorKind;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{CALLS, fails, is_write, make};
use crate::support::Scripted;
use crate::support::servers::{json_reply, page_reply};

#[wasm_bindgen_test]
async fn a_web_page_is_never_a_success() {
    for call in CALLS {
        let expected = if call == "create" { 201 } else { 200 };
        for status in [200, expected] {
            let server = Scripted::always(call, page_reply(status)).await;
            let error = fails(&server.api(), call).await;
            assert_eq!(
                (&error.kind, error.status),
                (&ErrorKind::NotJson, Some(status)),
                "{call}"
            );
            assert_eq!(error.is_ambiguous(), is_write(call), "{call}");
            assert_eq!(error.said, Default::default(), "a page says nothing");
        }
    }
}

#[wasm_bindgen_test]
async fn json_that_breaks_off_is_not_json() {
    for (call, status, body) in [
        ("list", 200, r#"[{"id": 1, "summary": "O"#),
        ("list", 200, ""),
        ("list", 200, "[] []"),
        ("read", 200, r#"{"id": 1, "summary": "One", "description": "#),
        ("create", 201, r#"{"id": "#),
        ("create", 201, ""),
    ] {
        let server = Scripted::always(call, json_reply(status, body)).await;
        let error = fails(&server.api(), call).await;
        assert_eq!(error.kind, ErrorKind::NotJson, "{call} {body}");
        assert_eq!(error.is_ambiguous(), is_write(call));
    }
}

#[wasm_bindgen_test]
async fn json_of_another_shape_says_where() {
    for (call, status, body) in [
        ("list", 200, r#"[{"id": true, "summary": "One"}]"#),
        ("list", 200, r#"[{"id": 1, "summary": null}]"#),
        ("list", 200, r#"[{"summary": "One"}]"#),
        ("list", 200, r#"{"tasks": []}"#),
        ("list", 200, r#""tasks""#),
        ("list", 200, "null"),
        ("list", 200, r#"{"results": [], "next": 2}"#),
        ("read", 200, r#"{"id": 1, "summary": "One"}"#),
        ("read", 200, r#"[{"id": 1, "summary": "One", "description": ""}]"#),
        (
            "read",
            200,
            r#"{"id": null, "summary": "One", "description": ""}"#,
        ),
        ("create", 201, r#"{"id": {"$oid": "1"}}"#),
        ("create", 201, r#"{"_id": 1}"#),
        ("create", 201, "7"),
    ] {
        let server = Scripted::always(call, json_reply(status, body)).await;
        let error = fails(&server.api(), call).await;
        let ErrorKind::WrongShape(at) = &error.kind else {
            panic!("{call} {body}: {:?}", error.kind)
        };
        assert!(at.contains("line 1"), "{at}");
        assert!(error.technical().contains(at.as_str()));
        assert_eq!(error.is_ambiguous(), is_write(call));
        assert!(!error.is_retryable(), "{call} {body}");
    }
}

#[wasm_bindgen_test]
async fn a_create_is_a_success_with_201_alone() {
    for status in [200, 202, 204] {
        let server = Scripted::always("create", json_reply(status, r#"{"id": 1}"#)).await;
        let error = fails(&server.api(), "create").await;
        assert_eq!(
            (&error.kind, error.status),
            (&ErrorKind::Unexpected, Some(status))
        );
        assert!(error.is_ambiguous(), "it may have been added");
    }
}

#[wasm_bindgen_test]
async fn a_read_is_a_success_with_200_alone() {
    for (call, body) in [
        ("list", "[]"),
        ("read", r#"{"id": 1, "summary": "One", "description": ""}"#),
    ] {
        for status in [201, 203, 206] {
            let server = Scripted::always(call, json_reply(status, body)).await;
            let error = fails(&server.api(), call).await;
            assert_eq!(error.kind, ErrorKind::Unexpected, "{call} {status}");
            assert!(!error.is_ambiguous());
        }
    }
}

#[wasm_bindgen_test]
async fn the_other_writes_are_a_success_with_any_2xx_and_any_body() {
    for call in ["update", "done"] {
        for reply in [
            json!({ "status": 204 }),
            json!({ "status": 200 }),
            json!({ "status": 202, "headers": [["content-type", "text/plain"]], "body": "queued" }),
            json_reply(200, "{ not json"),
            json_reply(201, r#"{"id": 2}"#),
            // Some servers name the type of a body that isn't there.
            json!({ "status": 200, "headers": [["content-type", "text/html"]] }),
        ] {
            let server = Scripted::always(call, reply.clone()).await;
            assert_eq!(make(&server.api(), call).await, Ok(()), "{call} {reply}");
        }
    }
}

#[wasm_bindgen_test]
async fn what_a_write_sends_is_both_texts() {
    let server = Scripted::start(json!({ "tasks": [{ "id": 1, "summary": "", "description": "" }] })).await;
    for call in ["create", "update"] {
        make(&server.api(), call).await.unwrap();
        let seen = server.seen(call).await;
        assert_eq!(
            seen[0]["body"],
            json!({ "summary": "New", "description": "text" })
        );
    }
}

#[wasm_bindgen_test]
async fn a_byte_order_mark_and_another_media_type_are_passed_over() {
    let reply = json!({
        "status": 200,
        "headers": [["content-type", "text/plain; charset=utf-8"]],
        "body": "\u{feff}[]",
    });
    let server = Scripted::always("list", reply).await;
    assert_eq!(server.api().get_tasks().await, Ok(vec![]));
}
