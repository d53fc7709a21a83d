//! One open task.

use anyhow::Result;

use crate::find::Find;
use crate::page::App;

/// The page of a task, beside the list or in its place.
#[derive(Clone, Debug)]
pub struct Detail {
    app: App,
}

impl Detail {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }

    /// The heading with the task's summary.
    pub fn heading(&self, summary: &str) -> Find {
        self.app.find("heading", summary)
    }

    /// The link to the form.
    pub fn edit(&self) -> Find {
        self.app.find("link", "Edit")
    }

    /// The button that finishes the task.
    pub fn finish(&self) -> Find {
        self.app.find("button", "Finish task")
    }

    /// The box of an item in the description.
    pub fn task_box(&self, item: &str) -> Find {
        self.app.find("checkbox", item)
    }

    /// The way back to the list.
    pub fn back(&self) -> Find {
        self.app.find("link", "All tasks")
    }

    /// Waits until the open task is this one.
    ///
    /// # Errors
    ///
    /// When it isn't until the deadline.
    pub async fn shows(&self, summary: &str, description: &str) -> Result<()> {
        self.heading(summary).one().await?;
        self.app.is_titled(&format!("{summary} · Strikethrough")).await?;
        self.app.shows(description).await
    }

    /// Waits until the page says that there is no such task.
    ///
    /// # Errors
    ///
    /// When it doesn't until the deadline.
    pub async fn is_missing(&self) -> Result<()> {
        self.heading("This task isn’t there any more").one().await?;
        self.app.find("link", "Back to all tasks").one().await?;
        Ok(())
    }
}
