//! The five calls, over gloo-net.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestMode, RequestRedirect};

use super::codec::{self, DecodeError, MEDIA_TYPE};
use super::endpoint::{ApiBase, Endpoint};
use super::error::{ApiError, ErrorKind, Method, retry_after_seconds};
use super::link::next_target;
use super::problem::Said;
use super::rows::Rows;
use super::wire::{Body, Created, Page};
use crate::browser::address;
use crate::browser::early::{self, Early};
use crate::browser::stream::{Parts, Pause};
use crate::task::{ListedTask, Summary, Task, TaskId};

/// How long the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    /// Until the answer begins, in milliseconds.
    pub answer: u32,
    /// From then until the body has ended, in milliseconds.
    pub body: u32,
}

impl Default for TimeLimits {
    /// 20 s and 60 s: a phone that changes cells needs several seconds, and a person who has seen nothing
    /// for 20 has given up.
    fn default() -> Self {
        Self {
            answer: 20_000,
            body: 60_000,
        }
    }
}

/// A server that speaks the task API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiClient {
    base: ApiBase,
    limits: TimeLimits,
}

impl ApiClient {
    /// A client for the API at `base`, with the usual [`TimeLimits`].
    pub fn new(base: ApiBase) -> Self {
        Self {
            base,
            limits: TimeLimits::default(),
        }
    }

    /// The same client with other time limits.
    pub fn with_limits(self, limits: TimeLimits) -> Self {
        Self { limits, ..self }
    }

    /// Where the API is.
    pub fn base(&self) -> &ApiBase {
        &self.base
    }

    /// `GET /tasks/`: all tasks, in the server's order, from as many pages as there are.
    ///
    /// # Errors
    /// Any [`ApiError`]. Pages that had arrived are dropped; [`stream_tasks`](Self::stream_tasks)
    /// keeps them.
    pub async fn get_tasks(&self) -> Result<Vec<ListedTask>, ApiError> {
        let (mut tasks, mut seen) = (Vec::new(), BTreeSet::new());
        self.stream_tasks(&mut |mut rows| {
            rows.retain(|task| seen.insert(task.id.clone()));
            tasks.append(&mut rows);
        })
        .await?;
        Ok(tasks)
    }

    /// `GET /tasks/`, handing over tasks as they arrive: an array in parts of as many as are there, an envelope page by
    /// page. The page that runs this answers meanwhile. A task that moves to a later page while they are read comes twice.
    ///
    /// # Errors
    /// Any [`ApiError`]; what was handed over before it is good.
    pub async fn stream_tasks(&self, on_rows: &mut dyn FnMut(Vec<ListedTask>)) -> Result<(), ApiError> {
        let mut endpoint = Endpoint::tasks(&self.base);
        let mut visited = Vec::new();
        loop {
            let (answer, next) = self.stream_page(&endpoint, on_rows).await?;
            let next = next.or_else(|| answer.link.as_deref().and_then(next_target).map(str::to_owned));
            let Some(next) = next.filter(|next| !next.is_empty()) else {
                return Ok(());
            };
            visited.push(endpoint.clone());
            endpoint = address::resolve(&next, endpoint.url())
                .and_then(|next| Endpoint::next_page(&self.base, &next))
                .filter(|next| !visited.contains(next))
                .ok_or_else(|| {
                    let at =
                        format!("the next page “{next}” leads to another host or to a page already read");
                    answer.error(ErrorKind::WrongShape(at))
                })?;
        }
    }

    /// One page, and where the next is by its body.
    async fn stream_page(
        &self,
        endpoint: &Endpoint,
        on_rows: &mut dyn FnMut(Vec<ListedTask>),
    ) -> Result<(Answer, Option<String>), ApiError> {
        let (response, mut answer, deadline) = begin(self.limits, Method::Get, endpoint, None, None).await?;
        let body = response.body().filter(|_| answer.status == 200);
        let Some(body) = body else {
            answer.body = whole(&response, &answer, deadline).await?;
            let page = answer.success(200, Page::decode)?;
            on_rows(page.tasks);
            return Ok((answer, page.next));
        };
        let broken = |error| answer.error(kind_of(error));
        let (mut rows, mut parts) = (Rows::default(), Parts::of(&body));
        let mut pause = Pause::default();
        while let Some(part) = parts
            .next()
            .await
            .map_err(|_| answer.error(deadline.why_lost()))?
        {
            let rows = rows.read(&part).map_err(broken)?;
            if !rows.is_empty() {
                on_rows(rows);
            }
            pause.when_due().await;
        }
        deadline.met();
        let page = rows.end().map_err(broken)?;
        on_rows(page.tasks);
        Ok((answer, page.next))
    }

    /// The first answer to `GET /tasks/`, which may be a page of many.
    pub(crate) async fn first_page(&self) -> Result<Page, ApiError> {
        self.send(Method::Get, &Endpoint::tasks(&self.base), None)
            .await?
            .success(200, Page::decode)
    }

    /// `GET /tasks/<id>/`: one task with its description.
    ///
    /// # Errors
    /// Any [`ApiError`]; [`ErrorKind::NotFound`] when the task is done or never was.
    pub async fn describe_task(&self, id: &TaskId) -> Result<Task, ApiError> {
        self.describe_version(id).await.map(|(task, _)| task)
    }

    /// The same with the task's version (`ETag`), when the server gives one that can stand in an `If-Match`.
    ///
    /// # Errors
    /// As [`describe_task`](Self::describe_task).
    pub async fn describe_version(&self, id: &TaskId) -> Result<(Task, Option<String>), ApiError> {
        let answer = self.send(Method::Get, &self.task(Method::Get, id)?, None).await?;
        let task = answer.success(200, codec::decode)?;
        Ok((task, answer.etag))
    }

    /// `POST /tasks/`: adds a task and gives back the id that the server made.
    ///
    /// # Errors
    /// Any [`ApiError`]. When it [is ambiguous](ApiError::is_ambiguous) the task may exist.
    pub async fn add_task(&self, summary: &Summary, description: &str) -> Result<TaskId, ApiError> {
        self.add_task_once(summary.as_str(), description, None)
            .await
            .map(|(id, _)| id)
    }

    /// The same with an `Idempotency-Key` (IETF httpapi draft), so that a server that honours it makes one task
    /// however often this is sent. Whether the answer shows that it did is what comes back with the id.
    ///
    /// # Errors
    /// As [`add_task`](Self::add_task).
    pub async fn add_task_once(
        &self,
        summary: &str,
        description: &str,
        idempotency_key: Option<&str>,
    ) -> Result<(TaskId, bool), ApiError> {
        let body = self.body(Method::Post, summary, description)?;
        let header = idempotency_key.map(|key| ("Idempotency-Key", key));
        let answer = send(
            self.limits,
            Method::Post,
            &Endpoint::tasks(&self.base),
            Some(body),
            header,
        )
        .await?;
        let created = answer.success(201, codec::decode::<Created>)?;
        Ok((created.id, answer.key_honoured))
    }

    /// `PUT /tasks/<id>/`: replaces a task's summary and description.
    ///
    /// # Errors
    /// Any [`ApiError`].
    pub async fn update_task(
        &self,
        id: &TaskId,
        summary: &Summary,
        description: &str,
    ) -> Result<(), ApiError> {
        self.update_version(id, summary.as_str(), description, None)
            .await
            .map(|_| ())
    }

    /// The same for one version of the task alone (`If-Match`, RFC 9110, section 13.1.1). Gives back the new
    /// version, when the server says it.
    ///
    /// # Errors
    /// As [`update_task`](Self::update_task); [`ErrorKind::Conflict`] when the task has another version.
    pub async fn update_version(
        &self,
        id: &TaskId,
        summary: &str,
        description: &str,
        if_match: Option<&str>,
    ) -> Result<Option<String>, ApiError> {
        let body = self.body(Method::Put, summary, description)?;
        let header = if_match.map(|version| ("If-Match", version));
        let endpoint = self.task(Method::Put, id)?;
        let answer = send(self.limits, Method::Put, &endpoint, Some(body), header).await?;
        answer.success_without_body()?;
        Ok(answer.etag)
    }

    /// `DELETE /tasks/<id>/`: the task is done and leaves the list.
    ///
    /// # Errors
    /// Any [`ApiError`]; [`ErrorKind::NotFound`] when it was done already.
    pub async fn task_done(&self, id: &TaskId) -> Result<(), ApiError> {
        self.send(Method::Delete, &self.task(Method::Delete, id)?, None)
            .await?
            .success_without_body()
    }

    /// `DELETE` of a task that was just seen to be missing, with the header that other writes carry: it
    /// changes nothing, and asks a server of another origin for the permission that they need.
    pub(crate) async fn probe_write(&self, missing: &TaskId) -> Result<(), ApiError> {
        let endpoint = self.task(Method::Delete, missing)?;
        self.send(Method::Delete, &endpoint, Some(String::new()))
            .await?
            .success_without_body()
    }

    /// Whether there is a list at the base's `tasks` without its slash, where no call of the API goes.
    pub(crate) async fn has_list_without_slash(&self) -> bool {
        let endpoint = Endpoint::tasks(&self.base).without_slash();
        let answer = self.send(Method::Get, &endpoint, None).await;
        answer.is_ok_and(|answer| answer.success(200, Page::decode).is_ok())
    }

    /// Whether anything answers there, as far as a page may know without permission to read it.
    pub(crate) async fn answers_at_all(&self) -> bool {
        let deadline = Deadline::new(self.limits.answer);
        let endpoint = Endpoint::tasks(&self.base);
        let request = Request::get(endpoint.url()).mode(RequestMode::NoCors);
        request
            .abort_signal(deadline.signal().as_ref())
            .send()
            .await
            .is_ok()
    }

    fn task(&self, method: Method, id: &TaskId) -> Result<Endpoint, ApiError> {
        Endpoint::task(&self.base, id).ok_or_else(|| ApiError {
            method,
            path: format!("tasks/{id}/"),
            status: None,
            kind: ErrorKind::NoAddress,
            said: Said::default(),
            retry_after: None,
        })
    }

    fn body(&self, method: Method, summary: &str, description: &str) -> Result<String, ApiError> {
        codec::encode(&Body { summary, description })
            .map_err(|error| failed(method, &Endpoint::tasks(&self.base), kind_of(error)))
    }

    async fn send(
        &self,
        method: Method,
        endpoint: &Endpoint,
        body: Option<String>,
    ) -> Result<Answer, ApiError> {
        send(self.limits, method, endpoint, body, None).await
    }
}

/// A file that lies beside the app's `index.html`, or `None` when there is none.
///
/// # Errors
/// Any [`ApiError`]: [`ErrorKind::NotJson`] when a page comes in its place, as from a host that answers every
/// unknown address with `index.html`.
pub async fn read_site_file(app_url: &str, name: &str) -> Result<Option<Vec<u8>>, ApiError> {
    let answer = send(
        TimeLimits::default(),
        Method::Get,
        &Endpoint::site_file(app_url, name),
        None,
        None,
    )
    .await?;
    match answer.status {
        404 | 410 => Ok(None),
        200 if answer.html => Err(answer.error(ErrorKind::NotJson)),
        200 => Ok(Some(answer.body)),
        _ => Err(answer.refusal()),
    }
}

async fn send(
    limits: TimeLimits,
    method: Method,
    endpoint: &Endpoint,
    body: Option<String>,
    header: Option<(&str, &str)>,
) -> Result<Answer, ApiError> {
    let (response, answer, deadline) = begin(limits, method, endpoint, body, header).await?;
    let body = whole(&response, &answer, deadline).await?;
    Ok(Answer { body, ..answer })
}

/// Sends a request. The answer has begun, and its body is to come.
async fn begin(
    limits: TimeLimits,
    method: Method,
    endpoint: &Endpoint,
    body: Option<String>,
    header: Option<(&str, &str)>,
) -> Result<(Response, Answer, Deadline), ApiError> {
    // A header would make another request of it, and nothing that changes is asked for early.
    let early = match (method, header) {
        (Method::Get, None) => early::take(endpoint.url()),
        _ => None,
    };
    if let Some(Early { answer, controller }) = early {
        let deadline = Deadline::with(Some(controller), limits.answer);
        let response = JsFuture::from(answer).await.map(JsCast::unchecked_into);
        let response: web_sys::Response =
            response.map_err(|_| failed(method, endpoint, deadline.why_lost()))?;
        return Ok(begun(method, endpoint, response.into(), deadline, limits));
    }
    let deadline = Deadline::new(limits.answer);
    let request = request(method, endpoint.url()).abort_signal(deadline.signal().as_ref());
    let request = match header {
        Some((name, value)) => request.header(name, value),
        None => request,
    };
    let request = match body {
        Some(body) => request.header("Content-Type", MEDIA_TYPE).body(body),
        None => request.build(),
    };
    let lost = |_| failed(method, endpoint, deadline.why_lost());
    let response = request.map_err(lost)?.send().await.map_err(lost)?;
    Ok(begun(method, endpoint, response, deadline, limits))
}

fn begun(
    method: Method,
    endpoint: &Endpoint,
    response: Response,
    deadline: Deadline,
    limits: TimeLimits,
) -> (Response, Answer, Deadline) {
    let answer = Answer::head(method, endpoint, &response);
    (response, answer, deadline.extended(limits.body))
}

/// A body, once all of it is there.
async fn whole(response: &Response, answer: &Answer, deadline: Deadline) -> Result<Vec<u8>, ApiError> {
    let body = response.binary().await;
    let body = body.map_err(|_| answer.error(deadline.why_lost()))?;
    deadline.met();
    Ok(body)
}

fn request(method: Method, url: &str) -> RequestBuilder {
    let request = match method {
        // `no-cache` asks the server each time and lets the browser's cache answer a 304.
        Method::Get => Request::get(url).cache(RequestCache::NoCache),
        // A followed redirect would turn a write into a read of some page, whose 200 is no success.
        Method::Post => Request::post(url).redirect(RequestRedirect::Manual),
        Method::Put => Request::put(url).redirect(RequestRedirect::Manual),
        Method::Delete => Request::delete(url).redirect(RequestRedirect::Manual),
    };
    request.header("Accept", MEDIA_TYPE)
}

/// An answer that came to its end, whatever it says.
struct Answer {
    method: Method,
    endpoint: Endpoint,
    status: u16,
    html: bool,
    link: Option<String>,
    retry_after: Option<u32>,
    etag: Option<String>,
    key_honoured: bool,
    body: Vec<u8>,
}

impl Answer {
    fn head(method: Method, endpoint: &Endpoint, response: &Response) -> Self {
        let headers = response.headers();
        let media_type = headers.get("Content-Type").unwrap_or_default();
        Self {
            method,
            endpoint: endpoint.clone(),
            status: response.status(),
            html: media_type
                .trim_start()
                .get(..9)
                .is_some_and(|start| start.eq_ignore_ascii_case("text/html")),
            link: headers.get("Link"),
            retry_after: headers
                .get("Retry-After")
                .and_then(|header| retry_after(&header, headers.get("Date"))),
            // A weak version never matches (RFC 9110, section 8.8.3.2).
            etag: headers.get("ETag").filter(|etag| etag.starts_with('"')),
            // The bundled server says the key back, and other servers say that they replayed.
            key_honoured: ["Idempotency-Key", "Idempotent-Replayed"]
                .iter()
                .any(|name| headers.get(name).is_some()),
            body: Vec::new(),
        }
    }

    /// The body, when the status is the one that CONTRACT.md names.
    fn success<T>(
        &self,
        status: u16,
        decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
    ) -> Result<T, ApiError> {
        if self.status == status {
            decode(&self.body).map_err(|error| self.error(kind_of(error)))
        } else {
            Err(self.refusal())
        }
    }

    /// Any 2xx, its body ignored, unless that body is a page: then something else has answered in the
    /// server's name.
    fn success_without_body(&self) -> Result<(), ApiError> {
        if !(200..300).contains(&self.status) {
            Err(self.refusal())
        } else if self.html && !self.body.is_empty() {
            Err(self.error(ErrorKind::NotJson))
        } else {
            Ok(())
        }
    }

    fn refusal(&self) -> ApiError {
        let kind = match self.status {
            // What the browser makes of a redirect that was not to be followed.
            0 => ErrorKind::Redirected,
            200..300 if self.html => ErrorKind::NotJson,
            status => ErrorKind::of_status(status),
        };
        let said = if (200..300).contains(&self.status) {
            Said::default()
        } else {
            Said::read(&self.body)
        };
        ApiError {
            said,
            retry_after: self.retry_after,
            ..self.error(kind)
        }
    }

    fn error(&self, kind: ErrorKind) -> ApiError {
        let status = Some(self.status).filter(|status| *status != 0);
        ApiError {
            status,
            ..failed(self.method, &self.endpoint, kind)
        }
    }
}

fn failed(method: Method, endpoint: &Endpoint, kind: ErrorKind) -> ApiError {
    ApiError {
        method,
        path: endpoint.path().to_owned(),
        status: None,
        kind,
        said: Said::default(),
        retry_after: None,
    }
}

fn kind_of(error: DecodeError) -> ErrorKind {
    match error {
        DecodeError::NotJson => ErrorKind::NotJson,
        DecodeError::WrongShape(at) => ErrorKind::WrongShape(at),
    }
}

/// `Retry-After` in either form (RFC 9110, section 10.2.3), as seconds from now. A date is read by the server's
/// own clock where it says it (`Date`), because this device's may be years off.
fn retry_after(header: &str, date: Option<String>) -> Option<u32> {
    retry_after_seconds(header).or_else(|| {
        // Browsers read much as a date, such as "-5"; HTTP's own end like this (section 5.6.7).
        header.trim_end().strip_suffix("GMT")?;
        let now = date
            .map(|date| js_sys::Date::parse(&date))
            .filter(|now| now.is_finite());
        let wait = js_sys::Date::parse(header) - now.unwrap_or_else(js_sys::Date::now);
        // A float becomes an integer with saturation, so a date in the past is "now".
        wait.is_finite().then_some((wait / 1000.0).ceil() as u32)
    })
}

/// A time limit on a request. When it passes, or when the future that holds it is dropped, the request
/// is aborted.
struct Deadline {
    // Browsers without it are older than WebAssembly; then requests have no limit but still work.
    controller: Option<AbortController>,
    passed: Rc<Cell<bool>>,
    _timer: Timeout,
}

impl Deadline {
    fn new(milliseconds: u32) -> Self {
        Self::with(AbortController::new().ok(), milliseconds)
    }

    fn with(controller: Option<AbortController>, milliseconds: u32) -> Self {
        let passed = Rc::new(Cell::new(false));
        let timer = Timeout::new(milliseconds, {
            let (controller, passed) = (controller.clone(), passed.clone());
            move || {
                passed.set(true);
                if let Some(controller) = controller {
                    controller.abort();
                }
            }
        });
        Self {
            controller,
            passed,
            _timer: timer,
        }
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(AbortController::signal)
    }

    /// A new limit for the same request.
    fn extended(mut self, milliseconds: u32) -> Self {
        Self::with(self.controller.take(), milliseconds)
    }

    /// Lets go of a request that has ended.
    fn met(mut self) {
        self.controller = None;
    }

    fn why_lost(&self) -> ErrorKind {
        if self.passed.get() {
            ErrorKind::TimedOut
        } else {
            ErrorKind::Unreachable
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}
