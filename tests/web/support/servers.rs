//! Servers for a test to talk to. A page can start none, so it asks `tests/e2e/examples/web_servers.rs`, which
//! says what each request here means.

use std::cell::RefCell;

use gloo_net::http::Request;
use serde_json::{Value, json};
use strikethrough::api::{ApiBase, ApiClient};

use super::{DEADLINE_MS, now};

thread_local! {
    static HOME: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The origin of the program that starts servers. `cargo xtask test web` wrote it into a file, and the test
/// runner serves the checkout beside its page.
async fn home() -> String {
    if let Some(known) = HOME.with_borrow(Clone::clone) {
        return known;
    }
    let file = Request::get("/target/dev/web/origin.txt").send().await.unwrap();
    assert!(
        file.ok(),
        "the servers are not running; start these tests with `cargo xtask test web`"
    );
    let origin = file.text().await.unwrap().trim().to_owned();
    HOME.set(Some(origin.clone()));
    origin
}

async fn ask(path: &str, body: String) -> Value {
    let url = format!("{}{path}", home().await);
    let answer = Request::post(&url).body(body).unwrap().send().await.unwrap();
    let text = answer.text().await.unwrap();
    assert!(answer.ok(), "{path}: {text}");
    serde_json::from_str(&text).unwrap_or_default()
}

fn client(base: &str) -> ApiClient {
    ApiClient::new(ApiBase::parse(base).unwrap())
}

/// The bundled server with a database of its own that holds these tasks: its client.
pub(crate) async fn bundled(tasks: &[(&str, &str)]) -> ApiClient {
    let made = ask("/bundled", json!(tasks).to_string()).await;
    client(made["origin"].as_str().unwrap())
}

/// A server that answers what a test wrote.
pub(crate) struct Scripted {
    pub(crate) origin: String,
}

impl Scripted {
    /// Starts it; `script` is a `Script` of `web_servers.rs`.
    pub(crate) async fn start(script: Value) -> Self {
        let made = ask("/scripted", script.to_string()).await;
        Self {
            origin: made["origin"].as_str().unwrap().to_owned(),
        }
    }

    /// Starts one that answers one kind of call always like this, and the others honestly.
    pub(crate) async fn always(call: &str, reply: Value) -> Self {
        Self::start(json!({ "replies": [with(reply, "call", call)] })).await
    }

    /// Answers the next call of one kind like this.
    pub(crate) async fn next(&self, call: &str, reply: Value) {
        let reply = with(with(reply, "call", call), "origin", &self.origin);
        ask("/next", reply.to_string()).await;
    }

    /// Lets go what was held back.
    pub(crate) async fn open(&self) {
        ask("/open", self.origin.clone()).await;
    }

    /// The requests of one kind so far.
    pub(crate) async fn seen(&self, call: &str) -> Vec<Value> {
        let Value::Array(seen) = ask("/seen", self.origin.clone()).await else {
            panic!("requests are a list")
        };
        seen.into_iter().filter(|seen| seen["call"] == call).collect()
    }

    /// Waits until this many requests of one kind have come.
    pub(crate) async fn until_seen(&self, call: &str, count: usize) {
        let deadline = now() + DEADLINE_MS;
        while self.seen(call).await.len() < count {
            assert!(now() < deadline, "never came: {count} of {call}");
        }
    }

    pub(crate) fn api(&self) -> ApiClient {
        client(&self.origin)
    }
}

fn with(mut reply: Value, name: &str, value: &str) -> Value {
    reply[name] = json!(value);
    reply
}

/// A reply of JSON.
pub(crate) fn json_reply(status: u16, body: &str) -> Value {
    json!({ "status": status, "headers": [["content-type", "application/json"]], "body": body })
}

/// A web page in place of an answer, as a captive portal sends it.
pub(crate) fn page_reply(status: u16) -> Value {
    json!({
        "status": status,
        "headers": [["content-type", "Text/HTML; charset=utf-8"]],
        "body": "<!doctype html><title>Free Wi-Fi</title>",
    })
}

/// An address at which requests are taken and never answered. `name` tells one test's from another's.
pub(crate) async fn silent(name: &str) -> ApiClient {
    client(&format!("{}/silent/{name}/", home().await))
}

/// An address whose answers begin and never end.
pub(crate) async fn stalled() -> ApiClient {
    client(&format!("{}/stalled/", home().await))
}

/// Whether a request came to [`silent`], and whether it was given up.
pub(crate) async fn fate(name: &str) -> (bool, bool) {
    let fate = ask("/silent", name.to_owned()).await;
    (fate["arrived"] == true, fate["abandoned"] == true)
}
