//! Loading, slow, failed, stale, empty: five different things, each with its own face.

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::page::App;

in_both_browsers!(loading_then_slow, failed, stale, empty);

async fn start(browser: &Browser) -> Result<(Scripted, App)> {
    let tasks = vec![foreign_task(1, "Buy milk", ""), foreign_task(2, "Call Ada", "")];
    let (server, app) = Scripted::start(browser, tasks).await?;
    Ok((server, app))
}

async fn loading_then_slow(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    let gate = Gate::default();
    server.always(Call::List, Answer::honest().after(&gate));
    app.open("").await?;
    app.tells("Loading tasks").await?;
    app.tasks().rows().count(0).await?;
    app.tells("taking longer than usual").await?;
    gate.open();
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    eventually("no word about loading", async || {
        let text: String = browser
            .script("return document.body.innerText", Vec::new())
            .await?;
        ensure!(
            !text.contains("Loading tasks") && !text.contains("longer than usual"),
            "it says {text}"
        );
        Ok(())
    })
    .await
}

async fn failed(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = start(browser).await?;
    let problem = json!({ "title": "Out of order", "detail": "The disk is full.", "status": 500 });
    server.always(Call::List, Answer::problem(500, &problem));
    app.open("").await?;
    app.warns("The disk is full.").await?;
    app.find("heading", "Nothing to do").count(0).await?;
    server.honest(Call::List);
    app.find("button", "Retry").click().await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.is_calm().await
}

async fn stale(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    server.put_tasks(vec![foreign_task(3, "Bake", "")]);
    server.always(Call::List, Answer::status(503));
    app.tasks().button("Refresh").click().await?;
    // What was good stays, with its age.
    app.shows("Last updated").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    server.honest(Call::List);
    app.find("button", "Retry").click().await?;
    app.tasks().shows(&["Bake"]).await?;
    app.find("button", "Retry").gone().await
}

async fn empty(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    server.put_tasks(Vec::new());
    app.open("").await?;
    app.find("heading", "Nothing to do").one().await?;
    app.is_calm().await?;
    app.tasks().add("Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.find("heading", "Nothing to do").gone().await?;
    // The last one done, it is empty again.
    app.tasks().finish("Buy milk").click().await?;
    app.find("heading", "Nothing to do").one().await?;
    ensure!(
        server.tasks().is_empty(),
        "the server still holds {:?}",
        server.tasks()
    );
    Ok(())
}
