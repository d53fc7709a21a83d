//! Elements by role and accessible name, as people and assistive technology know them, and waiting until
//! something is so.
//!
//! A [`Find`] is a description, not an element: each use looks again, so that a page which draws itself
//! anew in between is no failure. The roles and names come from a script of ours (`find.js`); before
//! something is clicked or typed into, the browser's own accessibility tree must agree with them.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::Instant;

use crate::browser::Browser;

/// How long something may take before a journey fails. Most of it takes milliseconds.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(40);

/// Looks until `condition` holds and returns what it found.
///
/// # Errors
///
/// When it does not hold within [`DEADLINE`], with the last reason.
pub async fn eventually<T>(what: &str, condition: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    within(DEADLINE, what, condition).await
}

/// As [`eventually`], with another deadline.
///
/// # Errors
///
/// When it does not hold within `deadline`, with the last reason.
pub async fn within<T>(
    deadline: Duration,
    what: &str,
    mut condition: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let start = Instant::now();
    loop {
        match condition().await {
            Ok(value) => return Ok(value),
            Err(error) if start.elapsed() >= deadline => {
                return Err(error.context(format!("waited {deadline:?} for: {what}")));
            }
            Err(_) => tokio::time::sleep(INTERVAL).await,
        }
    }
}

/// Describes elements by role and name, within other elements where wanted.
#[derive(Clone, Debug)]
pub struct Find {
    browser: Browser,
    steps: Vec<Value>,
}

impl Find {
    /// Elements with this role and exactly this name.
    pub fn named(browser: &Browser, role: &str, name: &str) -> Self {
        Self {
            browser: browser.clone(),
            steps: Vec::new(),
        }
        .then(json!({ "role": role, "is": name }))
    }

    /// Elements with this role, whatever their name.
    pub fn any(browser: &Browser, role: &str) -> Self {
        Self {
            browser: browser.clone(),
            steps: Vec::new(),
        }
        .then(json!({ "role": role }))
    }

    /// Within these, elements with this role and exactly this name.
    pub fn inner(&self, role: &str, name: &str) -> Self {
        self.then(json!({ "role": role, "is": name }))
    }

    /// Within these, elements with this role whose name contains `part`.
    pub fn inner_like(&self, role: &str, part: &str) -> Self {
        self.then(json!({ "role": role, "has": part }))
    }

    /// Within these, elements with this role, whatever their name.
    pub fn inner_any(&self, role: &str) -> Self {
        self.then(json!({ "role": role }))
    }

    fn then(&self, step: Value) -> Self {
        let mut next = self.clone();
        next.steps.push(step);
        next
    }

    /// The elements shown right now.
    ///
    /// # Errors
    ///
    /// When the browser can't be asked.
    pub async fn now(&self) -> Result<Vec<WebElement>> {
        let args = vec![Value::Array(self.steps.clone())];
        Ok(self
            .browser
            .driver
            .execute(include_str!("find.js"), args)
            .await?
            .elements()?)
    }

    /// The one element this describes, as soon as there is exactly one.
    ///
    /// # Errors
    ///
    /// When there is none, or more than one, until the deadline.
    pub async fn one(&self) -> Result<WebElement> {
        self.until("one element", async |element| Ok(element)).await
    }

    /// Waits until nothing of the kind is shown.
    ///
    /// # Errors
    ///
    /// When it stays until the deadline.
    pub async fn gone(&self) -> Result<()> {
        eventually(&format!("{self} to go"), async || {
            let count = self.now().await?.len();
            ensure!(count == 0, "{count} still shown");
            Ok(())
        })
        .await
    }

    /// Waits until exactly `count` are shown.
    ///
    /// # Errors
    ///
    /// When there are fewer or more until the deadline.
    pub async fn count(&self, count: usize) -> Result<()> {
        eventually(&format!("{count} × {self}"), async || {
            let found = self.now().await?.len();
            ensure!(found == count, "{found} shown{}", self.page().await);
            Ok(())
        })
        .await
    }

    /// Clicks it. The browser must agree about what it is.
    ///
    /// # Errors
    ///
    /// When it can't be clicked until the deadline, or the browser's accessibility tree says otherwise.
    pub async fn click(&self) -> Result<()> {
        self.until("a click", async |element| {
            // Rows that were never in view are not laid out yet, and the browser has no name for them.
            let script = "arguments[0].scrollIntoView({ block: 'nearest' })";
            self.browser
                .driver
                .execute(script, vec![element.to_json()?])
                .await?;
            self.agree(&element).await?;
            Ok(element.click().await?)
        })
        .await
    }

    /// Types into it, with real key presses. The browser must agree about what it is.
    ///
    /// # Errors
    ///
    /// When it can't be typed into until the deadline, or the browser's accessibility tree says otherwise.
    pub async fn type_keys(&self, keys: impl Into<TypingData>) -> Result<()> {
        let element = self.one().await?;
        self.agree(&element).await?;
        Ok(element.send_keys(keys).await?)
    }

    /// Replaces what is in a text field, with real key presses.
    ///
    /// # Errors
    ///
    /// As [`Find::type_keys`].
    pub async fn retype(&self, keys: &str) -> Result<()> {
        self.type_keys(Key::Control + "a").await?;
        self.type_keys(Key::Delete + "").await?;
        self.type_keys(keys).await
    }

    /// Its text as it is shown.
    ///
    /// # Errors
    ///
    /// When there isn't exactly one until the deadline.
    pub async fn text(&self) -> Result<String> {
        self.until("its text", async |element| Ok(element.text().await?))
            .await
    }

    /// Waits until its text contains `part`.
    ///
    /// # Errors
    ///
    /// When it never does until the deadline.
    pub async fn says(&self, part: &str) -> Result<()> {
        self.until(&format!("the text “{part}”"), async |element| {
            let text = element.text().await?;
            ensure!(text.contains(part), "it says “{text}”");
            Ok(())
        })
        .await
    }

    /// Waits until this text field holds exactly `value`.
    ///
    /// # Errors
    ///
    /// When it holds something else until the deadline.
    pub async fn holds(&self, value: &str) -> Result<()> {
        self.until("its value", async |element| {
            let held = element.value().await?.unwrap_or_default();
            ensure!(
                held == value,
                "it holds {} characters: “{held:.200}”",
                held.chars().count()
            );
            Ok(())
        })
        .await
    }

    /// Waits until it has the keyboard's focus.
    ///
    /// # Errors
    ///
    /// When something else has it until the deadline.
    pub async fn has_focus(&self) -> Result<()> {
        self.until("the focus", async |element| {
            let script =
                "return document.activeElement === arguments[0] ? '' : document.activeElement.outerHTML";
            let other: String = self.browser.script(script, vec![element.to_json()?]).await?;
            ensure!(other.is_empty(), "the focus is on {other:.300}");
            Ok(())
        })
        .await
    }

    /// Waits until it carries this attribute with this value.
    ///
    /// # Errors
    ///
    /// When it does not until the deadline.
    pub async fn carries(&self, attribute: &str, value: &str) -> Result<()> {
        self.until(&format!("{attribute}={value}"), async |element| {
            let held = element.attr(attribute).await?;
            ensure!(held.as_deref() == Some(value), "it has {held:?}");
            Ok(())
        })
        .await
    }

    /// Waits until there is exactly one element and `act` succeeds on it.
    ///
    /// # Errors
    ///
    /// The last error of `act`, or how many elements there were, after the deadline.
    pub async fn until<T>(&self, what: &str, mut act: impl AsyncFnMut(WebElement) -> Result<T>) -> Result<T> {
        eventually(&format!("{what} of {self}"), async || {
            let mut found = self.now().await?;
            let count = found.len();
            match found.pop() {
                Some(element) if count == 1 => act(element).await,
                _ => bail!("{count} such elements are shown{}", self.page().await),
            }
        })
        .await
    }

    /// The browser's own accessibility tree must name it as this description does.
    async fn agree(&self, element: &WebElement) -> Result<()> {
        let step = self.steps.last().context("an empty description")?;
        let (role, name) = self.browser.semantics(element).await?;
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = |key: &str| step.get(key).and_then(Value::as_str);
        ensure!(
            wanted("role") == Some(role.as_str()),
            "the browser calls {self} a {role}"
        );
        if let Some(is) = wanted("is") {
            ensure!(is == name, "the browser's name for {self} is “{name}”");
        }
        if let Some(has) = wanted("has") {
            ensure!(name.contains(has), "the browser's name for {self} is “{name}”");
        }
        Ok(())
    }

    /// What the page shows, for the message of a failure.
    async fn page(&self) -> String {
        let script = "return document.body ? document.body.innerText.slice(0, 1500) : ''";
        let text: Result<String> = self.browser.script(script, Vec::new()).await;
        text.map(|text| format!("; the page shows:\n{text}"))
            .unwrap_or_default()
    }
}

impl std::fmt::Display for Find {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let text = |key: &str| step.get(key).and_then(Value::as_str);
            let within = if index > 0 { " › " } else { "" };
            write!(f, "{within}{}", text("role").unwrap_or("?"))?;
            if let Some(name) = text("is") {
                write!(f, " “{name}”")?;
            }
            if let Some(part) = text("has") {
                write!(f, " “…{part}…”")?;
            }
        }
        Ok(())
    }
}
