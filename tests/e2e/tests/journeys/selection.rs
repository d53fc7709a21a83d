//! Several tasks at once: selected by clicks, by keys and by taps; done with one undo, exported, and kept by a search.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use strikethrough_e2e::browser::{Browser, Screen};
use strikethrough_e2e::find::{Find, eventually, within};
use strikethrough_e2e::foreign::{Call, Scripted, foreign_task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::server::Server;
use thirtyfour::{Key, TypingData, WebElement};

use crate::keyboard::press;
use crate::keys::{has_focus, has_keys};
use crate::transfer::{CATCH, longest, saved, watch};

in_both_browsers!(
    by_clicks,
    by_keys,
    by_taps,
    exported,
    kept_by_a_search,
    an_open_task_and_a_problem,
    ten_thousand,
);

const TASKS: [&str; 5] = ["One", "Two", "Three", "Four", "Five"];

async fn start(browser: &Browser) -> Result<(Server, App)> {
    let tasks = TASKS.map(|name| (name, ""));
    let (server, app) = Server::start(browser, &tasks).await?;
    app.open("").await?;
    has_keys(&app).await?;
    app.tasks().shows(&TASKS).await?;
    Ok((server, app))
}

fn bar(app: &App) -> Find {
    app.find("region", "Selection")
}

/// Clicks while a key is held.
async fn click_with(browser: &Browser, key: Key, element: &WebElement) -> Result<()> {
    let actions = browser.driver.action_chain().key_down(key.clone());
    Ok(actions.click_element(element).key_up(key).perform().await?)
}

async fn press_with(browser: &Browser, held: Key, keys: impl Into<TypingData>) -> Result<()> {
    let keys: String = keys.into().as_vec().into_iter().collect();
    let actions = browser.driver.action_chain().key_down(held.clone());
    Ok(actions.send_keys(keys).key_up(held).perform().await?)
}

/// Waits until exactly these are selected, of those that are shown.
async fn has_selected(app: &App, wanted: &[&str]) -> Result<()> {
    eventually(&format!("{wanted:?} to be selected"), async || {
        let script = "return [...document.querySelectorAll('#rows > li')]
            .filter(row => row.querySelector('[role=checkbox]')?.getAttribute('aria-checked') === 'true')
            .map(row => row.querySelector('a').textContent.trim())";
        let selected: Vec<String> = app.browser.script(script, Vec::new()).await?;
        ensure!(selected == wanted, "{selected:?} are");
        Ok(())
    })
    .await
}

/// Waits until these are on the list, wherever.
async fn has_tasks(app: &App, wanted: &[&str]) -> Result<()> {
    eventually(&format!("{wanted:?} on the list"), async || {
        let mut shown = app.tasks().summaries().await?;
        let mut wanted = wanted.to_vec();
        shown.sort();
        wanted.sort();
        ensure!(shown == wanted, "it shows {shown:?}");
        Ok(())
    })
    .await
}

async fn by_clicks(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    let row = async |name: &str| app.tasks().link(name).one().await;
    // On its circle: with Ctrl its link would open in a tab of its own.
    click_with(browser, Key::Control, &app.tasks().finish("Two").one().await?).await?;
    bar(&app).says("1 selected").await?;
    app.is_at("").await?;
    click_with(browser, Key::Shift, &row("Four").await?).await?;
    has_selected(&app, &["Two", "Three", "Four"]).await?;
    bar(&app).says("3 selected").await?;
    // From the same row on, the other way round; and nothing of the page's text is marked.
    click_with(browser, Key::Shift, &row("One").await?).await?;
    has_selected(&app, &["One", "Two"]).await?;
    let marked: String = browser
        .script("return getSelection().toString()", Vec::new())
        .await?;
    ensure!(marked.is_empty(), "“{marked}” is marked");
    // A plain click goes on now, and on a box too.
    app.tasks().link("Five").click().await?;
    app.tasks().select("One").click().await?;
    has_selected(&app, &["Two", "Five"]).await?;
    app.is_at("").await?;
    // All, none, and all but one.
    let all = bar(&app).inner("checkbox", "Select all");
    all.carries("aria-checked", "mixed").await?;
    all.click().await?;
    all.carries("aria-checked", "true").await?;
    has_selected(&app, &TASKS).await?;
    all.click().await?;
    all.carries("aria-checked", "false").await?;
    bar(&app).says("None selected").await?;
    bar(&app).inner("button", "Done").click().await?;
    app.tells("Nothing is selected.").await?;
    app.tasks().shows(&TASKS).await?;
    all.click().await?;
    app.tasks().select("Three").click().await?;
    bar(&app).inner("button", "Done").click().await?;
    // Told once, undone at once.
    app.tells("4 tasks done. Undo?").await?;
    app.tasks().shows(&["Three"]).await?;
    bar(&app).gone().await?;
    app.tasks().link("Three").has_focus().await?;
    app.find("region", "Undo").says("4 tasks done").await?;
    app.find("button", "Undo").click().await?;
    has_tasks(&app, &TASKS).await?;
    app.tells("Back on the list: 4 tasks").await?;
    app.stands(SAVED).await?;
    server.holds_in_any_order(&TASKS.map(|name| (name, ""))).await
}

async fn by_keys(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "One").await?;
    press(browser, "j").await?;
    press(browser, "x").await?;
    has_selected(&app, &["Two"]).await?;
    app.tells("1 selected").await?;
    has_focus(browser, "link", "Two").await?;
    press_with(browser, Key::Shift, "j").await?;
    has_focus(browser, "link", "Three").await?;
    press_with(browser, Key::Shift, Key::Down + "").await?;
    has_focus(browser, "link", "Four").await?;
    has_selected(&app, &["Two", "Three", "Four"]).await?;
    app.tells("3 selected").await?;
    press_with(browser, Key::Shift, "k").await?;
    has_selected(&app, &["Two", "Three"]).await?;
    // Escape ends it, and the focus stays.
    press(browser, Key::Escape + "").await?;
    bar(&app).gone().await?;
    app.tells("Selection ended.").await?;
    has_focus(browser, "link", "Three").await?;
    // Shift alone begins one, from the row with the focus.
    press_with(browser, Key::Shift, "k").await?;
    has_selected(&app, &["Two", "Three"]).await?;
    // A box is a box.
    press_with(browser, Key::Shift, Key::Tab + "").await?;
    has_focus(browser, "checkbox", "Select: Two").await?;
    press(browser, " ").await?;
    has_selected(&app, &["Three"]).await?;
    // Enter opens a task all the same.
    press(browser, Key::Tab + "").await?;
    press(browser, Key::Enter + "").await?;
    app.detail().heading("Two").one().await?;
    press(browser, Key::Escape + "").await?;
    has_focus(browser, "link", "Two").await?;
    has_selected(&app, &["Three"]).await?;
    press_with(browser, Key::Control, "a").await?;
    has_selected(&app, &TASKS).await?;
    press(browser, "x").await?;
    has_selected(&app, &["One", "Three", "Four", "Five"]).await?;
    press(browser, "d").await?;
    app.tasks().shows(&["Two"]).await?;
    has_focus(browser, "link", "Two").await?;
    press(browser, "u").await?;
    has_tasks(&app, &TASKS).await?;
    has_focus(browser, "link", "Two").await?;
    app.stands(SAVED).await?;
    server.holds_in_any_order(&TASKS.map(|name| (name, ""))).await
}

/// The last row's lower edge, the bar's upper edge, and how high the window is, in CSS pixels.
async fn edges(app: &App) -> Result<(f64, f64, f64, f64)> {
    let script = "
        document.querySelector('#rows > li:last-child').scrollIntoView({ block: 'nearest' });
        const last = document.querySelector('#rows > li:last-child').getBoundingClientRect();
        const bar = document.querySelector('#selection').getBoundingClientRect();
        return [last.bottom, bar.top, bar.bottom, innerHeight]";
    let edges: Vec<f64> = app.browser.script(script, Vec::new()).await?;
    let edge = |at: usize| edges.get(at).copied().context("no edge");
    Ok((edge(0)?, edge(1)?, edge(2)?, edge(3)?))
}

async fn by_taps(browser: &Browser) -> Result<()> {
    let names: Vec<_> = (1..=40).map(|number| format!("Task {number}")).collect();
    let tasks: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let (server, app) = Server::start(browser, &tasks).await?;
    browser.resize(Screen::Phone).await?;
    app.open("").await?;
    app.tasks().link("Task 40").one().await?;
    let button = app.tasks().button("Select");
    button.carries("aria-pressed", "false").await?;
    button.click().await?;
    button.carries("aria-pressed", "true").await?;
    bar(&app).says("None selected").await?;
    button.has_focus().await?;
    app.tasks().select("Task 2").click().await?;
    app.tasks().link("Task 3").click().await?;
    app.is_at("").await?;
    bar(&app).says("2 selected").await?;
    let (last, top, bottom, window) = edges(&app).await?;
    ensure!(
        last <= top && bottom <= window + 0.5,
        "the last row ends at {last}, and the bar is from {top} to {bottom} of {window}"
    );
    bar(&app).inner("button", "Cancel").click().await?;
    bar(&app).gone().await?;
    button.has_focus().await?;
    app.tasks().finish("Task 2").one().await?;
    // Again, and the button ends it, too.
    button.click().await?;
    bar(&app).says("None selected").await?;
    button.click().await?;
    bar(&app).gone().await?;
    button.click().await?;
    app.tasks().link("Task 40").click().await?;
    app.tasks().link("Task 39").click().await?;
    bar(&app).inner("button", "Done").click().await?;
    app.tasks().link("Task 40").gone().await?;
    app.tasks().link("Task 39").gone().await?;
    app.stands(SAVED).await?;
    let rows = server.rows().await?;
    ensure!(rows.len() == 38, "{} rows on the server", rows.len());
    Ok(())
}

async fn exported(browser: &Browser) -> Result<()> {
    let tasks = vec![
        foreign_task(1, "One", "About one"),
        foreign_task(2, "Two", "About two"),
        foreign_task(3, "Three", "About three"),
    ];
    let (server, app) = Scripted::start(browser, tasks).await?;
    app.open("").await?;
    has_keys(&app).await?;
    browser.driver.execute(CATCH, Vec::new()).await?;
    let circle = app.tasks().finish("Three").one().await?;
    click_with(browser, Key::Control, &circle).await?;
    let row = app.tasks().link("One").one().await?;
    click_with(browser, Key::Control, &row).await?;
    bar(&app).inner("button", "Export").click().await?;
    app.is_at("transfer").await?;
    app.find("heading", "Export").has_focus().await?;
    app.find("button", "Export 2 selected tasks").click().await?;
    let (name, text) = saved(&app).await?;
    ensure!(name == "strikethrough-tasks.json", "it is called {name}");
    let file: serde_json::Value = serde_json::from_str(&text)?;
    let wanted = [("One", "About one"), ("Three", "About three")];
    let found = file.as_array().context("no list")?.iter();
    let found = found.map(|task| (task["summary"].as_str(), task["description"].as_str()));
    let found: Vec<_> = found.collect();
    ensure!(found == wanted.map(|(a, b)| (Some(a), Some(b))), "{text}");
    ensure!(server.seen(Call::Read).len() == 2, "others were read");
    app.shows("Exported 2 tasks").await?;
    // All of them are a choice, and what is selected beside the page is followed.
    app.tasks().select("Two").click().await?;
    app.find("button", "Export 3 selected tasks").one().await?;
    app.find("radio", "All 3 tasks").click().await?;
    app.find("button", "Export 3 tasks").one().await?;
    bar(&app).inner("button", "Cancel").click().await?;
    app.find("radio", "All 3 tasks").gone().await?;
    app.find("button", "Export 3 tasks").one().await?;
    Ok(())
}

async fn kept_by_a_search(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    press(browser, "jxjx").await?;
    has_selected(&app, &["One", "Two"]).await?;
    app.tasks().search().type_keys("f").await?;
    app.tasks().shows(&["Four", "Five"]).await?;
    bar(&app).says("2 selected, 2 of them not shown").await?;
    let all = bar(&app).inner("checkbox", "Select all");
    all.carries("aria-checked", "false").await?;
    app.tasks().select("Five").click().await?;
    all.carries("aria-checked", "mixed").await?;
    bar(&app).says("3 selected, 2 of them not shown").await?;
    app.tasks().search().type_keys(Key::Escape + "").await?;
    app.tasks().shows(&TASKS).await?;
    has_selected(&app, &["One", "Two", "Five"]).await?;
    bar(&app).says("3 selected").await?;
    bar(&app).inner("button", "Done").click().await?;
    app.tasks().shows(&["Three", "Four"]).await?;
    app.stands(SAVED).await?;
    server.holds(&[("Three", ""), ("Four", "")]).await
}

async fn an_open_task_and_a_problem(browser: &Browser) -> Result<()> {
    let tasks = TASKS.map(|name| foreign_task(name, name, ""));
    let (server, app) = Scripted::start(browser, tasks.to_vec()).await?;
    app.open("task/Two").await?;
    app.detail().heading("Two").one().await?;
    let circle = app.tasks().finish("Four").one().await?;
    has_keys(&app).await?;
    click_with(browser, Key::Control, &circle).await?;
    bar(&app).says("1 selected").await?;
    app.tasks().link("Five").click().await?;
    has_selected(&app, &["Four", "Five"]).await?;
    app.is_at("task/Two").await?;
    // Somebody else finishes one: it is not selected any more.
    let left = ["One", "Two", "Three", "Five"].map(|name| foreign_task(name, name, ""));
    server.put_tasks(left.to_vec());
    app.tasks().button("Refresh").click().await?;
    app.tasks().shows(&["One", "Two", "Three", "Five"]).await?;
    bar(&app).says("1 selected").await?;
    has_selected(&app, &["Five"]).await?;
    bar(&app).inner("button", "Cancel").click().await?;
    bar(&app).gone().await?;
    app.tasks().link("Three").click().await?;
    app.is_at("task/Three").await
}

async fn ten_thousand(browser: &Browser) -> Result<()> {
    let tasks = (1..=10_000)
        .map(|id| foreign_task(id, &format!("Task {id}"), ""))
        .collect();
    let (_server, app) = Scripted::start(browser, tasks).await?;
    app.open("").await?;
    has_keys(&app).await?;
    app.tasks().region().says("10,000 tasks").await?;
    press(browser, "j").await?;
    has_focus(browser, "link", "Task 1").await?;
    watch(&app).await?;
    press_with(browser, Key::Control, "a").await?;
    bar(&app).says("10,000 selected").await?;
    longest(&app, "10,000 tasks, selected").await?;
    press(browser, "d").await?;
    app.find("button", "Stop").one().await?;
    // What else is done meanwhile is done.
    app.tasks().add("In between").await?;
    let long = Duration::from_secs(300);
    within(long, "all of them to be done", async || {
        let offers = app.find("region", "Undo").now().await?;
        ensure!(!offers.is_empty(), "not yet");
        Ok(())
    })
    .await?;
    longest(&app, "10,000 tasks, done").await?;
    app.find("region", "Undo").says("10,000 tasks done").await?;
    app.tasks().shows(&["In between"]).await?;
    app.find("button", "Undo").click().await?;
    within(long, "all of them to be back", async || {
        let text = app.tasks().region().text().await?;
        ensure!(text.contains("10,001 tasks"), "not yet");
        Ok(())
    })
    .await?;
    longest(&app, "10,000 tasks, back").await
}
