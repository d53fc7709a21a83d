//! Reading tasks.

use sqlx::SqlitePool;

use super::{ListedTask, Store, StoreError, Task, Version};
use crate::pages::Page;

/// A part of the list, in the order in which tasks were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The tasks of the page.
    pub tasks: Vec<ListedTask>,
    /// The state of the whole list.
    pub version: Version,
    /// Whether tasks follow after the last one here.
    pub more: bool,
}

impl Store {
    /// Reads one page of the list and its version, both at one moment.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn list(&self, page: Page) -> Result<List, StoreError> {
        let mut snapshot = self.readers.begin().await?;
        let revision: i64 = sqlx::query_scalar("SELECT revision FROM state")
            .fetch_one(&mut *snapshot)
            .await?;
        // One more than asked for tells whether there is a next page; SQLite reads -1 as no limit.
        let rows = page.limit.map_or(-1, |limit| i64::from(limit) + 1);
        let mut tasks: Vec<ListedTask> =
            sqlx::query_as("SELECT id, summary FROM tasks WHERE id > ? ORDER BY id LIMIT ?")
                .bind(page.after)
                .bind(rows)
                .fetch_all(&mut *snapshot)
                .await?;
        snapshot.commit().await?;
        let mut more = false;
        if let Some(limit) = page.limit.and_then(|limit| usize::try_from(limit).ok()) {
            more = tasks.len() > limit;
            tasks.truncate(limit);
        }
        Ok(List {
            tasks,
            version: self.version(revision),
            more,
        })
    }

    /// The version of the list alone, which is cheaper than the list.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn list_version(&self) -> Result<Version, StoreError> {
        revision(&self.readers)
            .await
            .map(|revision| self.version(revision))
    }

    /// Reads one task; `None` if there is none, or none any more.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn get(&self, id: i64) -> Result<Option<Task>, StoreError> {
        let row: Option<(String, String, i64)> =
            sqlx::query_as("SELECT summary, description, revision FROM tasks WHERE id = ?")
                .bind(id)
                .fetch_optional(&self.readers)
                .await?;
        Ok(row.map(|(summary, description, revision)| Task {
            id,
            summary,
            description,
            version: self.version(revision),
        }))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        revision(&self.readers).await.map(drop)
    }
}

async fn revision(readers: &SqlitePool) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT revision FROM state")
        .fetch_one(readers)
        .await?)
}
