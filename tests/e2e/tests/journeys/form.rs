//! Typed text outlives a server's error, a refusal, a navigation and a reload.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::server::Server;

in_both_browsers!(
    text_survives_server_errors,
    a_refused_text_can_be_edited,
    field_errors_stand_with_their_text,
    leaving_asks_first,
    the_back_button_asks_too,
    reload_restores,
    saved_text_asks_nothing,
    save_is_sent_once,
    an_address_brings_a_text_along,
);

/// After the faults have ended, the queue must be empty within this time (GUARANTEES.md, "Faults").
const QUEUE_EMPTY: Duration = Duration::from_secs(60);

async fn start(browser: &Browser) -> Result<(Scripted, App)> {
    browser.console.announce(FAILED_REQUESTS);
    let tasks = vec![
        foreign_task("a 1", "Buy milk", "two litres"),
        foreign_task("b", "Call Ada", ""),
    ];
    let (server, app) = Scripted::start(browser, tasks).await?;
    Ok((server, app))
}

/// Opens the form of "Buy milk" by way of the list and types something.
async fn start_editing(browser: &Browser) -> Result<(Scripted, App)> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().link("Buy milk").click().await?;
    app.detail().edit().click().await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().summary().type_keys(" and bread").await?;
    app.form().description().type_keys("\none loaf").await?;
    Ok((server, app))
}

const SUMMARY: &str = "Buy milk and bread";
const DESCRIPTION: &str = "two litres\none loaf";

async fn text_survives_server_errors(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    server.always(Call::Update, Answer::status(500));
    // The form closes at once, since the text is kept, and is shown as it will be.
    app.form().save().click().await?;
    app.is_at("task/a%201").await?;
    app.detail().shows(SUMMARY, DESCRIPTION).await?;
    app.tasks().row_says("Waiting to be sent").await?;
    app.stands("Saved on this device, 1 waiting").await?;
    for answer in [
        Answer::status(503).header("retry-after", "7"),
        Answer::status(429).header("retry-after", "3"),
        Answer::status(401).header("www-authenticate", "Bearer"),
        Answer::page(),
        Answer::hang_up(),
    ] {
        let sent = server.seen(Call::Update).len();
        server.always(Call::Update, answer);
        eventually("it to be sent again", async || {
            app.network_is_back().await?;
            ensure!(server.seen(Call::Update).len() > sent, "it was not");
            Ok(())
        })
        .await?;
        // Also for who comes back.
        browser.driver.refresh().await?;
        app.detail().shows(SUMMARY, DESCRIPTION).await?;
    }
    server.honest(Call::Update);
    app.settles(QUEUE_EMPTY).await?;
    is_on_the_server(&server)
}

async fn a_refused_text_can_be_edited(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    server.always(Call::Update, Answer::status(403));
    app.form().save().click().await?;
    app.stands("1 needs you").await?;
    let part = "doesn’t allow this";
    app.tasks().row_says(part).await?;
    app.tasks().shows(&[SUMMARY, "Call Ada"]).await?;
    app.tasks()
        .region()
        .inner("link", &format!("Edit: {SUMMARY}"))
        .click()
        .await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    app.warns(part).await?;
    // A server whose versions never hold is not asked for ever.
    server.always(Call::Update, Answer::status(409));
    app.tasks()
        .button(&format!("Try again: {SUMMARY}"))
        .click()
        .await?;
    app.tasks().row_says("changed on the server").await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    app.stands("1 needs you").await?;
    server.honest(Call::Update);
    app.tasks()
        .button(&format!("Try again: {SUMMARY}"))
        .click()
        .await?;
    app.stands(SAVED).await?;
    is_on_the_server(&server)
}

/// The first task holds what was typed.
fn is_on_the_server(server: &Scripted) -> Result<()> {
    let tasks = server.tasks();
    let text = |field: &str| tasks.first().and_then(|task| task.get(field)).cloned();
    let is_there = text("summary") == Some(json!(SUMMARY)) && text("description") == Some(json!(DESCRIPTION));
    ensure!(is_there, "the server holds {tasks:?}");
    Ok(())
}

async fn field_errors_stand_with_their_text(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    let form = app.form();
    let problem = json!({
        "type": "about:blank", "title": "Unprocessable", "status": 422,
        "errors": [{ "detail": "No bread today.", "pointer": "#/summary" }],
    });
    let mixed = json!({
        "summary": ["Too plain."], "description": ["Too vague.", "Say which bakery."],
        "colour": ["Pick one."], "non_field_errors": ["Not on Sundays."],
    });
    for (answer, parts) in [
        (Answer::problem(422, &problem), &["No bread today."][..]),
        (
            Answer::json(400, &json!({ "detail": "Shops are closed." })),
            &["Shops are closed."],
        ),
        (
            Answer::json(400, &mixed),
            &[
                "Too plain.",
                "Too vague.",
                "Say which bakery.",
                "Pick one.",
                "Not on Sundays.",
            ],
        ),
    ] {
        server.always(Call::Update, answer);
        form.summary().type_keys("!").await?;
        form.save().click().await?;
        app.is_at("task/a%201").await?;
        for part in parts {
            app.tasks().row_says(part).await?;
        }
        app.tasks()
            .region()
            .inner_like("link", &format!("Edit: {SUMMARY}"))
            .click()
            .await?;
        form.summary().one().await?;
        for part in parts {
            app.warns(part).await?;
        }
    }
    form.holds(&format!("{SUMMARY}!!!"), DESCRIPTION).await?;
    // Our own rule needs no server.
    let asked = server.seen(Call::Update).len();
    form.summary().retype("   ").await?;
    form.save().click().await?;
    form.summary_is_wrong("Write a few words first.").await?;
    form.summary().has_focus().await?;
    ensure!(
        server.seen(Call::Update).len() == asked,
        "an empty summary was sent"
    );
    Ok(())
}

async fn leaving_asks_first(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    let dialog = app.form().leave_dialog();
    app.header_link("Settings").click().await?;
    dialog.keep_editing().await?;
    app.is_at("task/a%201/edit").await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    app.header_link("Settings").click().await?;
    dialog.keep_draft().await?;
    app.is_at("settings").await?;
    // The draft is there when the form is opened again, and says where it came from.
    app.open("task/a%201/edit").await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    app.tells("Your unsaved text was restored").await?;
    app.header_link("Strikethrough").click().await?;
    dialog.discard().await?;
    app.is_at("").await?;
    app.open("task/a%201/edit").await?;
    app.form().holds("Buy milk", "two litres").await?;
    ensure!(
        server.seen(Call::Update).is_empty(),
        "nothing was saved, and yet a PUT was sent"
    );
    Ok(())
}

async fn the_back_button_asks_too(browser: &Browser) -> Result<()> {
    let (_server, app) = start_editing(browser).await?;
    let dialog = app.form().leave_dialog();
    browser.driver.back().await?;
    dialog.dialog().one().await?;
    dialog.keep_editing().await?;
    app.is_at("task/a%201/edit").await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    browser.driver.back().await?;
    dialog.discard().await?;
    app.is_at("task/a%201").await?;
    app.detail().shows("Buy milk", "two litres").await?;
    // The history is what it was: one more step back is the list.
    browser.driver.back().await?;
    app.is_at("").await
}

async fn reload_restores(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    browser.driver.refresh().await?;
    app.form().holds(SUMMARY, DESCRIPTION).await?;
    app.tells("Your unsaved text was restored").await?;
    app.form().start_over().click().await?;
    app.form().holds("Buy milk", "two litres").await?;
    browser.driver.refresh().await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().start_over().gone().await?;
    // The same for a task that isn't there yet.
    app.open("new").await?;
    app.form().summary().type_keys("Bake").await?;
    app.form().description().type_keys("bread").await?;
    browser.driver.refresh().await?;
    app.form().holds("Bake", "bread").await?;
    app.tells("Your unsaved text was restored").await?;
    app.form().add().click().await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    app.stands(SAVED).await?;
    ensure!(server.tasks().len() == 3, "the server holds {:?}", server.tasks());
    app.open("new").await?;
    app.form().holds("", "").await
}

async fn saved_text_asks_nothing(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser).await?;
    app.open("task/b/edit").await?;
    app.form().holds("Call Ada", "").await?;
    // Nothing typed: nothing to ask.
    app.form().cancel().click().await?;
    app.is_at("task/b").await?;
    app.detail().edit().click().await?;
    app.form().summary().retype("Call Grace").await?;
    app.form().save().click().await?;
    app.is_at("task/b").await?;
    app.detail().shows("Call Grace", "").await?;
    app.header_link("Strikethrough").click().await?;
    app.is_at("").await?;
    app.tasks().shows(&["Buy milk", "Call Grace"]).await
}

async fn save_is_sent_once(browser: &Browser) -> Result<()> {
    let (server, app) = start_editing(browser).await?;
    let gate = Gate::default();
    server.always(Call::Update, Answer::honest().after(&gate));
    // Someone impatient.
    let save = app.form().save().one().await?;
    browser
        .driver
        .execute(
            "arguments[0].click(); arguments[0].click()",
            vec![save.to_json()?],
        )
        .await?;
    app.is_at("task/a%201").await?;
    gate.open();
    app.stands(SAVED).await?;
    let sent = server.seen(Call::Update).len();
    ensure!(sent == 1, "PUT was sent {sent} times");
    Ok(())
}

async fn an_address_brings_a_text_along(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("new?summary=Buy%20milk&description=two+litres&url=https%3A%2F%2Fexample.com")
        .await?;
    app.form()
        .holds("Buy milk", "two litres\nhttps://example.com")
        .await?;
    // Loaded again it is not brought twice.
    app.is_at("new").await?;
    browser.driver.refresh().await?;
    app.form()
        .holds("Buy milk", "two litres\nhttps://example.com")
        .await?;
    // Another does not take its place.
    app.open("new?summary=Call%20Ada").await?;
    let both = "two litres\nhttps://example.com\n\nCall Ada";
    app.form().holds("Buy milk", both).await?;
    app.form().add().click().await?;
    server.holds(&[("Buy milk", both)]).await
}
