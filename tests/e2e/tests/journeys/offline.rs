//! The app opens with no network, at every address, and answers for nothing else.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::{BROKEN_WORKER_FETCH, FAILED_REQUESTS};
use strikethrough_e2e::host::{Base, Host};
use thirtyfour::Key;

use crate::kept;

in_both_browsers!(
    opens_without_a_network,
    opens_without_a_network_below_app,
    shows_what_the_server_had,
    a_missing_file_stays_missing,
    the_configuration_is_the_latest,
    can_be_installed,
);

const DEVICE_ONLY: &str = r#"{ "api": null }"#;

async fn opens_without_a_network(browser: &Browser) -> Result<()> {
    opens(browser, Base::Root).await
}

async fn opens_without_a_network_below_app(browser: &Browser) -> Result<()> {
    opens(browser, Base::BelowApp).await
}

async fn opens(browser: &Browser, base: Base) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (mut host, app) = Host::start(browser, base, DEVICE_ONLY).await?;
    app.open("").await?;
    app.tasks().add("Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    kept::holds(&app, 1).await?;
    host.go_away().await;
    kept::reload(&app).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.tasks().link("Buy milk").click().await?;
    app.detail().shows("Buy milk", "").await?;
    kept::reload(&app).await?;
    app.detail().shows("Buy milk", "").await?;
    // An address for each kind of page; a task of that number is not on this device.
    for path in [
        "new",
        "settings",
        "sync",
        "done",
        "task/7",
        "task/7/edit",
        "?from=elsewhere",
    ] {
        app.open(path).await?;
        app.header_link("Strikethrough").one().await?;
        app.is_at(path).await?;
    }
    Ok(())
}

async fn shows_what_the_server_had(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (mut host, app) = Host::start(browser, Base::Root, r#"{ "api": "/" }"#).await?;
    app.open("").await?;
    let keys = ["Buy milk", "Call Ada"].map(|text| text.to_owned() + Key::Enter);
    for keys in keys {
        app.tasks().quick_add().type_keys(keys).await?;
    }
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    kept::holds(&app, 1).await?;
    host.go_away().await;
    kept::reload(&app).await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    host.come_back().await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await
}

async fn a_missing_file_stays_missing(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    browser.console.announce(BROKEN_WORKER_FETCH);
    let (mut host, app) = Host::start(browser, Base::Root, DEVICE_ONLY).await?;
    app.open("").await?;
    kept::holds(&app, 1).await?;
    // What the page gets for an address: the status, or "nothing".
    let get = "const get = (path, options) => fetch(path, { cache: 'no-store', ...options })
        .then(answer => `${answer.status} ${answer.headers.get('content-type')}`, () => 'nothing');";
    let paths =
        "['/gone-1a2b3c4d5e6f7a8b.js', '/about', '/picture.png', '/tasks/', '/tasks/7/', '/task/7/x']";
    let ask = format!("{get} return Promise.all({paths}.map(path => get(path)))");
    let online: Vec<String> = kept::ask(&app, &ask).await?;
    let json = |status: u16| format!("{status} application/problem+json");
    ensure!(
        online
            == [
                json(404),
                json(404),
                json(404),
                "200 application/json".into(),
                json(404),
                json(404)
            ],
        "online: {online:?}"
    );
    host.go_away().await;
    let offline: Vec<String> = kept::ask(&app, &ask).await?;
    ensure!(offline == ["nothing"; 6], "offline: {offline:?}");
    let write = format!("{get} return get('/', {{ method: 'POST', body: '' }})");
    let written: String = kept::ask(&app, &write).await?;
    ensure!(written == "nothing", "a write was answered offline: {written}");
    Ok(())
}

async fn the_configuration_is_the_latest(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (mut host, app) = Host::start(browser, Base::Root, DEVICE_ONLY).await?;
    let read =
        "return fetch('/config.json').then(answer => answer.status === 200 ? answer.text() : answer.status)
        .then(String)";
    app.open("").await?;
    kept::holds(&app, 1).await?;
    host.write("config.json", r#"{ "api": null, "etag": true }"#)?;
    let latest: String = kept::ask(&app, read).await?;
    ensure!(latest.contains("etag"), "online: {latest}");
    host.go_away().await;
    let latest: String = kept::ask(&app, read).await?;
    ensure!(latest.contains("etag"), "offline: {latest}");
    // That there is no such file is remembered too, because it means something.
    host.come_back().await?;
    host.remove("config.json")?;
    let latest: String = kept::ask(&app, read).await?;
    ensure!(latest == "404", "online, without one: {latest}");
    host.go_away().await;
    let latest: String = kept::ask(&app, read).await?;
    ensure!(latest == "404", "offline, without one: {latest}");
    Ok(())
}

async fn can_be_installed(browser: &Browser) -> Result<()> {
    let (_host, app) = Host::start(browser, Base::BelowApp, DEVICE_ONLY).await?;
    app.open("task/7").await?;
    kept::holds(&app, 1).await?;
    let manifest: serde_json::Value = kept::ask(
        &app,
        "const address = document.querySelector('link[rel=manifest]').href;
         const manifest = await (await fetch(address)).json();
         const at = path => new URL(path, address).pathname;
         const icons = await Promise.all(manifest.icons.map(async ({ src, type }) => {
             const answer = await fetch(at(src));
             return answer.ok && answer.headers.get('content-type') === type;
         }));
         const touch = await fetch(document.querySelector('link[rel=apple-touch-icon]').href);
         return { start: at(manifest.start_url), scope: at(manifest.scope), new: at(manifest.shortcuts[0].url),
             icons, touch: touch.ok };",
    )
    .await?;
    ensure!(
        manifest
            == serde_json::json!({
                "start": "/app/", "scope": "/app/", "new": "/app/new",
                "icons": [true, true, true, true], "touch": true
            }),
        "{manifest}"
    );
    Ok(())
}
