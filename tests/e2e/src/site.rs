//! The built app as static files, served as the bundled server serves them, security policy included,
//! with a `config.json` of the journey's choosing.

use std::path::Path;

use anyhow::{Context, Result};
use axum::Router;
use strikethrough_server::{Dist, dist_router};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::environment::Need;
use crate::foreign::serve;

/// The app on an origin of its own, with no API beside it. Dropping it ends it.
#[derive(Debug)]
pub struct Site {
    /// The origin, such as `http://127.0.0.1:40123`.
    pub origin: String,
    // They end before the files are gone, which would be another answer than none.
    _tasks: JoinSet<()>,
    _files: Files,
}

impl Site {
    /// Serves the app with this text as its `config.json`.
    ///
    /// # Errors
    ///
    /// When the app is not built or no port can be bound.
    pub async fn start(config: &str) -> Result<Self> {
        let files = Files::with_config(config)?;
        let (origin, tasks) = serve(files.router()?).await?;
        Ok(Self {
            origin,
            _files: files,
            _tasks: tasks,
        })
    }
}

/// A copy of the built app with a `config.json` of its own.
#[derive(Debug)]
pub struct Files(TempDir);

impl Files {
    /// Copies the app and writes this text as its `config.json`.
    ///
    /// # Errors
    ///
    /// When the app is not built or can't be copied.
    pub fn with_config(config: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        copy(&Need::Dist.path()?, folder.path()).context("copying the built app")?;
        for stale in ["config.json.br", "config.json.gz"] {
            let file = folder.path().join(stale);
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        std::fs::write(folder.path().join("config.json"), config)?;
        Ok(Self(folder))
    }

    /// What serves them.
    ///
    /// # Errors
    ///
    /// When the folder is not a built app.
    pub fn router(&self) -> Result<Router> {
        files(self.0.path())
    }
}

/// What serves the built app in this folder.
///
/// # Errors
///
/// When the folder is not a built app.
pub fn files(dist: &Path) -> Result<Router> {
    let opened = Dist::open(dist).map_err(|problem| anyhow::anyhow!("{}: {problem}", dist.display()))?;
    Ok(dist_router(opened))
}

pub(crate) fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
