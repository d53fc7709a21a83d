//! Several tabs of one browser: they show the same at once, and one of them sends; if it is closed, frozen or
//! killed, another does.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::{Browser, Kind as BrowserKind, Screen, profile};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::{DEADLINE, eventually};
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Exchange, Fault, Kind, Match, Proxy, Rule};
use strikethrough_e2e::server::Server;
use strikethrough_e2e::session::Session;
use thirtyfour::WindowHandle;

in_both_browsers!(see_the_same_at_once, the_sender_is_closed, both_act_on_one_task);

/// A frozen sender is relieved after 13 s at most, and what it had sent is sent again after a wait.
const RELIEVED: Duration = Duration::from_secs(60);

/// The app in two tabs; the first is in front, and sends.
async fn two_tabs(browser: &Browser) -> Result<(Server, Proxy, App, WindowHandle, WindowHandle)> {
    browser.console.announce(FAILED_REQUESTS);
    let server = Server::start_bare(&[("Buy milk", "two litres"), ("Call Ada", "")]).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Helpful).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.stands(SAVED).await?;
    let first = browser.driver.window().await?;
    let second = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(second.clone()).await?;
    browser.resize(Screen::Desktop).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.stands(SAVED).await?;
    browser.driver.switch_to_window(first.clone()).await?;
    Ok((server, proxy, app, first, second))
}

async fn see_the_same_at_once(browser: &Browser) -> Result<()> {
    let (server, proxy, app, first, second) = two_tabs(browser).await?;
    proxy.offline(true);
    for (here, there, text) in [(&first, &second, "Bake"), (&second, &first, "Read")] {
        browser.driver.switch_to_window(here.clone()).await?;
        app.tasks().add(text).await?;
        app.tasks().row_says("Waiting to be sent").await?;
        browser.driver.switch_to_window(there.clone()).await?;
        app.tasks().link(text).one().await?;
    }
    app.tasks().finish("Call Ada").click().await?;
    app.tasks().shows(&["Buy milk", "Bake", "Read"]).await?;
    browser.driver.switch_to_window(second.clone()).await?;
    app.tasks().shows(&["Buy milk", "Bake", "Read"]).await?;
    proxy.heal();
    for tab in [first, second] {
        app.settles(RELIEVED).await?;
        app.stands(SAVED).await?;
        shows_all(&app, &["Buy milk", "Bake", "Read"]).await?;
        browser.driver.switch_to_window(tab).await?;
    }
    let mut rows = server.rows().await?;
    rows.sort();
    let wanted = [("Bake", ""), ("Buy milk", "two litres"), ("Read", "")];
    ensure!(
        rows == wanted.map(|(s, d)| (s.to_owned(), d.to_owned())),
        "they are {rows:?}"
    );
    ensure!(
        creates(&proxy).len() == 2,
        "one create was sent twice:\n{}",
        proxy.log_text()
    );
    Ok(())
}

async fn the_sender_is_closed(browser: &Browser) -> Result<()> {
    let (server, proxy, app, _first, second) = two_tabs(browser).await?;
    proxy.inject(Rule::once(Match::call(Call::Create), Fault::SilenceAfterCommit));
    app.tasks().add("Bake").await?;
    let committed = |log: &[Exchange]| log.iter().any(Exchange::committed);
    proxy.wait_for("the commit", DEADLINE, committed).await?;
    browser.driver.close_window().await?;
    browser.driver.switch_to_window(second).await?;
    app.settles(RELIEVED).await?;
    app.tasks().add("Read").await?;
    app.stands(SAVED).await?;
    app.tasks()
        .shows(&["Buy milk", "Call Ada", "Bake", "Read"])
        .await?;
    server
        .holds(&[
            ("Buy milk", "two litres"),
            ("Call Ada", ""),
            ("Bake", ""),
            ("Read", ""),
        ])
        .await
}

async fn both_act_on_one_task(browser: &Browser) -> Result<()> {
    let (server, proxy, app, first, second) = two_tabs(browser).await?;
    // What one tab has read the other knows.
    app.tasks().link("Buy milk").click().await?;
    app.detail().shows("Buy milk", "two litres").await?;
    app.header_link("Strikethrough").click().await?;
    proxy.offline(true);
    // One tab changes the summary, the other the description, and the first finishes what both see.
    for (tab, summary, description) in [
        (&first, Some("Buy oat milk"), None),
        (&second, None, Some("one litre")),
    ] {
        browser.driver.switch_to_window(tab.clone()).await?;
        app.tasks().finish("Call Ada").one().await?;
        let name = if summary.is_some() {
            "Buy milk"
        } else {
            "Buy oat milk"
        };
        app.tasks().link(name).click().await?;
        app.detail().edit().click().await?;
        app.form().summary().one().await?;
        if let Some(summary) = summary {
            app.form().summary().retype(summary).await?;
        }
        if let Some(description) = description {
            app.form().description().retype(description).await?;
        }
        app.form().save().click().await?;
        app.tasks().link("Buy oat milk").one().await?;
    }
    proxy.heal();
    app.settles(RELIEVED).await?;
    app.stands(SAVED).await?;
    server
        .holds(&[("Buy oat milk", "one litre"), ("Call Ada", "")])
        .await
}

fn creates(proxy: &Proxy) -> Vec<Exchange> {
    let is_sent = |one: &Exchange| one.call == Some(Call::Create) && one.upstream.is_some();
    proxy.log().into_iter().filter(is_sent).collect()
}

/// In Chromium each of the two tabs has a process of its own, which can be stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sender_is_frozen() -> Result<()> {
    let profile = profile()?;
    let session = Session::start(BrowserKind::Chromium, profile.path()).await?;
    let outcome = a_frozen_sender(&session).await;
    session.end().await?;
    outcome
}

async fn a_frozen_sender(session: &Session) -> Result<()> {
    let browser = &session.browser;
    let (server, proxy, app, first, second) = two_tabs(browser).await?;
    let sender = session.process_of_page().await?;
    // It freezes while it waits for the answer to something that the server has done.
    proxy.inject(Rule::once(Match::call(Call::Create), Fault::SilenceAfterCommit));
    app.tasks().add("Bake").await?;
    let committed = |log: &[Exchange]| log.iter().any(Exchange::committed);
    proxy.wait_for("the commit", DEADLINE, committed).await?;
    browser.driver.switch_to_window(second).await?;
    // The service worker may live in the process that is stopped; one that a browser freezes does not.
    let cdp = browser.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    cdp.send_raw("Network.setBypassServiceWorker", json!({ "bypass": true }))
        .await?;
    sender.freeze().await?;
    let relieved = async {
        app.tasks().add("Read").await?;
        let standing = app.settles(RELIEVED).await?;
        ensure!(standing == SAVED, "the header says “{standing}”");
        shows_all(&app, &["Buy milk", "Call Ada", "Bake", "Read"]).await
    };
    let relieved = relieved.await;
    sender.thaw().await?;
    relieved.with_context(|| proxy.log_text())?;
    // It wakes up, and learns what has happened without it.
    browser.driver.switch_to_window(first).await?;
    proxy.heal();
    shows_all(&app, &["Buy milk", "Call Ada", "Bake", "Read"]).await?;
    app.stands(SAVED).await?;
    app.tasks().finish("Call Ada").click().await?;
    shows_all(&app, &["Buy milk", "Bake", "Read"]).await?;
    app.settles(RELIEVED).await?;
    server
        .holds(&[("Buy milk", "two litres"), ("Bake", ""), ("Read", "")])
        .await
}

/// Waits until the list shows these, in any order: what could not be sent at first comes later.
async fn shows_all(app: &App, wanted: &[&str]) -> Result<()> {
    eventually(&format!("the list of {wanted:?}"), async || {
        let mut shown = app.tasks().summaries().await?;
        shown.sort();
        let mut wanted = wanted.to_vec();
        wanted.sort_unstable();
        ensure!(shown == wanted, "it shows {shown:?}");
        Ok(())
    })
    .await
}
