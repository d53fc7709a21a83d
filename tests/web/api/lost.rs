//! No answer, or half of one.

use std::pin::Pin;
use std::task::{Context, Waker};

use serde_json::json;
use strikethrough::api::client::TimeLimits;
use strikethrough::api::{ApiBase, ApiClient, ErrorKind};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{CALLS, fails, is_write, make};
use crate::support::servers::{fate, silent, stalled};
use crate::support::{Scripted, now};

/// Enough for an answer on this machine, and short enough to wait for.
const SHORT: TimeLimits = TimeLimits {
    answer: 150,
    body: 150,
};

const LONG: u32 = 60_000;

#[wasm_bindgen_test]
async fn a_connection_that_closes_before_the_answer_is_unreachable() {
    for call in CALLS {
        let server = Scripted::always(call, json!({ "ending": "before_answer" })).await;
        let error = fails(&server.api(), call).await;
        assert_eq!(
            (&error.kind, error.status),
            (&ErrorKind::Unreachable, None),
            "{call}"
        );
        assert!(error.is_retryable());
        assert_eq!(error.is_ambiguous(), is_write(call), "{call}");
        assert!(!server.seen(call).await.is_empty(), "it did get there");
    }
}

#[wasm_bindgen_test]
async fn a_body_that_breaks_off_is_no_success() {
    for (call, body) in [
        ("list", r#"[{"id": 1, "summary": "One"}]"#),
        ("read", r#"{"id": 1, "summary": "One", "description": ""}"#),
        ("update", "{"),
        ("done", "{"),
    ] {
        let server = Scripted::always(call, json!({ "ending": "in_body", "body": body })).await;
        let error = fails(&server.api(), call).await;
        // A connection may close before the browser has handed on what came first.
        assert_eq!(error.kind, ErrorKind::Unreachable, "{call}");
        assert_eq!(error.is_ambiguous(), is_write(call), "{call}");
    }
}

#[wasm_bindgen_test]
async fn without_permission_for_this_page_a_server_is_unreachable() {
    let server = Scripted::start(json!({ "unpermitted": true })).await;
    let error = fails(&server.api(), "list").await;
    assert_eq!((error.kind, error.status), (ErrorKind::Unreachable, None));
    // What needs permission first is not even sent.
    for call in ["create", "update", "done"] {
        let error = fails(&server.api(), call).await;
        assert_eq!(error.kind, ErrorKind::Unreachable, "{call}");
        assert!(server.seen(call).await.is_empty(), "{call}");
    }
}

#[wasm_bindgen_test]
async fn silence_ends_with_the_time_limit() {
    for call in CALLS {
        let server = Scripted::always(call, json!({ "held": true })).await;
        let began = now();
        let error = fails(&server.api().with_limits(SHORT), call).await;
        let waited = now() - began;
        assert_eq!(
            (&error.kind, error.status),
            (&ErrorKind::TimedOut, None),
            "{call}"
        );
        assert!((149.0..5_000.0).contains(&waited), "{call}: {waited} ms");
        assert!(error.is_retryable());
        assert_eq!(error.is_ambiguous(), is_write(call), "{call}");
    }
}

#[wasm_bindgen_test]
async fn a_body_that_never_ends_has_a_limit_of_its_own() {
    let limits = TimeLimits {
        answer: LONG,
        body: 150,
    };
    let error = fails(&stalled().await.with_limits(limits), "list").await;
    assert_eq!((error.kind, error.status), (ErrorKind::TimedOut, Some(200)));
}

#[wasm_bindgen_test]
async fn the_limit_for_the_answer_is_over_once_it_begins() {
    let limits = TimeLimits {
        answer: 1_000,
        body: 1_500,
    };
    let began = now();
    let error = fails(&stalled().await.with_limits(limits), "list").await;
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(now() - began >= 1_499.0, "the body had its own time");
}

#[wasm_bindgen_test]
async fn a_time_limit_gives_the_request_up() {
    let name = format!("time-limit-{}", js_sys::Date::now());
    fails(&silent(&name).await.with_limits(SHORT), "list").await;
    abandoned(&name).await;
}

#[wasm_bindgen_test]
async fn a_call_that_is_dropped_gives_the_request_up() {
    let name = format!("dropped-{}", js_sys::Date::now());
    let api = silent(&name).await;
    let mut call: Pin<Box<dyn Future<Output = _>>> = Box::pin(make(&api, "list"));
    // The browser goes on with a request by itself, so one look is enough to start it.
    let first_look = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(first_look.is_pending());
    let deadline = now() + 10_000.0;
    while fate(&name).await != (true, false) {
        assert!(now() < deadline, "the request never came");
    }
    drop(call);
    abandoned(&name).await;
}

async fn abandoned(name: &str) {
    let deadline = now() + 10_000.0;
    while fate(name).await != (true, true) {
        assert!(now() < deadline, "the request was not given up");
    }
}

#[wasm_bindgen_test]
async fn a_call_that_is_never_awaited_asks_nothing() {
    let server = Scripted::start(json!({})).await;
    let api = server.api();
    drop(make(&api, "create"));
    drop(make(&api, "done"));
    assert_eq!(api.get_tasks().await, Ok(vec![]));
    assert!(server.seen("create").await.is_empty() && server.seen("done").await.is_empty());
}

#[wasm_bindgen_test]
async fn a_request_that_the_browser_refuses_is_unreachable() {
    // A port that browsers keep closed to pages (Fetch standard, "bad port").
    let base = ApiBase::parse("http://127.0.0.1:1/").unwrap();
    let error = fails(&ApiClient::new(base), "create").await;
    assert_eq!(error.kind, ErrorKind::Unreachable);
}
