//! One line and Enter: the quick way to add tasks.

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(
    three_in_a_row,
    the_counter,
    pasted_lines_as_tasks,
    pasted_lines_as_one_task,
    pasted_lines_not_wanted,
    shown_before_it_is_saved,
    refused_and_tried_again,
    refused_and_edited,
    refused_and_discarded,
    typed_text_survives_a_reload,
    a_lost_answer_makes_no_second_task,
    an_unclear_outcome_stays_unclear,
);

async fn three_in_a_row(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Bake", "")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Bake"]).await?;
    // Without waiting for anything in between.
    let keys = ["Buy milk", "Call Ada", "Water the plants"].map(|text| text.to_owned() + Key::Enter);
    for keys in keys {
        app.tasks().quick_add().type_keys(keys).await?;
    }
    app.tasks().quick_add().has_focus().await?;
    app.tasks().quick_add().holds("").await?;
    app.tasks()
        .shows(&["Bake", "Buy milk", "Call Ada", "Water the plants"])
        .await?;
    server
        .holds(&[
            ("Bake", ""),
            ("Buy milk", ""),
            ("Call Ada", ""),
            ("Water the plants", ""),
        ])
        .await?;
    // The button does the same for those who have no Enter key at hand.
    app.tasks().quick_add().type_keys("Read").await?;
    app.tasks().button("Add").click().await?;
    app.tasks()
        .shows(&["Bake", "Buy milk", "Call Ada", "Water the plants", "Read"])
        .await?;
    app.tasks().quick_add().has_focus().await
}

async fn the_counter(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Bake", "")]).await?;
    app.open("").await?;
    let field = app.tasks().quick_add();
    let full = "ä".repeat(118);
    field.type_keys(full.as_str()).await?;
    app.tasks().region().says("118 of 119").await?;
    field.type_keys("👋").await?;
    app.tasks().region().says("119 of 119").await?;
    field.type_keys("x").await?;
    app.tasks().region().says("120 of 119").await?;
    field.carries("aria-invalid", "true").await?;
    field.type_keys(Key::Enter + "").await?;
    app.warns("too long").await?;
    field.holds(&format!("{full}👋x")).await?;
    server.holds(&[("Bake", "")]).await?;
    field.type_keys(Key::Backspace + Key::Enter).await?;
    server.holds(&[("Bake", ""), (&format!("{full}👋"), "")]).await?;
    field.holds("").await
}

/// Pastes three lines, one of them blank, into the field of an app that has one task.
async fn paste(browser: &Browser) -> Result<(Server, App)> {
    let (server, app) = Server::start(browser, &[("Bake", "")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Bake"]).await?;
    app.tasks().quick_add().click().await?;
    app.copy("Buy milk\n\nCall Ada\n  Water the plants  ").await?;
    app.tasks().quick_add().type_keys(Key::Control + "v").await?;
    Ok((server, app))
}

async fn pasted_lines_as_tasks(browser: &Browser) -> Result<()> {
    let (server, app) = paste(browser).await?;
    app.find("button", "Add 3 tasks").click().await?;
    server
        .holds(&[
            ("Bake", ""),
            ("Buy milk", ""),
            ("Call Ada", ""),
            ("Water the plants", ""),
        ])
        .await?;
    app.tasks()
        .shows(&["Bake", "Buy milk", "Call Ada", "Water the plants"])
        .await?;
    app.tasks().quick_add().has_focus().await
}

async fn pasted_lines_as_one_task(browser: &Browser) -> Result<()> {
    let (server, app) = paste(browser).await?;
    app.find("button", "One task with a description").click().await?;
    app.tasks().shows(&["Bake", "Buy milk"]).await?;
    app.stands(SAVED).await?;
    let rows = server.rows().await?;
    let [_, (summary, description)] = rows.as_slice() else {
        anyhow::bail!("the rows are {rows:?}")
    };
    ensure!(summary == "Buy milk", "the summary is {summary}");
    ensure!(
        description.trim() == "Call Ada\n  Water the plants",
        "the description is {description:?}"
    );
    Ok(())
}

async fn pasted_lines_not_wanted(browser: &Browser) -> Result<()> {
    let (server, app) = paste(browser).await?;
    app.find("button", "Add 3 tasks").one().await?;
    app.find("button", "Cancel").click().await?;
    app.find("button", "Add 3 tasks").gone().await?;
    app.tasks().quick_add().has_focus().await?;
    server.holds(&[("Bake", "")]).await
}

async fn scripted(browser: &Browser) -> Result<(Scripted, App)> {
    let (server, app) = Scripted::start(browser, Vec::new()).await?;
    app.open("").await?;
    app.find("heading", "Nothing to do").one().await?;
    Ok((server, app))
}

async fn shown_before_it_is_saved(browser: &Browser) -> Result<()> {
    let (server, app) = scripted(browser).await?;
    let gate = Gate::default();
    server.next(Call::Create, Answer::honest().after(&gate));
    app.tasks().add("Buy milk").await?;
    app.tasks().row_says("Sending").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.stands("Saved on this device, 1 waiting").await?;
    gate.open();
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    app.tasks().rows().count(1).await
}

/// Adds a task that the server refuses for now.
async fn refused(browser: &Browser) -> Result<(Scripted, App)> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = scripted(browser).await?;
    server.always(
        Call::Create,
        Answer::json(400, &json!({ "summary": ["Milk is off the menu."] })),
    );
    app.tasks().add("Buy milk").await?;
    app.tasks().row_says("Milk is off the menu.").await?;
    app.tasks().row_says("Buy milk").await?;
    Ok((server, app))
}

async fn refused_and_tried_again(browser: &Browser) -> Result<()> {
    let (server, app) = refused(browser).await?;
    server.honest(Call::Create);
    app.tasks().button("Try again: Buy milk").click().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    ensure!(server.tasks().len() == 1, "the server holds {:?}", server.tasks());
    app.tasks().button("Try again: Buy milk").gone().await
}

async fn refused_and_edited(browser: &Browser) -> Result<()> {
    let (server, app) = refused(browser).await?;
    server.honest(Call::Create);
    app.tasks()
        .region()
        .inner("link", "Edit: Buy milk")
        .click()
        .await?;
    app.form().holds("Buy milk", "").await?;
    // What the server said stands beside the text that it was said about.
    app.warns("Milk is off the menu.").await?;
    app.form().summary().type_keys(" and bread").await?;
    app.form().save().click().await?;
    app.detail().heading("Buy milk and bread").one().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk and bread"]).await?;
    ensure!(server.tasks().len() == 1, "the server holds {:?}", server.tasks());
    Ok(())
}

async fn refused_and_discarded(browser: &Browser) -> Result<()> {
    let (server, app) = refused(browser).await?;
    app.tasks().discard("Buy milk").await?;
    app.find("heading", "Nothing to do").one().await?;
    app.stands(SAVED).await?;
    ensure!(server.tasks().is_empty(), "the server holds {:?}", server.tasks());
    Ok(())
}

async fn typed_text_survives_a_reload(browser: &Browser) -> Result<()> {
    let (_server, app) = refused(browser).await?;
    app.tasks().quick_add().type_keys("half a th").await?;
    browser.driver.refresh().await?;
    app.tasks().row_says("Buy milk").await?;
    app.tasks().quick_add().holds("half a th").await
}

async fn a_lost_answer_makes_no_second_task(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = scripted(browser).await?;
    // The server makes the task and breaks down before it can say so.
    server.always(Call::Create, Answer::status(500).but_done());
    app.tasks().add("Buy milk").await?;
    // The app finds it on the list by itself.
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk"]).await?;
    browser.driver.refresh().await?;
    app.tasks().shows(&["Buy milk"]).await?;
    ensure!(server.tasks().len() == 1, "the server holds {:?}", server.tasks());
    Ok(())
}

async fn an_unclear_outcome_stays_unclear(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = scripted(browser).await?;
    let gate = Gate::default();
    server.always(Call::List, Answer::honest().after(&gate));
    server.always(Call::Create, Answer::hang_up());
    app.tasks().add("Buy milk").await?;
    eventually("the create", async || {
        ensure!(!server.seen(Call::Create).is_empty(), "none came");
        Ok(())
    })
    .await?;
    // By the time the app looks, two tasks are there that could be it.
    server.put_tasks(vec![
        foreign_task(7, "Buy milk", ""),
        foreign_task(8, "Buy milk", ""),
    ]);
    gate.open();
    app.tasks().row_says("several tasks that could be it").await?;
    app.stands("1 needs you").await?;
    // A reload doesn't turn "may be there" into "was not sent", which would make a third one.
    browser.driver.refresh().await?;
    app.tasks().row_says("several tasks that could be it").await?;
    app.tasks().button("It is number 8: Buy milk").click().await?;
    app.stands(SAVED).await?;
    app.tasks().shows(&["Buy milk", "Buy milk"]).await?;
    ensure!(server.tasks().len() == 2, "the server holds {:?}", server.tasks());
    Ok(())
}
