//! A browser that can die: its processes are ended as a power cut ends them, and another one goes on with what
//! the first has left on the disk.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::browser::{Browser, Kind};
use crate::capabilities::ENGLISH;
use crate::driver::Driver;
use crate::find::eventually;

/// A running browser with its own driver.
#[derive(Debug)]
pub struct Session {
    /// What the journey speaks to.
    pub browser: Browser,
    process: Driver,
    profile: String,
}

impl Session {
    /// Starts a browser with its profile in this folder, which may hold one of Chromium's that was ended or killed.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn start(kind: Kind, profile: &Path) -> Result<Self> {
        Self::start_asking(kind, profile, ENGLISH).await
    }

    /// The same for a person who asks for these languages, such as "de-AT,de,en".
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn start_asking(kind: Kind, profile: &Path, languages: &str) -> Result<Self> {
        // The first session of the process installs it; for the others it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let process = Driver::start(kind, profile).await?;
        let browser = Browser::connect(kind, &process, profile, languages).await?;
        let profile = profile.to_str().context("the profile's folder is not UTF-8")?;
        Ok(Self {
            browser,
            process,
            profile: profile.to_owned(),
        })
    }

    /// Ends it as a person does.
    ///
    /// # Errors
    ///
    /// When it does not end.
    pub async fn end(self) -> Result<()> {
        let ended = self.browser.driver.clone().quit().await;
        self.process.stop().await?;
        ended.context("ending the browser session")
    }

    /// Kills every process of the browser at once (SIGKILL), and waits until they are gone.
    ///
    /// # Errors
    ///
    /// When it has no process, or one outlives the signal.
    pub async fn kill(self) -> Result<()> {
        let pids = self.processes()?;
        ensure!(!pids.is_empty(), "the browser has no process");
        let mut kill = Command::new("kill");
        // One that ended by itself when the first was gone makes the command fail.
        kill.arg("-KILL").args(&pids).status().await?;
        eventually("the browser's end", async || {
            let left = self.processes()?;
            ensure!(left.is_empty(), "these processes are left: {left:?}");
            Ok(())
        })
        .await?;
        self.process.stop().await
    }

    /// The process that runs the page in front: the one that works hardest while that page does.
    ///
    /// # Errors
    ///
    /// When the page can't be asked, or no process has worked.
    pub async fn process_of_page(&self) -> Result<Process> {
        let busy = "const end = performance.now() + 500; while (performance.now() < end) {}";
        let before: Vec<_> = self
            .processes()?
            .into_iter()
            .map(|pid| (ticks(&pid), pid))
            .collect();
        self.browser.driver.execute(busy, Vec::new()).await?;
        let worked = before.into_iter().map(|(then, pid)| (ticks(&pid) - then, pid));
        let (_, pid) = worked.max().context("the browser has no process")?;
        Ok(Process(pid))
    }

    /// The processes that name the profile in their command line: the browser's own and its helpers.
    fn processes(&self) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc")? {
            let entry = entry?;
            let pid = entry.file_name().to_string_lossy().into_owned();
            let is_process = pid.bytes().all(|byte| byte.is_ascii_digit());
            // One may end while it is looked at.
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            let is_driver = line.contains("driver") && !line.contains("--user-data-dir");
            if is_process && line.contains(&self.profile) && !is_driver {
                found.push(pid);
            }
        }
        Ok(found)
    }
}

/// The processor time that a process has used, in the system's ticks; 0 for one that is gone (proc(5),
/// `/proc/pid/stat`, field 14).
fn ticks(pid: &str) -> i64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name of the program is the second field, in parentheses, and may hold anything.
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let ticks = fields.split_whitespace().nth(11);
    ticks.and_then(|ticks| ticks.parse().ok()).unwrap_or_default()
}

/// A process of a browser, which can be made to stand still.
#[derive(Debug)]
pub struct Process(String);

impl Process {
    /// Lets it do nothing at all until it goes on (SIGSTOP).
    ///
    /// # Errors
    ///
    /// When it is gone.
    pub async fn freeze(&self) -> Result<()> {
        self.signal("-STOP").await
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Errors
    ///
    /// When it is gone.
    pub async fn thaw(&self) -> Result<()> {
        self.signal("-CONT").await
    }

    async fn signal(&self, signal: &str) -> Result<()> {
        let done = Command::new("kill").args([signal, &self.0]).status().await?;
        ensure!(done.success(), "kill {signal} failed");
        Ok(())
    }
}
