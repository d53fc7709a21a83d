//! The WebDriver programs, chromedriver and geckodriver: one process for each session, on a port of its
//! own choosing.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::browser::Kind;
use crate::environment::Need;

/// How long a driver or a server process may take to say that it listens. Each needs well under a second
/// on an idle machine; the rest is for a busy one.
const START: Duration = Duration::from_secs(30);

/// How often a driver is started before that counts as a failure. chromedriver looks for a free port of IPv6, wants
/// the same of IPv4, and ends when that one is taken: on a machine with many connections now and then.
const TRIES: u32 = 8;

/// A running WebDriver program. Dropping it ends the process.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts the program that drives `kind`. The browser's profile goes into the folder `profile`.
    ///
    /// # Errors
    ///
    /// When its variable is missing, it can't be started, or it never says on which port it listens.
    pub async fn start(kind: Kind, profile: &Path) -> Result<Self> {
        let command = match kind {
            Kind::Chromium => {
                let mut command = Command::new(Need::ChromeDriver.path()?);
                command.arg("--port=0");
                command
            }
            Kind::Firefox => {
                let mut command = Command::new(Need::GeckoDriver.path()?);
                command.args(["--port", "0", "--websocket-port", "0", "--allow-system-access"]);
                command.arg("--profile-root").arg(profile);
                command
            }
        };
        let mut tries = 1;
        let (child, port) = loop {
            match listening(&command, kind.driver_says()).await {
                Ok(started) => break started,
                Err(_) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        };
        Ok(Self { child, port })
    }

    /// The address WebDriver commands go to.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends the process and waits until it is gone, so that nothing outlives the test.
    ///
    /// # Errors
    ///
    /// When the process can't be ended.
    pub async fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        self.child.wait().await.context("ending the WebDriver program")?;
        Ok(())
    }
}

/// Runs a program until its own standard input ends, which it does when the test process is gone, in
/// whatever way. SIGTERM lets the drivers end their browsers.
/// The output is the program's alone, so that it ends when the program does.
const UNTIL_STDIN_ENDS: &str =
    r#""$@" & program=$!; exec >/dev/null; cat; kill "$program"; wait "$program"; true"#;

/// Starts a process which prints a line with `marker` followed by the port it listens on, and waits for
/// that line. The rest of its output is read and dropped, so that a full pipe never stops it. The process
/// ends when the returned child, or its `stdin`, is dropped.
///
/// # Errors
///
/// When the process does not start, ends early, or says nothing for 30 s.
pub async fn listening(command: &Command, marker: &str) -> Result<(Child, u16)> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let mut child = Command::new("sh")
        .args(["-c", UNTIL_STDIN_ENDS, "sh"])
        .arg(command.as_std().get_program())
        .args(command.as_std().get_args())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("starting {name}"))?;
    let stdout = child.stdout.take().context("the process has no output")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = tokio::time::timeout(START, async {
        while let Some(line) = lines.next_line().await? {
            if let Some(port) = port_after(&line, marker) {
                return Ok(port);
            }
        }
        bail!("{name} ended before it listened")
    })
    .await
    .with_context(|| format!("{name} did not listen within {START:?}"))??;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, port))
}

/// The number right after `marker` in `line`.
fn port_after(line: &str, marker: &str) -> Option<u16> {
    let (_, rest) = line.split_once(marker)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_after;

    #[test]
    fn the_port_is_read_from_the_line_each_driver_prints() {
        let chrome = "ChromeDriver was started successfully on port 40123.";
        assert_eq!(port_after(chrome, "on port "), Some(40123));
        let gecko = "1700000000000\tgeckodriver\tINFO\tListening on 127.0.0.1:39999";
        assert_eq!(port_after(gecko, "Listening on 127.0.0.1:"), Some(39999));
        assert_eq!(port_after("Please see the documentation", "on port "), None);
    }
}
