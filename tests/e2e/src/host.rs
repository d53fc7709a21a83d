//! The app on an origin that goes away and comes back, with files that an operator changes while it runs.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use axum::Router;
use strikethrough_server::{Store, api_router};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::environment::Need;
use crate::find::eventually;
use crate::foreign::serve_on;
use crate::page::App;
use crate::site::{copy, files};

/// Where the app is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// At `/`.
    Root,
    /// At `/app/`.
    BelowApp,
}

/// A running host: the app's files and, at the root, the API. Dropping it ends it.
#[derive(Debug)]
pub struct Host {
    /// The folder with the app's files, and the database beside them.
    folder: TempDir,
    base: Base,
    store: Store,
    /// How many files were written.
    writes: AtomicU64,
    router: Router,
    port: u16,
    /// Empty while the host is away.
    running: JoinSet<()>,
}

impl Host {
    /// Starts it with this text as the app's `config.json`.
    ///
    /// # Errors
    ///
    /// When the app is not built or no port can be bound.
    pub async fn start(browser: &Browser, base: Base, config: &str) -> Result<(Self, App)> {
        let folder = tempfile::tempdir()?;
        let (need, path) = match base {
            Base::Root => (Need::Dist, "/"),
            Base::BelowApp => (Need::DistBelowApp, "/app/"),
        };
        let dist = folder.path().join("dist");
        copy(&need.path()?, &dist).context("copying the built app")?;
        for entry in std::fs::read_dir(&dist)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                let file = File::options().append(true).open(entry.path())?;
                file.set_modified(SystemTime::now() - Duration::from_secs(7200))?;
            }
        }
        let store = Store::open(&folder.path().join("tasks.db"))
            .await
            .map_err(|problem| anyhow::anyhow!("{problem}"))?;
        let mut host = Self {
            folder,
            base,
            store,
            writes: AtomicU64::new(0),
            router: Router::new(),
            port: 0,
            running: JoinSet::new(),
        };
        host.write("config.json", config)?;
        host.restart().await?;
        let app = App::new(browser, &format!("http://127.0.0.1:{}{path}", host.port));
        Ok((host, app))
    }

    /// Starts it anew at the same address, which is when the server reads `config.json`.
    ///
    /// # Errors
    ///
    /// When the files are no app or the port can't be bound.
    pub async fn restart(&mut self) -> Result<()> {
        self.go_away().await;
        let app = files(&self.folder.path().join("dist"))?;
        let app = match self.base {
            Base::Root => app,
            Base::BelowApp => Router::new().nest_service("/app", app),
        };
        self.router = app.merge(api_router(self.store.clone(), &[]));
        self.come_back().await
    }

    /// Closes the port and every connection.
    pub async fn go_away(&mut self) {
        self.running.shutdown().await;
    }

    /// Listens again, at the same address.
    ///
    /// # Errors
    ///
    /// When the port can't be bound.
    pub async fn come_back(&mut self) -> Result<()> {
        let port = self.port;
        let listener = eventually("the port", async || {
            Ok(TcpListener::bind(("127.0.0.1", port)).await?)
        })
        .await?;
        self.port = listener.local_addr()?.port();
        self.running = serve_on(listener, self.router.clone());
        Ok(())
    }

    /// Writes one of the app's files.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        self.remove(name)?;
        let mut file = File::create(self.file(name))?;
        file.write_all(text.as_bytes())?;
        // Dates are compared by the second, and a journey is quicker than that.
        let writes = self.writes.fetch_add(1, Ordering::Relaxed);
        file.set_modified(SystemTime::now() - Duration::from_secs(3600) + Duration::from_secs(writes))?;
        Ok(())
    }

    /// Reads one of the app's files.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub fn read(&self, name: &str) -> Result<String> {
        std::fs::read_to_string(self.file(name)).with_context(|| format!("reading {name}"))
    }

    /// Takes one of the app's files away, with its compressed copies.
    ///
    /// # Errors
    ///
    /// When one stays.
    pub fn remove(&self, name: &str) -> Result<()> {
        for name in [name.to_owned(), format!("{name}.br"), format!("{name}.gz")] {
            let file = self.file(&name);
            if file.exists() {
                std::fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    /// Puts another release in the place of the one that is served: one of its style sheets is another, and the old
    /// one is gone. The page shows which release it runs as the custom property `--release`. Returns the new style
    /// sheet's name and content before they are there, so that a journey can be late with them.
    ///
    /// # Errors
    ///
    /// When the files are not what Trunk writes.
    pub fn announce(&self, mark: &str) -> Result<(String, String)> {
        let page = self.read("index.html")?;
        let (before, rest) = page.split_once("/style-").context("no style sheet")?;
        let (hash, rest) = rest.split_once(".css").context("no style sheet")?;
        // A release build writes no quotes, and the rest of the tag, in any order: among it the digest of the old content.
        let (before, tag) = before.rsplit_once("<link").context("no link")?;
        let (_, path) = tag.rsplit_once("href=").context("a link that leads nowhere")?;
        let path = path.trim_start_matches('"');
        let (_, rest) = rest.split_once('>').context("an open tag")?;
        let old = format!("style-{hash}.css");
        let style = self.read(&old)?;
        let base = style.split("/*release*/").next().unwrap_or_default();
        let text = format!("{base}/*release*/:root {{ --release: {mark}; }}");
        // The marks are short and differ, which is all that a hash is for.
        let name = format!("style-{}.css", hex(mark));
        self.write(
            "index.html",
            &format!("{before}<link rel=\"stylesheet\" href=\"{path}/{name}\">{rest}"),
        )?;
        self.remove(&old)?;
        Ok((name, text))
    }

    /// As [`Host::announce`], complete.
    ///
    /// # Errors
    ///
    /// When the files are not what Trunk writes.
    pub fn release(&self, mark: &str) -> Result<()> {
        let (name, text) = self.announce(mark)?;
        self.write(&name, &text)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("dist").join(name)
    }
}

/// Sixteen hexadecimal digits.
fn hex(mark: &str) -> String {
    let digits: String = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("{digits:0<16.16}")
}
