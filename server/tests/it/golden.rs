//! The golden JSON that the app's tests read too, byte for byte.

use reqwest::{Method, Response};

use crate::support::TestServer;

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/", $name)).trim_end_matches('\n')
    };
}

/// A server whose next task gets the id 7, like the one in the files.
async fn server_before_task_7() -> TestServer {
    let server = TestServer::start().await;
    sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('tasks', 6)")
        .execute(&mut server.database().await)
        .await
        .unwrap();
    server
}

async fn send_draft(server: &TestServer, method: Method, path: &str) -> Response {
    let request = server
        .request(method, path)
        .header("content-type", "application/json");
    request.body(golden!("draft.json")).send().await.unwrap()
}

#[tokio::test]
async fn answers_are_the_golden_ones() {
    let server = server_before_task_7().await;
    let get = async |path| server.get(path).await.text().await.unwrap();
    assert_eq!(get("/tasks/7/").await, golden!("problem-not-found.json"));

    let created = send_draft(&server, Method::POST, "/tasks/").await;
    assert_eq!(created.text().await.unwrap(), golden!("created.json"));
    assert_eq!(get("/tasks/7/").await, golden!("task.json"));

    assert_eq!(server.add("Grüße an Zoë 👋 שלום").await, 8);
    assert_eq!(get("/tasks/").await, golden!("list.json"));

    let invalid = server.post(&serde_json::json!({"summary": ""})).await;
    assert_eq!(invalid.text().await.unwrap(), golden!("problem-invalid.json"));
}

#[tokio::test]
async fn the_golden_draft_replaces_a_task() {
    let server = server_before_task_7().await;
    assert_eq!(server.add("to be replaced").await, 7);
    assert_eq!(send_draft(&server, Method::PUT, "/tasks/7/").await.status(), 204);
    let task = server.get("/tasks/7/").await.text().await.unwrap();
    assert_eq!(task, golden!("task.json"));
}
