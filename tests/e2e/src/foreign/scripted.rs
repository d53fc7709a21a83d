//! A small server that follows the contract's baseline in its own way: ids are strings and numbers above
//! 2^53, a create answers with the whole object, every object has fields nobody asked for, and there is no
//! ETag. A journey may put any answer in place of its own.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, any};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::browser::Browser;
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

type Shared = Arc<Mutex<Inner>>;

#[derive(Debug)]
struct Inner {
    tasks: Vec<Value>,
    style: ListStyle,
    next: HashMap<Call, VecDeque<Answer>>,
    always: HashMap<Call, Answer>,
    seen: Vec<Seen>,
    made: u64,
    permitted: Option<HeaderValue>,
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
        let api = Router::new()
            .route("/tasks/", calls(any(collection)))
            .route("/tasks/{id}/", calls(any(member)))
            .layer(from_fn_with_state(Arc::clone(&shared), cors))
            .with_state(Arc::clone(&shared));
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
fn lock(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn calls(router: MethodRouter<Shared>) -> MethodRouter<Shared> {
    // 1 MB of description is one of the journeys; the default limit is 2 MB.
    router.layer(axum::extract::DefaultBodyLimit::max(16 << 20))
}

/// What a server must send so that pages of another origin can use it (Fetch standard, "CORS protocol").
async fn cors(State(shared): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let permitted = lock(&shared).permitted.clone();
    let Some(origin) = permitted else {
        return next.run(request).await;
    };
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, DELETE"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type"),
    );
    response
}

async fn collection(
    State(shared): State<Shared>,
    Query(query): Query<HashMap<String, usize>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let call = match method {
        Method::GET => Call::List,
        Method::POST => Call::Create,
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let page = query.get("page").copied().unwrap_or(0);
    answer(&shared, call, (&uri, headers, &body), |inner, sent| match call {
        Call::Create => create(inner, sent),
        _ => list(inner, page),
    })
    .await
}

async fn member(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let call = match method {
        Method::GET => Call::Read,
        Method::PUT => Call::Update,
        Method::DELETE => Call::Done,
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    answer(&shared, call, (&uri, headers, &body), |inner, sent| {
        let Some(at) = inner.tasks.iter().position(|task| path_text(task) == id) else {
            return (StatusCode::NOT_FOUND, Json(json!({ "detail": "Not found." }))).into_response();
        };
        if call == Call::Done {
            return Json(inner.tasks.remove(at)).into_response();
        }
        let Some(task) = inner.tasks.get_mut(at) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if call == Call::Update {
            take_text(task, sent);
        }
        Json(task.clone()).into_response()
    })
    .await
}

/// Notes the request, then answers as the journey wrote or, failing that, honestly.
async fn answer(
    shared: &Shared,
    call: Call,
    (uri, headers, body): (&Uri, HeaderMap, &Bytes),
    honest: impl FnOnce(&mut Inner, &Value) -> Response<Body>,
) -> Response<Body> {
    let (written, honest) = {
        let mut inner = lock(shared);
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let target = uri.to_string();
        inner.seen.push(Seen {
            call,
            target,
            headers,
            body: body.clone(),
        });
        let next = inner.next.get_mut(&call).and_then(VecDeque::pop_front);
        let written = next.or_else(|| inner.always.get(&call).cloned());
        let acts = written.as_ref().is_none_or(|answer| answer.takes_effect);
        let honest = acts.then(|| honest(&mut inner, &body));
        (written, honest)
    };
    match (written, honest) {
        (Some(written), honest) => written.instead_of(honest).await,
        (None, Some(honest)) => honest,
        (None, None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn list(inner: &Inner, page: usize) -> Response<Body> {
    let (ListStyle::Link(size) | ListStyle::Envelope(size)) = inner.style else {
        return Json(&inner.tasks).into_response();
    };
    let tasks: Vec<_> = inner.tasks.iter().skip(page * size).take(size).collect();
    let next = ((page + 1) * size < inner.tasks.len()).then(|| format!("/tasks/?page={}", page + 1));
    match (inner.style, next) {
        (ListStyle::Envelope(_), next) => {
            let body =
                json!({ "count": inner.tasks.len(), "next": next, "previous": null, "results": tasks });
            Json(body).into_response()
        }
        (_, Some(next)) => ([("link", format!("<{next}>; rel=\"next\""))], Json(tasks)).into_response(),
        (_, None) => Json(tasks).into_response(),
    }
}

fn create(inner: &mut Inner, sent: &Value) -> Response<Body> {
    inner.made += 1;
    // In turn a string that has to be percent-encoded, and a number that a JavaScript number can't hold.
    let id = match inner.made % 2 {
        1 => json!(format!("neu/ä {}%?#", inner.made)),
        _ => json!(9_007_199_254_740_993_u64 + inner.made),
    };
    let mut task = foreign_task(id, "", "");
    take_text(&mut task, sent);
    inner.tasks.push(task.clone());
    (StatusCode::CREATED, Json(task)).into_response()
}

fn take_text(task: &mut Value, sent: &Value) {
    for field in ["summary", "description"] {
        if let (Some(object), Some(text)) = (task.as_object_mut(), sent.get(field)) {
            object.insert(field.to_owned(), text.clone());
        }
    }
}

/// An id as it stands in a path once the percent-encoding is undone.
fn path_text(task: &Value) -> String {
    match task.get("id") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
