//! One browser session: a fresh profile, a known viewport and colour scheme, and its own driver process,
//! all gone when the journey ends, however it ends.

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::FutureExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::bidi::modules::browsing_context::{SetViewport, Viewport};
use thirtyfour::bidi::{BiDi, BrowsingContextId};
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::*;
use thirtyfour::{RequestData, SessionId};

use crate::capabilities::{chromium, firefox};
use crate::console::Console;
use crate::driver::Driver;
use crate::session::Session;

/// The browsers every journey runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Chromium, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
}

impl Kind {
    /// What the driver prints right before the number of its port.
    pub(crate) fn driver_says(self) -> &'static str {
        match self {
            Self::Chromium => "successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        }
    }
}

/// Viewport sizes, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 390 × 844, a phone held upright.
    Phone,
    /// 820 × 1180, a tablet held upright.
    Tablet,
    /// 1280 × 800, a laptop.
    Desktop,
    /// 320 × 640, down to which a page must need no sideways scrolling (WCAG 2.2, 1.4.10 Reflow).
    Reflow,
    /// 320 × 256: what is left of 1280 × 1024 at 400 %, which is what that criterion has in mind.
    Zoomed,
}

impl Screen {
    fn viewport(self) -> Viewport {
        let (width, height) = match self {
            Self::Phone => (390, 844),
            Self::Tablet => (820, 1180),
            Self::Desktop => (1280, 800),
            Self::Reflow => (320, 640),
            Self::Zoomed => (320, 256),
        };
        Viewport { width, height }
    }
}

/// What the page is told about the colours the person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`
    Light,
    /// `prefers-color-scheme: dark`
    Dark,
}

/// What else a page can be told about the person, or what it is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// `prefers-contrast: more`; in Firefox, which has it together with forced colours alone, those as well.
    MoreContrast,
    /// `forced-colors: active`
    ForcedColors,
    /// `prefers-reduced-motion: reduce`
    LessMotion,
    /// It is printed.
    Print,
}

/// A running session. Clones speak to the same one.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Which browser this is.
    pub kind: Kind,
    /// The WebDriver session.
    pub driver: WebDriver,
    /// What the page logs.
    pub console: Arc<Console>,
    bidi: BiDi,
}

impl Browser {
    /// Starts a browser, hands it to `journey`, and ends it. The journey fails as well when the page logged
    /// an error that the journey did not announce, or tried what its security policy forbids.
    /// A picture of the page is kept in `pictures` when the journey fails.
    ///
    /// # Errors
    ///
    /// What the journey, the browser's start or the log say.
    pub async fn run(
        kind: Kind,
        pictures: &Path,
        name: &str,
        journey: impl AsyncFnOnce(&Browser) -> Result<()>,
    ) -> Result<()> {
        let profile = profile()?;
        let session = Session::start(kind, profile.path()).await?;
        let browser = session.browser.clone();
        let outcome = AssertUnwindSafe(async {
            journey(&browser).await?;
            browser.console.check()
        })
        .catch_unwind()
        .await;
        let failed = !matches!(outcome, Ok(Ok(())));
        if failed {
            browser.keep_picture(pictures, name).await;
        }
        let log = browser.console.text();
        let ended = session.end().await;
        let outcome = outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        outcome.map_err(|error| match log.is_empty() {
            true => error,
            false => error.context(format!("the page logged:\n{log}")),
        })?;
        ended
    }

    pub(crate) async fn connect(
        kind: Kind,
        process: &Driver,
        profile: &Path,
        languages: &str,
    ) -> Result<Self> {
        let capabilities: Capabilities = match kind {
            Kind::Chromium => chromium(profile, languages)?,
            Kind::Firefox => firefox(languages)?,
        };
        let driver = WebDriver::new(process.url(), capabilities)
            .await
            .context("opening a browser session")?;
        let bidi = driver
            .bidi()
            .await
            .context("opening the session's BiDi connection")?;
        let console = Console::listen(&bidi).await?;
        let browser = Self {
            kind,
            driver,
            console,
            bidi,
        };
        browser.resize(Screen::Desktop).await?;
        browser.prefer(Scheme::Light).await?;
        Ok(browser)
    }

    /// The WebDriver BiDi connection of the session.
    pub fn bidi(&self) -> &BiDi {
        &self.bidi
    }

    /// Gives the current tab the viewport of `screen`.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn resize(&self, screen: Screen) -> Result<()> {
        let context = BrowsingContextId::from(self.driver.window().await?.to_string());
        let viewport = Some(screen.viewport());
        self.bidi
            .send(SetViewport {
                context,
                viewport,
                device_pixel_ratio: None,
            })
            .await?;
        Ok(())
    }

    /// Tells pages that the person prefers this colour scheme.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn prefer(&self, scheme: Scheme) -> Result<()> {
        self.prefer_all(scheme, &[]).await
    }

    /// The same with these wishes, and none of those before.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn prefer_all(&self, scheme: Scheme, wishes: &[Wish]) -> Result<()> {
        let has = |wish| wishes.contains(&wish);
        let is_dark = scheme == Scheme::Dark;
        match self.kind {
            Kind::Chromium => {
                let feature =
                    |name, is_on, on, off| json!({ "name": name, "value": if is_on { on } else { off } });
                let media = json!({
                    "media": if has(Wish::Print) { "print" } else { "" },
                    "features": [
                        feature("prefers-color-scheme", is_dark, "dark", "light"),
                        feature("prefers-contrast", has(Wish::MoreContrast), "more", ""),
                        feature("forced-colors", has(Wish::ForcedColors), "active", ""),
                        feature("prefers-reduced-motion", has(Wish::LessMotion), "reduce", ""),
                    ],
                });
                self.driver
                    .cdp()
                    .send_raw("Emulation.setEmulatedMedia", media)
                    .await?;
            }
            Kind::Firefox => {
                // 0 is dark and 1 is light: StyleColorSchemeOverride in Firefox's sources. 2 is "always", and 0 "never
                // but with the system's high contrast": browser.display.document_color_use.
                let colors = has(Wish::ForcedColors) || has(Wish::MoreContrast);
                let script = format!(
                    "const set = (name, value) => Services.prefs.setIntPref(name, value);
                    set('layout.css.prefers-color-scheme.content-override', {});
                    set('browser.display.document_color_use', {});
                    set('ui.prefersReducedMotion', {});
                    gBrowser.selectedBrowser.browsingContext.mediumOverride = '{}';",
                    i32::from(!is_dark),
                    if colors { 2 } else { 0 },
                    i32::from(has(Wish::LessMotion)),
                    if has(Wish::Print) { "print" } else { "" },
                );
                self.in_chrome(&script).await?;
            }
        }
        Ok(())
    }

    /// Sets the size of text that a person sets in the browser, in CSS pixels; 16 is the usual one.
    ///
    /// # Errors
    ///
    /// When the browser refuses.
    pub async fn text_size(&self, pixels: u32) -> Result<()> {
        match self.kind {
            Kind::Chromium => {
                let sizes = json!({ "fontSizes": { "standard": pixels, "fixed": pixels } });
                self.driver.cdp().send_raw("Page.setFontSizes", sizes).await?;
            }
            Kind::Firefox => {
                let script = format!("Services.prefs.setIntPref('font.size.variable.x-western', {pixels})");
                self.in_chrome(&script).await?;
            }
        }
        Ok(())
    }

    /// Runs a script in Firefox's own window.
    async fn in_chrome(&self, script: &str) -> Result<()> {
        let handle = &self.driver.handle();
        let context = |context: &str| Raw::post("moz/context", json!({ "context": context }));
        handle.cmd(context("chrome")).await?;
        let run = handle
            .cmd(Raw::post("execute/sync", json!({ "script": script, "args": [] })))
            .await;
        handle.cmd(context("content")).await?;
        run?;
        Ok(())
    }

    /// The role and the accessible name that the browser itself computes for an element.
    ///
    /// # Errors
    ///
    /// When the element is gone.
    pub async fn semantics(&self, element: &WebElement) -> Result<(String, String)> {
        let id = element.element_id();
        let ask = async |what: &str| -> Result<String> {
            let answer = self
                .driver
                .handle()
                .cmd(Raw::get(&format!("element/{id}/{what}")))
                .await?;
            Ok(answer.value::<String>()?)
        };
        Ok((ask("computedrole").await?, ask("computedlabel").await?))
    }

    /// Runs a script in the page and returns what it returns.
    ///
    /// # Errors
    ///
    /// When the script throws, or returns something of another shape.
    pub async fn script<T: serde::de::DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> Result<T> {
        Ok(self.driver.execute(script, args).await?.convert()?)
    }

    /// Saves the page's picture for the person who reads the failure; a browser that is gone has none.
    async fn keep_picture(&self, folder: &Path, name: &str) {
        let file = folder.join(format!("{}.png", name.replace("::", "-")));
        if std::fs::create_dir_all(folder).is_ok() && self.driver.screenshot(&file).await.is_ok() {
            eprintln!("the page as it was: {}", file.display());
        }
    }
}

/// A folder for a browser's profile, which is removed when it is dropped.
///
/// # Errors
///
/// When there is no room for one.
pub fn profile() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("strikethrough-e2e-").tempdir()?)
}

/// A WebDriver command that the library has no name for.
#[derive(Debug)]
struct Raw {
    path: String,
    body: Option<Value>,
}

impl Raw {
    fn get(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            body: None,
        }
    }

    fn post(path: &str, body: Value) -> Self {
        Self {
            path: path.to_owned(),
            body: Some(body),
        }
    }
}

impl FormatRequestData for Raw {
    fn format_request(&self, session: &SessionId) -> RequestData {
        let uri = format!("session/{session}/{}", self.path);
        match &self.body {
            Some(body) => RequestData::new(hyper::Method::POST, uri).add_body(body.clone()),
            None => RequestData::new(hyper::Method::GET, uri),
        }
    }
}
