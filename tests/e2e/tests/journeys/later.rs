//! The pages' code comes after the list: the list does not wait for it, a page does, and when it can't be had the page
//! says so and gets over it.

use anyhow::{Context, Result};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::{BROKEN_WORKER_FETCH, FAILED_REQUESTS};
use strikethrough_e2e::environment::Need;
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::page::App;
use strikethrough_e2e::proxy::{Exchange, Fault, Kind, Match, Path, Proxy, Rule};
use strikethrough_e2e::server::Server;

in_both_browsers!(
    the_list_does_not_wait,
    a_page_asks_at_once,
    a_page_that_can_not_be_had,
    loading_the_app_again,
);

const NO_PAGE: &str = "This page could not be loaded";

/// What the browsers themselves write of an answer whose content is not the one that was asked for, and Chromium of the
/// service worker, which can't be installed as long as it gets only a part of the release.
const NOT_THE_CODE: &[&str] = &["integrity", "TypeError: Failed to fetch"];

/// The address of the pages' code, as the built page names it.
fn code() -> Result<String> {
    let page = std::fs::read_to_string(Need::Dist.path()?.join("index.html"))?;
    let (_, link) = page
        .split_once("rel=\"chunk\" href=\"")
        .context("index.html names no code that is loaded later")?;
    let (address, _) = link.split_once('"').context("an open attribute")?;
    Ok(address.to_owned())
}

fn requests_for_code() -> Result<Match> {
    Ok(Match {
        method: Some("GET"),
        path: Path::Exact(code()?),
    })
}

/// The app with two tasks, behind a proxy that does this to requests for the pages' code.
async fn start(browser: &Browser, fault: Fault) -> Result<(Server, Proxy, App)> {
    browser.console.announce(FAILED_REQUESTS);
    browser.console.announce(BROKEN_WORKER_FETCH);
    browser.console.announce(NOT_THE_CODE);
    let server = Server::start_bare(&[("Buy milk", "two litres"), ("Call Ada", "")]).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Helpful).await?;
    proxy.inject(Rule::always(requests_for_code()?, fault));
    let app = App::new(browser, &format!("{}/", proxy.origin));
    Ok((server, proxy, app))
}

/// How often the code was asked for.
fn requests(log: &[Exchange], code: &str) -> usize {
    log.iter().filter(|seen| seen.target == code).count()
}

/// Waits until the code was asked for more often than before.
async fn asked_again(proxy: &Proxy, before: usize) -> Result<()> {
    let code = code()?;
    let more = |log: &[Exchange]| requests(log, &code) > before;
    proxy
        .wait_for("a request for the pages’ code", DEADLINE, more)
        .await
}

async fn the_list_does_not_wait(browser: &Browser) -> Result<()> {
    let (_server, proxy, app) = start(browser, Fault::Hold).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.tasks().add("Bake").await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    asked_again(&proxy, 0).await?;
    app.tasks().link("Buy milk").click().await?;
    app.is_at("task/1").await?;
    app.is_titled("Buy milk · Strikethrough").await?;
    app.tells("Loading the page").await?;
    proxy.heal();
    app.detail().shows("Buy milk", "two litres").await?;
    app.find("heading", "Buy milk").has_focus().await?;
    app.is_titled("Buy milk · Strikethrough").await
}

async fn a_page_asks_at_once(browser: &Browser) -> Result<()> {
    let (_server, proxy, app) = start(browser, Fault::Hold).await?;
    proxy.inject(Rule::always(Match::call(Call::List), Fault::Hold));
    app.open("new").await?;
    // Not only when the list is there, which it won't be.
    asked_again(&proxy, 0).await?;
    app.tells("Loading the page").await?;
    app.form().summary().count(0).await?;
    proxy.heal();
    app.form().summary().one().await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await
}

async fn a_page_that_can_not_be_had(browser: &Browser) -> Result<()> {
    let (server, proxy, app) = start(browser, Fault::status(503)).await?;
    app.open("").await?;
    app.tasks().quick_add().type_keys("Half a thought").await?;
    asked_again(&proxy, 0).await?;
    // Asked for in vain so far, which is no news as long as nobody wants a page.
    app.find("heading", NO_PAGE).count(0).await?;
    app.tasks().link("Call Ada").click().await?;
    app.warns(NO_PAGE).await?;
    app.is_titled("Call Ada · Strikethrough").await?;
    app.tasks().finish("Buy milk").click().await?;
    app.tasks().shows(&["Call Ada"]).await?;
    let before = requests(&proxy.log(), &code()?);
    app.find("button", "Try again").click().await?;
    asked_again(&proxy, before).await?;
    app.warns(NO_PAGE).await?;
    proxy.heal();
    app.find("button", "Try again").click().await?;
    app.detail().shows("Call Ada", "").await?;
    app.find("heading", NO_PAGE).count(0).await?;
    app.tasks().quick_add().holds("Half a thought").await?;
    app.detail().edit().click().await?;
    app.form().holds("Call Ada", "").await?;
    server.holds(&[("Call Ada", "")]).await
}

async fn loading_the_app_again(browser: &Browser) -> Result<()> {
    let (_server, proxy, app) = start(browser, Fault::status(404)).await?;
    app.open("").await?;
    app.tasks().quick_add().type_keys("Half a thought").await?;
    app.header_link("New task").click().await?;
    app.warns(NO_PAGE).await?;
    // Another way out: the list is there.
    app.find("link", "All tasks").click().await?;
    app.is_at("").await?;
    app.find("heading", NO_PAGE).count(0).await?;
    // Gone to again it is asked for again.
    let before = requests(&proxy.log(), &code()?);
    app.header_link("New task").click().await?;
    asked_again(&proxy, before).await?;
    app.warns(NO_PAGE).await?;
    proxy.heal();
    app.find("button", "Load the app again").click().await?;
    app.form().summary().one().await?;
    app.is_at("new").await?;
    app.tasks().quick_add().holds("Half a thought").await
}
