//! The list of tasks with its one-line field.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::find::{Find, eventually};
use crate::page::App;

/// The texts of the links that are the first of their rows. Others lead to what can be done about a problem.
const FIRST_LINKS: &str = "return [...arguments]
    .filter(link => link === link.closest('li').querySelector('a'))
    .map(link => link.textContent.trim())";

/// The region "Tasks".
#[derive(Clone, Debug)]
pub struct TaskList {
    app: App,
    region: Find,
}

impl TaskList {
    pub(super) fn new(app: &App) -> Self {
        Self {
            app: app.clone(),
            region: app.find("region", "Tasks"),
        }
    }

    /// The region itself.
    pub fn region(&self) -> &Find {
        &self.region
    }

    /// The field that adds a task with Enter.
    pub fn quick_add(&self) -> Find {
        self.region.inner("textbox", "Add a task")
    }

    /// The field that looks for tasks.
    pub fn search(&self) -> Find {
        self.region.inner("searchbox", "Search tasks")
    }

    /// The rows.
    pub fn rows(&self) -> Find {
        self.region.inner("list", "Tasks").inner_any("listitem")
    }

    /// The link to a task.
    pub fn link(&self, summary: &str) -> Find {
        self.region.inner("list", "Tasks").inner("link", summary)
    }

    /// The control that finishes a task.
    pub fn finish(&self, summary: &str) -> Find {
        self.region.inner("button", &format!("Finish: {summary}"))
    }

    /// The box that selects a task, while tasks are being selected.
    pub fn select(&self, summary: &str) -> Find {
        self.region.inner("checkbox", &format!("Select: {summary}"))
    }

    /// A button anywhere in the region.
    pub fn button(&self, name: &str) -> Find {
        self.region.inner("button", name)
    }

    /// Throws a change of a task away, and says that it is meant.
    ///
    /// # Errors
    ///
    /// When the buttons can't be clicked.
    pub async fn discard(&self, summary: &str) -> Result<()> {
        self.button(&format!("Discard: {summary}")).click().await?;
        let dialog = self.app.find("dialog", "Discard this change?");
        dialog.inner("button", "Discard it").click().await?;
        dialog.gone().await
    }

    /// Types a summary and presses Enter.
    ///
    /// # Errors
    ///
    /// When the field can't be typed into.
    pub async fn add(&self, summary: &str) -> Result<()> {
        self.quick_add().type_keys(summary.to_owned() + Key::Enter).await
    }

    /// Waits until the tasks on show are exactly these, in this order.
    ///
    /// # Errors
    ///
    /// When they are others until the deadline.
    pub async fn shows(&self, summaries: &[&str]) -> Result<()> {
        eventually(&format!("the list {summaries:?}"), async || {
            let shown = self.summaries().await?;
            ensure!(shown == summaries, "it shows {shown:?}");
            Ok(())
        })
        .await
    }

    /// The summaries of the tasks on show right now, in order.
    ///
    /// # Errors
    ///
    /// When the browser can't be asked.
    pub async fn summaries(&self) -> Result<Vec<String>> {
        let links = self.region.inner("list", "Tasks").inner_any("link").now().await?;
        let args = links
            .iter()
            .map(|link| link.to_json())
            .collect::<Result<Vec<_>, _>>()?;
        self.app.browser.script(FIRST_LINKS, args).await
    }

    /// Waits until a row contains `part` somewhere in its text, and returns it by its place in the list.
    ///
    /// # Errors
    ///
    /// When no row does until the deadline.
    pub async fn row_says(&self, part: &str) -> Result<()> {
        eventually(&format!("a row with “{part}”"), async || {
            let mut texts = Vec::new();
            for row in self.rows().now().await? {
                texts.push(row.text().await?);
            }
            ensure!(
                texts.iter().any(|text| text.contains(part)),
                "the rows say {texts:?}"
            );
            Ok(())
        })
        .await
    }
}
