//! What journeys ask the browser about the copy of the app that it keeps.

use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::page::App;

/// How a script in the page ended.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<T> {
    Value(T),
    Error(String),
}

/// What an asynchronous function body returns, run in the page.
pub(crate) async fn ask<T: DeserializeOwned>(app: &App, body: &str) -> Result<T> {
    let script = format!(
        "const done = arguments[arguments.length - 1]; (async () => {{ {body} }})()
            .then(value => done({{ value }}), error => done({{ error: String(error) }}))"
    );
    let answer = app.browser.driver.execute_async(script, Vec::new()).await?;
    let answer: Outcome<T> = answer.convert()?;
    match answer {
        Outcome::Value(value) => Ok(value),
        Outcome::Error(error) => bail!("the page says {error}"),
    }
}

/// Waits until the worker is in charge of the page and holds `count` whole releases.
pub(crate) async fn holds(app: &App, count: usize) -> Result<()> {
    eventually(&format!("{count} kept releases"), async || {
        let found: (bool, usize) = ask(
            app,
            "let whole = 0;
             for (const name of (await caches.keys()).filter(name => name.includes(':release:'))) {
                 const files = await (await caches.open(name)).keys();
                 if (files.some(file => file.url.endsWith('/'))) whole += 1;
             }
             return [Boolean(navigator.serviceWorker.controller), whole];",
        )
        .await?;
        ensure!(found == (true, count), "in charge and releases: {found:?}");
        Ok(())
    })
    .await
}

/// Waits until the worker is gone, and everything that it kept.
pub(crate) async fn nothing(app: &App) -> Result<()> {
    eventually("nothing kept", async || {
        let found: (Vec<String>, Vec<String>) = ask(
            app,
            "const workers = await navigator.serviceWorker.getRegistrations();
             const states = ['installing', 'waiting', 'active'];
             return [workers.flatMap(one => states.filter(state => one[state])), await caches.keys()]",
        )
        .await?;
        ensure!(
            found.0.is_empty() && found.1.is_empty(),
            "workers and caches: {found:?}"
        );
        Ok(())
    })
    .await
}

/// Has the worker look for a new release, and waits until it has.
pub(crate) async fn looked(app: &App) -> Result<()> {
    let done: bool = ask(
        app,
        "const worker = (await navigator.serviceWorker.ready).active;
         const { port1, port2 } = new MessageChannel();
         return new Promise(resolve => {
             port1.onmessage = () => resolve(true);
             worker.postMessage('check', [port2]);
         });",
    )
    .await?;
    ensure!(done, "it did not answer");
    Ok(())
}

/// Loads the page again as a person does. WebDriver's own command goes past the worker in Firefox.
pub(crate) async fn reload(app: &App) -> Result<()> {
    let script = "document.documentElement.dataset.old = 1; location.reload()";
    app.browser.driver.execute(script, Vec::new()).await?;
    eventually("another page", async || {
        let script =
            "return document.readyState === 'complete' && !('old' in document.documentElement.dataset)";
        let done: bool = app.browser.script(script, Vec::new()).await?;
        ensure!(done, "it is still the old one");
        Ok(())
    })
    .await
}

/// Which release the page runs; empty for the one that was built.
pub(crate) async fn release(app: &App) -> Result<String> {
    app.browser
        .script(
            "return getComputedStyle(document.documentElement).getPropertyValue('--release').trim()",
            Vec::new(),
        )
        .await
}

/// Waits until the page runs this release.
pub(crate) async fn runs(app: &App, mark: &str) -> Result<()> {
    eventually(&format!("the release “{mark}”"), async || {
        let found = release(app).await?;
        ensure!(found == mark, "it is “{found}”");
        Ok(())
    })
    .await
}
