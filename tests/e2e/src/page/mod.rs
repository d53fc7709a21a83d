//! The app's pages as a person knows them: what can be done there and what must then be seen. The
//! journeys speak in these words, and nothing else knows how a page is built.

mod detail;
mod form;
mod list;
mod settings;

use std::time::Duration;

use anyhow::{Result, ensure};

pub use detail::Detail;
pub use form::{Form, LeaveDialog};
pub use list::TaskList;
pub use settings::Settings;

use crate::browser::Browser;
use crate::find::{Find, eventually, within};

/// What the header says when nothing waits.
pub const SAVED: &str = "Saved on server";

/// The app at one address.
#[derive(Clone, Debug)]
pub struct App {
    /// The session it is opened in.
    pub browser: Browser,
    base: String,
}

impl App {
    /// The app that is served below `base`, such as `http://127.0.0.1:40123/`, slash included.
    pub fn new(browser: &Browser, base: &str) -> Self {
        Self {
            browser: browser.clone(),
            base: base.to_owned(),
        }
    }

    /// The whole address of a path such as `task/7`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Opens a path as if it were typed into the address bar.
    ///
    /// # Errors
    ///
    /// When the browser can't load it.
    pub async fn open(&self, path: &str) -> Result<()> {
        Ok(self.browser.driver.goto(self.url(path)).await?)
    }

    /// Waits until the address bar shows `path`.
    ///
    /// # Errors
    ///
    /// When it shows something else until the deadline.
    pub async fn is_at(&self, path: &str) -> Result<()> {
        let wanted = self.url(path);
        eventually(&format!("the address {wanted}"), async || {
            let address = self.browser.driver.current_url().await?;
            ensure!(address.as_str() == wanted, "it is {address}");
            Ok(())
        })
        .await
    }

    /// Waits until the tab's title is this.
    ///
    /// # Errors
    ///
    /// When it is something else until the deadline.
    pub async fn is_titled(&self, title: &str) -> Result<()> {
        eventually(&format!("the title “{title}”"), async || {
            let shown = self.browser.driver.title().await?;
            ensure!(shown == title, "it is “{shown}”");
            Ok(())
        })
        .await
    }

    /// Elements with this role and exactly this name, anywhere on the page.
    pub fn find(&self, role: &str, name: &str) -> Find {
        Find::named(&self.browser, role, name)
    }

    /// Elements with this role, anywhere on the page.
    pub fn any(&self, role: &str) -> Find {
        Find::any(&self.browser, role)
    }

    /// A link of the header, which is on every page.
    pub fn header_link(&self, name: &str) -> Find {
        self.any("banner").inner("link", name)
    }

    /// Waits until an alert is shown that contains `part`.
    ///
    /// # Errors
    ///
    /// When none does until the deadline.
    pub async fn warns(&self, part: &str) -> Result<()> {
        self.some("alert", part).await
    }

    /// Waits until a status message is shown that contains `part`.
    ///
    /// # Errors
    ///
    /// When none does until the deadline.
    pub async fn tells(&self, part: &str) -> Result<()> {
        self.some("status", part).await
    }

    /// Waits until no alert says anything. (An empty one stays on the page, so that screen readers notice
    /// when it gets a text.)
    ///
    /// # Errors
    ///
    /// When one still does at the deadline.
    pub async fn is_calm(&self) -> Result<()> {
        eventually("no alert", async || {
            for element in self.any("alert").now().await? {
                let text = element.text().await?;
                ensure!(text.is_empty(), "one says “{text}”");
            }
            Ok(())
        })
        .await
    }

    async fn some(&self, role: &str, part: &str) -> Result<()> {
        eventually(&format!("{role} with “{part}”"), async || {
            let mut texts = Vec::new();
            for element in self.any(role).now().await? {
                texts.push(element.text().await?);
            }
            ensure!(texts.iter().any(|text| text.contains(part)), "they say {texts:?}");
            Ok(())
        })
        .await
    }

    /// Waits until the page shows `part` anywhere.
    ///
    /// # Errors
    ///
    /// When it doesn't until the deadline.
    pub async fn shows(&self, part: &str) -> Result<()> {
        eventually(&format!("the text “{part}”"), async || {
            let text: String = self
                .browser
                .script("return document.body.innerText", Vec::new())
                .await?;
            ensure!(text.contains(part), "the page shows:\n{text:.1500}");
            Ok(())
        })
        .await
    }

    /// What the header says about where the person's changes are, right now. Empty while there is no header.
    ///
    /// # Errors
    ///
    /// When the browser can't be asked.
    pub async fn standing(&self) -> Result<String> {
        let script = "return document.querySelector('header .standing-words')?.textContent ?? ''";
        self.browser.script(script, Vec::new()).await
    }

    /// Waits until the header says this about where the person's changes are.
    ///
    /// # Errors
    ///
    /// When it says something else until the deadline.
    pub async fn stands(&self, words: &str) -> Result<()> {
        eventually(&format!("the header to say “{words}”"), async || {
            let standing = self.standing().await?;
            ensure!(standing == words, "it says “{standing}”");
            Ok(())
        })
        .await
    }

    /// Waits until nothing is on its way any more: all is on the server, or the rest needs the person. Gives back
    /// what the header says then.
    ///
    /// # Errors
    ///
    /// When something still waits after `deadline`.
    pub async fn settles(&self, deadline: Duration) -> Result<String> {
        within(deadline, "nothing waiting", async || {
            let standing = self.standing().await?;
            let is_settled = standing == SAVED || standing.contains("need");
            ensure!(is_settled, "the header says “{standing}”");
            Ok(standing)
        })
        .await
    }

    /// The browser tells the page that there is a network again.
    ///
    /// # Errors
    ///
    /// When the browser can't be asked.
    pub async fn network_is_back(&self) -> Result<()> {
        let script = "window.dispatchEvent(new Event('online'))";
        self.browser.driver.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// The list of tasks.
    pub fn tasks(&self) -> TaskList {
        TaskList::new(self)
    }

    /// One open task.
    pub fn detail(&self) -> Detail {
        Detail::new(self)
    }

    /// The form for a new or an existing task.
    pub fn form(&self) -> Form {
        Form::new(self)
    }

    /// The settings.
    pub fn settings(&self) -> Settings {
        Settings::new(self)
    }

    /// Puts `text` on the clipboard. Chromium lets a page do that only once it was clicked or typed into.
    ///
    /// # Errors
    ///
    /// When the browser refuses a step.
    pub async fn copy(&self, text: &str) -> Result<()> {
        let script = "
            const [text, done] = arguments;
            navigator.clipboard.writeText(text).then(() => done(''), error => done(String(error)))";
        let answer = self
            .browser
            .driver
            .execute_async(script, vec![text.into()])
            .await?;
        let problem: String = answer.convert()?;
        ensure!(problem.is_empty(), "the clipboard: {problem}");
        Ok(())
    }
}
