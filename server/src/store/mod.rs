//! Where tasks live: SQLite, behind [`Store`]. Nothing of sqlx or SQLite shows outside this module, so
//! that another database can come to stand behind the same methods.
//!
//! One connection writes and a few read. SQLite has one writer at a time anyway; queueing for it here,
//! in order, is fairer than its busy handler. A write, once begun, runs to its end even if the client
//! hangs up, because the client may have hung up after the commit just as well as before it.

mod create;
mod demo;
mod open;
mod read;
mod write;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use sqlx::SqlitePool;

pub use self::create::{Created, NewTask};
pub use self::open::DatabaseProblem;
pub use self::read::List;
pub use self::write::Written;
use crate::idempotency::InFlight;

/// A handle to the database; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    epoch: Arc<str>,
    in_flight: InFlight,
}

/// A task as the list has it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedTask {
    /// Made by the database, from 1 up, never used twice.
    pub id: i64,
    /// One line.
    pub summary: String,
}

/// A task with everything it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Made by the database, from 1 up, never used twice.
    pub id: i64,
    /// One line.
    pub summary: String,
    /// Free text.
    pub description: String,
    /// The state that this is.
    pub version: Version,
}

/// Names one state of a task or of the list: it changes with every write, and no two databases share one.
/// Visible ASCII without quotes, fit for an entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    fn new(epoch: &str, revision: i64) -> Self {
        Self(format!("{epoch}-{revision}"))
    }

    /// The text of the version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why the database did not do what was asked. Nothing was written, unless a commit itself failed.
#[derive(Debug)]
pub enum StoreError {
    /// Another process holds the database, or too much is queued. Worth another try soon.
    Busy,
    /// Anything else; the text is for the log, not for clients.
    Failed(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the database is busy"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            _ if matches!(primary_code(&error), Some(code::BUSY | code::LOCKED)) => Self::Busy,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// SQLite's primary result codes that mean something to us (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const BUSY: u8 = 5;
    pub(super) const LOCKED: u8 = 6;
    pub(super) const READONLY: u8 = 8;
    pub(super) const CORRUPT: u8 = 11;
    pub(super) const FULL: u8 = 13;
    pub(super) const CANTOPEN: u8 = 14;
    pub(super) const NOTADB: u8 = 26;
}

/// The low byte of SQLite's result code, which is the primary one.
fn primary_code(error: &sqlx::Error) -> Option<u8> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    u8::try_from(code & 0xff).ok()
}

impl Store {
    fn version(&self, revision: i64) -> Version {
        Version::new(&self.epoch, revision)
    }

    /// Lets writes that have begun end, then closes the files.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Runs a write in a task of its own: dropping the caller doesn't stop it.
async fn to_its_end<T: Send + 'static>(
    write: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::spawn(write).await {
        Ok(outcome) => outcome,
        Err(error) => Err(StoreError::Failed(error.to_string())),
    }
}
