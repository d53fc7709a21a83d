//! The bundled server on a database of its own, the proxy before it, and short names for what a client does.

use std::error::Error;
use std::io::ErrorKind;

use anyhow::{Context, Result};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::ledger::Text;
use strikethrough_e2e::proxy::{Kind, Proxy};
use strikethrough_server::{Options, run};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

pub(crate) const INDEX: &str = "<!doctype html><title>The app</title>";

/// What a client learns from one request.
#[derive(Debug)]
pub(crate) enum Seen {
    /// A whole answer.
    Answer {
        status: u16,
        headers: HeaderMap,
        body: String,
    },
    /// A head, and a body that broke off.
    Cut(u16),
    /// A reset before a whole head.
    Reset,
    /// The end of the connection before a whole head.
    Closed,
}

impl Seen {
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Answer { status, .. } | Self::Cut(status) => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        match self {
            Self::Answer { headers, .. } => headers.get(name)?.to_str().ok(),
            _ => None,
        }
    }

    pub(crate) fn body(&self) -> &str {
        match self {
            Self::Answer { body, .. } => body,
            _ => "",
        }
    }

    /// The body, if it is JSON.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_str(self.body()).ok()
    }
}

/// Server and proxy, with two tasks: 1 is "Buy milk", "two litres" and 2 is "Call Ada", "".
pub(crate) struct Bench {
    pub(crate) proxy: Proxy,
    /// The server's own origin.
    pub(crate) server: String,
    client: Client,
    database: SqlitePool,
    _shutdown: oneshot::Sender<()>,
    _folder: TempDir,
}

impl Bench {
    pub(crate) async fn start(kind: Kind) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("index.html"), INDEX)?;
        let file = folder.path().join("tasks.db");
        let options = Options {
            database: file.clone(),
            dist: Some(folder.path().to_owned()),
            ..Options::default()
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let server = format!("http://{}", listener.local_addr()?);
        let (shutdown, ended) = oneshot::channel::<()>();
        tokio::spawn(run(listener, options, async { drop(ended.await) }));
        let bench = Self {
            proxy: Proxy::in_front_of(&server, kind).await?,
            // Nothing but the proxy may stand between this client and the server.
            client: Client::builder().no_proxy().build()?,
            database: SqlitePool::connect_lazy_with(
                SqliteConnectOptions::new().filename(file).read_only(true),
            ),
            server,
            _shutdown: shutdown,
            _folder: folder,
        };
        for (summary, description) in [("Buy milk", "two litres"), ("Call Ada", "")] {
            let task = json!({ "summary": summary, "description": description });
            let url = format!("{}/tasks/", bench.server);
            bench
                .client
                .post(url)
                .json(&task)
                .send()
                .await?
                .error_for_status()?;
        }
        Ok(bench)
    }

    /// The rows of the database, read past the server.
    pub(crate) async fn rows(&self) -> Result<Vec<Text>> {
        let query = sqlx::query("SELECT summary, description FROM tasks ORDER BY id");
        let rows = query.fetch_all(&self.database).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// The version of task 1, asked for past the proxy.
    pub(crate) async fn version(&self) -> Result<String> {
        let url = format!("{}/tasks/1/", self.server);
        let answer = self.client.get(url).send().await?;
        let version = answer.headers().get("etag").context("no ETag")?;
        Ok(version.to_str()?.to_owned())
    }

    /// Any request through the proxy.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Seen> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.proxy.origin));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if is_reset(&error) => return Ok(Seen::Reset),
            Err(error) if error.is_request() => return Ok(Seen::Closed),
            Err(error) => return Err(error.into()),
        };
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(match answer.text().await {
            Ok(body) => Seen::Answer {
                status,
                headers,
                body,
            },
            Err(_) => Seen::Cut(status),
        })
    }

    /// One of the five calls, as [`request`] makes it.
    pub(crate) async fn call(&self, call: Call, version: &str) -> Result<Seen> {
        let (method, path, headers, body) = request(call, version);
        self.ask(method, path, &headers, body).await
    }
}

/// One of the five calls, on task 1, as an app sends it that knows the task's version.
pub(crate) fn request(
    call: Call,
    version: &str,
) -> (Method, &'static str, Vec<(&'static str, &str)>, Option<Value>) {
    let task = |summary: &str, description: &str| {
        let task = json!({ "summary": summary, "description": description });
        Some(task)
    };
    let key = vec![("Idempotency-Key", "b1f5")];
    let matching = vec![("If-Match", version)];
    match call {
        Call::List => (Method::GET, "/tasks/", vec![], None),
        Call::Read => (Method::GET, "/tasks/1/", vec![], None),
        Call::Create => (Method::POST, "/tasks/", key, task("Bake bread", "rye")),
        Call::Update => (
            Method::PUT,
            "/tasks/1/",
            matching,
            task("Buy oat milk", "two litres"),
        ),
        Call::Done => (Method::DELETE, "/tasks/1/", matching, None),
    }
}

pub(crate) fn rows(texts: &[(&str, &str)]) -> Vec<Text> {
    let texts = texts.iter().map(|(s, d)| ((*s).to_owned(), (*d).to_owned()));
    texts.collect()
}

/// The rows once the server has carried out this call as [`Bench::call`] makes it.
pub(crate) fn rows_after(call: Call) -> Vec<Text> {
    let mut all = rows(&[("Buy milk", "two litres"), ("Call Ada", "")]);
    match call {
        Call::List | Call::Read => {}
        Call::Create => all.extend(rows(&[("Bake bread", "rye")])),
        Call::Update => all
            .splice(..1, rows(&[("Buy oat milk", "two litres")]))
            .for_each(drop),
        Call::Done => drop(all.remove(0)),
    }
    all
}

/// The rows before any call.
pub(crate) fn rows_before() -> Vec<Text> {
    rows_after(Call::List)
}

/// Whether a connection is reset before anything is sent on it. A client of HTTP may see no more than that
/// it ended.
pub(crate) async fn refuses(origin: &str) -> bool {
    let refused = async {
        let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).await?;
        stream.read_u8().await
    };
    // One that is let in waits for a request that never comes.
    let refused = tokio::time::timeout(DEADLINE, refused).await;
    refused.is_ok_and(|got: std::io::Result<u8>| {
        got.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
    })
}

fn is_reset(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == ErrorKind::ConnectionReset) {
            return true;
        }
        source = error.source();
    }
    false
}
