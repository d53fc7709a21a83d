//! The main journey without a mouse: every step by keys alone, every focus visible.

use anyhow::{Context, Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Scripted, foreign_task};
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(
    add_read_edit_finish,
    the_question_is_a_real_dialog,
    the_focus_goes_to_no_other_task
);

/// The accessible name and role of what has the focus.
pub(super) async fn focused(browser: &Browser) -> Result<(String, String)> {
    let element = browser.driver.active_element().await?;
    browser.semantics(&element).await
}

/// Presses Tab, or Shift and Tab, until something with this role and name has the focus. Everything on
/// the way must show that it has it.
async fn tab_to(browser: &Browser, role: &str, name: &str) -> Result<()> {
    walk(browser, role, name, false).await
}

async fn walk(browser: &Browser, role: &str, name: &str, back: bool) -> Result<()> {
    let mut way = Vec::new();
    for _ in 0..40 {
        let (found_role, found_name) = focused(browser).await?;
        if found_role == role && found_name.trim() == name {
            return shows_focus(browser, name).await;
        }
        way.push(format!("{found_role} “{found_name}”"));
        let actions = browser.driver.action_chain();
        let actions = if back {
            actions
                .key_down(Key::Shift)
                .send_keys(Key::Tab + "")
                .key_up(Key::Shift)
        } else {
            actions.send_keys(Key::Tab + "")
        };
        actions.perform().await?;
    }
    anyhow::bail!("Tab never reached {role} “{name}”; it went over {way:#?}")
}

/// What has the focus looks different: an outline or a shadow of its own.
async fn shows_focus(browser: &Browser, name: &str) -> Result<()> {
    let script = "
        const style = getComputedStyle(document.activeElement);
        const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
        const within = [...document.querySelectorAll(':focus-within')].some(el => {
          const s = getComputedStyle(el);
          return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== 'none';
        });
        return outline || within";
    let visible: bool = browser.script(script, Vec::new()).await?;
    ensure!(visible, "“{name}” has the focus and doesn’t show it");
    Ok(())
}

pub(super) async fn press(browser: &Browser, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
    let keys: Vec<char> = keys.into().as_vec();
    let text: String = keys.into_iter().collect();
    Ok(browser.driver.action_chain().send_keys(text).perform().await?)
}

async fn add_read_edit_finish(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", "two litres")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    tab_to(browser, "textbox", "Add a task").await?;
    press(browser, "Call Ada".to_owned() + Key::Enter).await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    walk(browser, "link", "Buy milk", true).await?;
    press(browser, Key::Enter + "").await?;
    app.detail().shows("Buy milk", "two litres").await?;
    // The focus goes along to what was opened, so that reading goes on there.
    eventually("the focus on the task", async || {
        let (role, name) = focused(browser).await?;
        ensure!(
            name.contains("Buy milk") && role != "link",
            "it is on {role} “{name}”"
        );
        Ok(())
    })
    .await?;
    tab_to(browser, "link", "Edit").await?;
    press(browser, Key::Enter + "").await?;
    app.form().holds("Buy milk", "two litres").await?;
    tab_to(browser, "textbox", "Summary").await?;
    press(browser, Key::End + " today").await?;
    tab_to(browser, "button", "Save").await?;
    press(browser, Key::Enter + "").await?;
    app.detail().shows("Buy milk today", "two litres").await?;
    server
        .holds(&[("Buy milk today", "two litres"), ("Call Ada", "")])
        .await?;
    tab_to(browser, "button", "Finish task").await?;
    press(browser, " ").await?;
    app.tasks().shows(&["Call Ada"]).await?;
    server.holds(&[("Call Ada", "")]).await
}

async fn the_question_is_a_real_dialog(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", "")]).await?;
    app.open("new").await?;
    // The form puts the focus there itself. Firefox draws it once its window is active, which the first key
    // makes it.
    eventually("the focus on the summary", async || {
        let (_, name) = focused(browser).await?;
        ensure!(name.trim() == "Summary", "the focus is on “{name}”");
        Ok(())
    })
    .await?;
    press(browser, "half a th").await?;
    app.form().summary().holds("half a th").await?;
    shows_focus(browser, "Summary").await?;
    walk(browser, "link", "Settings", true).await?;
    press(browser, Key::Enter + "").await?;
    let dialog = app.form().leave_dialog();
    dialog.dialog().one().await?;
    // The focus is inside and stays inside.
    for _ in 0..8 {
        let element = browser.driver.active_element().await?;
        let script = "return arguments[0] === document.body || !!arguments[0].closest('dialog, [role=dialog], [role=alertdialog]')";
        let inside: bool = browser.script(script, vec![element.to_json()?]).await?;
        ensure!(
            inside,
            "Tab left the dialog to {:?}",
            browser.semantics(&element).await?
        );
        press(browser, Key::Tab + "").await?;
    }
    // Escape means "no", and puts the focus back.
    press(browser, Key::Escape + "").await?;
    dialog.dialog().gone().await?;
    app.is_at("new").await?;
    app.form().summary().holds("half a th").await?;
    let (_, name) = focused(browser).await.context("asking for the focus")?;
    ensure!(
        name == "Settings" || name == "Summary",
        "the focus went to “{name}”"
    );
    server.holds(&[("Buy milk", "")]).await
}

/// A row that goes elsewhere leaves its place in the document to the next that comes. The focus must not go with the place.
async fn the_focus_goes_to_no_other_task(browser: &Browser) -> Result<()> {
    let tasks =
        |names: &[&str]| -> Vec<_> { names.iter().map(|name| foreign_task(*name, name, "")).collect() };
    let (server, app) = Scripted::start(browser, tasks(&["One", "Two", "Three"])).await?;
    app.open("").await?;
    let link = app.tasks().link("Two").one().await?;
    browser
        .driver
        .execute("arguments[0].focus()", vec![link.to_json()?])
        .await?;
    app.tasks().link("Two").has_focus().await?;
    for names in [&["One", "Three"][..], &["One", "Three", "Four"]] {
        server.put_tasks(tasks(names));
        // Pressed without a pointer or the focus, as somebody else's change comes.
        let refresh = app.tasks().button("Refresh").one().await?;
        browser
            .driver
            .execute("arguments[0].click()", vec![refresh.to_json()?])
            .await?;
        app.tasks().shows(names).await?;
    }
    let (role, name) = focused(browser).await?;
    ensure!(!name.contains("Four"), "the focus is on the {role} “{name}”");
    Ok(())
}
