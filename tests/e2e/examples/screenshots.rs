//! Takes the pictures of the README and of a design review: `screenshots <folder>`. They are taken from
//! the app as it is, so that they stay true.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use strikethrough_e2e::axe::settled;
use strikethrough_e2e::browser::{Browser, Kind, Scheme, Screen};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::page::App;

#[tokio::main]
async fn main() -> Result<()> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .context("usage: screenshots <folder>")?
        .into();
    std::fs::create_dir_all(&folder)?;
    Browser::run(Kind::Chromium, &folder, "failed", async |browser: &Browser| {
        browser.console.announce(FAILED_REQUESTS);
        everyday(browser, &folder).await?;
        trouble(browser, &folder).await
    })
    .await
}

/// A list as people have it.
fn everyday_tasks() -> Vec<Value> {
    [
        ("Water the tomatoes", "Twice a day while the heat lasts."),
        ("Call Ada about the garden fence", ""),
        (
            "Plan the weekend in the mountains",
            "Train at 7:52, platform 3.\n\nPack:\n– rain jacket\n– the small stove, and gas for it\n– map 1:25 000\n\n\
             Ask Mira whether she brings the tent. If the weather turns, the hut has beds until Sunday.",
        ),
        ("Return the library books", "Two of them are overdue."),
        ("Buy oat milk, bread and something for Sunday", ""),
        ("Book the dentist", ""),
        ("Send Grandma the photos", "She likes them on paper."),
        ("Repair the bicycle’s rear light", ""),
        ("Read chapter four", ""),
    ]
    .into_iter()
    .zip(1..)
    .map(|((summary, description), id)| foreign_task(id, summary, description))
    .collect()
}

async fn everyday(browser: &Browser, folder: &Path) -> Result<()> {
    let (_server, app) = Scripted::start(browser, everyday_tasks()).await?;
    for (scheme, word) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        browser.prefer(scheme).await?;
        browser.resize(Screen::Desktop).await?;
        app.open("").await?;
        app.tasks().link("Read chapter four").one().await?;
        picture(&app, folder, &format!("list-{word}")).await?;
        app.tasks()
            .link("Plan the weekend in the mountains")
            .click()
            .await?;
        app.detail()
            .shows("Plan the weekend in the mountains", "Train at 7:52")
            .await?;
        picture(&app, folder, &format!("detail-{word}")).await?;
        browser.resize(Screen::Phone).await?;
        picture(&app, folder, &format!("phone-detail-{word}")).await?;
        app.detail().back().click().await?;
        app.tasks().link("Read chapter four").one().await?;
        picture(&app, folder, &format!("phone-{word}")).await?;
        app.tasks().search().type_keys("the gar").await?;
        app.tasks().shows(&["Call Ada about the garden fence"]).await?;
        picture(&app, folder, &format!("phone-found-{word}")).await?;
        app.tasks().search().retype("nothing like it").await?;
        app.find("button", "Show all tasks").click().await?;
    }
    browser.prefer(Scheme::Light).await?;
    browser.resize(Screen::Tablet).await?;
    picture(&app, folder, "tablet-light").await?;
    browser.resize(Screen::Desktop).await?;
    app.open("settings").await?;
    app.settings().check().click().await?;
    app.settings().report().says("Tasks can be changed.").await?;
    picture(&app, folder, "settings").await?;
    app.copy("Buy screws\nSand the table\nPaint the table").await?;
    app.open("").await?;
    app.tasks()
        .quick_add()
        .type_keys(thirtyfour::Key::Control + "v")
        .await?;
    app.find("button", "Add 3 tasks").one().await?;
    picture(&app, folder, "pasted-lines").await
}

async fn trouble(browser: &Browser, folder: &Path) -> Result<()> {
    let (server, app) = Scripted::start(browser, everyday_tasks()).await?;
    let gate = Gate::default();
    server.always(Call::List, Answer::honest().after(&gate));
    app.open("").await?;
    app.tells("Loading tasks").await?;
    picture(&app, folder, "loading").await?;
    app.tells("longer than usual").await?;
    picture(&app, folder, "slow").await?;
    gate.open();
    app.tasks().link("Book the dentist").one().await?;
    server.always(Call::List, Answer::status(503).header("retry-after", "30"));
    app.tasks().button("Refresh").click().await?;
    app.shows("Last updated").await?;
    server.always(Call::Create, Answer::status(400));
    app.tasks().add("Pay the electricity bill").await?;
    app.tasks()
        .button("Discard: Pay the electricity bill")
        .one()
        .await?;
    picture(&app, folder, "stale-and-refused").await?;
    app.open("").await?;
    app.warns("30 seconds").await?;
    picture(&app, folder, "failed").await?;

    server.honest(Call::List);
    app.open("task/3/edit").await?;
    app.form().summary().retype("Plan the week").await?;
    let errors = json!({ "summary": ["Another task has this summary."], "description": ["Longer than this server allows."] });
    server.always(Call::Update, Answer::json(400, &errors));
    app.form().save().click().await?;
    // The change is kept on the device, and says in the form what the server said about it.
    app.shows("Another task has this summary").await?;
    app.open("task/3/edit").await?;
    app.form()
        .summary()
        .retype("Plan the week in the mountains")
        .await?;
    picture(&app, folder, "form-errors").await?;
    app.header_link("Settings").click().await?;
    app.form().leave_dialog().dialog().one().await?;
    picture(&app, folder, "leave-dialog").await?;
    app.form().leave_dialog().discard().await?;

    let long = "An unusually long summary that uses very nearly all of the one hundred and nineteen characters a summary may have";
    let unbroken = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
    let paragraph = "A paragraph that goes on for a while, as text copied from a message does. ".repeat(6);
    server.put_tasks(vec![
        foreign_task(
            1,
            long,
            &format!("{paragraph}\n\n{unbroken}{unbroken}\n\n{paragraph}"),
        ),
        foreign_task(2, unbroken, ""),
        foreign_task(3, "שלום עולם, מה שלומך היום?", ""),
        foreign_task(4, "👩‍👩‍👧‍👦 picnic 🧺", ""),
    ]);
    app.open("task/1").await?;
    app.detail().shows(long, "A paragraph").await?;
    picture(&app, folder, "long-text").await?;
    browser.resize(Screen::Phone).await?;
    picture(&app, folder, "phone-long-text").await?;
    server.put_tasks(Vec::new());
    app.open("").await?;
    // The task that was refused, and the change that was.
    app.tasks().discard("Pay the electricity bill").await?;
    app.tasks().discard("Plan the week").await?;
    app.find("heading", "Nothing to do").one().await?;
    picture(&app, folder, "phone-empty").await?;
    browser.resize(Screen::Desktop).await?;
    picture(&app, folder, "empty").await?;
    app.open("nowhere/at/all").await?;
    app.find("heading", "Page not found").one().await?;
    picture(&app, folder, "not-found").await
}

/// Saves what is in the window once nothing moves any more.
async fn picture(app: &App, folder: &Path, name: &str) -> Result<()> {
    settled(&app.browser).await?;
    app.browser
        .driver
        .screenshot(&folder.join(format!("{name}.png")))
        .await?;
    println!("{name}.png");
    Ok(())
}
