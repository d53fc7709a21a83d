//! The settings page.

use anyhow::Result;

use crate::find::Find;
use crate::page::App;
use crate::page::form::field_is_wrong;

/// The settings page with its connection check.
#[derive(Clone, Debug)]
pub struct Settings {
    app: App,
}

impl Settings {
    pub(super) fn new(app: &App) -> Self {
        Self { app: app.clone() }
    }

    /// The field for the API's address.
    pub fn address(&self) -> Find {
        self.app.find("textbox", "API address")
    }

    /// The button that tries the address without saving it.
    pub fn check(&self) -> Find {
        self.app.find("button", "Check connection")
    }

    /// The button that makes the address this browser's own.
    pub fn save(&self) -> Find {
        self.app.find("button", "Save")
    }

    /// The button that forgets this browser's own address.
    pub fn reset(&self) -> Find {
        self.app.find("button", "Use this site’s default")
    }

    /// What the connection check found.
    pub fn report(&self) -> Find {
        self.app.find("region", "Connection check")
    }

    /// Types an address, checks it, and waits until the report contains every one of `parts`.
    ///
    /// # Errors
    ///
    /// When it doesn't until the deadline.
    pub async fn finds(&self, address: &str, parts: &[&str]) -> Result<()> {
        self.address().retype(address).await?;
        self.check().click().await?;
        for part in parts {
            self.report().says(part).await?;
        }
        Ok(())
    }

    /// Waits until the address is marked as wrong and its error contains `part`.
    ///
    /// # Errors
    ///
    /// When it isn't until the deadline.
    pub async fn address_is_wrong(&self, part: &str) -> Result<()> {
        field_is_wrong(&self.app, &self.address(), part).await
    }
}
