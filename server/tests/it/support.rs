//! A server on a free port with a database of its own, and short names for what tests do with it.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use strikethrough_server::{Options, StartError, run};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Longer than anything takes that is going to happen.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

pub(crate) struct TestServer {
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    pub(crate) database: PathBuf,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), StartError>>,
    _directory: TempDir,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = directory.path().join("tasks.db");
        let mut options = Options {
            database: database.clone(),
            ..Options::default()
        };
        change(&mut options);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(run(listener, options, async {
            let _ = stopped.await;
        }));
        let server = Self {
            url,
            client: reqwest::Client::new(),
            database,
            stop,
            serving,
            _directory: directory,
        };
        // The listener takes connections before the database is there; this waits until it is.
        assert_eq!(server.get("/healthz").await.status(), 200);
        server
    }

    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap().unwrap();
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn post(&self, body: &Value) -> Response {
        let request = self.request(Method::POST, "/tasks/").json(body);
        request.send().await.unwrap()
    }

    pub(crate) async fn put(&self, id: i64, body: &Value) -> Response {
        let request = self.request(Method::PUT, &format!("/tasks/{id}/"));
        request.json(body).send().await.unwrap()
    }

    pub(crate) async fn delete(&self, id: i64) -> Response {
        let request = self.request(Method::DELETE, &format!("/tasks/{id}/"));
        request.send().await.unwrap()
    }

    /// Adds a task and returns its id.
    pub(crate) async fn add(&self, summary: &str) -> i64 {
        let response = self.post(&json!({"summary": summary})).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let body: Value = response.json().await.unwrap();
        body["id"].as_i64().unwrap()
    }

    /// The summaries of the whole list.
    pub(crate) async fn summaries(&self) -> Vec<String> {
        let list: Vec<Value> = self.get("/tasks/").await.json().await.unwrap();
        list.iter()
            .map(|task| task["summary"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A connection beside the server's own, as another program would have one.
    pub(crate) async fn database(&self) -> SqliteConnection {
        let options = SqliteConnectOptions::new().filename(&self.database);
        options.connect().await.unwrap()
    }
}

/// Checks that an answer is a problem with this status, and returns its body.
pub(crate) async fn problem(response: Response, status: u16) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(
        header(response.headers(), "content-type"),
        "application/problem+json"
    );
    assert_eq!(header(response.headers(), "cache-control"), "no-store");
    assert_eq!(header(response.headers(), "x-content-type-options"), "nosniff");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["status"], status);
    assert!(!body["title"].as_str().unwrap().is_empty());
    assert!(
        body["detail"]
            .as_str()
            .unwrap()
            .ends_with(|end: char| !end.is_whitespace())
    );
    body
}

/// A header as text, empty if it is missing.
pub(crate) fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

pub(crate) fn etag(response: &Response) -> String {
    let etag = header(response.headers(), "etag");
    assert!(
        etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"'),
        "{etag}"
    );
    etag.to_owned()
}
