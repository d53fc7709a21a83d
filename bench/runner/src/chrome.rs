//! One Chromium with a profile of its own, driven through its DevTools protocol. The page tells what it sees through a
//! binding (`probe.js`), so that nothing asks it while it works.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use strikethrough_e2e::browser::Kind;
use strikethrough_e2e::driver::Driver;
use strikethrough_e2e::environment::Need;
use thirtyfour::cdp::{CdpSession, RawEvent};
use thirtyfour::prelude::*;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

const PROBE: &str = include_str!("probe.js");

/// How often a page's work is looked at while it is awaited that it has none.
const LOOK: Duration = Duration::from_millis(150);

/// The longest that one step may take. What takes longer is not measured, and the table says so.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A line to a phone: what Lighthouse calls "slow 4G", and a processor at a quarter of its speed.
const DOWN_BITS: u32 = 1_600_000;
const UP_BITS: u32 = 750_000;
const LATENCY_MS: u32 = 150;
const SLOWER: u32 = 4;

/// A running browser.
pub(crate) struct Chrome {
    driver: WebDriver,
    process: Driver,
    page: CdpSession,
    events: Receiver<RawEvent>,
}

impl Chrome {
    /// Starts one with its profile in this folder.
    pub(crate) async fn start(profile: &Path) -> Result<Self> {
        let process = Driver::start(Kind::Chromium, profile).await?;
        let driver = WebDriver::new(process.url(), capabilities(profile)?)
            .await
            .context("opening a browser session")?;
        let page = driver.cdp().connect().await.context("reaching DevTools")?;
        let events = page.subscribe_connection();
        let chrome = Self {
            driver,
            process,
            page,
            events,
        };
        for domain in ["Page", "Runtime", "Network", "Performance", "HeapProfiler"] {
            chrome.send(&format!("{domain}.enable"), json!({})).await?;
        }
        chrome
            .send("Runtime.addBinding", json!({ "name": "benchTell" }))
            .await?;
        chrome
            .send(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": PROBE }),
            )
            .await?;
        chrome.settle().await?;
        Ok(chrome)
    }

    /// Ends it.
    pub(crate) async fn end(self) -> Result<()> {
        let ended = self.driver.quit().await;
        self.process.stop().await?;
        ended.context("ending the browser")
    }

    /// Sends a DevTools command.
    pub(crate) async fn send(&self, method: &str, parameters: Value) -> Result<Value> {
        let sent = tokio::time::timeout(PATIENCE, self.page.send_raw(method, parameters)).await;
        let answer = sent.map_err(|_| anyhow!("{method} was not answered within {PATIENCE:?}"))?;
        answer.with_context(|| method.to_owned())
    }

    /// The value of an expression in the page.
    pub(crate) async fn eval<T: DeserializeOwned>(&self, expression: &str) -> Result<T> {
        let parameters = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.send("Runtime.evaluate", parameters).await?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            bail!("{expression}: {thrown}");
        }
        let value = answer.pointer_mut("/result/value").map(Value::take);
        serde_json::from_value(value.unwrap_or_default()).with_context(|| expression.to_owned())
    }

    /// Opens an address, with this as its first script after the probe.
    pub(crate) async fn open(&mut self, address: &str, script: &str) -> Result<()> {
        let added = self
            .send(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": script }),
            )
            .await?;
        self.forget();
        self.send("Page.navigate", json!({ "url": address })).await?;
        self.send("Page.removeScriptToEvaluateOnNewDocument", added)
            .await?;
        Ok(())
    }

    /// Lets go of what was told and not listened to.
    pub(crate) fn forget(&mut self) {
        self.events = self.page.subscribe_connection();
    }

    /// Waits for an event of DevTools.
    pub(crate) async fn event<T>(&mut self, mut take: impl FnMut(&RawEvent) -> Option<T>) -> Result<T> {
        let wait = async {
            loop {
                match self.events.recv().await {
                    Ok(event) => {
                        if let Some(taken) = take(&event) {
                            return Ok(taken);
                        }
                    }
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => bail!("the browser is gone"),
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.map_err(|_| anyhow!("not within {} s", PATIENCE.as_secs()))?
    }

    /// Waits until the page tells this, and returns what it tells.
    pub(crate) async fn told<T: DeserializeOwned>(&mut self, name: &str) -> Result<T> {
        let value = self
            .event(|event| {
                let is_told = event.method == "Runtime.bindingCalled";
                let payload = event.params.get("payload").filter(|_| is_told)?.as_str()?;
                let mut told: Value = serde_json::from_str(payload).ok()?;
                let is_it = told.get("name").is_some_and(|told| told == name);
                is_it.then(|| told.get_mut("value").map(Value::take).unwrap_or_default())
            })
            .await?;
        Ok(serde_json::from_value(value)?)
    }

    /// Presses a key: Enter, Backspace, or what types a letter.
    pub(crate) async fn press(&self, key: &str) -> Result<()> {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Backspace" => (8, ""),
            letter => (
                i64::from(letter.to_ascii_uppercase().bytes().next().unwrap_or_default()),
                letter,
            ),
        };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let parameters = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": text });
            self.send("Input.dispatchKeyEvent", parameters).await?;
        }
        Ok(())
    }

    /// Types a text into the field that has the focus, as one input.
    pub(crate) async fn insert(&self, text: &str) -> Result<()> {
        self.send("Input.insertText", json!({ "text": text })).await?;
        Ok(())
    }

    /// Presses the mouse's button at a place of the page.
    pub(crate) async fn click(&self, place: &Place) -> Result<()> {
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let parameters = json!({
                "type": kind, "x": place.x, "y": place.y, "button": if kind == "mouseMoved" { "none" } else { "left" },
                "buttons": buttons, "clickCount": 1,
            });
            self.send("Input.dispatchMouseEvent", parameters).await?;
        }
        Ok(())
    }

    /// The sum of some of the page's metrics, in milliseconds.
    pub(crate) async fn metrics(&self, names: &[&str]) -> Result<f64> {
        let answer = self.send("Performance.getMetrics", json!({})).await?;
        let all = answer.get("metrics").and_then(Value::as_array);
        let all = all.context("no metrics")?;
        let mut sum = 0.0;
        for name in names {
            let found = all
                .iter()
                .find(|metric| metric.get("name").is_some_and(|it| it == name));
            let seconds = found
                .and_then(|metric| metric.get("value"))
                .and_then(Value::as_f64);
            sum += seconds.with_context(|| format!("no metric {name}"))? * 1000.0;
        }
        Ok(sum)
    }

    /// Waits until the page's main thread is at rest: less than 2 % busy.
    pub(crate) async fn settle(&self) -> Result<()> {
        let rest = async {
            let mut before = self.metrics(&["TaskDuration"]).await?;
            let mut quiet = 0;
            while quiet < 2 {
                tokio::time::sleep(LOOK).await;
                let now = self.metrics(&["TaskDuration"]).await?;
                let is_quiet = now - before < LOOK.as_secs_f64() * 20.0;
                quiet = if is_quiet { quiet + 1 } else { 0 };
                before = now;
            }
            Ok(())
        };
        let rested = tokio::time::timeout(PATIENCE, rest).await;
        rested.map_err(|_| anyhow!("not at rest within {} s", PATIENCE.as_secs()))?
    }

    /// All memory of the page, in bytes: JavaScript's heap, the DOM's, array buffers, and wasm's memory, which never
    /// shrinks.
    pub(crate) async fn memory(&self) -> Result<f64> {
        // What one collection frees may be all that kept something else alive.
        for _ in 0..3 {
            self.send("HeapProfiler.collectGarbage", json!({})).await?;
        }
        let usage = self.send("Runtime.getHeapUsage", json!({})).await?;
        let mut sum: f64 = self.eval("bench.wasm()").await?;
        for part in ["usedSize", "embedderHeapUsedSize", "backingStorageSize"] {
            sum += usage
                .get(part)
                .and_then(Value::as_f64)
                .with_context(|| format!("this Chromium does not tell its {part}"))?;
        }
        Ok(sum)
    }

    /// Gives the page a slow line and a slow processor.
    pub(crate) async fn throttle(&self) -> Result<()> {
        let line = json!({
            "offline": false, "latency": LATENCY_MS,
            "downloadThroughput": DOWN_BITS / 8, "uploadThroughput": UP_BITS / 8,
        });
        self.send("Network.emulateNetworkConditions", line).await?;
        self.send("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER }))
            .await?;
        Ok(())
    }
}

/// A place on the page, in CSS pixels.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub(crate) struct Place {
    x: f64,
    y: f64,
}

fn capabilities(profile: &Path) -> Result<Capabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    let binary = Need::Chromium.path()?;
    capabilities.set_binary(binary.to_str().context("CHROMIUM is not UTF-8")?)?;
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--disable-dev-shm-usage",
        "--window-size=1280,800",
    ] {
        capabilities.add_arg(flag)?;
    }
    let folder = profile.join("chromium");
    ensure!(!folder.exists(), "the profile is not fresh");
    capabilities.add_arg(&format!("--user-data-dir={}", folder.display()))?;
    Ok(capabilities.into())
}
