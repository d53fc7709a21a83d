//! What the page logged and what its security policy stopped. A journey ends well only when every error in
//! the log is one it announced.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, ensure};
use futures_util::StreamExt;
use thirtyfour::bidi::BiDi;
use thirtyfour::bidi::events::LogEntryAdded;
use thirtyfour::bidi::modules::log::LogLevel;
use thirtyfour::bidi::modules::script::AddPreloadScript;

/// Runs before any script of the page, and turns what the security policy stopped into a log entry, since
/// only one of the two browsers logs it by itself.
const REPORT_VIOLATIONS: &str = "() => addEventListener('securitypolicyviolation', e => \
    console.error(`security policy: ${e.effectiveDirective} stopped ${e.blockedURI || e.sample}`))";

/// Errors that Chromium itself writes for any answer outside 2xx and any connection that fails; Firefox
/// writes none of them. Only journeys that arrange for such answers announce them.
pub const FAILED_REQUESTS: &[&str] = &["Failed to load resource"];

/// What Firefox writes when a page is left while a service worker reads a file for it. Any journey may be that quick, now
/// that the code of the pages is read after the list is there; so it is never news. A worker that really fails leaves
/// something out that a journey waits for.
const LEFT_WHILE_READING: &str = "A ServiceWorker intercepted";

/// What Firefox writes when a service worker has no answer either, as it has none for a missing file offline.
pub const BROKEN_WORKER_FETCH: &[&str] = &["A ServiceWorker passed"];

/// What each browser itself writes when a server gave the page no permission to read its answer.
pub const NO_PERMISSION: &[&str] = &["CORS policy", "Cross-Origin Request Blocked"];

/// What each browser itself writes when it enforces the page's security policy.
pub const POLICY_ENFORCED: &[&str] = &[
    "security policy: ",
    "Content Security Policy",
    "Content-Security-Policy",
    "Refused to connect",
];

/// The log of one session.
#[derive(Debug, Default)]
pub struct Console {
    errors: Mutex<Vec<String>>,
    announced: Mutex<Vec<String>>,
}

impl Console {
    /// Listens to every page of the session from now on.
    ///
    /// # Errors
    ///
    /// When the browser doesn't offer its log.
    pub async fn listen(bidi: &BiDi) -> Result<Arc<Self>> {
        let console = Arc::new(Self::default());
        let mut entries = bidi.subscribe::<LogEntryAdded>().await?;
        bidi.send(AddPreloadScript {
            function_declaration: REPORT_VIOLATIONS.to_owned(),
            arguments: Vec::new(),
            sandbox: None,
            contexts: Vec::new(),
        })
        .await?;
        let log = Arc::clone(&console);
        tokio::spawn(async move {
            while let Some(entry) = entries.next().await {
                if entry.level == LogLevel::Error {
                    lock(&log.errors).push(entry.text.unwrap_or_default());
                }
            }
        });
        Ok(console)
    }

    /// From now on, errors that contain one of `parts` are part of the journey.
    pub fn announce(&self, parts: &[&str]) {
        lock(&self.announced).extend(parts.iter().map(|part| (*part).to_owned()));
    }

    /// Every error so far that contains `part`.
    pub fn errors_with(&self, part: &str) -> Vec<String> {
        lock(&self.errors)
            .iter()
            .filter(|error| error.contains(part))
            .cloned()
            .collect()
    }

    /// Every error so far, one a line.
    pub fn text(&self) -> String {
        lock(&self.errors).join("\n")
    }

    /// Whether the log holds nothing but what was announced.
    ///
    /// # Errors
    ///
    /// The errors that nobody announced.
    pub fn check(&self) -> Result<()> {
        let announced = lock(&self.announced);
        let errors = lock(&self.errors);
        let surprising: Vec<_> = errors
            .iter()
            .filter(|error| !error.contains(LEFT_WHILE_READING))
            .filter(|error| !announced.iter().any(|part| error.contains(part.as_str())))
            .collect();
        ensure!(
            surprising.is_empty(),
            "the page logged errors that the journey does not expect: {surprising:#?}"
        );
        Ok(())
    }
}

/// A journey that panicked while it held the lock has failed already; the log is still worth reading.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
