//! Ending well: on both signals, with a request in flight, and with one that never ends.

use std::time::{Duration, Instant};

use strikethrough_server::SHUTDOWN_LIMIT;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::process::Running;
use crate::support::DEADLINE;

const BODY: &str = r#"{"summary":"in flight"}"#;

async fn start() -> (Running, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let server = Running::start(&directory.path().join("tasks.db")).await;
    (server, directory)
}

/// Begins a create and returns once the server waits for the body.
async fn begin(server: &Running) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /tasks/ HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answer = vec![0; expected.len()];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, expected);
    stream
}

/// Returns once nobody listens any more.
async fn until_closed(server: &Running) {
    let address = server.url.strip_prefix("http://").unwrap();
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect(address).await.is_ok() {
        assert!(Instant::now() < deadline, "the server still listens");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn both_signals_end_it_and_leave_one_file() {
    for signal in ["TERM", "INT"] {
        let (server, directory) = start().await;
        assert_eq!(reqwest::get(server.tasks()).await.unwrap().status(), 200);
        server.signal(signal).await;
        let (status, log) = server.ended().await;
        assert!(status.success(), "{log}");
        assert!(log.contains("shutting down"), "{log}");
        // The write-ahead log has been worked in, so the one file is all of the database.
        let names: Vec<_> = std::fs::read_dir(directory.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}

#[tokio::test]
async fn a_request_in_flight_is_answered() {
    let (server, _directory) = start().await;
    let mut stream = begin(&server).await;
    server.signal("TERM").await;
    until_closed(&server).await;
    stream.write_all(BODY.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(server.ended().await.0.success());
}

#[tokio::test]
async fn a_request_that_never_ends_is_not_waited_for() {
    let (server, _directory) = start().await;
    let _stream = begin(&server).await;
    let begun = Instant::now();
    server.signal("TERM").await;
    let (status, log) = server.ended().await;
    assert!(status.success(), "{log}");
    assert!(log.contains("did not end in time"), "{log}");
    assert!(begun.elapsed() < SHUTDOWN_LIMIT + Duration::from_secs(10));
}

#[tokio::test]
async fn the_log_has_no_text_of_tasks() {
    let (server, _directory) = start().await;
    let body = serde_json::json!({"summary": "a secret", "description": "another secret"});
    let request = reqwest::Client::new()
        .post(server.tasks())
        .header("idempotency-key", "secret-key");
    assert_eq!(request.json(&body).send().await.unwrap().status(), 201);
    reqwest::get(format!("{}?q=secret", server.tasks()))
        .await
        .unwrap();
    server.signal("TERM").await;
    let (_, log) = server.ended().await;
    assert!(log.contains("method=POST path=\"/tasks/\" status=201"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}
