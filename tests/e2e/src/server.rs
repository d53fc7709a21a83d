//! The bundled server, the very one that people run, on a database of its own. What the journeys believe
//! is what stands in that database, read past the server.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use strikethrough_server::{Created, Draft, Options, Store, Summary, api_router, run};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::environment::Need;
use crate::find::eventually;
use crate::foreign::serve;
use crate::page::App;
use crate::site::files;

/// A running server. Dropping it ends it and removes its database.
#[derive(Debug)]
pub struct Server {
    /// The origin, such as `http://127.0.0.1:40123`.
    pub origin: String,
    database: SqlitePool,
    /// The server shuts down when this is dropped.
    _shutdown: oneshot::Sender<()>,
    _tasks: JoinSet<()>,
    folder: TempDir,
}

impl Server {
    /// Starts it with these tasks, each a summary and a description, and the app in front of it.
    ///
    /// # Errors
    ///
    /// When the server does not start.
    pub async fn start(browser: &Browser, tasks: &[(&str, &str)]) -> Result<(Self, App)> {
        let server = Self::start_bare(tasks).await?;
        let app = App::new(browser, &format!("{}/", server.origin));
        Ok((server, app))
    }

    /// As [`Server::start`], for whoever opens the app later or at another address.
    ///
    /// # Errors
    ///
    /// When the server does not start.
    pub async fn start_bare(tasks: &[(&str, &str)]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = folder.path().join("tasks.db");
        fill(&database, tasks).await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let options = Options {
            database,
            dist: Some(Need::Dist.path()?),
            ..Options::default()
        };
        let (shutdown, ended) = oneshot::channel::<()>();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let outcome = run(listener, options, async { drop(ended.await) }).await;
            if let Err(error) = outcome {
                eprintln!("the server ended: {error}");
            }
        });
        Ok(Self::running(folder, (shutdown, serving), origin))
    }

    /// As [`Server::start`], with the app below `/app/` and the API at the root.
    ///
    /// # Errors
    ///
    /// When the server does not start.
    pub async fn start_below_app(browser: &Browser, tasks: &[(&str, &str)]) -> Result<(Self, App)> {
        let folder = tempfile::tempdir()?;
        let database = folder.path().join("tasks.db");
        fill(&database, tasks).await?;
        let store = Store::open(&database)
            .await
            .map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let router = Router::new()
            .nest_service("/app", files(&Need::DistBelowApp.path()?)?)
            .merge(api_router(store, &[]));
        let (origin, serving) = serve(router).await?;
        let (shutdown, _) = oneshot::channel();
        let server = Self::running(folder, (shutdown, serving), origin);
        let app = App::new(browser, &format!("{}/app/", server.origin));
        Ok((server, app))
    }

    fn running(
        folder: TempDir,
        (shutdown, tasks): (oneshot::Sender<()>, JoinSet<()>),
        origin: String,
    ) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("tasks.db"))
            .read_only(true);
        let database = SqlitePool::connect_lazy_with(options);
        Self {
            origin,
            database,
            _shutdown: shutdown,
            _tasks: tasks,
            folder,
        }
    }

    /// Adds tasks behind the app's back, as another client would.
    ///
    /// # Errors
    ///
    /// When the database can't be written.
    pub async fn seed(&self, tasks: &[(&str, &str)]) -> Result<()> {
        fill(&self.folder.path().join("tasks.db"), tasks).await
    }

    /// Every row of the database: summary and description, in order of their ids.
    ///
    /// # Errors
    ///
    /// When the database can't be read.
    pub async fn rows(&self) -> Result<Vec<(String, String)>> {
        let query = "SELECT summary, description FROM tasks ORDER BY id";
        let rows = sqlx::query(query).fetch_all(&self.database).await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Waits until the rows are exactly these.
    ///
    /// # Errors
    ///
    /// When they are others until the deadline.
    pub async fn holds(&self, tasks: &[(&str, &str)]) -> Result<()> {
        let wanted: Vec<_> = tasks
            .iter()
            .map(|(s, d)| (s.to_string(), d.to_string()))
            .collect();
        eventually("the rows of the database", async || {
            let rows = self.rows().await?;
            ensure!(rows == wanted, "they are {:.2000}", format!("{rows:?}"));
            Ok(())
        })
        .await
    }

    /// Waits until the database has exactly these tasks: what was sent at once may have come in any order.
    ///
    /// # Errors
    ///
    /// When it has others until the deadline.
    pub async fn holds_in_any_order(&self, tasks: &[(&str, &str)]) -> Result<()> {
        let mut wanted: Vec<_> = tasks
            .iter()
            .map(|(s, d)| (s.to_string(), d.to_string()))
            .collect();
        wanted.sort();
        eventually("the rows of the database", async || {
            let mut rows = self.rows().await?;
            rows.sort();
            ensure!(rows == wanted, "they are {:.2000}", format!("{rows:?}"));
            Ok(())
        })
        .await
    }

    /// The id of the one task with this summary.
    ///
    /// # Errors
    ///
    /// When there is none or several.
    pub async fn id_of(&self, summary: &str) -> Result<i64> {
        let query = sqlx::query("SELECT id FROM tasks WHERE summary = ?").bind(summary);
        let row = query
            .fetch_one(&self.database)
            .await
            .with_context(|| format!("no row for {summary}"))?;
        Ok(row.try_get(0)?)
    }
}

/// Writes tasks through the server's own store.
async fn fill(database: &Path, tasks: &[(&str, &str)]) -> Result<()> {
    let store = Store::open(database)
        .await
        .map_err(|problem| anyhow::anyhow!("{problem}"))?;
    for (summary, description) in tasks {
        let Ok(summary) = Summary::new((*summary).to_owned()) else {
            bail!("{summary:?} is no summary")
        };
        let draft = Draft {
            summary,
            description: (*description).to_owned(),
        };
        let created = store
            .create(draft, None)
            .await
            .map_err(|problem| anyhow::anyhow!("{problem}"))?;
        ensure!(matches!(created, Created::New(_)), "it was not made: {created:?}");
    }
    store.close().await;
    Ok(())
}
