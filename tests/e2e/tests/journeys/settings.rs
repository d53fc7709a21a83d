//! The API's address: from `config.json`, from a person, and back; and the check that says what is wrong.

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::{FAILED_REQUESTS, NO_PERMISSION, POLICY_ENFORCED};
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Scripted, django, foreign_task};
use strikethrough_e2e::page::App;
use strikethrough_e2e::server::Server;
use strikethrough_e2e::site::Site;

in_both_browsers!(
    a_person_wins_over_the_file,
    invalid_addresses,
    invalid_files,
    all_is_well,
    own_origin_problems,
    no_permission,
    nobody_there,
    forbidden_by_policy,
    another_server_that_is_fine,
);

/// The app on an origin of its own whose file names this API.
async fn site_for(browser: &Browser, api: &str) -> Result<(Site, App)> {
    let site = Site::start(&json!({ "api": api }).to_string()).await?;
    let app = App::new(browser, &format!("{}/", site.origin));
    Ok((site, app))
}

async fn a_person_wins_over_the_file(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    // The site's own API answers at `/`; the file points to a path where nothing is.
    let (server, app) = Scripted::start_with(
        browser,
        r#"{ "api": "/nowhere/" }"#,
        vec![foreign_task(1, "Buy milk", "")],
    )
    .await?;
    app.open("").await?;
    app.warns("no tasks at this address").await?;
    app.header_link("Settings").click().await?;
    app.settings().address().retype("/").await?;
    app.settings().save().click().await?;
    app.header_link("Strikethrough").click().await?;
    app.tasks().shows(&["Buy milk"]).await?;
    browser.driver.refresh().await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.open("settings").await?;
    app.settings().reset().click().await?;
    app.open("").await?;
    app.warns("no tasks at this address").await?;
    app.tasks().rows().count(0).await?;
    ensure!(
        !server.seen(Call::List).is_empty(),
        "the person's address was never asked"
    );
    Ok(())
}

async fn invalid_addresses(browser: &Browser) -> Result<()> {
    let (_server, app) = Server::start(browser, &[]).await?;
    app.open("settings").await?;
    for (address, part) in [
        ("ftp://example.com", "https://"),
        ("https://me:secret@example.com/", "user name"),
        ("https://example.com/?key=1", "?"),
    ] {
        app.settings().address().retype(address).await?;
        app.settings().save().click().await?;
        app.settings().address_is_wrong(part).await?;
        app.settings().address().holds(address).await?;
    }
    Ok(())
}

async fn invalid_files(browser: &Browser) -> Result<()> {
    // Each site is gone when the next one comes, perhaps while the app still keeps its files.
    browser.console.announce(&["Failed to fetch", "there is no app"]);
    for (file, part) in [
        (r#"{ "api": 7 }"#, "\"api\""),
        (r#"{ "api": "/", "etag": "yes" }"#, "\"etag\""),
        (r#"{ "api": "/", "idempotency_key": 1 }"#, "\"idempotency_key\""),
        (r#"{ "api": "/", "auth": "magic" }"#, "\"auth\""),
        (r#"{ "api": "/" "#, "config.json is not JSON"),
        ("[]", "config.json"),
    ] {
        let site = Site::start(file).await?;
        let app = App::new(browser, &format!("{}/", site.origin));
        app.open("").await?;
        app.warns(part).await?;
    }
    Ok(())
}

async fn all_is_well(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", "")]).await?;
    app.open("settings").await?;
    app.settings().check().click().await?;
    for part in [
        "The list can be read. The first answer has 2 tasks.",
        "answered with 404",
        "Tasks can be changed.",
    ] {
        app.settings().report().says(part).await?;
    }
    server.holds(&[("Buy milk", ""), ("Call Ada", "")]).await
}

async fn own_origin_problems(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = Scripted::start(browser, vec![foreign_task(1, "Buy milk", "")]).await?;
    app.open("settings").await?;
    let settings = app.settings();
    for (answer, part) in [
        (Answer::page(), "not JSON"),
        (
            Answer::json(200, &json!({ "hello": "world" })),
            "no list of tasks",
        ),
        // To Basic from the page's own origin the browser answers itself, with a prompt of its own.
        (Answer::status(401).header("www-authenticate", "Bearer"), "401"),
        (Answer::status(500), "500"),
    ] {
        server.always(Call::List, answer);
        settings.finds("/", &[part]).await?;
    }
    server.honest(Call::List);
    // One segment too many: the check finds the right one.
    settings
        .finds("/tasks/", &["there is one if the API address is"])
        .await?;
    // The path is wrong altogether.
    settings.finds("/wrong/path", &["/wrong/path/tasks/"]).await?;
    server.always(Call::Done, Answer::status(405));
    settings
        .finds("/", &["The list can be read. It has one task.", "DELETE"])
        .await?;
    server.always(Call::Done, Answer::status(403));
    settings
        .finds("/", &["doesn’t let you change them (status 403)"])
        .await?;
    server.always(Call::Read, Answer::json(200, &foreign_task("x", "whatever", "")));
    settings
        .finds("/", &["even for a task that doesn’t exist"])
        .await?;
    let tasks = server.tasks();
    ensure!(tasks.len() == 1, "a check changed the tasks: {tasks:?}");
    Ok(())
}

async fn no_permission(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    browser.console.announce(NO_PERMISSION);
    let api = Scripted::start_bare(vec![foreign_task(1, "Buy milk", "")]).await?;
    let (site, app) = site_for(browser, &api.origin).await?;
    app.open("").await?;
    app.warns("can’t be reached").await?;
    app.open("settings").await?;
    app.settings().check().click().await?;
    app.settings()
        .report()
        .says(&format!("Access-Control-Allow-Origin: {}", site.origin))
        .await?;
    // Reading allowed, writing not: a permission that forgets the preflight.
    let reading = |answer: Answer| answer.header("access-control-allow-origin", site.origin.clone());
    api.always(Call::List, reading(Answer::honest()));
    api.always(Call::Read, reading(Answer::status(404)));
    app.settings().check().click().await?;
    app.settings().report().says("The list can be read.").await?;
    app.settings().report().says("methods POST, PUT and DELETE").await
}

async fn nobody_there(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    browser.console.announce(NO_PERMISSION);
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port();
    let (_site, app) = site_for(browser, &format!("http://127.0.0.1:{port}/")).await?;
    app.open("settings").await?;
    app.settings().check().click().await?;
    app.settings().report().says("Nothing answers at").await
}

async fn forbidden_by_policy(browser: &Browser) -> Result<()> {
    browser.console.announce(POLICY_ENFORCED);
    let api = Scripted::start_bare(Vec::new()).await?;
    let (_server, app) = Server::start(browser, &[]).await?;
    app.open("settings").await?;
    app.settings()
        .finds(&api.origin, &["security policy", "connect-src"])
        .await?;
    ensure!(
        api.seen(Call::List).is_empty(),
        "the policy let a request through"
    );
    Ok(())
}

async fn another_server_that_is_fine(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let api = django().await?;
    let (_site, app) = site_for(browser, &api.api).await?;
    app.open("settings").await?;
    app.settings().check().click().await?;
    app.settings().report().says("Tasks can be changed.").await?;
    eventually("no bad finding", async || {
        let text = app.settings().report().text().await?;
        ensure!(
            !text.contains("CORS") && !text.contains("not JSON"),
            "it says {text}"
        );
        Ok(())
    })
    .await
}
