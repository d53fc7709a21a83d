//! Every error answer is a problem, and says what is wrong.

use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::Connection;
use strikethrough_server::{Store, api_router};

use crate::support::{TestServer, header, problem};

async fn send(server: &TestServer, method: Method, path: &str, kind: &str, body: &str) -> Response {
    let request = server.request(method, path).header("content-type", kind);
    request.body(body.to_owned()).send().await.unwrap()
}

const JSON: &str = "application/json";

#[tokio::test]
async fn unknown_addresses() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/nope",
        "/tasks/1/x",
        "/tasks/1/x/",
        "/TASKS/",
        "/tasks.json",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let response = server.request(method, path).send().await.unwrap();
            assert_eq!(response.status(), 404, "{path}");
            problem(response, 404).await;
        }
    }
}

#[tokio::test]
async fn a_missing_slash_is_pointed_out() {
    let server = TestServer::start().await;
    server.add("x").await;
    for (method, path) in [
        (Method::GET, "/tasks"),
        (Method::POST, "/tasks"),
        (Method::GET, "/tasks/1"),
        (Method::PUT, "/tasks/1"),
        (Method::DELETE, "/tasks/1"),
    ] {
        let body = problem(send(&server, method, path, JSON, "{}").await, 404).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(
            detail.contains("slash") && detail.ends_with(&format!("{path}/")),
            "{detail}"
        );
    }
    assert_eq!(server.summaries().await, ["x"]);
}

#[tokio::test]
async fn an_id_that_no_task_has() {
    let server = TestServer::start().await;
    server.add("x").await;
    for id in [
        "",
        "2",
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "abc",
        "%20",
        "%ff",
        "a%2Fb",
        "9223372036854775808",
        "00000000-0000-4000-8000-000000000000",
    ] {
        let path = format!("/tasks/{id}/");
        problem(server.get(&path).await, 404).await;
        problem(server.request(Method::DELETE, &path).send().await.unwrap(), 404).await;
        let body = r#"{"summary": "s", "description": "d"}"#;
        problem(send(&server, Method::PUT, &path, JSON, body).await, 404).await;
    }
    assert_eq!(server.summaries().await, ["x"]);
}

#[tokio::test]
async fn wrong_methods_learn_the_right_ones() {
    let server = TestServer::start().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/tasks/", ["GET", "HEAD", "POST"].as_slice()),
        (Method::PATCH, "/tasks/", &["GET", "HEAD", "POST"]),
        (Method::OPTIONS, "/tasks/", &["GET", "HEAD", "POST"]),
        (Method::POST, "/tasks/1/", &["GET", "HEAD", "PUT", "DELETE"]),
        (Method::PATCH, "/tasks/1/", &["GET", "HEAD", "PUT", "DELETE"]),
        (Method::POST, "/healthz", &["GET", "HEAD"]),
    ] {
        let response = server.request(method, path).send().await.unwrap();
        let allow = header(response.headers(), "allow");
        let listed: Vec<&str> = allow.split(',').map(str::trim).collect();
        assert_eq!(listed, allowed);
        problem(response, 405).await;
    }
}

#[tokio::test]
async fn bodies_of_another_type() {
    let server = TestServer::start().await;
    let body = r#"{"summary": "s", "description": "d"}"#;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "",
    ] {
        problem(send(&server, Method::POST, "/tasks/", kind, body).await, 415).await;
        problem(send(&server, Method::PUT, "/tasks/1/", kind, body).await, 415).await;
    }
    let bare = server.request(Method::POST, "/tasks/").body(body);
    problem(bare.send().await.unwrap(), 415).await;
    assert!(server.summaries().await.is_empty());
}

#[tokio::test]
async fn broken_json() {
    let server = TestServer::start().await;
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "{",
        "{\"summary\": \"x\"",
        "{\"summary\": \"\\ud800\"}",
        "{} x",
        "nonsense",
        &deep,
    ] {
        problem(send(&server, Method::POST, "/tasks/", JSON, body).await, 400).await;
    }
    let request = server
        .request(Method::POST, "/tasks/")
        .header("content-type", JSON);
    let not_utf8 = request
        .body(b"{\"summary\": \"\xff\"}".as_slice())
        .send()
        .await
        .unwrap();
    problem(not_utf8, 400).await;
}

#[tokio::test]
async fn invalid_drafts() {
    let server = TestServer::start().await;
    server.add("x").await;
    let check = async |method: Method, body: Value, pointers: &[&str]| {
        let path = if method == Method::POST {
            "/tasks/"
        } else {
            "/tasks/1/"
        };
        let response = send(&server, method.clone(), path, JSON, &body.to_string()).await;
        let answer = problem(response, 422).await;
        let errors = answer["errors"].as_array().unwrap();
        let found: Vec<&str> = errors
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(found, pointers, "{method} {body}");
        let details: Vec<&str> = errors
            .iter()
            .map(|error| error["detail"].as_str().unwrap())
            .collect();
        assert_eq!(answer["detail"], details.join(" "));
    };
    let (summary, description) = ("#/summary", "#/description");
    for method in [Method::POST, Method::PUT] {
        let check = async |body, pointers: &[&str]| check(method.clone(), body, pointers).await;
        check(json!({"description": ""}), &[summary]).await;
        check(json!({"summary": "", "description": ""}), &[summary]).await;
        check(json!({"summary": null, "description": ""}), &[summary]).await;
        check(json!({"summary": 7, "description": ""}), &[summary]).await;
        check(json!({"summary": "x".repeat(120), "description": ""}), &[summary]).await;
        check(
            json!({"summary": "x\n".repeat(60), "description": ""}),
            &[summary, summary],
        )
        .await;
        check(json!({"summary": "x", "description": null}), &[description]).await;
        check(json!({"summary": "", "description": []}), &[summary, description]).await;
        for line_break in ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"] {
            let body = json!({"summary": format!("a{line_break}"), "description": ""});
            check(body, &[summary]).await;
        }
        for body in [json!([]), json!("x"), json!(null), json!(7)] {
            check(body, &["#"]).await;
        }
    }
    check(Method::PUT, json!({"summary": "x"}), &[description]).await;
    check(Method::PUT, json!({}), &[summary, description]).await;
    assert_eq!(server.summaries().await, ["x"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_database_asks_for_patience() {
    let server = TestServer::start().await;
    let mut other = server.database().await;
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let response = server.post(&json!({"summary": "x"})).await;
    assert_eq!(header(response.headers(), "retry-after"), "1");
    problem(response, 503).await;
    // Readers don't mind.
    assert!(server.summaries().await.is_empty());
    lock.rollback().await.unwrap();
    server.add("x").await;
}

#[tokio::test]
async fn health_is_that_of_the_database() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("tasks.db")).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/healthz", listener.local_addr().unwrap());
    let router = api_router(store.clone(), &[]);
    tokio::spawn(async { axum::serve(listener, router).await });
    let healthy = reqwest::get(&url).await.unwrap();
    assert_eq!(healthy.status(), 200);
    assert_eq!(healthy.json::<Value>().await.unwrap(), json!({"status": "ok"}));
    store.close().await;
    problem(reqwest::get(&url).await.unwrap(), 503).await;
}

#[tokio::test]
async fn a_database_that_breaks_is_an_internal_error() {
    let server = TestServer::start().await;
    sqlx::query("DROP TABLE tasks")
        .execute(&mut server.database().await)
        .await
        .unwrap();
    for response in [
        server.get("/tasks/").await,
        server.post(&json!({"summary": "secret"})).await,
    ] {
        let body = problem(response, 500).await;
        assert!(!body.to_string().contains("no such table"), "{body}");
    }
}
