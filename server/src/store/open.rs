//! Opening the database: first a look that changes nothing, then the connections, then the migrations.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

use super::{Store, code, primary_code};
use crate::idempotency::InFlight;

static MIGRATIONS: Migrator = sqlx::migrate!();

/// How long to wait for another process that writes to the same file. A write takes milliseconds, so
/// whoever holds it longer is stuck or means it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The same while starting, when a person waits for the answer.
const START_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a request waits for a connection before it is answered with 503.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads overlap with each other and with the writer in WAL mode; more than this gain nothing on a small
/// machine.
const READERS: u32 = 4;

/// Why a database can't be used. Its `Display` ends the sentence "cannot use the database …: " and says
/// what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseProblem {
    /// Another process holds a lock.
    Locked,
    /// The file, its directory or the file system can't be written.
    ReadOnly,
    /// The file can't be opened or made.
    CannotOpen,
    /// The file is something else, or damaged.
    NotADatabase,
    /// An SQLite database of another program.
    Foreign,
    /// Written by a newer version of this server; the number is that of a migration.
    Newer(i64),
    /// A migration that was applied is not the one that this server knows under its number.
    Altered(i64),
    /// There is no room on the disk.
    DiskFull,
    /// Anything else, in the words of SQLite.
    Other(String),
}

impl fmt::Display for DatabaseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked => f.write_str(
                "another program has locked it; stop that program, or choose another file with --database",
            ),
            Self::ReadOnly => f.write_str(
                "it is read-only; make the file and its directory writable for this user, or choose another file with --database",
            ),
            Self::CannotOpen => f.write_str(
                "it cannot be opened; check that its directory exists and that this user may write there, or choose another file with --database",
            ),
            Self::NotADatabase => f.write_str(
                "it is not an SQLite database, or it is damaged; restore a backup, or choose another file with --database",
            ),
            Self::Foreign => f.write_str(
                "it belongs to another program; choose another file with --database",
            ),
            Self::Newer(version) => write!(
                f,
                "a newer version of this server wrote it (schema {version}); update the server, or choose another file with --database",
            ),
            Self::Altered(version) => write!(
                f,
                "its schema {version} is not the one of this server; run the version that made it, or choose another file with --database",
            ),
            Self::DiskFull => f.write_str("the disk is full; make room and start again"),
            Self::Other(reason) => write!(f, "{reason}; check the file, or choose another with --database"),
        }
    }
}

impl std::error::Error for DatabaseProblem {}

impl From<sqlx::Error> for DatabaseProblem {
    fn from(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(code::BUSY | code::LOCKED) => Self::Locked,
            Some(code::READONLY) => Self::ReadOnly,
            Some(code::CANTOPEN) => Self::CannotOpen,
            Some(code::NOTADB | code::CORRUPT) => Self::NotADatabase,
            Some(code::FULL) => Self::DiskFull,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<MigrateError> for DatabaseProblem {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) => Self::Newer(version),
            MigrateError::VersionMismatch(version) => Self::Altered(version),
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Other(other.to_string()),
        }
    }
}

impl Store {
    /// Opens the database file, makes it if there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// See [`DatabaseProblem`]. Nothing in a database that is refused has been changed.
    pub async fn open(path: &Path) -> Result<Self, DatabaseProblem> {
        // SQLite gives names such as ":memory:" and "file:x?mode=ro" a meaning of their own; an absolute
        // path is always a path.
        let path = std::path::absolute(path).map_err(|error| DatabaseProblem::Other(error.to_string()))?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .disable_statement_logging();
        look(&options).await.map_err(|problem| match problem {
            // SQLite can't open what is there when it may not make its other two files beside it.
            DatabaseProblem::CannotOpen if path.is_file() => DatabaseProblem::ReadOnly,
            other => other,
        })?;

        // WAL with FULL syncs the log at every commit: what was answered survives a power cut.
        // `fullfsync` extends that to macOS, whose plain fsync stops at the drive's cache; elsewhere it
        // does nothing.
        let writing = options
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("fullfsync", "ON")
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let reading = options.pragma("query_only", "ON").busy_timeout(BUSY_TIMEOUT);
        let writer = pool(1).connect_with(writing).await?;
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&writer)
            .await?;
        if mode != "wal" {
            return Err(DatabaseProblem::Other(
                "its file system does not support SQLite's write-ahead log".to_owned(),
            ));
        }
        MIGRATIONS.run(&writer).await?;
        let epoch: String = sqlx::query_scalar("SELECT epoch FROM state")
            .fetch_one(&writer)
            .await?;
        Ok(Self {
            writer,
            readers: pool(READERS).connect_with(reading).await?,
            epoch: epoch.into(),
            in_flight: InFlight::default(),
        })
    }
}

fn pool(connections: u32) -> sqlx::pool::PoolOptions<sqlx::Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A file needs none of the care that a connection over a network does.
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Finds out whether the file is ours and can be written, without a change to it: turning on WAL or
/// making a table in another program's database would be rude.
async fn look(options: &SqliteConnectOptions) -> Result<(), DatabaseProblem> {
    let mut connection = options.clone().busy_timeout(START_TIMEOUT).connect().await?;
    let outcome = look_through(&mut connection).await;
    let closed = connection.close().await;
    outcome?;
    Ok(closed?)
}

async fn look_through(connection: &mut SqliteConnection) -> Result<(), DatabaseProblem> {
    let tables: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .fetch_all(&mut *connection)
        .await?;
    if tables.iter().any(|name| name == "_sqlx_migrations") {
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await?;
        if let Some(version) = newest.filter(|version| !MIGRATIONS.version_exists(*version)) {
            return Err(DatabaseProblem::Newer(version));
        }
    } else if !tables.is_empty() {
        return Err(DatabaseProblem::Foreign);
    }
    // Only a write shows whether there will be writing: SQLite opens a read-only file without a word, and
    // even grants it the lock. Rolled back, this one leaves no trace.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query("CREATE TABLE only_a_look (never INTEGER)")
        .execute(&mut *transaction)
        .await?;
    transaction.rollback().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_commit_waits_for_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("tasks.db")).await.unwrap();
        let pragma = async |name: &'static str| -> i64 {
            sqlx::query_scalar(name).fetch_one(&store.writer).await.unwrap()
        };
        // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
        assert_eq!(pragma("PRAGMA synchronous").await, 2);
        assert_eq!(pragma("PRAGMA foreign_keys").await, 1);
        assert_eq!(pragma("PRAGMA busy_timeout").await, 5000);
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(&store.readers)
            .await
            .unwrap();
        assert_eq!(mode, "wal");
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("tasks.db")).await.unwrap();
        let write = sqlx::query("DELETE FROM tasks").execute(&store.readers).await;
        assert_eq!(primary_code(&write.unwrap_err()), Some(code::READONLY));
    }

    #[tokio::test]
    async fn names_that_mean_something_to_sqlite_are_plain_names() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file:a?mode=memory#b%20c.db");
        Store::open(&path).await.unwrap().close().await;
        assert!(path.exists());
    }
}
