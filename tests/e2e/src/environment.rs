//! The programs and folders the journeys need. `cargo xtask test e2e` finds or installs them and names
//! each in an environment variable; nothing here guesses.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// Something the journeys need from outside, named by an environment variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The app built for the address `/`.
    Dist,
    /// The app built for the address `/app/`.
    DistBelowApp,
    /// axe-core as one script.
    Axe,
    /// The WebDriver program for Chromium.
    ChromeDriver,
    /// Chromium itself.
    Chromium,
    /// The WebDriver program for Firefox.
    GeckoDriver,
    /// Firefox itself.
    Firefox,
    /// The starting script of json-server, run by `node`.
    JsonServer,
    /// A Python that has Django and Django REST framework.
    DrfPython,
}

impl Need {
    /// The environment variable that names it.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Dist => "STRIKETHROUGH_DIST",
            Self::DistBelowApp => "STRIKETHROUGH_DIST_APP",
            Self::Axe => "AXE_JS",
            Self::ChromeDriver => "CHROMEDRIVER",
            Self::Chromium => "CHROMIUM",
            Self::GeckoDriver => "GECKODRIVER",
            Self::Firefox => "FIREFOX",
            Self::JsonServer => "JSON_SERVER_JS",
            Self::DrfPython => "DRF_PYTHON",
        }
    }

    /// Where it is.
    ///
    /// # Errors
    ///
    /// One sentence that says which variable is missing, or names nothing that exists, and which command
    /// sets it.
    pub fn path(self) -> Result<PathBuf> {
        let variable = self.variable();
        let value = std::env::var_os(variable).with_context(|| {
            format!("{variable} is not set: run the journeys with `cargo xtask test e2e`, which sets it")
        })?;
        let path = PathBuf::from(value);
        ensure!(
            path.exists(),
            "{variable} names {}, which does not exist: run the journeys with `cargo xtask test e2e`",
            path.display()
        );
        Ok(path)
    }
}
