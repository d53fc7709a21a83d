//! The line goes through a task before it leaves, and comes off again when the server refuses.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Answer, Call, Gate, Scripted, foreign_task};
use strikethrough_e2e::page::{App, SAVED};
use thirtyfour::WebElement;

in_both_browsers!(
    struck_through_then_gone,
    refused_comes_back,
    already_done_by_another,
    focus_stays_in_the_list
);

async fn start(browser: &Browser) -> Result<(Scripted, App)> {
    let tasks = ["Buy milk", "Call Ada", "Bake"]
        .iter()
        .zip(1..)
        .map(|(text, id)| foreign_task(id, text, ""));
    let (server, app) = Scripted::start(browser, tasks.collect()).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada", "Bake"]).await?;
    Ok((server, app))
}

/// Waits until the row's text is, or is not, struck through: by an element that means it, by the text's
/// decoration, or by a thin line that is drawn across its whole background.
async fn is_struck(browser: &Browser, row: &str, wanted: bool) -> Result<()> {
    eventually(&format!("“{row}” struck through: {wanted}"), async || {
        let script = "
            const text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (text.nextNode()) {
              if (text.currentNode.data.trim() !== arguments[0] || !text.currentNode.parentElement.closest('li')) continue;
              for (let el = text.currentNode.parentElement; el && el.tagName !== 'UL'; el = el.parentElement) {
                if (['S', 'DEL'].includes(el.tagName)) return true;
                const style = getComputedStyle(el);
                if (style.textDecorationLine.includes('line-through')) return true;
                if (style.backgroundImage !== 'none' && /^100% [1-3]px$/.test(style.backgroundSize)) return true;
              }
            }
            return false;";
        let struck: bool = browser.script(script, vec![row.into()]).await?;
        ensure!(struck == wanted, "it is {struck}");
        Ok(())
    })
    .await
}

async fn struck_through_then_gone(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser).await?;
    is_struck(browser, "Call Ada", false).await?;
    let gate = Gate::default();
    server.next(Call::Done, Answer::honest().after(&gate));
    app.tasks().finish("Call Ada").click().await?;
    is_struck(browser, "Call Ada", true).await?;
    is_struck(browser, "Bake", false).await?;
    // It leaves soon, without waiting for the server.
    app.tasks().shows(&["Buy milk", "Bake"]).await?;
    app.stands("Saved on this device, 1 waiting").await?;
    gate.open();
    app.stands(SAVED).await?;
    ensure!(
        server.seen(Call::Done).len() == 1,
        "DELETE was sent {} times",
        server.seen(Call::Done).len()
    );
    Ok(())
}

async fn refused_comes_back(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = start(browser).await?;
    server.always(Call::Done, Answer::status(403));
    app.tasks().finish("Call Ada").click().await?;
    app.warns("doesn’t allow this").await?;
    is_struck(browser, "Call Ada", false).await?;
    app.tasks().rows().count(3).await?;
    server.honest(Call::Done);
    app.tasks().button("Try again: Call Ada").click().await?;
    app.tasks().shows(&["Buy milk", "Bake"]).await
}

async fn already_done_by_another(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = start(browser).await?;
    server.put_tasks(vec![foreign_task(1, "Buy milk", ""), foreign_task(3, "Bake", "")]);
    app.tasks().finish("Call Ada").click().await?;
    app.tasks().shows(&["Buy milk", "Bake"]).await?;
    app.is_calm().await
}

async fn focus_stays_in_the_list(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser).await?;
    app.tasks().finish("Call Ada").click().await?;
    app.tasks().shows(&["Buy milk", "Bake"]).await?;
    eventually("the focus in the list's region", async || {
        let region: WebElement = app.tasks().region().one().await?;
        let script =
            "return arguments[0].contains(document.activeElement) ? '' : document.activeElement.outerHTML";
        let other: String = browser.script(script, vec![region.to_json()?]).await?;
        ensure!(other.is_empty(), "it is on {other:.200}");
        Ok(())
    })
    .await
}
