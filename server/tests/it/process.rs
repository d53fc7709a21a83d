//! The program itself, started as people start it.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::DEADLINE;

/// The program with these options and none from the environment; killed when dropped.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for name in ["LISTEN", "DATABASE", "DIST", "CORS_ORIGIN"] {
        command.env_remove(format!("STRIKETHROUGH_{name}"));
    }
    command.env_remove("RUST_LOG");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_strikethrough-server"))
}

/// A server in a process of its own.
pub(crate) struct Running {
    pub(crate) url: String,
    child: Child,
}

impl Running {
    pub(crate) async fn start(database: &Path) -> Self {
        let mut command = command(program());
        command
            .args(["--listen", "127.0.0.1:0", "--database"])
            .arg(database);
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(DEADLINE, lines.next_line())
            .await
            .unwrap()
            .unwrap();
        let Some(line) = line else {
            let mut log = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut log)
                .await
                .unwrap();
            panic!("the server did not start: {log}");
        };
        let url = line.strip_prefix("Listening on ").unwrap().to_owned();
        assert!(
            url.starts_with("http://127.0.0.1:") && !url.ends_with(":0"),
            "{url}"
        );
        Self { url, child }
    }

    pub(crate) fn tasks(&self) -> String {
        format!("{}/tasks/", self.url)
    }

    /// No goodbye: what SIGKILL leaves is what a crash leaves.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Sends a signal that can be handled, by its name.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let status = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .await
            .unwrap();
        assert!(status.success());
    }

    pub(crate) async fn ended(mut self) -> (ExitStatus, String) {
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        let ended = async {
            stderr.read_to_string(&mut log).await.unwrap();
            self.child.wait().await.unwrap()
        };
        let status = tokio::time::timeout(DEADLINE, ended)
            .await
            .expect("the server should end");
        (status, log)
    }
}
