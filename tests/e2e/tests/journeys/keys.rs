//! Keys from anywhere: what they do, where the focus is after each, and when they do nothing. No pointer is used.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Call, Scripted, foreign_task};
use strikethrough_e2e::page::App;
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

use crate::keyboard::{focused, press};

in_both_browsers!(
    a_day_by_keys,
    keys_for_places,
    the_help_sheet,
    single_letters_can_be_switched_off,
    nothing_runs_while_typing,
    the_palette_finds_commands_and_tasks,
    a_long_list_from_end_to_end,
);

/// Waits until the focus is on something with this role and name.
pub(super) async fn has_focus(browser: &Browser, role: &str, name: &str) -> Result<()> {
    eventually(&format!("the focus on {role} “{name}”"), async || {
        let (is_role, is_name) = focused(browser).await?;
        ensure!(
            is_role == role && is_name.trim() == name,
            "it is on {is_role} “{is_name}”"
        );
        Ok(())
    })
    .await
}

pub(super) async fn open_palette(browser: &Browser) -> Result<()> {
    let keys = browser.driver.action_chain().key_down(Key::Control);
    Ok(keys.send_keys("k").key_up(Key::Control).perform().await?)
}

/// Waits until the code that has the keys is there.
pub(super) async fn has_keys(app: &App) -> Result<()> {
    let line = app.tasks().quick_add();
    line.carries("aria-keyshortcuts", "N").await
}

async fn a_day_by_keys(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", "two litres"), ("Call Ada", "")]).await?;
    app.open("").await?;
    has_keys(&app).await?;
    press(browser, "n").await?;
    has_focus(browser, "textbox", "Add a task").await?;
    press(browser, "Bake bread".to_owned() + Key::Enter).await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake bread"]).await?;
    has_focus(browser, "textbox", "Add a task").await?;
    // Found, and opened from there.
    press(browser, Key::Tab + "").await?;
    press(browser, "/").await?;
    has_focus(browser, "searchbox", "Search tasks").await?;
    press(browser, "ada").await?;
    app.tasks().shows(&["Call Ada"]).await?;
    press(browser, Key::Escape + "").await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake bread"]).await?;
    // On the first row's button, and so in that row.
    press(browser, Key::Tab + "").await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "Call Ada").await?;
    press(browser, "k").await?;
    has_focus(browser, "link", "Buy milk").await?;
    press(browser, Key::Enter + "").await?;
    app.detail().shows("Buy milk", "two litres").await?;
    app.find("heading", "Buy milk").has_focus().await?;
    // Edited, and back.
    press(browser, "e").await?;
    app.form().holds("Buy milk", "two litres").await?;
    has_focus(browser, "textbox", "Summary").await?;
    press(browser, Key::End + " today" + Key::Enter).await?;
    app.detail().shows("Buy milk today", "two litres").await?;
    press(browser, Key::Escape + "").await?;
    app.is_at("").await?;
    has_focus(browser, "link", "Buy milk today").await?;
    // Finished, undone, and finished for good. The focus goes on to the next row.
    press(browser, "d").await?;
    app.tasks().shows(&["Call Ada", "Bake bread"]).await?;
    has_focus(browser, "link", "Call Ada").await?;
    server.holds(&[("Call Ada", ""), ("Bake bread", "")]).await?;
    press(browser, "u").await?;
    app.tasks()
        .shows(&["Call Ada", "Bake bread", "Buy milk today"])
        .await?;
    has_focus(browser, "link", "Call Ada").await?;
    press(browser, "d").await?;
    app.tasks().shows(&["Bake bread", "Buy milk today"]).await?;
    has_focus(browser, "link", "Bake bread").await?;
    server
        .holds(&[("Bake bread", ""), ("Buy milk today", "two litres")])
        .await
}

async fn keys_for_places(browser: &Browser) -> Result<()> {
    let (_server, app) = Server::start(browser, &[("Buy milk", "")]).await?;
    app.open("").await?;
    has_keys(&app).await?;
    for (keys, path, heading) in [
        ("gs", "settings", "Settings"),
        ("gc", "sync", "Sync"),
        ("gd", "done", "Recently done"),
        ("gl", "", "Tasks"),
    ] {
        press(browser, keys).await?;
        app.is_at(path).await?;
        app.find("heading", heading).has_focus().await?;
    }
    // What was begun is over with another page.
    press(browser, "gs").await?;
    app.is_at("settings").await?;
    press(browser, Key::Escape + "").await?;
    app.is_at("").await
}

async fn the_help_sheet(browser: &Browser) -> Result<()> {
    let (_server, app) = Server::start(browser, &[("Buy milk", "")]).await?;
    app.open("").await?;
    has_keys(&app).await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "Buy milk").await?;
    press(browser, "?").await?;
    let sheet = app.find("dialog", "Keys");
    sheet.says("Find a command or a task").await?;
    sheet.says("Go to Settings").await?;
    // Behind it nothing happens.
    press(browser, "dn").await?;
    app.find("heading", "Keys").has_focus().await?;
    press(browser, Key::Escape + "").await?;
    sheet.count(0).await?;
    has_focus(browser, "link", "Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await
}

async fn single_letters_can_be_switched_off(browser: &Browser) -> Result<()> {
    let (_server, app) = Server::start(browser, &[("Buy milk", ""), ("Call Ada", "")]).await?;
    app.open("").await?;
    has_keys(&app).await?;
    press(browser, "gs").await?;
    app.is_at("settings").await?;
    let switch = app.find("checkbox", "Single-letter keys");
    eventually("the focus on the switch", async || {
        if focused(browser).await? != ("checkbox".to_owned(), "Single-letter keys".to_owned()) {
            press(browser, Key::Tab + "").await?;
            anyhow::bail!("not there");
        }
        Ok(())
    })
    .await?;
    press(browser, " ").await?;
    app.tells("Single-letter keys are off").await?;
    press(browser, Key::Escape + "").await?;
    app.is_at("").await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    // Ctrl+K stays, and shows that the code for keys is there.
    let opens = app.find("combobox", "Find a command or a task");
    eventually("the palette", async || {
        open_palette(browser).await?;
        ensure!(!opens.now().await?.is_empty(), "it is not there");
        Ok(())
    })
    .await?;
    press(browser, Key::Escape + "").await?;
    press(browser, "jn/?").await?;
    app.find("dialog", "Keys").count(0).await?;
    let (role, name) = focused(browser).await?;
    ensure!(
        role != "textbox" && role != "searchbox" && role != "link",
        "the focus is on {role} “{name}”"
    );
    app.open("settings").await?;
    let is_on: bool = browser
        .driver
        .execute(
            "return arguments[0].checked",
            vec![switch.one().await?.to_json()?],
        )
        .await?
        .convert()?;
    ensure!(!is_on, "the choice was forgotten");
    Ok(())
}

async fn nothing_runs_while_typing(browser: &Browser) -> Result<()> {
    let (server, app) = Scripted::start(browser, vec![foreign_task(1, "Buy milk", "")]).await?;
    app.open("").await?;
    has_keys(&app).await?;
    let typed = "ndeu/?jkgs x";
    press(browser, "n").await?;
    has_focus(browser, "textbox", "Add a task").await?;
    press(browser, typed).await?;
    app.tasks().quick_add().holds(typed).await?;
    app.is_at("").await?;
    app.open("new").await?;
    app.form().summary().type_keys(typed).await?;
    app.form().summary().holds(typed).await?;
    app.is_at("new").await?;
    // Escape leaves the form, and asks: the text is not saved.
    press(browser, Key::Escape + "").await?;
    app.form().leave_dialog().dialog().one().await?;
    press(browser, Key::Escape + "").await?;
    app.form().summary().holds(typed).await?;
    ensure!(server.seen(Call::Done).is_empty(), "a task was finished");
    Ok(())
}

async fn the_palette_finds_commands_and_tasks(browser: &Browser) -> Result<()> {
    let tasks = [
        ("Buy milk", "two litres"),
        ("Call Ada about Crème brûlée", "by phone"),
    ];
    let (server, app) = Server::start(browser, &tasks).await?;
    app.open("").await?;
    has_keys(&app).await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "Buy milk").await?;
    let field = app.find("combobox", "Find a command or a task");
    let options = app.any("option");
    open_palette(browser).await?;
    field.has_focus().await?;
    // What can be done where the focus was, the first time too.
    press(browser, "finish").await?;
    options.says("Finish the task").await?;
    press(browser, Key::Escape + "").await?;
    has_focus(browser, "link", "Buy milk").await?;
    open_palette(browser).await?;
    field.has_focus().await?;
    // Accents and what stands between do not matter.
    press(browser, "cremebru").await?;
    app.tells("1 result").await?;
    options.says("Crème brûlée").await?;
    press(browser, Key::Enter + "").await?;
    app.detail()
        .shows("Call Ada about Crème brûlée", "by phone")
        .await?;
    // A command is for where the focus was.
    press(browser, Key::Escape + "").await?;
    app.is_at("").await?;
    open_palette(browser).await?;
    field.has_focus().await?;
    press(browser, "finish").await?;
    options.says("Finish the task").await?;
    press(browser, Key::Enter + "").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    server.holds(&[("Buy milk", "two litres")]).await?;
    // By arrows, round and round.
    open_palette(browser).await?;
    field.has_focus().await?;
    press(browser, "go to").await?;
    app.tells("4 results").await?;
    press(browser, Key::Up + "").await?;
    let last: String = browser
        .script(
            "const field = document.activeElement;
            const option = document.getElementById(field.getAttribute('aria-activedescendant'));
            return option.getAttribute('aria-selected') === 'true' ? [...option.parentElement.children].indexOf(option) + '' : ''",
            Vec::new(),
        )
        .await?;
    ensure!(last == "3", "the option “{last}” is the active one");
    press(browser, "zzz").await?;
    app.tells("Nothing found").await?;
    press(browser, Key::Enter + "" + Key::Escape).await?;
    field.count(0).await
}

async fn a_long_list_from_end_to_end(browser: &Browser) -> Result<()> {
    let tasks = (1..=3_000)
        .map(|id| foreign_task(id, &format!("Task {id}"), ""))
        .collect();
    let (_server, app) = Scripted::start(browser, tasks).await?;
    app.open("").await?;
    has_keys(&app).await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "Task 1").await?;
    press(browser, Key::End + "").await?;
    has_focus(browser, "link", "Task 3000").await?;
    press(browser, "k").await?;
    has_focus(browser, "link", "Task 2999").await?;
    press(browser, Key::Home + "").await?;
    has_focus(browser, "link", "Task 1").await?;
    for _ in 0..5 {
        press(browser, "jjjjjjjj").await?;
    }
    has_focus(browser, "link", "Task 41").await
}
