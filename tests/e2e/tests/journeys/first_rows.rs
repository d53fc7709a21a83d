//! The first tasks are there before the app's code is, and the app takes their place without a word lost.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::host::{Base, Host};
use strikethrough_e2e::page::{App, SAVED};
use thirtyfour::bidi::modules::script::AddPreloadScript;

in_both_browsers!(
    a_first_visit,
    another_visit,
    a_click_that_comes_early,
    an_edit_is_never_missing,
    other_pages_wait,
    a_broken_configuration_is_said,
    no_rows_of_another_server,
);

/// Holds the app's start back until the page is told to go on: what the page shows until then, it shows without the app.
const HOLD: &str = "() => {
    const gate = new Promise(open => { window.goOn = open; });
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const begin = WebAssembly[name];
        WebAssembly[name] = (...given) => gate.then(() => begin.apply(WebAssembly, given));
    }
}";

/// The texts and the tops of the rows that are seen, and whether the app has drawn them.
const SEEN: &str = "const list = [...document.querySelectorAll('ul[aria-label=Tasks]')]
        .find(list => getComputedStyle(list).visibility === 'visible' && list.checkVisibility());
    const rows = [...list?.children ?? []];
    return [!!list?.id, rows.map(row => [row.textContent.trim(), Math.round(row.getBoundingClientRect().top)])]";

type Seen = (bool, Vec<(String, i32)>);

async fn start(browser: &Browser) -> Result<(Scripted, App)> {
    let tasks = vec![
        foreign_task("a/b", "Buy milk", ""),
        foreign_task(2, "<b>Call</b> Ada", "by phone"),
    ];
    let (server, app) = Scripted::start(browser, tasks).await?;
    Ok((server, app))
}

pub(crate) async fn hold(browser: &Browser) -> Result<()> {
    let script = AddPreloadScript {
        function_declaration: HOLD.to_owned(),
        arguments: Vec::new(),
        sandbox: None,
        contexts: Vec::new(),
    };
    browser.bidi().send(script).await?;
    Ok(())
}

pub(crate) async fn go_on(browser: &Browser) -> Result<()> {
    browser.script("window.goOn()", Vec::new()).await
}

/// Waits until these rows are seen, drawn by the app or before it. Returns where they are.
pub(crate) async fn sees(browser: &Browser, by_app: bool, texts: &[&str]) -> Result<Vec<i32>> {
    eventually(
        &format!("the rows {texts:?}, drawn by the app: {by_app}"),
        async || {
            let (is_app, rows): Seen = browser.script(SEEN, Vec::new()).await?;
            let (seen, tops): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            ensure!(
                is_app == by_app && seen == texts,
                "there are {seen:?}, by the app: {is_app}"
            );
            Ok(tops)
        },
    )
    .await
}

async fn is_nothing_seen(browser: &Browser) -> Result<()> {
    let (_, rows): Seen = browser.script(SEEN, Vec::new()).await?;
    ensure!(rows.is_empty(), "there are {rows:?}");
    Ok(())
}

const BOTH: [&str; 2] = ["Buy milk", "<b>Call</b> Ada"];

async fn a_first_visit(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    hold(browser).await?;
    app.open("").await?;
    let before = sees(browser, false, &BOTH).await?;
    // There is no control that does nothing.
    app.tasks().finish("Buy milk").count(0).await?;
    go_on(browser).await?;
    let after = sees(browser, true, &BOTH).await?;
    ensure!(before == after, "they have moved from {before:?} to {after:?}");
    let asked = server.seen(Call::List).len();
    ensure!(asked == 1, "the list was asked for {asked} times");
    app.tasks().link("Buy milk").click().await?;
    app.is_at("task/a%2Fb").await
}

async fn another_visit(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().shows(&BOTH).await?;
    hold(browser).await?;
    let asked = server.seen(Call::List).len();
    browser.driver.refresh().await?;
    let before = sees(browser, false, &BOTH).await?;
    app.open("").await?;
    // A visit that was broken off has left nothing: what was done in it could be missing.
    is_nothing_seen(browser).await?;
    go_on(browser).await?;
    let after = sees(browser, true, &BOTH).await?;
    ensure!(before == after, "they have moved from {before:?} to {after:?}");
    // Of a device that may have edits only the app asks.
    app.stands(SAVED).await?;
    let now = server.seen(Call::List).len();
    ensure!(now == asked + 1, "the list was asked for {} times", now - asked);
    Ok(())
}

async fn a_click_that_comes_early(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    hold(browser).await?;
    app.open("").await?;
    sees(browser, false, &BOTH).await?;
    let click = "document.querySelectorAll('#shell .row')[1].querySelector('.check').click()";
    browser.script::<()>(click, Vec::new()).await?;
    go_on(browser).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    eventually("the task to be done", async || {
        let done = server.seen(Call::Done);
        ensure!(done.len() == 1, "{} tasks were done", done.len());
        Ok(())
    })
    .await
}

async fn an_edit_is_never_missing(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().shows(&BOTH).await?;
    // What waits is shown like the rest.
    let gate = Gate::default();
    server.always(Call::Create, Answer::honest().after(&gate));
    app.tasks().add("Bake").await?;
    app.tasks().finish("Buy milk").click().await?;
    let left = ["<b>Call</b> Ada", "Bake"];
    app.tasks().shows(&left).await?;
    hold(browser).await?;
    browser.driver.refresh().await?;
    sees(browser, false, &left).await?;
    go_on(browser).await?;
    app.tasks().shows(&left).await
}

async fn other_pages_wait(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    hold(browser).await?;
    app.open("task/2").await?;
    is_nothing_seen(browser).await?;
    go_on(browser).await?;
    app.detail().shows("<b>Call</b> Ada", "by phone").await?;
    app.tasks().shows(&BOTH).await?;
    let asked = server.seen(Call::List).len();
    ensure!(asked == 1, "the list was asked for {asked} times");
    Ok(())
}

/// An app that was visited with one task, and left.
async fn visited(browser: &Browser) -> Result<(Host, App)> {
    let (host, app) = Host::start(browser, Base::Root, r#"{ "api": "/" }"#).await?;
    app.open("").await?;
    app.tasks().add("Buy milk").await?;
    app.stands(SAVED).await?;
    app.open("sync").await?;
    app.find("heading", "Sync").one().await?;
    Ok((host, app))
}

async fn a_broken_configuration_is_said(browser: &Browser) -> Result<()> {
    let (host, app) = visited(browser).await?;
    host.write("config.json", r#"{ "api": "/", "etag": "yes" }"#)?;
    app.open("").await?;
    app.shows("\"etag\" must be true or false").await?;
    is_nothing_seen(browser).await?;
    app.header_link("Settings").click().await?;
    app.is_at("settings").await
}

async fn no_rows_of_another_server(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (host, app) = visited(browser).await?;
    host.write("config.json", r#"{ "api": "/elsewhere/" }"#)?;
    hold(browser).await?;
    app.open("").await?;
    sees(browser, false, &["Buy milk"]).await?;
    let click = "document.querySelector('#shell .check').click()";
    browser.script::<()>(click, Vec::new()).await?;
    go_on(browser).await?;
    app.find("button", "Retry").one().await?;
    is_nothing_seen(browser).await?;
    // What was clicked was not of this server.
    host.write("config.json", r#"{ "api": "/" }"#)?;
    app.open("").await?;
    go_on(browser).await?;
    app.tasks().shows(&["Buy milk"]).await
}
