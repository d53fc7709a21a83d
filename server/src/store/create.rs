//! Making tasks, each exactly once where the client sends a key.

use sqlx::SqliteConnection;

use super::write::next_revision;
use super::{Store, StoreError, Version, to_its_end};
use crate::idempotency::{Fingerprint, Key};
use crate::task::Draft;

/// What became of a create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Created {
    /// The task is on disk.
    New(NewTask),
    /// The key made this task earlier; nothing was done now. The task may have changed or gone since.
    Replayed(NewTask),
    /// The key made a task with another text earlier; nothing was done now.
    OtherBody,
    /// A create with this key is still being carried out.
    InFlight,
}

/// The task that a create made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// The id that the database gave it.
    pub id: i64,
    /// Its first version.
    pub version: Version,
}

impl Store {
    /// Makes a task. With a key, the key goes into the same transaction, and a key that is known makes
    /// nothing.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn create(&self, draft: Draft, key: Option<Key>) -> Result<Created, StoreError> {
        // The guard goes with the write, which outlives a client that hangs up.
        let guard = match &key {
            None => None,
            Some(key) => match self.in_flight.begin(key) {
                None => return Ok(Created::InFlight),
                taken => taken,
            },
        };
        let store = self.clone();
        to_its_end(async move {
            let _guard = guard;
            store.create_now(&draft, key.as_ref()).await
        })
        .await
    }

    async fn create_now(&self, draft: &Draft, key: Option<&Key>) -> Result<Created, StoreError> {
        // IMMEDIATE takes the write lock before the key is looked up, so that no other process can store
        // the same key in between.
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let keyed = key.map(|key| (key, Fingerprint::of(draft)));
        if let Some((key, fingerprint)) = &keyed
            && let Some(earlier) = self.earlier(&mut transaction, key, fingerprint).await?
        {
            return Ok(earlier);
        }
        let revision = next_revision(&mut transaction).await?;
        let id = insert(&mut transaction, draft, revision).await?;
        if let Some((key, fingerprint)) = &keyed {
            sqlx::query(
                "INSERT INTO idempotency_keys (key, fingerprint, task_id, revision) VALUES (?, ?, ?, ?)",
            )
            .bind(key.as_str())
            .bind(fingerprint.as_bytes())
            .bind(id)
            .bind(revision)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(Created::New(NewTask {
            id,
            version: self.version(revision),
        }))
    }

    async fn earlier(
        &self,
        connection: &mut SqliteConnection,
        key: &Key,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Created>, StoreError> {
        let row: Option<(Vec<u8>, i64, i64)> =
            sqlx::query_as("SELECT fingerprint, task_id, revision FROM idempotency_keys WHERE key = ?")
                .bind(key.as_str())
                .fetch_optional(connection)
                .await?;
        Ok(row.map(|(stored, id, revision)| {
            if stored == fingerprint.as_bytes() {
                Created::Replayed(NewTask {
                    id,
                    version: self.version(revision),
                })
            } else {
                Created::OtherBody
            }
        }))
    }
}

/// Adds a row and returns its id.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    draft: &Draft,
    revision: i64,
) -> Result<i64, StoreError> {
    Ok(
        sqlx::query_scalar(
            "INSERT INTO tasks (summary, description, revision) VALUES (?, ?, ?) RETURNING id",
        )
        .bind(draft.summary.as_str())
        .bind(&draft.description)
        .bind(revision)
        .fetch_one(connection)
        .await?,
    )
}
