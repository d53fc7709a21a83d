//! A small server that follows the contract's baseline in its own way: ids are strings and numbers above
//! 2^53, a create answers with the whole object, every object has fields nobody asked for, and there is no
//! ETag. A journey may put any answer in place of its own.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::http::{HeaderMap, HeaderValue};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::foreign::calls::routes;
use crate::foreign::{Answer, serve};
use crate::page::App;
use crate::site::Files;

/// The five calls of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// `GET /tasks/`
    List,
    /// `GET /tasks/<id>/`
    Read,
    /// `POST /tasks/`
    Create,
    /// `PUT /tasks/<id>/`
    Update,
    /// `DELETE /tasks/<id>/`
    Done,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Which of the five calls it is.
    pub call: Call,
    /// Path and query, percent-encoded as they were sent.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or `null` when there is none.
    pub body: Value,
}

/// How the list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// One array.
    Whole,
    /// Pages of this size, the next one named by a `Link` header (RFC 8288).
    Link(usize),
    /// Pages of this size in an envelope `{count, next, previous, results}`.
    Envelope(usize),
}

/// A task of this server, with fields that the app does not know.
pub fn foreign_task(id: impl Into<Value>, summary: &str, description: &str) -> Value {
    json!({
        "url": "https://elsewhere.invalid/", "id": id.into(), "owner": { "name": "Ada", "id": 1 },
        "summary": summary, "tags": ["a", "b"], "description": description, "done": null,
    })
}

/// The running server, which serves the app's files as well. Dropping it ends it.
#[derive(Debug)]
pub struct Scripted {
    /// The origin, such as `http://127.0.0.1:40123`.
    pub origin: String,
    shared: Shared,
    _files: Option<Files>,
    _tasks: JoinSet<()>,
}

pub(super) type Shared = Arc<Mutex<Inner>>;

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) tasks: Vec<Value>,
    pub(super) style: ListStyle,
    pub(super) next: HashMap<Call, VecDeque<Answer>>,
    pub(super) always: HashMap<Call, Answer>,
    pub(super) seen: Vec<Seen>,
    pub(super) made: u64,
    pub(super) permitted: Option<HeaderValue>,
}

impl Scripted {
    /// Starts it with these tasks and the app in front of it.
    ///
    /// # Errors
    ///
    /// When no port can be bound, or the app is not built.
    pub async fn start(browser: &Browser, tasks: Vec<Value>) -> Result<(Self, App)> {
        Self::start_with(browser, r#"{ "api": "/" }"#, tasks).await
    }

    /// As [`Scripted::start`], with this text as the app's `config.json`.
    ///
    /// # Errors
    ///
    /// When no port can be bound, or the app is not built.
    pub async fn start_with(browser: &Browser, config: &str, tasks: Vec<Value>) -> Result<(Self, App)> {
        let server = Self::serve(Some(Files::with_config(config)?), tasks).await?;
        let app = App::new(browser, &format!("{}/", server.origin));
        Ok((server, app))
    }

    /// Starts it with these tasks and nothing beside the API. It gives no permission to other origins.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start_bare(tasks: Vec<Value>) -> Result<Self> {
        Self::serve(None, tasks).await
    }

    async fn serve(files: Option<Files>, tasks: Vec<Value>) -> Result<Self> {
        let shared = Arc::new(Mutex::new(Inner {
            tasks,
            style: ListStyle::Whole,
            next: HashMap::new(),
            always: HashMap::new(),
            seen: Vec::new(),
            made: 0,
            permitted: None,
        }));
        let api = routes(&shared);
        let router = match &files {
            Some(files) => api.merge(files.router()?),
            None => api,
        };
        let (origin, tasks) = serve(router).await?;
        Ok(Self {
            origin,
            shared,
            _files: files,
            _tasks: tasks,
        })
    }

    /// The next request of this kind gets `answer`; after that the server is honest again.
    pub fn next(&self, call: Call, answer: Answer) {
        self.lock().next.entry(call).or_default().push_back(answer);
    }

    /// Every request of this kind gets `answer`, until [`Scripted::honest`].
    pub fn always(&self, call: Call, answer: Answer) {
        self.lock().always.insert(call, answer);
    }

    /// Requests of this kind get the server's own answer again.
    pub fn honest(&self, call: Call) {
        let mut inner = self.lock();
        inner.always.remove(&call);
        inner.next.remove(&call);
    }

    /// How the list comes from now on.
    pub fn list_style(&self, style: ListStyle) {
        self.lock().style = style;
    }

    /// Pages of this origin may call the API from now on, with `Content-Type` and no other header
    /// (CORS).
    ///
    /// # Errors
    ///
    /// When the text can't stand in a header.
    pub fn permit(&self, origin: &str) -> Result<()> {
        self.lock().permitted = Some(HeaderValue::from_str(origin)?);
        Ok(())
    }

    /// What the server holds.
    pub fn tasks(&self) -> Vec<Value> {
        self.lock().tasks.clone()
    }

    /// Replaces what the server holds, as another client might.
    pub fn put_tasks(&self, tasks: Vec<Value>) {
        self.lock().tasks = tasks;
    }

    /// The requests of this kind so far.
    pub fn seen(&self, call: Call) -> Vec<Seen> {
        self.lock()
            .seen
            .iter()
            .filter(|seen| seen.call == call)
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.shared)
    }
}

/// A journey that panicked has failed already; the others' servers are not this one.
pub(super) fn lock(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
