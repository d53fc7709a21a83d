//! The five calls, as the contract has them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestServer, etag, header, problem};

#[tokio::test]
async fn a_task_from_first_to_last() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/tasks/").await.text().await.unwrap(), "[]");

    let response = server
        .post(&json!({"summary": "Buy milk", "description": "Two litres."}))
        .await;
    assert_eq!(response.status(), 201);
    etag(&response);
    let location = response
        .url()
        .join(header(response.headers(), "location"))
        .unwrap();
    assert_eq!(location.path(), "/tasks/1/");
    assert_eq!(response.json::<Value>().await.unwrap(), json!({"id": 1}));

    let list: Value = server.get("/tasks/").await.json().await.unwrap();
    assert_eq!(list, json!([{"id": 1, "summary": "Buy milk"}]));

    let response = server
        .put(1, &json!({"summary": "Buy oat milk", "description": ""}))
        .await;
    assert_eq!(response.status(), 204);
    let version = etag(&response);

    let response = server.get("/tasks/1/").await;
    assert_eq!(header(response.headers(), "content-type"), "application/json");
    assert_eq!(etag(&response), version);
    let task: Value = response.json().await.unwrap();
    assert_eq!(
        task,
        json!({"id": 1, "summary": "Buy oat milk", "description": ""})
    );

    let response = server.delete(1).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.text().await.unwrap(), "");
    assert_eq!(server.get("/tasks/").await.text().await.unwrap(), "[]");
    problem(server.get("/tasks/1/").await, 404).await;
    problem(server.delete(1).await, 404).await;
    problem(
        server.put(1, &json!({"summary": "x", "description": ""})).await,
        404,
    )
    .await;
    server.stop().await;
}

#[tokio::test]
async fn an_id_is_never_used_again() {
    let server = TestServer::start().await;
    let first = server.add("first").await;
    server.delete(first).await;
    let second = server.add("second").await;
    assert!(second > first);
}

#[tokio::test]
async fn the_list_is_in_the_order_of_creation() {
    let server = TestServer::start().await;
    for summary in ["b", "a", "c"] {
        server.add(summary).await;
    }
    server.put(1, &json!({"summary": "z", "description": ""})).await;
    assert_eq!(server.summaries().await, ["z", "a", "c"]);
}

#[tokio::test]
async fn text_comes_back_as_it_went() {
    let server = TestServer::start().await;
    for (summary, description) in [
        ("שלום עולם", "ימין לשמאל\n\tטאב"),
        ("👩‍👩‍👧‍👦 e\u{301} \u{202e}", "a\r\nb\u{2028}c\u{85}"),
        (
            "<script>alert(1)</script>",
            "</textarea><img src=x onerror=alert(1)>",
        ),
        ("\0nul", "\0"),
        (" ", "'; DROP TABLE tasks; --"),
        ("\\u0041 \"quoted\"", "{\"a\": 1}"),
    ] {
        let body = json!({"summary": summary, "description": description});
        let created: Value = server.post(&body).await.json().await.unwrap();
        let id = created["id"].as_i64().unwrap();
        let task: Value = server.get(&format!("/tasks/{id}/")).await.json().await.unwrap();
        assert_eq!(
            task,
            json!({"id": id, "summary": summary, "description": description})
        );
    }
}

#[tokio::test]
async fn a_create_needs_no_description_and_no_order() {
    let server = TestServer::start().await;
    let id = server.add("bare").await;
    let task: Value = server.get(&format!("/tasks/{id}/")).await.json().await.unwrap();
    assert_eq!(task["description"], "");
    let odd = r#"{"done": [{"deep": null}], "description": "d", "summary": "s", "id": 99}"#;
    let request = server.request(Method::POST, "/tasks/");
    let request = request
        .header("content-type", "application/json; charset=utf-8")
        .body(odd);
    assert_eq!(request.send().await.unwrap().status(), 201);
    assert_eq!(server.summaries().await, ["bare", "s"]);
}

#[tokio::test]
async fn ids_above_2_to_the_53_are_exact() {
    let server = TestServer::start().await;
    let id: i64 = 9_007_199_254_740_993;
    sqlx::query("INSERT INTO tasks (id, summary, description, revision) VALUES (?, 'far', '', 1)")
        .bind(id)
        .execute(&mut server.database().await)
        .await
        .unwrap();
    let list = server.get("/tasks/").await.text().await.unwrap();
    assert_eq!(list, r#"[{"id":9007199254740993,"summary":"far"}]"#);
    assert_eq!(server.get(&format!("/tasks/{id}/")).await.status(), 200);
    assert_eq!(server.add("next").await, id + 1);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = TestServer::start().await;
    server.add("x").await;
    for path in ["/tasks/", "/tasks/1/", "/healthz"] {
        let get = server.get(path).await;
        let head = server.request(Method::HEAD, path).send().await.unwrap();
        assert_eq!(head.status(), 200);
        for name in ["etag", "content-type", "content-length", "cache-control"] {
            assert_eq!(head.headers().get(name), get.headers().get(name), "{path} {name}");
        }
        assert_eq!(head.text().await.unwrap(), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_creates_at_once_make_fifty_tasks() {
    let server = TestServer::start().await;
    let requests = (0..50).map(|number| {
        let body = json!({"summary": format!("task {number}")});
        tokio::spawn(server.request(Method::POST, "/tasks/").json(&body).send())
    });
    let requests: Vec<_> = requests.collect();
    let mut ids = std::collections::BTreeSet::new();
    for request in requests {
        let response = request.await.unwrap().unwrap();
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.unwrap();
        ids.insert(body["id"].as_i64().unwrap());
    }
    assert_eq!(ids.len(), 50);
    assert_eq!(server.summaries().await.len(), 50);
}

#[tokio::test]
async fn demo_tasks_come_only_to_an_empty_list() {
    let server = TestServer::with(|options| options.demo = true).await;
    assert_eq!(server.summaries().await.len(), 12);
}
