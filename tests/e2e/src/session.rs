//! A browser that can die: its processes are ended as a power cut ends them, and another one goes on with what
//! the first has left on the disk.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::browser::{Browser, Kind};
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
        // The first session of the process installs it; for the others it is there already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let process = Driver::start(kind, profile).await?;
        let browser = Browser::connect(kind, &process, profile).await?;
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
