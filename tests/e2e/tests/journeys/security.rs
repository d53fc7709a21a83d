//! The security policy is there and holds, and nothing that a server says is taken for markup.

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::{FAILED_REQUESTS, POLICY_ENFORCED};
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Scripted, foreign_task};
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(the_policy_is_sent_and_holds, markup_from_the_server_is_text);

async fn the_policy_is_sent_and_holds(browser: &Browser) -> Result<()> {
    browser.console.announce(POLICY_ENFORCED);
    let (_server, app) = Server::start(browser, &[("Buy milk", "")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    let policy: String = browser
        .driver
        .execute_async(
            "const done = arguments[0];
             fetch(location.href).then(answer => done(answer.headers.get('content-security-policy') ?? ''));",
            Vec::new(),
        )
        .await?
        .convert()?;
    for part in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "frame-ancestors 'none'",
    ] {
        ensure!(policy.contains(part), "the policy is {policy}");
    }
    ensure!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "the policy is {policy}"
    );
    // An inline script, put there as a mistake in the app would put it.
    browser
        .driver
        .execute(
            "const script = document.createElement('script');
             script.textContent = 'document.documentElement.dataset.owned = 1';
             document.body.append(script);",
            Vec::new(),
        )
        .await?;
    eventually("the policy's report", async || {
        let stopped = browser
            .console
            .errors_with("security policy: script-src-elem stopped inline");
        ensure!(!stopped.is_empty(), "the log says: {}", browser.console.text());
        Ok(())
    })
    .await?;
    let owned: bool = browser
        .script("return 'owned' in document.documentElement.dataset", Vec::new())
        .await?;
    ensure!(!owned, "an inline script ran");
    Ok(())
}

async fn markup_from_the_server_is_text(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
    let id = "<script>alert(1)</script>";
    let (server, app) = Scripted::start(browser, vec![foreign_task(id, attack, attack)]).await?;
    app.open("").await?;
    app.tasks().shows(&[attack]).await?;
    app.tasks().link(attack).click().await?;
    app.detail().shows(attack, attack).await?;
    let address = browser.driver.current_url().await?;
    // In every place an error can put it.
    let answers = [
        Answer::problem(
            422,
            &json!({ "title": attack, "detail": attack, "errors": [{ "detail": attack, "pointer": "#/summary" }] }),
        ),
        Answer::json(
            400,
            &json!({ "summary": [attack], "description": [attack], "other": [attack] }),
        ),
        Answer::json(403, &json!({ "detail": attack })),
        Answer::status(500)
            .header("content-type", "text/plain")
            .body(attack),
    ];
    let mut text = attack.to_owned();
    for answer in answers {
        let sent = server.seen(Call::Update).len();
        server.always(Call::Update, answer);
        browser.driver.goto(format!("{address}/edit")).await?;
        app.form().holds(&text, attack).await?;
        text.push('!');
        app.form().summary().type_keys(Key::End + "!").await?;
        app.form().save().click().await?;
        eventually("the answer", async || {
            ensure!(server.seen(Call::Update).len() > sent, "nothing was sent");
            Ok(())
        })
        .await?;
        app.find("heading", &text).one().await?;
        // As a row, as a task, and on the page of what waits.
        app.header_link("Strikethrough").click().await?;
        app.tasks().shows(&[&text]).await?;
        app.open("sync").await?;
        app.shows(&text).await?;
    }
    server.always(
        Call::List,
        Answer::problem(500, &json!({ "title": attack, "detail": attack })),
    );
    app.open("").await?;
    app.warns(attack).await?;
    let markup: i64 = browser
        .script(
            "return document.querySelectorAll('body img[src=x], main script').length",
            Vec::new(),
        )
        .await?;
    ensure!(markup == 0, "what the server said became markup");
    app.is_titled("Tasks · Strikethrough").await
}
