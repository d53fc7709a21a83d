//! The largest that goes, and the first that does not.

use reqwest::Method;
use serde_json::{Value, json};
use strikethrough_server::{BODY_LIMIT, SUMMARY_MAX};

use crate::support::{TestServer, problem};

#[tokio::test]
async fn a_megabyte_of_description_however_it_is_spelt() {
    let server = TestServer::start().await;
    // JSON spells each of these bytes with six.
    let description = "\u{1}".repeat(1024 * 1024);
    let body = json!({"summary": "long", "description": description});
    assert_eq!(server.post(&body).await.status(), 201);
    let task: Value = server.get("/tasks/1/").await.json().await.unwrap();
    assert_eq!(task["description"], description);
    assert_eq!(server.put(1, &body).await.status(), 204);
}

#[tokio::test]
async fn summaries_of_full_length() {
    let server = TestServer::start().await;
    let summary = "\u{1F4DD}".repeat(SUMMARY_MAX);
    server.add(&summary).await;
    assert_eq!(server.summaries().await, [summary]);
}

#[tokio::test]
async fn bodies_up_to_the_limit_and_not_beyond() {
    let server = TestServer::start().await;
    let frame = r#"{"summary":"x","description":""}"#.len();
    let post = async |length: usize| {
        let body = json!({"summary": "x", "description": "d".repeat(length - frame)});
        server.post(&body).await
    };
    assert_eq!(post(BODY_LIMIT).await.status(), 201);
    problem(post(BODY_LIMIT + 1).await, 413).await;
    problem(post(2 * BODY_LIMIT).await, 413).await;
    assert_eq!(server.summaries().await.len(), 1);
}

#[tokio::test]
async fn a_body_of_unknown_length_has_the_same_limit() {
    let server = TestServer::start().await;
    let (mut sender, receiver) = tokio::io::duplex(64 * 1024);
    let feeding = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let chunk = vec![b' '; 64 * 1024];
        for _ in 0..=BODY_LIMIT / chunk.len() {
            sender.write_all(&chunk).await.unwrap();
        }
    });
    let response = chunked(&server, receiver).await;
    feeding.await.unwrap();
    assert!(response.starts_with("HTTP/1.1 413 "), "{response}");
    assert!(response.contains("application/problem+json"), "{response}");
}

/// Sends what `body` yields as a chunked body and returns the whole answer.
async fn chunked(server: &TestServer, mut body: impl tokio::io::AsyncRead + Unpin) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{} /tasks/ HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        Method::POST
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = body.read(&mut chunk).await.unwrap();
        stream
            .write_all(format!("{length:x}\r\n").as_bytes())
            .await
            .unwrap();
        stream.write_all(&chunk[..length]).await.unwrap();
        stream.write_all(b"\r\n").await.unwrap();
        if length == 0 {
            break;
        }
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}
