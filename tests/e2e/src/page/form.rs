//! The form for a new or an existing task, and the question when it is left with unsaved text.

use anyhow::{Result, ensure};

use crate::find::Find;
use crate::page::App;

/// The form.
#[derive(Clone, Debug)]
pub struct Form {
    app: App,
}

impl Form {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }

    /// The field for the summary.
    pub fn summary(&self) -> Find {
        self.app.find("textbox", "Summary")
    }

    /// The field for the description.
    pub fn description(&self) -> Find {
        self.app.find("textbox", "Description")
    }

    /// The tab with the field for the description.
    pub fn write(&self) -> Find {
        self.app.find("tab", "Write")
    }

    /// The tab with what will be read of the description.
    pub fn preview(&self) -> Find {
        self.app.find("tab", "Preview")
    }

    /// What will be read of the description.
    pub fn previewed(&self) -> Find {
        self.app.find("tabpanel", "Preview")
    }

    /// The button that saves a new task.
    pub fn add(&self) -> Find {
        self.app.find("button", "Add task")
    }

    /// The button that saves an existing task.
    pub fn save(&self) -> Find {
        self.app.find("button", "Save")
    }

    /// The way out.
    pub fn cancel(&self) -> Find {
        self.app.find("link", "Cancel")
    }

    /// The button that throws away restored text.
    pub fn start_over(&self) -> Find {
        self.app.find("button", "Start over")
    }

    /// Waits until both fields hold exactly this.
    ///
    /// # Errors
    ///
    /// When they hold something else until the deadline.
    pub async fn holds(&self, summary: &str, description: &str) -> Result<()> {
        self.summary().holds(summary).await?;
        self.description().holds(description).await
    }

    /// Waits until the summary is marked as wrong and the sentence that the mark refers to contains `part`.
    ///
    /// # Errors
    ///
    /// When it isn't until the deadline.
    pub async fn summary_is_wrong(&self, part: &str) -> Result<()> {
        field_is_wrong(&self.app, &self.summary(), part).await
    }

    /// As [`Form::summary_is_wrong`], for the description.
    ///
    /// # Errors
    ///
    /// When it isn't until the deadline.
    pub async fn description_is_wrong(&self, part: &str) -> Result<()> {
        field_is_wrong(&self.app, &self.description(), part).await
    }

    /// The question that is asked before unsaved text is left.
    pub fn leave_dialog(&self) -> LeaveDialog {
        LeaveDialog {
            dialog: self.app.find("dialog", "Leave without saving?"),
        }
    }
}

/// Waits until a field is marked as wrong, and what describes it contains `part`.
pub(super) async fn field_is_wrong(app: &App, field: &Find, part: &str) -> Result<()> {
    field
        .until(&format!("the error “{part}”"), async |element| {
            ensure!(
                element.attr("aria-invalid").await?.as_deref() == Some("true"),
                "it is not marked as wrong"
            );
            let script = "const ids = arguments[0].getAttribute('aria-describedby')?.split(/\\s+/) ?? [];
                return ids.map(id => document.getElementById(id)?.innerText ?? '').join(' ')";
            let text: String = app.browser.script(script, vec![element.to_json()?]).await?;
            ensure!(text.contains(part), "it is described by “{text}”");
            Ok(())
        })
        .await
}

/// "Leave without saving?"
#[derive(Clone, Debug)]
pub struct LeaveDialog {
    dialog: Find,
}

impl LeaveDialog {
    /// The dialog itself.
    pub fn dialog(&self) -> &Find {
        &self.dialog
    }

    /// Goes back to the form.
    ///
    /// # Errors
    ///
    /// When the button can't be clicked.
    pub async fn keep_editing(&self) -> Result<()> {
        self.answer("Keep editing").await
    }

    /// Leaves, and keeps the text for the next time.
    ///
    /// # Errors
    ///
    /// When the button can't be clicked.
    pub async fn keep_draft(&self) -> Result<()> {
        self.answer("Leave and keep the draft").await
    }

    /// Leaves, and throws the text away.
    ///
    /// # Errors
    ///
    /// When the button can't be clicked.
    pub async fn discard(&self) -> Result<()> {
        self.answer("Discard").await
    }

    async fn answer(&self, button: &str) -> Result<()> {
        self.dialog.inner("button", button).click().await?;
        self.dialog.gone().await
    }
}
