//! The same server for every app: its files as the bundled server sends them, and the five calls on a list in memory,
//! whose answer is ready before it is asked for.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use axum::body::Bytes;
use axum::extract::{Path as InPath, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use strikethrough_server::{Dist, dist_router};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::chrome::PATIENCE;
use crate::data::Task;

/// A running server. Dropping it ends it.
pub(crate) struct Server {
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) origin: String,
    list: Arc<List>,
    _running: JoinSet<()>,
}

#[derive(Default)]
struct List {
    tasks: Mutex<Vec<Task>>,
    /// The list as it is sent, and its version.
    answer: Mutex<Option<(Bytes, u64)>>,
    version: AtomicU64,
    writes: AtomicU64,
    written: Notify,
}

impl Server {
    /// Serves the app that is built in `dist`, and these tasks.
    pub(crate) async fn start(dist: &Path, tasks: Vec<Task>) -> Result<Self> {
        let files = Dist::open(dist).map_err(|problem| anyhow!("{}: {problem}", dist.display()))?;
        let list = Arc::new(List::default());
        list.replace(tasks)?;
        let api = Router::new()
            .route("/tasks/", get(read_list).post(add))
            .route("/tasks/{id}/", get(read).put(update).delete(finish))
            .with_state(Arc::clone(&list));
        let router = dist_router(files).merge(api);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut running = JoinSet::new();
        running.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the server ended: {error}");
            }
        });
        Ok(Self {
            origin,
            list,
            _running: running,
        })
    }

    /// Puts these tasks in the place of all others, as if others had changed the list.
    pub(crate) fn replace(&self, tasks: Vec<Task>) -> Result<()> {
        self.list.replace(tasks)
    }

    /// How many writes it has carried out.
    pub(crate) fn writes(&self) -> u64 {
        self.list.writes.load(Ordering::Relaxed)
    }

    /// Waits until it has carried out this many.
    pub(crate) async fn written(&self, count: u64) -> Result<()> {
        let wait = async {
            loop {
                let next = self.list.written.notified();
                if self.writes() >= count {
                    return;
                }
                // A write between the look and here is noted all the same, at the next look.
                let _ = tokio::time::timeout(Duration::from_millis(50), next).await;
            }
        };
        let written = tokio::time::timeout(PATIENCE, wait).await;
        ensure!(
            written.is_ok(),
            "the server was not told of it within {} s",
            PATIENCE.as_secs()
        );
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl List {
    fn replace(&self, tasks: Vec<Task>) -> Result<()> {
        *lock(&self.tasks) = tasks;
        let version = self.version.fetch_add(1, Ordering::Relaxed) + 1;
        self.answer(version)?;
        Ok(())
    }

    /// The list as it is sent, made anew only after a change.
    fn answer(&self, version: u64) -> Result<Bytes> {
        let mut answer = lock(&self.answer);
        match &*answer {
            Some((bytes, made)) if *made == version => Ok(bytes.clone()),
            _ => {
                let bytes = Bytes::from(serde_json::to_vec(&*lock(&self.tasks))?);
                *answer = Some((bytes.clone(), version));
                Ok(bytes)
            }
        }
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Task>)) {
        change(&mut lock(&self.tasks));
        self.version.fetch_add(1, Ordering::Relaxed);
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.written.notify_waiters();
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

async fn read_list(State(list): State<Arc<List>>, headers: HeaderMap) -> Response {
    let version = list.version.load(Ordering::Relaxed);
    let tag = format!("\"{version}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok());
    let validators = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    match list.answer(version) {
        Ok(bytes) => (validators, [(header::CONTENT_TYPE, JSON)], bytes).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn read(State(list): State<Arc<List>>, InPath(id): InPath<u64>) -> Response {
    let tasks = lock(&list.tasks);
    let Some(task) = tasks.iter().find(|task| task.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let body = json!({ "id": id, "summary": task.summary, "description": "" });
    ([(header::CACHE_CONTROL, NO_CACHE)], Json(body)).into_response()
}

async fn add(State(list): State<Arc<List>>, Json(body): Json<Value>) -> Response {
    let Some(summary) = summary(&body) else {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    };
    let mut id = 0;
    list.change(|tasks| {
        id = tasks.last().map_or(0, |task| task.id) + 1;
        tasks.push(Task { id, summary });
    });
    (StatusCode::CREATED, Json(json!({ "id": id }))).into_response()
}

async fn update(
    State(list): State<Arc<List>>,
    InPath(id): InPath<u64>,
    Json(body): Json<Value>,
) -> StatusCode {
    let Some(summary) = summary(&body) else {
        return StatusCode::UNPROCESSABLE_ENTITY;
    };
    let mut status = StatusCode::NOT_FOUND;
    list.change(|tasks| {
        if let Some(task) = tasks.iter_mut().find(|task| task.id == id) {
            task.summary = summary;
            status = StatusCode::NO_CONTENT;
        }
    });
    status
}

async fn finish(State(list): State<Arc<List>>, InPath(id): InPath<u64>) -> StatusCode {
    let mut status = StatusCode::NOT_FOUND;
    list.change(|tasks| {
        if let Some(at) = tasks.iter().position(|task| task.id == id) {
            tasks.remove(at);
            status = StatusCode::NO_CONTENT;
        }
    });
    status
}

fn summary(body: &Value) -> Option<String> {
    body.get("summary").and_then(Value::as_str).map(str::to_owned)
}
