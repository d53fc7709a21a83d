//! Servers that nobody here wrote: json-server, a well-known Node program, and Django REST framework, the
//! way its own tutorial uses it. Both run as processes of their own on another port, so the app speaks to
//! them across origins.

use std::io::Write;
use std::net::TcpListener;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::driver::listening;
use crate::environment::Need;

/// A running server. Dropping it ends the process and removes its data.
#[derive(Debug)]
pub struct RealServer {
    /// The address for the app's configuration, such as `http://127.0.0.1:40123/`.
    pub api: String,
    _child: Child,
    _data: TempDir,
}

/// json-server 0.17 with these tasks in its file. It gives integer ids, answers a create with the whole
/// object and a delete with `{}`, and checks nothing.
///
/// # Errors
///
/// When its variable is missing or it does not start.
pub async fn json_server(tasks: &[Value]) -> Result<RealServer> {
    let script = Need::JsonServer.path()?;
    let data = tempfile::tempdir()?;
    let file = data.path().join("db.json");
    std::fs::File::create(&file)?.write_all(json!({ "tasks": tasks }).to_string().as_bytes())?;
    // It can't choose a port itself. Between the two lines another process could take this one; then
    // json-server ends at once and the next try gets another.
    for _ in 0..5 {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new("node");
        command
            .arg(&script)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(&file);
        if let Ok((child, said)) = listening(&command, "http://127.0.0.1:").await {
            ensure!(said == port, "json-server listens on {said} instead of {port}");
            return Ok(RealServer {
                api: format!("http://127.0.0.1:{port}/"),
                _child: child,
                _data: data,
            });
        }
    }
    anyhow::bail!("json-server did not start; is `node` on the PATH, and JSON_SERVER_JS its bin.js?")
}

/// Django REST framework: UUIDs for ids, pages of three in an envelope, `{field: [message]}` and
/// `{detail}` for errors. `servers/drf_tasks.py` is all of it.
///
/// # Errors
///
/// When its variable is missing or it does not start.
pub async fn django() -> Result<RealServer> {
    let python = Need::DrfPython.path()?;
    let data = tempfile::tempdir()?;
    let mut command = Command::new(python);
    command
        .arg("-u")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/servers/drf_tasks.py"));
    command.arg(data.path().join("tasks.sqlite3"));
    let (child, port) = listening(&command, "listening on port ")
        .await
        .context("DRF_PYTHON must have Django and djangorestframework")?;
    Ok(RealServer {
        api: format!("http://127.0.0.1:{port}/"),
        _child: child,
        _data: data,
    })
}
