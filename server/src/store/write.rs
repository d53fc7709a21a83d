//! Changing and finishing tasks.

use sqlx::SqliteConnection;

use super::{Store, StoreError, Version, to_its_end};
use crate::task::Draft;

/// What became of a write to one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is on disk; the version is that of the list, and of the task if there still is one.
    Done(Version),
    /// The caller's check refused the current version; nothing was written.
    Refused,
    /// There is no such task.
    Missing,
}

impl Store {
    /// Gives a task a new summary and description if `check` accepts the version that it has now.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn update(
        &self,
        id: i64,
        draft: Draft,
        check: impl FnOnce(&Version) -> bool + Send + 'static,
    ) -> Result<Written, StoreError> {
        self.write(id, Some(draft), check).await
    }

    /// Finishes a task, which takes it off the list for good, if `check` accepts the version that it has
    /// now.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn finish(
        &self,
        id: i64,
        check: impl FnOnce(&Version) -> bool + Send + 'static,
    ) -> Result<Written, StoreError> {
        self.write(id, None, check).await
    }

    /// `None` for the draft deletes. The check runs inside the transaction, so nobody can write between
    /// it and the write that it allows.
    async fn write(
        &self,
        id: i64,
        draft: Option<Draft>,
        check: impl FnOnce(&Version) -> bool + Send + 'static,
    ) -> Result<Written, StoreError> {
        let store = self.clone();
        to_its_end(async move {
            let mut transaction = store.writer.begin_with("BEGIN IMMEDIATE").await?;
            let current: Option<i64> = sqlx::query_scalar("SELECT revision FROM tasks WHERE id = ?")
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await?;
            let Some(current) = current else {
                return Ok(Written::Missing);
            };
            if !check(&store.version(current)) {
                return Ok(Written::Refused);
            }
            let revision = next_revision(&mut transaction).await?;
            let statement = match &draft {
                Some(draft) => {
                    sqlx::query("UPDATE tasks SET summary = ?, description = ?, revision = ? WHERE id = ?")
                        .bind(draft.summary.as_str())
                        .bind(&draft.description)
                        .bind(revision)
                        .bind(id)
                }
                None => sqlx::query("DELETE FROM tasks WHERE id = ?").bind(id),
            };
            statement.execute(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(Written::Done(store.version(revision)))
        })
        .await
    }
}

/// Counts the revision up; part of every transaction that changes tasks.
pub(super) async fn next_revision(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(
        sqlx::query_scalar("UPDATE state SET revision = revision + 1 RETURNING revision")
            .fetch_one(connection)
            .await?,
    )
}
