//! Searching: rows are found as it is typed, the address keeps it, and no pointer is needed.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Fault, Kind, Match, Proxy, Rule};
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(
    found_by_keyboard,
    kept_by_the_address,
    among_thousands,
    of_what_is_only_on_the_device
);

const TASKS: [(&str, &str); 4] = [
    ("Buy oat milk", ""),
    ("Crème brûlée", "with milk"),
    ("Call Mum", ""),
    ("Milk the cow", ""),
];

async fn start(browser: &Browser) -> Result<(Server, App)> {
    let (server, app) = Server::start(browser, &TASKS).await?;
    app.open("").await?;
    app.tasks().link("Milk the cow").one().await?;
    app.stands(SAVED).await?;
    Ok((server, app))
}

/// Waits until these stretches of the page are marked.
async fn is_marked(browser: &Browser, stretches: &[&str]) -> Result<()> {
    let script = "return [...(CSS.highlights.get('found') ?? [])].map(range => range.toString());";
    eventually("what was found is marked", async || {
        let marked: Vec<String> = browser.script(script, Vec::new()).await?;
        ensure!(marked == stretches, "marked are {marked:?}");
        Ok(())
    })
    .await
}

/// Waits until the address has this query.
async fn address_says(browser: &Browser, query: &str) -> Result<()> {
    eventually("the address", async || {
        let said: String = browser.script("return location.search", Vec::new()).await?;
        ensure!(said == query, "it says “{said}”");
        Ok(())
    })
    .await
}

async fn found_by_keyboard(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser).await?;
    let refresh = app.tasks().button("Refresh");
    refresh.type_keys(Key::Tab + "").await?;
    app.tasks().search().has_focus().await?;
    app.tasks().search().type_keys("MILK").await?;
    app.tasks().shows(&["Buy oat milk", "Milk the cow"]).await?;
    is_marked(browser, &["milk", "Milk"]).await?;
    app.shows("2 of 4 tasks").await?;
    app.tells("2 tasks found").await?;
    app.tasks().search().type_keys(" cow").await?;
    app.tasks().shows(&["Milk the cow"]).await?;
    // On to the row, which opens, and back: still found.
    app.tasks().search().type_keys(Key::Tab + "").await?;
    app.tasks()
        .finish("Milk the cow")
        .type_keys(Key::Tab + "")
        .await?;
    app.tasks().link("Milk the cow").has_focus().await?;
    app.tasks()
        .link("Milk the cow")
        .type_keys(Key::Enter + "")
        .await?;
    app.detail().heading("Milk the cow").one().await?;
    address_says(browser, "?q=MILK%20cow").await?;
    browser.driver.back().await?;
    app.tasks().link("Milk the cow").has_focus().await?;
    app.tasks().search().holds("MILK cow").await?;
    app.tasks().search().type_keys(Key::Escape + "").await?;
    app.tasks().rows().count(4).await?;
    app.tasks().search().has_focus().await?;
    address_says(browser, "").await?;
    is_marked(browser, &[]).await
}

async fn kept_by_the_address(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser).await?;
    app.tasks().search().type_keys("creme").await?;
    app.tasks().shows(&["Crème brûlée"]).await?;
    app.tasks().link("Crème brûlée").click().await?;
    app.detail().shows("Crème brûlée", "with milk").await?;
    // What was opened is known with its description from here on.
    app.tasks().search().retype("milk").await?;
    app.tasks()
        .shows(&["Buy oat milk", "Crème brûlée", "Milk the cow"])
        .await?;
    address_says(browser, "?q=milk").await?;
    browser.driver.refresh().await?;
    app.tasks()
        .shows(&["Buy oat milk", "Crème brûlée", "Milk the cow"])
        .await?;
    app.detail().heading("Crème brûlée").one().await?;
    browser.driver.back().await?;
    app.tasks().search().holds("creme").await?;
    app.tasks().shows(&["Crème brûlée"]).await?;
    app.open("?q=no+such+thing").await?;
    app.shows("No task has “no such thing” in it.").await?;
    app.find("button", "Show all tasks").click().await?;
    app.tasks().rows().count(4).await?;
    app.tasks().search().has_focus().await
}

async fn among_thousands(browser: &Browser) -> Result<()> {
    let names: Vec<_> = (1..=3_000)
        .map(|number| format!("Task number {number}"))
        .collect();
    let tasks: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let (server, app) = Server::start(browser, &tasks).await?;
    app.open("").await?;
    app.shows("3,000 tasks").await?;
    let script = "document.querySelector('main section').scrollTop = 60000;";
    browser.driver.execute(script, Vec::new()).await?;
    // From far below: what is found begins at the top.
    app.tasks().search().type_keys("number 29").await?;
    app.shows("159 of 3,000 tasks").await?;
    app.tasks().link("Task number 29").one().await?;
    app.tasks().search().type_keys("99").await?;
    app.tasks().shows(&["Task number 2999"]).await?;
    // What was found can be finished, and what is left is still there afterwards.
    app.tasks().finish("Task number 2999").click().await?;
    app.shows("No task has “number 2999” in it.").await?;
    app.tasks().search().retype("").await?;
    app.shows("2,999 tasks").await?;
    app.tasks().link("Task number 1").one().await?;
    app.stands(SAVED).await?;
    let rows = server.rows().await?;
    ensure!(rows.len() == 2_999, "{} rows on the server", rows.len());
    Ok(())
}

async fn of_what_is_only_on_the_device(browser: &Browser) -> Result<()> {
    let server = Server::start_bare(&TASKS).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Helpful).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.tasks().link("Milk the cow").one().await?;
    app.tasks().search().type_keys("tea").await?;
    app.shows("No task has “tea” in it.").await?;
    browser.console.announce(FAILED_REQUESTS);
    proxy.inject(Rule::always(Match::API, Fault::ResetBeforeForward));
    app.tasks().add("Green tea").await?;
    app.tasks().shows(&["Green tea"]).await?;
    app.tasks().row_says("Waiting to be sent").await?;
    is_marked(browser, &["tea"]).await
}
