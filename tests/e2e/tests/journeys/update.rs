//! A new release comes quietly, waits, and never costs a person what is being typed; and an operator can take
//! everything back.

use anyhow::{Context, Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::{BROKEN_WORKER_FETCH, FAILED_REQUESTS};
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::host::{Base, Host};
use strikethrough_e2e::page::App;

use crate::kept;

in_both_browsers!(
    a_new_release_waits,
    another_app_has_its_own_releases,
    an_old_tab_keeps_working,
    half_a_release_changes_nothing,
    a_policy_is_part_of_a_release,
    the_kill_switch,
    the_kill_switch_on_an_app_that_does_not_start,
    taking_the_worker_away,
);

const DEVICE_ONLY: &str = r#"{ "api": null }"#;
const READY: &str = "A new version is ready.";

/// The app in charge of its page, at the first release.
async fn started(browser: &Browser) -> Result<(Host, App)> {
    browser.console.announce(FAILED_REQUESTS);
    let (host, app) = Host::start(browser, Base::Root, DEVICE_ONLY).await?;
    host.release("one")?;
    app.open("").await?;
    kept::holds(&app, 1).await?;
    kept::runs(&app, "one").await?;
    Ok((host, app))
}

async fn a_new_release_waits(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    let reload = app.find("button", "Reload");
    kept::looked(&app).await?;
    reload.count(0).await?;
    app.header_link("New task").click().await?;
    app.form().summary().type_keys("Half a thought").await?;
    host.release("two")?;
    kept::looked(&app).await?;
    // Told, but with no way to lose the text.
    app.tells("It can wait until you have saved what you are typing.")
        .await?;
    reload.count(0).await?;
    app.form().summary().holds("Half a thought").await?;
    kept::runs(&app, "one").await?;
    app.form().cancel().click().await?;
    app.form().leave_dialog().keep_draft().await?;
    app.tells(READY).await?;
    kept::runs(&app, "one").await?;
    reload.click().await?;
    kept::runs(&app, "two").await?;
    kept::looked(&app).await?;
    reload.count(0).await?;
    app.header_link("New task").click().await?;
    app.form().summary().holds("Half a thought").await
}

async fn another_app_has_its_own_releases(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    // A worker of another app at this origin, which tells every tab of a release.
    host.write(
        "other-worker.js",
        "const tell = async () => {
            for (const tab of await clients.matchAll({ type: 'window', includeUncontrolled: true }))
                tab.postMessage({ files: ['other.js'] });
        };
        addEventListener('activate', event => event.waitUntil(tell()));",
    )?;
    let script = "const heard = new Promise(done => navigator.serviceWorker.addEventListener('message',
            ({ data }) => data.files?.includes('other.js') && done(true)));
        return navigator.serviceWorker.register('/other-worker.js', { scope: '/other/' }).then(() => heard)";
    let is_heard: bool = kept::ask(&app, script).await?;
    ensure!(is_heard, "the other worker was not heard");
    app.header_link("New task").click().await?;
    app.form().summary().one().await?;
    app.find("button", "Reload").count(0).await?;
    // Its own news come through.
    host.release("two")?;
    kept::looked(&app).await?;
    app.find("button", "Reload").one().await.map(drop)
}

async fn an_old_tab_keeps_working(browser: &Browser) -> Result<()> {
    let (mut host, app) = started(browser).await?;
    // A style sheet that the new release has not, and the code that a release loads later.
    let files = "const style = [...document.styleSheets].map(sheet => sheet.href)
            .find(address => address.includes('/style-'));
        const code = [...document.querySelectorAll('link[rel=chunk]:not([hreflang])')].map(link => link.href);
        return Promise.all([style, ...code].map(address => fetch(address).then(answer => answer.status, () => 0)))";
    host.release("two")?;
    kept::looked(&app).await?;
    app.tells(READY).await?;
    let old = browser.driver.window().await?;
    let new = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(new.clone()).await?;
    app.open("").await?;
    kept::runs(&app, "two").await?;
    kept::holds(&app, 2).await?;
    // The server has the old file no longer, and soon there is no server.
    host.go_away().await;
    browser.driver.switch_to_window(old).await?;
    kept::runs(&app, "one").await?;
    let answers: Vec<u16> = kept::ask(&app, files).await?;
    ensure!(
        answers.len() > 1 && answers.iter().all(|status| *status == 200),
        "the old tab's files: {answers:?}"
    );
    app.tasks().add("Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    browser.driver.switch_to_window(new).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    // A third release lets the first one go.
    host.come_back().await?;
    host.release("three")?;
    kept::looked(&app).await?;
    kept::holds(&app, 2).await?;
    kept::reload(&app).await?;
    kept::runs(&app, "three").await
}

async fn half_a_release_changes_nothing(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    let reload = app.find("button", "Reload");
    let (name, style) = host.announce("two")?;
    // Not there yet; then what some hosts send for every address that they don't know.
    kept::looked(&app).await?;
    host.write(&name, "")?;
    host.remove(&name)?;
    kept::reload(&app).await?;
    kept::looked(&app).await?;
    kept::runs(&app, "one").await?;
    kept::holds(&app, 1).await?;
    reload.count(0).await?;
    // There, but not what the page says it is.
    let page = host.read("index.html")?;
    let digest = "integrity=\"sha384-UYK/9U9GZfyAkSl2IRD/7lzsgF92YHkclHvjAolOmH5rRw9bXfJQzWRaJKNUaGwA\"";
    host.write(
        "index.html",
        &page.replace(&format!("{name}\""), &format!("{name}\" {digest}")),
    )?;
    host.write(&name, &style)?;
    kept::looked(&app).await?;
    kept::holds(&app, 1).await?;
    reload.count(0).await?;
    host.write("index.html", &page)?;
    kept::looked(&app).await?;
    kept::holds(&app, 2).await?;
    reload.click().await?;
    kept::runs(&app, "two").await
}

async fn a_policy_is_part_of_a_release(browser: &Browser) -> Result<()> {
    let (mut host, app) = started(browser).await?;
    let policy = "return fetch('/task/7', { cache: 'no-store' }).then(() => caches.keys())
        .then(async names => Promise.all(names.filter(name => name.includes(':release:')).map(async name =>
            (await (await caches.open(name)).match('/', { ignoreVary: true })).headers.get('content-security-policy'))))";
    host.write("config.json", r#"{ "api": "https://api.example/v1" }"#)?;
    host.restart().await?;
    kept::looked(&app).await?;
    kept::holds(&app, 2).await?;
    let policies: Vec<String> = kept::ask(&app, policy).await?;
    ensure!(
        policies
            .iter()
            .any(|policy| policy.contains("https://api.example")),
        "they are {policies:?}"
    );
    Ok(())
}

async fn the_kill_switch(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    let worker = host.read("service-worker.js")?;
    app.tasks().add("Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    host.write(
        "service-worker.js",
        include_str!("../../../../docs/kill-switch/service-worker.js"),
    )?;
    kept::reload(&app).await?;
    kept::nothing(&app).await?;
    // Nothing that a person did went with it.
    host.release("two")?;
    kept::reload(&app).await?;
    kept::runs(&app, "two").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    kept::nothing(&app).await?;
    host.write("service-worker.js", &worker)?;
    kept::reload(&app).await?;
    kept::holds(&app, 1).await
}

async fn the_kill_switch_on_an_app_that_does_not_start(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    browser.console.announce(&["broken on purpose"]);
    browser.console.announce(BROKEN_WORKER_FETCH);
    let good = host.read("index.html")?;
    let (before, rest) = good.split_once("/start-").context("no start.js")?;
    let (before, tag) = before.rsplit_once("<script").context("no script")?;
    let (_, path) = tag.rsplit_once("src=").context("a script that is nowhere")?;
    let path = path.trim_start_matches('"');
    let (_, after) = rest.split_once('>').context("an open tag")?;
    let start = "start-bad0bad0bad0bad0.js";
    host.write(start, "throw new Error('broken on purpose')")?;
    host.write(
        "index.html",
        &format!("{before}<script src=\"{path}/{start}\" type=\"module\">{after}"),
    )?;
    kept::looked(&app).await?;
    kept::reload(&app).await?;
    eventually("the broken release", async || {
        ensure!(
            !browser.console.errors_with("broken on purpose").is_empty(),
            "it did not run"
        );
        Ok(())
    })
    .await?;
    host.write("index.html", &good)?;
    host.write(
        "service-worker.js",
        include_str!("../../../../docs/kill-switch/service-worker.js"),
    )?;
    kept::reload(&app).await?;
    kept::nothing(&app).await?;
    kept::reload(&app).await?;
    app.header_link("Strikethrough").one().await?;
    kept::runs(&app, "one").await
}

async fn taking_the_worker_away(browser: &Browser) -> Result<()> {
    let (host, app) = started(browser).await?;
    host.remove("service-worker.js")?;
    kept::reload(&app).await?;
    kept::nothing(&app).await?;
    host.release("two")?;
    kept::reload(&app).await?;
    kept::runs(&app, "two").await?;
    kept::nothing(&app).await
}
