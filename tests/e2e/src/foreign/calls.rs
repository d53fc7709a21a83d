//! What the scripted server does with each of the five calls when no journey says otherwise.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, any};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::foreign::scripted::{Call, Inner, ListStyle, Seen, Shared, foreign_task, lock};

/// The routes of the five calls.
pub(super) fn routes(shared: &Shared) -> Router {
    Router::new()
        .route("/tasks/", calls(any(collection)))
        .route("/tasks/{id}/", calls(any(member)))
        .layer(from_fn_with_state(Arc::clone(shared), cors))
        .with_state(Arc::clone(shared))
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
