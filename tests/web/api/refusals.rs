//! Answers that are no success: their kind, the server's words, and how long it asks to wait.

use serde_json::{Value, json};
use strikethrough::api::error::ErrorKind;
use strikethrough::api::{ApiError, Field};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{CALLS, fails, is_write};
use crate::support::Scripted;
use crate::support::servers::{json_reply, page_reply};

#[wasm_bindgen_test]
async fn every_status_has_its_kind_for_every_call() {
    let statuses = [
        (400, ErrorKind::Invalid),
        (401, ErrorKind::SignInNeeded),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (405, ErrorKind::Unexpected),
        (408, ErrorKind::TimedOut),
        (409, ErrorKind::Conflict),
        (410, ErrorKind::NotFound),
        (412, ErrorKind::Conflict),
        (413, ErrorKind::Invalid),
        (418, ErrorKind::Unexpected),
        (422, ErrorKind::Invalid),
        (428, ErrorKind::Conflict),
        (429, ErrorKind::TooManyRequests),
        (500, ErrorKind::ServerFailed),
        (502, ErrorKind::ServerFailed),
        (503, ErrorKind::ServerFailed),
        (504, ErrorKind::ServerFailed),
    ];
    for call in CALLS {
        let server = Scripted::start(json!({})).await;
        for (status, kind) in &statuses {
            server
                .next(call, json_reply(*status, r#"{"detail": "No."}"#))
                .await;
            let error = fails(&server.api(), call).await;
            assert_eq!((&error.kind, error.status), (kind, Some(*status)), "{call}");
            assert_eq!(error.said.text.as_deref(), Some("No."), "{call} {status}");
            assert_eq!(error.retry_after, None);
            let unclear = matches!(kind, ErrorKind::ServerFailed | ErrorKind::TimedOut);
            assert_eq!(error.is_ambiguous(), is_write(call) && unclear, "{call} {status}");
            let later = unclear || *kind == ErrorKind::TooManyRequests;
            assert_eq!(error.is_retryable(), later, "{call} {status}");
            let technical = error.technical();
            assert!(technical.ends_with(&format!(" → {status}")), "{technical}");
        }
    }
}

async fn refused(call: &str, reply: Value) -> ApiError {
    fails(&Scripted::always(call, reply).await.api(), call).await
}

#[wasm_bindgen_test]
async fn a_problem_about_a_field_is_told_apart_from_one_about_the_request() {
    let problem = json!({
        "status": 422,
        "headers": [["content-type", "application/problem+json"]],
        "body": include_str!("../../fixtures/problem-invalid.json"),
    });
    let error = refused("create", problem).await;
    assert_eq!(
        error.said.about(Field::Summary).as_deref(),
        Some("The summary is empty.")
    );
    assert_eq!(error.said.about(Field::Description), None);
    assert_eq!(error.said.text, None, "it stands beside the field already");

    let fields = include_str!("../../fixtures/foreign-fields.json");
    let error = refused("update", json_reply(400, fields)).await;
    let about = error.said.about(Field::Summary);
    assert_eq!(
        about.as_deref(),
        Some("Ensure this field has no more than 119 characters.")
    );
    assert_eq!(error.said.text.as_deref(), Some("Too many tasks today."));

    let map = include_str!("../../fixtures/foreign-errors-map.json");
    let error = refused("create", json_reply(400, map)).await;
    assert!(error.said.about(Field::Summary).is_some());

    let both = r#"{"summary": ["Too short.", "Too dull."], "description": "No."}"#;
    let error = refused("create", json_reply(422, both)).await;
    assert_eq!(
        error.said.about(Field::Summary).as_deref(),
        Some("Too short. Too dull.")
    );
    assert_eq!(error.said.about(Field::Description).as_deref(), Some("No."));
}

#[wasm_bindgen_test]
async fn a_server_may_say_it_in_one_sentence() {
    for (body, said) in [
        (
            include_str!("../../fixtures/foreign-detail.json"),
            Some("Authentication credentials were not provided."),
        ),
        (
            include_str!("../../fixtures/problem-not-found.json"),
            Some("There is no task 7."),
        ),
        (r#"{"message": "Nope"}"#, Some("Nope")),
        (r#""Nope""#, Some("Nope")),
        ("Nope\n", Some("Nope")),
        ("", None),
        ("{", None),
        ("[]", None),
    ] {
        let error = refused("done", json_reply(403, body)).await;
        assert_eq!(error.said.text.as_deref(), said, "{body}");
    }
    let error = refused("done", page_reply(502)).await;
    assert_eq!(
        (error.kind, error.said.text),
        (ErrorKind::ServerFailed, None),
        "a page is not for reading aloud"
    );
}

#[wasm_bindgen_test]
async fn the_wait_is_read_as_seconds() {
    for (status, header, seconds) in [
        (429, "7", Some(7)),
        (503, " 120 ", Some(120)),
        (503, "99999999999", Some(u32::MAX)),
        (429, "soon", None),
        (503, "", None),
    ] {
        let reply = json!({ "status": status, "headers": [["retry-after", header]] });
        let error = refused("list", reply).await;
        assert_eq!(error.retry_after, seconds, "{header:?}");
    }
}

#[wasm_bindgen_test]
async fn the_wait_is_read_as_a_date() {
    let in_seconds = |seconds: f64| {
        let date = js_sys::Date::new(&(js_sys::Date::now() + seconds * 1000.0).into());
        let header = String::from(date.to_utc_string());
        json!({ "status": 503, "headers": [["retry-after", header]] })
    };
    for call in CALLS {
        let wait = refused(call, in_seconds(90.0)).await.retry_after.unwrap();
        // The header has whole seconds, and the request took some time.
        assert!((60..=90).contains(&wait), "{call}: {wait}");
    }
    let error = refused("list", in_seconds(-90.0)).await;
    assert_eq!(error.retry_after, Some(0), "a date in the past is now");
}

#[wasm_bindgen_test]
async fn a_redirect_of_a_write_is_not_followed() {
    let target = Scripted::start(json!({ "tasks": [{ "id": 1, "summary": "One" }] })).await;
    for call in ["create", "update", "done"] {
        for status in [301, 302, 303, 307, 308] {
            let location = format!("{}/tasks/1/", target.origin);
            let reply = json!({ "status": status, "headers": [["location", location]] });
            let error = refused(call, reply).await;
            assert_eq!(
                (&error.kind, error.status, error.is_ambiguous()),
                (&ErrorKind::Redirected, None, false),
                "{call} {status}"
            );
        }
    }
    for call in CALLS {
        assert!(target.seen(call).await.is_empty(), "{call}");
    }
}

#[wasm_bindgen_test]
async fn a_read_that_is_sent_to_a_sign_in_page_is_no_success() {
    let portal = Scripted::always("read", page_reply(200)).await;
    for call in ["list", "read"] {
        let location = format!("{}/tasks/sign-in/", portal.origin);
        let reply = json!({ "status": 302, "headers": [["location", location]] });
        let error = refused(call, reply).await;
        assert_eq!(error.kind, ErrorKind::NotJson, "{call}");
    }
}
