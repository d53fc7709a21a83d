//! Everything a server can answer that is wrong: a clear sentence, the last good list kept, typed text
//! kept, and no panic.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Scripted, foreign_task};
use strikethrough_e2e::ledger::texts;
use strikethrough_e2e::page::{App, SAVED};

in_both_browsers!(
    to_the_list,
    to_a_refresh,
    to_a_task,
    to_a_create,
    to_an_edit,
    to_an_edit_of_a_task_that_is_gone,
    to_done,
    a_dead_server
);

const NOT_OURS: &str = "not from a task server";
const WRONG_SHAPE: &str = "not what this app understands";

async fn start(browser: &Browser) -> Result<(Scripted, App)> {
    browser.console.announce(FAILED_REQUESTS);
    Scripted::start(
        browser,
        vec![
            foreign_task(1, "Buy milk", "two litres"),
            foreign_task(2, "Call Ada", ""),
        ],
    )
    .await
}

fn json_text(text: &str) -> Answer {
    Answer::status(200)
        .header("content-type", "application/json")
        .body(text.to_owned())
}

/// Answers that are no list, with a part of what the app must say to each.
fn no_lists() -> Vec<(Answer, &'static str)> {
    vec![
        (Answer::page(), NOT_OURS),
        (json_text("[{\"id\": 1, \"summ"), NOT_OURS),
        (json_text(""), NOT_OURS),
        (json_text("{\"id\": 1}"), WRONG_SHAPE),
        (json_text("null"), WRONG_SHAPE),
        (json_text("[{\"id\": true, \"summary\": \"x\"}]"), WRONG_SHAPE),
        (json_text("[{\"id\": 1, \"summary\": 7}]"), WRONG_SHAPE),
        (json_text("[{\"summary\": \"no id\"}]"), WRONG_SHAPE),
        (
            Answer::broken_off("[{\"id\": 1, \"summary\": \"x\"}, "),
            "can’t be reached",
        ),
        (Answer::hang_up(), "can’t be reached"),
        (Answer::status(404), "no tasks at this address"),
        (
            Answer::status(401).header("www-authenticate", "Bearer"),
            "sign in",
        ),
        (Answer::status(429).header("retry-after", "120"), "2 minutes"),
        (Answer::status(503).header("retry-after", "30"), "30 seconds"),
        (Answer::status(418), "418"),
    ]
}

async fn to_the_list(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    for (answer, part) in no_lists() {
        server.always(Call::List, answer);
        app.open("").await?;
        app.warns(part).await?;
        app.tasks().rows().count(0).await?;
    }
    server.honest(Call::List);
    app.find("button", "Retry").click().await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await
}

async fn to_a_refresh(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    for (answer, _) in no_lists() {
        server.always(Call::List, answer);
        let asked = server.seen(Call::List).len();
        app.tasks().button("Refresh").click().await?;
        app.shows("Last updated").await?;
        eventually("a request", async || {
            ensure!(server.seen(Call::List).len() > asked, "none came");
            Ok(())
        })
        .await?;
        app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    }
    Ok(())
}

async fn to_a_task(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    for (answer, part) in [
        (Answer::page(), NOT_OURS),
        (json_text("{\"id\": 1, \"summary\": \"Buy"), NOT_OURS),
        (json_text("[]"), WRONG_SHAPE),
        (
            json_text("{\"id\": 1, \"summary\": \"Buy milk\", \"description\": 5}"),
            WRONG_SHAPE,
        ),
        (Answer::status(500), "500"),
        (Answer::hang_up(), "can’t be reached"),
    ] {
        server.always(Call::Read, answer);
        app.open("task/1").await?;
        app.warns(part).await?;
    }
    server.honest(Call::Read);
    app.any("main").inner("button", "Retry").click().await?;
    app.detail().shows("Buy milk", "two litres").await?;
    server.always(Call::Read, Answer::status(410));
    server.put_tasks(Vec::new());
    app.open("task/1").await?;
    app.detail().is_missing().await
}

/// Lets the server give each of these answers, and waits until the Sync page says what is wrong.
async fn says_on_the_sync_page(
    server: &Scripted,
    app: &App,
    call: Call,
    answers: Vec<(Answer, &str)>,
) -> Result<()> {
    app.header_link("Saved on this device, 1 waiting").click().await?;
    app.is_at("sync").await?;
    for (answer, part) in answers {
        let sent = server.seen(call).len();
        server.always(call, answer);
        eventually("it to be sent again", async || {
            app.network_is_back().await?;
            ensure!(server.seen(call).len() > sent, "it was not");
            Ok(())
        })
        .await?;
        app.shows(part).await?;
        app.shows("1 change waits").await?;
    }
    Ok(())
}

async fn to_a_create(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("new").await?;
    app.form().summary().type_keys("Bake").await?;
    app.form().description().type_keys("bread").await?;
    server.always(Call::Create, Answer::status(500));
    app.form().add().click().await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    app.tasks().row_says("Waiting to be sent").await?;
    let answers = vec![
        (Answer::status(500), "500"),
        (Answer::page(), NOT_OURS),
        (Answer::json(201, &json!({ "name": "no id" })), WRONG_SHAPE),
        (Answer::status(201).body("{\"id\": nu"), NOT_OURS),
        (Answer::json(201, &json!({ "id": null })), WRONG_SHAPE),
        (Answer::hang_up(), "can’t be reached"),
    ];
    says_on_the_sync_page(&server, &app, Call::Create, answers).await?;
    server.always(Call::Create, Answer::status(413));
    app.header_link("Strikethrough").click().await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    eventually("the refusal", async || {
        app.network_is_back().await?;
        let standing = app.standing().await?;
        ensure!(standing == "1 needs you", "the header says “{standing}”");
        Ok(())
    })
    .await?;
    app.warns("doesn’t take this").await?;
    ensure!(server.tasks().len() == 2, "the server holds {:?}", server.tasks());
    server.honest(Call::Create);
    app.tasks().button("Try again: Bake").click().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    ensure!(server.tasks().len() == 3, "the server holds {:?}", server.tasks());
    Ok(())
}

async fn to_an_edit(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("task/1/edit").await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().summary().retype("Buy oat milk").await?;
    server.always(Call::Update, Answer::status(500));
    app.form().save().click().await?;
    app.detail().shows("Buy oat milk", "two litres").await?;
    let answers = vec![
        (Answer::status(401), "sign in"),
        (
            Answer::status(302).header("location", "/login"),
            "another address",
        ),
    ];
    says_on_the_sync_page(&server, &app, Call::Update, answers).await?;
    // The contract ignores the body of a success, so nothing in it can be wrong.
    server.always(Call::Update, Answer::status(200).body("done").but_done());
    app.network_is_back().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy oat milk", "Call Ada"]).await
}

async fn to_an_edit_of_a_task_that_is_gone(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("task/1/edit").await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().summary().retype("Buy oat milk").await?;
    app.form().description().retype("one litre").await?;
    server.put_tasks(vec![foreign_task(2, "Call Ada", "")]);
    app.form().save().click().await?;
    app.stands("1 needs you").await?;
    app.tasks().row_says("was finished somewhere else").await?;
    app.tasks()
        .button("Save as a new task: Buy oat milk")
        .click()
        .await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Call Ada", "Buy oat milk"]).await?;
    let texts = texts(&server.tasks());
    let wanted = [("Call Ada", ""), ("Buy oat milk", "one litre")].map(|(s, d)| (s.to_owned(), d.to_owned()));
    ensure!(texts == wanted, "the server holds {texts:?}");
    Ok(())
}

async fn to_done(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    server.always(Call::Done, Answer::status(500));
    app.tasks().finish("Buy milk").click().await?;
    // It is done for the person, who need not wait for the server.
    app.tasks().shows(&["Call Ada"]).await?;
    let answers = vec![
        (Answer::hang_up(), "can’t be reached"),
        (Answer::status(401), "sign in"),
        (Answer::status(500), "500"),
        (Answer::page(), NOT_OURS),
    ];
    says_on_the_sync_page(&server, &app, Call::Done, answers).await?;
    ensure!(server.tasks().len() == 2, "the server holds {:?}", server.tasks());
    // The answer is lost after the task was done: trying again finds it gone, which is done.
    server.honest(Call::Done);
    server.next(Call::Done, Answer::hang_up().but_done());
    app.network_is_back().await?;
    app.settles(Duration::from_secs(60)).await?;
    ensure!(server.tasks().len() == 1, "the server holds {:?}", server.tasks());
    app.header_link("Strikethrough").click().await?;
    app.tasks().shows(&["Call Ada"]).await
}

async fn a_dead_server(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    drop(server);
    app.tasks().button("Refresh").click().await?;
    app.shows("can’t be reached").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.tasks().add("Bake").await?;
    app.tasks().row_says("Waiting to be sent").await?;
    app.stands("Offline · 1 waiting").await?;
    app.tasks().link("Buy milk").click().await?;
    app.warns("can’t be reached").await?;
    app.header_link("New task").click().await?;
    app.form().summary().type_keys("Bread").await?;
    app.form().add().click().await?;
    app.tasks()
        .shows(&["Buy milk", "Call Ada", "Bake", "Bread"])
        .await?;
    app.stands("Offline · 2 waiting").await
}
