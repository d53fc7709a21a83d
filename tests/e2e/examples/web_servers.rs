//! The servers that the tests in `tests/web/` talk to. `cargo xtask test web` starts this and stops it again.
//!
//! Those tests run inside a page, which can start no process. So they ask this one for servers: the bundled
//! one on a database of its own, or a scripted one that answers as the test writes. Every server has a
//! port of its own, so that no test sees another's. Bodies are JSON, and go out as plain text so that
//! the browser needs no preflight.
//!
//! | request | answer |
//! |---|---|
//! | `POST /bundled` with `[[summary, description], …]` | `{"origin"}` |
//! | `POST /scripted` with a [`Script`] | `{"origin"}` |
//! | `POST /next` with a [`Reply`] | the scripted server will answer so once |
//! | `POST /open` with an origin | what that server holds back goes out |
//! | `POST /seen` with an origin | the requests it got: `[{call, target, body}, …]` |
//! | `GET /silent/<name>/…` | none, ever |
//! | `GET /stalled/…` | the beginning of a list, and then nothing more |
//! | `POST /silent` with a name | whether such a request came, and whether it was given up: `{arrived, abandoned}` |
//!
//! The one argument is a folder for the databases. The first line on standard output is this program's own
//! origin.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, anyhow};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use strikethrough_e2e::foreign::{Answer, Call, Gate, ListStyle, Scripted, serve};
use strikethrough_server::{CorsOrigin, Draft, Store, Summary, api_router};
use tempfile::TempDir;
use tokio::task::JoinSet;

const CALLS: [(&str, Call); 5] = [
    ("list", Call::List),
    ("read", Call::Read),
    ("create", Call::Create),
    ("update", Call::Update),
    ("done", Call::Done),
];

/// A scripted server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    /// What it holds at first.
    #[serde(default)]
    tasks: Vec<Value>,
    /// How many tasks are on a page, when the `Link` header names the next.
    link: Option<usize>,
    /// How many tasks are on a page, when an envelope names the next.
    envelope: Option<usize>,
    /// It gives pages of other origins no permission (CORS).
    #[serde(default)]
    unpermitted: bool,
    /// How it always answers, in place of the honest answer.
    #[serde(default)]
    replies: Vec<Reply>,
}

/// An answer to one kind of call.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    /// The scripted server, for `/next`.
    #[serde(default)]
    origin: String,
    call: String,
    /// `None`: the honest answer.
    status: Option<u16>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    /// What happens to the connection, if anything.
    ending: Option<Ending>,
    /// Held back until `/open`.
    #[serde(default)]
    held: bool,
    /// What was asked for is done, whatever the answer says.
    #[serde(default)]
    takes_effect: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ending {
    BeforeAnswer,
    InBody,
}

impl Reply {
    fn answer(self, gate: &Gate) -> Result<(Call, Answer)> {
        let answer = match (self.ending, self.status) {
            (Some(Ending::BeforeAnswer), _) => Answer::hang_up(),
            (Some(Ending::InBody), _) => Answer::broken_off(&self.body),
            (None, Some(status)) => Answer::status(status).body(self.body),
            (None, None) => Answer::honest(),
        };
        // What a page of another origin may not see, the client can't act upon.
        let answer = self.headers.into_iter().fold(
            answer.header("access-control-expose-headers", "*"),
            // Leaked, for names must live as long as the program; and it lives no longer than the tests.
            |answer, (name, value)| answer.header(name.leak(), value),
        );
        let answer = if self.held { answer.after(gate) } else { answer };
        let answer = if self.takes_effect {
            answer.but_done()
        } else {
            answer
        };
        Ok((call(&self.call)?, answer))
    }
}

fn call(name: &str) -> Result<Call> {
    CALLS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, call)| *call)
        .with_context(|| format!("{name} is no call"))
}

/// What became of a request that is never answered.
#[derive(Clone, Copy, Default)]
struct Fate {
    arrived: bool,
    abandoned: bool,
}

#[derive(Default)]
struct Servers {
    folder: PathBuf,
    scripted: HashMap<String, (Scripted, Gate)>,
    bundled: Vec<(TempDir, JoinSet<()>)>,
    silent: HashMap<String, Fate>,
}

type Shared = Arc<Mutex<Servers>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Servers> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A mistake in a test, as its browser's console will show it.
struct Mistake(anyhow::Error);

impl From<anyhow::Error> for Mistake {
    fn from(error: anyhow::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, format!("{:#}", self.0)).into_response()
    }
}

fn read<T: for<'de> Deserialize<'de>>(body: &str) -> Result<T> {
    serde_json::from_str(body).with_context(|| format!("in {body}"))
}

async fn bundled(State(shared): State<Shared>, body: String) -> Result<Json<Value>, Mistake> {
    let tasks: Vec<(String, String)> = read(&body)?;
    let folder = tempfile::tempdir_in(&lock(&shared).folder).context("no temporary folder")?;
    let store = Store::open(&folder.path().join("tasks.db"))
        .await
        .map_err(|problem| anyhow!("{problem}"))?;
    for (summary, description) in tasks {
        let summary = Summary::new(summary).map_err(|_| anyhow!("no summary"))?;
        let draft = Draft { summary, description };
        let made = store.create(draft, None).await;
        made.map_err(|problem| anyhow!("{problem}"))?;
    }
    let (origin, serving) = serve(api_router(store, &[CorsOrigin::Any])).await?;
    lock(&shared).bundled.push((folder, serving));
    Ok(Json(json!({ "origin": origin })))
}

async fn scripted(State(shared): State<Shared>, body: String) -> Result<Json<Value>, Mistake> {
    let script: Script = read(&body)?;
    let server = Scripted::start_bare(script.tasks).await?;
    if !script.unpermitted {
        server.permit("*")?;
    }
    if let Some(size) = script.link {
        server.list_style(ListStyle::Link(size));
    }
    if let Some(size) = script.envelope {
        server.list_style(ListStyle::Envelope(size));
    }
    let gate = Gate::default();
    for (_, call) in CALLS {
        let honest = Answer::honest().header("access-control-expose-headers", "*");
        server.always(call, honest);
    }
    for reply in script.replies {
        let (call, answer) = reply.answer(&gate)?;
        server.always(call, answer);
    }
    let origin = server.origin.clone();
    lock(&shared).scripted.insert(origin.clone(), (server, gate));
    Ok(Json(json!({ "origin": origin })))
}

async fn next(State(shared): State<Shared>, body: String) -> Result<(), Mistake> {
    let reply: Reply = read(&body)?;
    let servers = lock(&shared);
    let (server, gate) = servers.scripted.get(&reply.origin).context("no such server")?;
    let (call, answer) = reply.answer(gate)?;
    server.next(call, answer);
    Ok(())
}

async fn open(State(shared): State<Shared>, origin: String) -> Result<(), Mistake> {
    let servers = lock(&shared);
    let (_, gate) = servers.scripted.get(&origin).context("no such server")?;
    gate.open();
    Ok(())
}

async fn seen(State(shared): State<Shared>, origin: String) -> Result<Json<Value>, Mistake> {
    let servers = lock(&shared);
    let (server, _) = servers.scripted.get(&origin).context("no such server")?;
    let seen = CALLS.iter().flat_map(|(name, call)| {
        let seen = server.seen(*call).into_iter();
        seen.map(move |seen| json!({ "call": name, "target": seen.target, "body": seen.body }))
    });
    Ok(Json(seen.collect()))
}

/// Notes that a request was given up: its future is dropped when the browser closes the connection.
struct Abandoned(Shared, String);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(fate) = lock(&self.0).silent.get_mut(&self.1) {
            fate.abandoned = true;
        }
    }
}

async fn silence(State(shared): State<Shared>, Path((name, _)): Path<(String, String)>) {
    lock(&shared).silent.entry(name.clone()).or_default().arrived = true;
    let _abandoned = Abandoned(shared, name);
    std::future::pending().await
}

async fn stalled() -> Response {
    let start = stream::once(async { Ok::<_, std::io::Error>("[") });
    let body = Body::from_stream(start.chain(stream::pending()));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn fate(State(shared): State<Shared>, name: String) -> Json<Value> {
    let fate = lock(&shared).silent.get(&name).copied().unwrap_or_default();
    Json(json!({ "arrived": fate.arrived, "abandoned": fate.abandoned }))
}

async fn for_every_origin(mut response: Response) -> Response {
    let any = HeaderValue::from_static("*");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .context("name a folder for the databases")?;
    let servers = Servers {
        folder: folder.into(),
        ..Servers::default()
    };
    let router = Router::new()
        .route("/bundled", post(bundled))
        .route("/scripted", post(scripted))
        .route("/next", post(next))
        .route("/open", post(open))
        .route("/seen", post(seen))
        .route("/silent", post(fate))
        .route("/silent/{name}/{*path}", get(silence))
        .route("/stalled/{*path}", get(stalled))
        .layer(map_response(for_every_origin))
        .with_state(Arc::new(Mutex::new(servers)));
    let (origin, mut serving) = serve(router).await?;
    println!("{origin}");
    // Until the process is ended from outside.
    while serving.join_next().await.is_some() {}
    Ok(())
}
