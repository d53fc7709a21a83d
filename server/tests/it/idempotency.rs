//! `Idempotency-Key` over the wire.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sqlx::Connection;

use crate::support::{TestServer, etag, header, problem};

const KEY: &str = "8e03978e-40d5-43dd-bc93-6894a57f9324";

fn keyed(server: &TestServer, key: &str, body: &Value) -> RequestBuilder {
    let request = server.request(Method::POST, "/tasks/");
    request.header("idempotency-key", key).json(body)
}

async fn id(response: Response) -> i64 {
    assert_eq!(response.status(), 201);
    let body: Value = response.json().await.unwrap();
    body["id"].as_i64().unwrap()
}

#[tokio::test]
async fn the_same_create_again_makes_nothing() {
    let server = TestServer::start().await;
    let body = json!({"summary": "once", "description": "d"});
    let first = keyed(&server, KEY, &body).send().await.unwrap();
    assert_eq!(header(first.headers(), "idempotency-key"), KEY);
    assert_eq!(header(first.headers(), "idempotent-replayed"), "");
    let (tag, location) = (etag(&first), header(first.headers(), "location").to_owned());
    let made = id(first).await;

    // The quotes of the draft and the order of the fields make no difference.
    let again = server
        .request(Method::POST, "/tasks/")
        .header("idempotency-key", format!("\"{KEY}\""))
        .header("content-type", "application/json")
        .body(r#"{ "description": "d", "summary": "once" }"#);
    let again = again.send().await.unwrap();
    assert_eq!(header(again.headers(), "idempotency-key"), format!("\"{KEY}\""));
    assert_eq!(header(again.headers(), "idempotent-replayed"), "true");
    assert_eq!(
        (etag(&again), header(again.headers(), "location")),
        (tag, &*location)
    );
    assert_eq!(id(again).await, made);
    assert_eq!(server.summaries().await, ["once"]);
}

#[tokio::test]
async fn the_answer_is_the_same_after_the_task_changed_or_went() {
    let server = TestServer::start().await;
    let body = json!({"summary": "once"});
    let made = id(keyed(&server, KEY, &body).send().await.unwrap()).await;
    server
        .put(made, &json!({"summary": "changed", "description": ""}))
        .await;
    assert_eq!(id(keyed(&server, KEY, &body).send().await.unwrap()).await, made);
    assert_eq!(server.summaries().await, ["changed"]);
    server.delete(made).await;
    assert_eq!(id(keyed(&server, KEY, &body).send().await.unwrap()).await, made);
    assert!(server.summaries().await.is_empty());
}

#[tokio::test]
async fn a_key_belongs_to_one_body() {
    let server = TestServer::start().await;
    keyed(&server, KEY, &json!({"summary": "a"}))
        .send()
        .await
        .unwrap();
    let other = keyed(&server, KEY, &json!({"summary": "b"}))
        .send()
        .await
        .unwrap();
    problem(other, 422).await;
    assert_eq!(server.summaries().await, ["a"]);
    id(keyed(&server, "another", &json!({"summary": "a"}))
        .send()
        .await
        .unwrap())
    .await;
    assert_eq!(server.summaries().await, ["a", "a"]);
}

#[tokio::test]
async fn an_invalid_create_does_not_use_its_key_up() {
    let server = TestServer::start().await;
    let refused = keyed(&server, KEY, &json!({"summary": ""})).send().await.unwrap();
    problem(refused, 422).await;
    id(keyed(&server, KEY, &json!({"summary": "right"}))
        .send()
        .await
        .unwrap())
    .await;
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let server = TestServer::start().await;
    for key in ["", "\"\"", "\"open", &"k".repeat(256)] {
        let response = keyed(&server, key, &json!({"summary": "x"}))
            .send()
            .await
            .unwrap();
        problem(response, 400).await;
    }
    let twice = keyed(&server, "a", &json!({"summary": "x"})).header("idempotency-key", "b");
    problem(twice.send().await.unwrap(), 400).await;
    assert!(server.summaries().await.is_empty());
}

#[tokio::test]
async fn without_a_key_nothing_is_promised() {
    let server = TestServer::start().await;
    let response = server.post(&json!({"summary": "x"})).await;
    assert!(response.headers().get("idempotency-key").is_none());
    server.add("x").await;
    assert_eq!(server.summaries().await, ["x", "x"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_make_one_task() {
    let server = TestServer::start().await;
    let body = json!({"summary": "once"});
    let requests: Vec<_> = (0..20)
        .map(|_| tokio::spawn(keyed(&server, KEY, &body).send()))
        .collect();
    let mut ids = HashSet::new();
    for request in requests {
        let response = request.await.unwrap().unwrap();
        if response.status() == 409 {
            problem(response, 409).await;
        } else {
            ids.insert(id(response).await);
        }
    }
    assert_eq!(ids.len(), 1);
    assert_eq!(server.summaries().await, ["once"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_flight_is_a_conflict() {
    let server = TestServer::start().await;
    let mut other = server.database().await;
    // While another program holds the write lock, the first of the two to arrive can't end.
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let body = json!({"summary": "once"});
    let mut first = tokio::spawn(keyed(&server, KEY, &body).send());
    let mut second = tokio::spawn(keyed(&server, KEY, &body).send());
    let (early, late) = tokio::select! {
        early = &mut first => (early, second),
        early = &mut second => (early, first),
    };
    let conflict = early.unwrap().unwrap();
    assert_eq!(header(conflict.headers(), "retry-after"), "1");
    problem(conflict, 409).await;
    lock.rollback().await.unwrap();
    id(late.await.unwrap().unwrap()).await;
    assert_eq!(server.summaries().await, ["once"]);
}

#[tokio::test]
async fn a_create_ends_although_its_client_has_gone() {
    let server = TestServer::start().await;
    let mut other = server.database().await;
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let body = json!({"summary": "once"});
    let abandoned = tokio::spawn(keyed(&server, KEY, &body).send());
    // A conflict shows that a create has arrived and can't end: that one, or one of these that was given up.
    loop {
        let again = keyed(&server, KEY, &body).timeout(Duration::from_millis(500));
        match again.send().await {
            Ok(response) => break drop(problem(response, 409).await),
            Err(error) => assert!(error.is_timeout(), "{error}"),
        }
    }
    abandoned.abort();
    lock.rollback().await.unwrap();
    let deadline = tokio::time::Instant::now() + crate::support::DEADLINE;
    loop {
        let response = keyed(&server, KEY, &body).send().await.unwrap();
        if response.status() == 201 {
            assert_eq!(header(response.headers(), "idempotent-replayed"), "true");
            break;
        }
        problem(response, 409).await;
        assert!(tokio::time::Instant::now() < deadline);
    }
    assert_eq!(server.summaries().await, ["once"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_on_one_database_make_one_task() {
    let one = TestServer::start().await;
    let database = one.database.clone();
    let other = TestServer::with(|options| options.database = database).await;
    for round in 0..10 {
        let (key, body) = (
            format!("key {round}"),
            json!({"summary": format!("task {round}")}),
        );
        let first = tokio::spawn(keyed(&one, &key, &body).send());
        let second = tokio::spawn(keyed(&other, &key, &body).send());
        let first = id(first.await.unwrap().unwrap()).await;
        assert_eq!(id(second.await.unwrap().unwrap()).await, first);
    }
    assert_eq!(one.summaries().await.len(), 10);
    assert_eq!(other.summaries().await.len(), 10);
}
