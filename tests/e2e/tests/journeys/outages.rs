//! No server, no room, or a store that another version has written.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use strikethrough_e2e::browser::{Browser, Kind as BrowserKind};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::ledger::Ledger;
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Kind, Proxy};
use strikethrough_e2e::server::Server;

in_both_browsers!(
    the_server_comes_back,
    nothing_but_the_device,
    a_record_of_a_newer_version,
    a_store_of_a_newer_version,
);

/// After the faults have ended, the queue must be empty within this time (GUARANTEES.md, "Faults").
const QUEUE_EMPTY: Duration = Duration::from_secs(60);

async fn start(browser: &Browser, kind: Kind) -> Result<(Server, Proxy, App)> {
    browser.console.announce(FAILED_REQUESTS);
    let tasks = [
        ("Buy milk", "two litres"),
        ("Call Ada", "before six"),
        ("Bake", ""),
    ];
    let server = Server::start_bare(&tasks).await?;
    let proxy = Proxy::in_front_of(&server.origin, kind).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    app.stands(SAVED).await?;
    Ok((server, proxy, app))
}

async fn the_server_comes_back(browser: &Browser) -> Result<()> {
    let (server, proxy, app) = start(browser, Kind::Baseline).await?;
    app.tasks().link("Buy milk").click().await?;
    app.detail().shows("Buy milk", "two litres").await?;
    proxy.offline(true);
    app.detail().edit().click().await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().summary().retype("Buy oat milk").await?;
    app.form().save().click().await?;
    app.detail().shows("Buy oat milk", "two litres").await?;
    app.tasks().add("Water the plants").await?;
    app.tasks().finish("Call Ada").click().await?;
    // What was made a moment ago can be opened, changed and finished.
    app.tasks().add("Read").await?;
    app.tasks().link("Read").click().await?;
    app.detail().edit().click().await?;
    app.form().summary().retype("Read a book").await?;
    app.form().save().click().await?;
    app.tasks().add("A mistake").await?;
    app.tasks().finish("A mistake").click().await?;
    let mut ledger = Ledger::default();
    for (summary, description) in [("Buy oat milk", "two litres"), ("Bake", "")] {
        ledger.created(summary, description);
    }
    ledger.created("Water the plants", "");
    ledger.created("Read a book", "");
    let wanted = ["Buy oat milk", "Bake", "Water the plants", "Read a book"];
    app.tasks().shows(&wanted).await?;
    app.stands("Offline · 7 waiting").await?;
    proxy.heal();
    // It gets there alone.
    let standing = app.settles(QUEUE_EMPTY).await?;
    ensure!(standing == SAVED, "the header says “{standing}”");
    ledger.check(&server.rows().await?)?;
    let log = proxy.log();
    let creates = |summary: &str| {
        let of_it = log.iter().filter(|one| one.call == Some(Call::Create));
        let starts = |body: Value| {
            body.get("summary")?
                .as_str()
                .map(|text| text.starts_with(summary))
        };
        let of_it = of_it.filter(|one| starts(one.json()) == Some(true));
        of_it.filter(|one| one.upstream.is_some()).count()
    };
    for summary in ["Water", "Read"] {
        let arrived = creates(summary);
        ensure!(arrived == 1, "“{summary}” was sent {arrived} times");
    }
    // What was made and finished before it was tried is nothing. Was it being tried just then, nobody knows whether it
    // has arrived, so that it is made and finished there.
    let mistakes = creates("A mistake");
    ensure!(mistakes <= 1, "“A mistake” was sent {mistakes} times");
    app.detail().heading("Read a book").one().await?;
    app.open("").await?;
    app.tasks().rows().count(wanted.len()).await
}

async fn nothing_but_the_device(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let server = Server::start_bare(&[("Buy milk", "")]).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Helpful).await?;
    proxy.config(Some(r#"{ "api": null }"#));
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.find("heading", "Nothing to do").one().await?;
    app.stands("On this device").await?;
    app.tasks().add("Bake").await?;
    app.tasks().add("Read").await?;
    app.tasks().add("Call Ada").await?;
    app.tasks().finish("Read").click().await?;
    app.tasks().link("Bake").click().await?;
    app.detail().edit().click().await?;
    app.form().description().type_keys("rye bread").await?;
    app.form().save().click().await?;
    app.detail().shows("Bake", "rye bread").await?;
    app.tasks().shows(&["Bake", "Call Ada"]).await?;
    browser.driver.refresh().await?;
    app.tasks().shows(&["Bake", "Call Ada"]).await?;
    app.detail().shows("Bake", "rye bread").await?;
    app.stands("On this device").await?;
    let asked = proxy.log().iter().filter(|one| one.call.is_some()).count();
    ensure!(asked == 0, "a server was asked:\n{}", proxy.log_text());
    // A server is chosen, and gets everything.
    app.header_link("Settings").click().await?;
    app.settings().address().retype("/").await?;
    app.settings().save().click().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk", "Bake", "Call Ada"]).await?;
    server
        .holds(&[("Buy milk", ""), ("Bake", "rye bread"), ("Call Ada", "")])
        .await
}

/// Runs the body of an asynchronous function in the page, with the app's database open as `db`.
async fn with_database(app: &App, version: u32, body: &str) -> Result<Value> {
    let script = format!(
        "const done = arguments[0];
         const opening = indexedDB.open('strikethrough:/', {version});
         opening.onerror = () => done({{ error: String(opening.error) }});
         opening.onsuccess = async () => {{
             const db = opening.result;
             const ended = request => new Promise((resolve, reject) => {{
                 request.onsuccess = () => resolve(request.result);
                 request.onerror = () => reject(request.error);
             }});
             try {{
                 const value = await (async () => {{ {body} }})();
                 db.close();
                 done({{ value }});
             }} catch (error) {{ done({{ error: String(error) }}); }}
         }};"
    );
    let answer: Value = app
        .browser
        .driver
        .execute_async(script, Vec::new())
        .await?
        .convert()?;
    ensure!(answer.get("error").is_none(), "the page says {answer}");
    Ok(answer.get("value").cloned().unwrap_or_default())
}

/// Everything in the store, as it stands there.
const ALL: &str = "
    const records = db.transaction('records').objectStore('records');
    const [keys, values] = await Promise.all([ended(records.getAllKeys()), ended(records.getAll())]);
    return keys.map((key, at) => [key, values[at]]).filter(([key]) => !key.endsWith('m/fence'));";

const NEWER: &str = "A newer version of this app has written the data on this device";

/// The app says that the store is newer, and changes nothing in it, whatever `act` does.
async fn leaves_it_alone(app: &App, version: u32, act: impl AsyncFnOnce() -> Result<()>) -> Result<()> {
    let before = with_database(app, version, ALL).await?;
    app.open("").await?;
    app.tasks().quick_add().one().await?;
    app.stands("Not kept on this device").await?;
    act().await?;
    app.open("sync").await?;
    app.shows(NEWER).await?;
    let after = with_database(app, version, ALL).await?;
    ensure!(before == after, "the store was changed from {before} to {after}");
    Ok(())
}

/// Types a task that can't be kept: the text is where it was typed, with the reason.
async fn is_told(app: &App) -> Result<()> {
    app.tasks().add("Water the plants").await?;
    app.warns(NEWER).await?;
    app.tasks().quick_add().holds("Water the plants").await
}

async fn a_record_of_a_newer_version(browser: &Browser) -> Result<()> {
    let (server, proxy, app) = start(browser, Kind::Helpful).await?;
    let put = format!(
        "const records = db.transaction('records', 'readwrite').objectStore('records');
         await ended(records.put('{{\"v\":3,\"of\":\"tomorrow\"}}', '{}\\ne/00000000000f-00000001'));
         return null;",
        proxy.origin
    );
    // The scope is the address of the API, as the app itself writes it.
    let scope = with_database(&app, 1, ALL).await?;
    let scope = scope
        .pointer("/0/0")
        .and_then(|name| name.as_str())
        .unwrap_or_default()
        .split('\n')
        .next();
    let put = put.replace(&proxy.origin, scope.unwrap_or_default());
    with_database(&app, 1, &put).await?;
    leaves_it_alone(&app, 1, async || is_told(&app).await).await?;
    server
        .holds(&[
            ("Buy milk", "two litres"),
            ("Call Ada", "before six"),
            ("Bake", ""),
        ])
        .await
}

async fn a_store_of_a_newer_version(browser: &Browser) -> Result<()> {
    let (server, _proxy, app) = start(browser, Kind::Helpful).await?;
    // Another tab has a newer version of the app, which upgrades the store while this page is open.
    with_database(&app, 2, "return null;").await?;
    is_told(&app).await?;
    app.tasks().quick_add().retype("").await?;
    // A page that never had the store works all the same, on the server alone, and says so.
    leaves_it_alone(&app, 2, async || {
        app.tasks().add("Read").await?;
        server
            .holds(&[
                ("Buy milk", "two litres"),
                ("Call Ada", "before six"),
                ("Bake", ""),
                ("Read", ""),
            ])
            .await
    })
    .await
}

/// Chromium alone lets a test say how much room there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_room_left() -> Result<()> {
    crate::run(BrowserKind::Chromium, module_path!(), no_room).await
}

async fn no_room(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let server = Server::start_bare(&[("Buy milk", "")]).await?;
    let app = App::new(browser, &format!("{}/", server.origin));
    let room = json!({ "origin": server.origin, "quotaSize": 12_000_000 });
    browser
        .driver
        .cdp()
        .send_raw("Storage.overrideQuotaForOrigin", room)
        .await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.stands(SAVED).await?;
    // Something else of this site takes all the room that is left. A worker that has no room for a release gives up what it
    // has of it, so it is through with that.
    crate::kept::holds(&app, 1).await?;
    let why: String = browser.driver.execute_async(FILL, Vec::new()).await?.convert()?;
    ensure!(why == "QuotaExceededError", "filling up ended with {why}");
    app.header_link("New task").click().await?;
    app.form().summary().type_keys("Read").await?;
    let description = "A long book. ".repeat(10_000);
    let write = "
        arguments[0].value = arguments[1];
        arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }))";
    let args = vec![
        app.form().description().one().await?.to_json()?,
        description.as_str().into(),
    ];
    browser.driver.execute(write, args).await?;
    app.form().add().click().await?;
    app.warns("There is no room left on this device").await?;
    app.is_at("new").await?;
    app.form().holds("Read", &description).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    server.holds(&[("Buy milk", "")]).await?;
    // With room again it is kept and sent as it stands.
    let why: String = browser.driver.execute_async(EMPTY, Vec::new()).await?.convert()?;
    ensure!(why.is_empty(), "emptying ended with {why}");
    app.form().add().click().await?;
    app.tasks().shows(&["Buy milk", "Read"]).await?;
    app.stands(SAVED).await?;
    server.holds(&[("Buy milk", ""), ("Read", &description)]).await
}

/// Fills another database of the site, in ever smaller pieces, and says why that ended.
const FILL: &str = "
    const done = arguments[0];
    const opening = indexedDB.open('something else', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('pieces', { autoIncrement: true });
    opening.onsuccess = async () => {
      const put = size => new Promise(resolve => {
        const transaction = opening.result.transaction('pieces', 'readwrite', { durability: 'strict' });
        // Random, so that no browser makes it smaller.
        const piece = new Uint8Array(size);
        for (let at = 0; at < size; at += 65536) crypto.getRandomValues(piece.subarray(at, at + 65536));
        transaction.objectStore('pieces').put(piece);
        transaction.oncomplete = () => resolve('');
        transaction.onabort = () => resolve(transaction.error?.name ?? 'aborted');
      });
      let why = '';
      for (let size = 1 << 20; size >= 1 << 14; size /= 2) {
        for (why = ''; why === ''; why = await put(size)) {}
      }
      opening.result.close();
      done(why);
    };";

const EMPTY: &str = "
    const done = arguments[0];
    const deleting = indexedDB.deleteDatabase('something else');
    deleting.onsuccess = () => done('');
    deleting.onerror = () => done(String(deleting.error));";
