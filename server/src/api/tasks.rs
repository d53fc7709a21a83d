//! The five calls, and `/healthz`.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::body::JsonBody;
use super::problem::Problem;
use super::wire::{self, Description, Detail, Health, Listed};
use crate::idempotency::{IDEMPOTENCY_KEY, IDEMPOTENT_REPLAYED, Key};
use crate::pages::Page;
use crate::preconditions::{Access, EntityTag, Preconditions, Verdict};
use crate::store::{Created, NewTask, Store, Version, Written};

type Answer = Result<Response, Problem>;

/// Kept by a cache only to be checked with `If-None-Match` before each use.
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET /tasks/`
pub(super) async fn list(
    State(store): State<Store>,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    headers: HeaderMap,
) -> Answer {
    let parameters = match &query {
        Ok(Query(parameters)) => parameters.as_slice(),
        Err(rejection) => return Err(bad_request(rejection.body_text())),
    };
    let page = Page::from_query(parameters).map_err(bad_request)?;
    let preconditions = Preconditions::from_headers(&headers)?;
    let version = store.list_version().await?;
    if let Some(answer) = without_content(&preconditions, &version)? {
        return Ok(answer);
    }
    let list = store.list(page).await?;
    let entries: Vec<Listed> = list.tasks.iter().map(Listed::from).collect();
    let mut response = json(StatusCode::OK, &entries)?;
    validators(&mut response, &list.version);
    let last = list.tasks.last().filter(|_| list.more);
    if let Some(link) = last.and_then(|task| page.next_link(task.id)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// `GET /tasks/<id>/`
pub(super) async fn describe(
    State(store): State<Store>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Answer {
    let id = TaskId::from_path(id)?;
    let task = store.get(id.0).await?.ok_or_else(|| id.missing())?;
    let preconditions = Preconditions::from_headers(&headers)?;
    if let Some(answer) = without_content(&preconditions, &task.version)? {
        return Ok(answer);
    }
    let mut response = json(StatusCode::OK, &Detail::from(&task))?;
    validators(&mut response, &task.version);
    Ok(response)
}

/// `POST /tasks/`
pub(super) async fn create(
    State(store): State<Store>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Answer {
    let key = Key::from_headers(&headers).map_err(bad_request)?;
    let draft = wire::draft(body, Description::Optional)?;
    let (task, replayed) = match store.create(draft, key).await? {
        Created::New(task) => (task, false),
        Created::Replayed(task) => (task, true),
        Created::OtherBody => {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "This Idempotency-Key was used before, with another body.",
            ));
        }
        Created::InFlight => {
            let detail = "A request with this Idempotency-Key is still being carried out.";
            return Err(Problem::new(StatusCode::CONFLICT, detail).retry_soon());
        }
    };
    let mut response = created(&task)?;
    // Echoed as it came, so that the client knows that the key counted.
    if let Some(key) = headers.get(IDEMPOTENCY_KEY) {
        set(&mut response, IDEMPOTENCY_KEY, key.clone());
    }
    if replayed {
        set(
            &mut response,
            IDEMPOTENT_REPLAYED,
            HeaderValue::from_static("true"),
        );
    }
    Ok(response)
}

fn created(task: &NewTask) -> Answer {
    let mut response = json(StatusCode::CREATED, &wire::Created { id: task.id })?;
    validators(&mut response, &task.version);
    // Relative to /tasks/, so that it holds behind any prefix.
    if let Ok(location) = HeaderValue::try_from(format!("{}/", task.id)) {
        set(&mut response, header::LOCATION, location);
    }
    Ok(response)
}

/// `PUT /tasks/<id>/`
pub(super) async fn update(
    State(store): State<Store>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Answer {
    let id = TaskId::from_path(id)?;
    let draft = wire::draft(body, Description::Required)?;
    let check = write_check(&headers)?;
    match store.update(id.0, draft, check).await? {
        Written::Done(version) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            validators(&mut response, &version);
            Ok(response)
        }
        Written::Refused => Err(changed(id)),
        Written::Missing => Err(id.missing()),
    }
}

/// `DELETE /tasks/<id>/`: the task is done.
pub(super) async fn finish(
    State(store): State<Store>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Answer {
    let id = TaskId::from_path(id)?;
    let check = write_check(&headers)?;
    match store.finish(id.0, check).await? {
        Written::Done(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        Written::Refused => Err(changed(id)),
        Written::Missing => Err(id.missing()),
    }
}

/// `GET /healthz`: 200 if the database answers, else 503.
pub(super) async fn health(State(store): State<Store>) -> Answer {
    if let Err(error) = store.ping().await {
        tracing::error!(%error, "the health check failed");
        return Err(
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer.").retry_soon(),
        );
    }
    let mut response = json(StatusCode::OK, &Health { status: "ok" })?;
    set(
        &mut response,
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store"),
    );
    Ok(response)
}

/// An id that a task of this server might have.
#[derive(Debug, Clone, Copy)]
struct TaskId(i64);

impl TaskId {
    /// Anything but a positive integer in its usual spelling is an id that no task has, hence a 404: ids
    /// are opaque to clients, and one that was made elsewhere is missing here, not wrong.
    fn from_path(path: Result<Path<String>, PathRejection>) -> Result<Self, Problem> {
        let Ok(Path(text)) = path else {
            return Err(Problem::new(StatusCode::NOT_FOUND, "There is no such task."));
        };
        text.parse()
            .ok()
            .filter(|id: &i64| *id > 0 && id.to_string() == text)
            .map(Self)
            .ok_or_else(|| no_task(&text))
    }

    fn missing(self) -> Problem {
        no_task(&self.0.to_string())
    }
}

fn no_task(id: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("There is no task {id}."))
}

fn changed(id: TaskId) -> Problem {
    let detail = format!("Task {} is not in the state that the request expects.", id.0);
    Problem::new(StatusCode::PRECONDITION_FAILED, detail)
}

fn bad_request(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, detail)
}

/// What the store asks before it writes.
fn write_check(headers: &HeaderMap) -> Result<impl FnOnce(&Version) -> bool + Send + 'static, Problem> {
    let preconditions = Preconditions::from_headers(headers)?;
    Ok(move |version: &Version| preconditions.evaluate(&tag(version), Access::Write) == Verdict::Proceed)
}

/// The answer to a read if the preconditions spare the client the content.
fn without_content(preconditions: &Preconditions, version: &Version) -> Result<Option<Response>, Problem> {
    match preconditions.evaluate(&tag(version), Access::Read) {
        Verdict::Proceed => Ok(None),
        Verdict::NotModified => {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            validators(&mut response, version);
            Ok(Some(response))
        }
        Verdict::Failed => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "The content is not in the state that the request expects.",
        )),
    }
}

fn tag(version: &Version) -> EntityTag {
    EntityTag::strong(version.as_str())
}

fn validators(response: &mut Response, version: &Version) {
    if let Some(etag) = tag(version).to_header() {
        set(response, header::ETAG, etag);
    }
    set(response, header::CACHE_CONTROL, NO_CACHE);
}

fn set(response: &mut Response, name: HeaderName, value: HeaderValue) {
    response.headers_mut().insert(name, value);
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::internal()
    })?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
