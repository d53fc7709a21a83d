//! Every address stands for itself: typed in, reloaded, and through back and forward.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::page::App;
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(
    typed_in_and_reloaded,
    back_and_forward,
    links_are_links,
    unknown_addresses
);

/// Waits until the page that belongs to `path` is shown. The task is "Call Ada".
async fn is_shown(app: &App, path: &str) -> Result<()> {
    let (title, heading) = match path {
        "" => ("Tasks · Strikethrough", "Tasks"),
        "new" => ("New task · Strikethrough", "New task"),
        "settings" => ("Settings · Strikethrough", "Settings"),
        _ if path.ends_with("/edit") => ("Edit: Call Ada · Strikethrough", "Edit task"),
        _ => ("Call Ada · Strikethrough", "Call Ada"),
    };
    app.is_at(path).await?;
    app.is_titled(title).await?;
    app.find("heading", heading).one().await?;
    Ok(())
}

async fn typed_in_and_reloaded(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", "before six")]).await?;
    let id = server.id_of("Call Ada").await?;
    for path in [
        "",
        "new",
        "settings",
        &format!("task/{id}"),
        &format!("task/{id}/edit"),
    ] {
        app.open(path).await?;
        is_shown(&app, path).await?;
        browser.driver.refresh().await?;
        is_shown(&app, path).await?;
    }
    app.form().holds("Call Ada", "before six").await
}

async fn back_and_forward(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", "")]).await?;
    let id = server.id_of("Call Ada").await?;
    app.open("").await?;
    // A mark on the window is gone when a page is loaded anew instead of being shown by the app.
    browser
        .driver
        .execute("window.sameDocument = true", Vec::new())
        .await?;
    app.tasks().link("Call Ada").click().await?;
    is_shown(&app, &format!("task/{id}")).await?;
    app.detail().edit().click().await?;
    is_shown(&app, &format!("task/{id}/edit")).await?;
    app.header_link("Settings").click().await?;
    is_shown(&app, "settings").await?;
    app.header_link("New task").click().await?;
    is_shown(&app, "new").await?;
    app.header_link("Strikethrough").click().await?;
    is_shown(&app, "").await?;
    let trail = [
        "new".to_owned(),
        "settings".into(),
        format!("task/{id}/edit"),
        format!("task/{id}"),
        String::new(),
    ];
    for path in &trail {
        browser.driver.back().await?;
        is_shown(&app, path).await?;
    }
    for path in trail.iter().rev().skip(1) {
        browser.driver.forward().await?;
        is_shown(&app, path).await?;
    }
    let same: bool = browser
        .script("return window.sameDocument === true", Vec::new())
        .await?;
    ensure!(same, "a page was loaded anew on the way");
    Ok(())
}

async fn links_are_links(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Call Ada", "")]).await?;
    let id = server.id_of("Call Ada").await?;
    app.open("").await?;
    let targets = [
        (app.header_link("Strikethrough"), String::new()),
        (app.header_link("New task"), "new".to_owned()),
        (app.header_link("Settings"), "settings".to_owned()),
        (app.tasks().link("Call Ada"), format!("task/{id}")),
    ];
    for (link, path) in &targets {
        let href = link.one().await?.prop("href").await?;
        ensure!(
            href.as_deref() == Some(&app.url(path)),
            "{link} leads to {href:?}"
        );
    }
    // With Ctrl held, a link opens in a tab of its own and this page stays as it is.
    let here = browser.driver.window().await?;
    let link = app.tasks().link("Call Ada").one().await?;
    browser
        .driver
        .action_chain()
        .key_down(Key::Control)
        .click_element(&link)
        .key_up(Key::Control)
        .perform()
        .await?;
    let other = eventually("a second tab", async || {
        let tabs = browser.driver.windows().await?;
        let other = tabs.into_iter().find(|tab| *tab != here);
        other.ok_or_else(|| anyhow::anyhow!("there is only one"))
    })
    .await?;
    is_shown(&app, "").await?;
    browser.driver.switch_to_window(other).await?;
    is_shown(&app, &format!("task/{id}")).await?;
    browser.driver.close_window().await?;
    Ok(browser.driver.switch_to_window(here).await?)
}

async fn unknown_addresses(browser: &Browser) -> Result<()> {
    browser
        .console
        .announce(strikethrough_e2e::console::FAILED_REQUESTS);
    let (_server, app) = Server::start(browser, &[("Call Ada", "")]).await?;
    for path in ["nowhere", "task/1/edit/more", "new/x"] {
        app.open(path).await?;
        app.find("heading", "Page not found").one().await?;
    }
    app.find("link", "Back to all tasks").click().await?;
    is_shown(&app, "").await?;
    // A task that isn't there is another matter: the page is known, the task is not.
    app.open("task/987654").await?;
    app.detail().is_missing().await?;
    app.find("link", "Back to all tasks").click().await?;
    is_shown(&app, "").await?;
    app.open("task/987654/edit").await?;
    app.detail().is_missing().await
}
