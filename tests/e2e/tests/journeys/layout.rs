//! Wide, tablet and phone: the list beside the task, or in its place, and never lost on the way.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::{Browser, Screen};
use strikethrough_e2e::find::{Find, eventually};
use strikethrough_e2e::server::Server;

in_both_browsers!(
    wide_keeps_the_list_beside_the_task,
    phone_gives_way_and_comes_back,
    tablet,
    nothing_sticks_out
);

/// Left edge, top edge and width of an element, in CSS pixels.
async fn place(find: &Find) -> Result<(f64, f64, f64)> {
    find.until("its place", async |element| {
        let rect = element.rect().await?;
        Ok((rect.x, rect.y, rect.width))
    })
    .await
}

fn many() -> Vec<(String, String)> {
    (1..=60)
        .map(|number| (format!("Task number {number}"), format!("Description {number}")))
        .collect()
}

async fn start_with_many(browser: &Browser) -> Result<(Server, strikethrough_e2e::page::App)> {
    let many = many();
    let tasks: Vec<_> = many
        .iter()
        .map(|(summary, description)| (summary.as_str(), description.as_str()))
        .collect();
    Server::start(browser, &tasks).await
}

async fn wide_keeps_the_list_beside_the_task(browser: &Browser) -> Result<()> {
    let (_server, app) = start_with_many(browser).await?;
    app.open("").await?;
    app.tasks().link("Task number 50").click().await?;
    app.detail().shows("Task number 50", "Description 50").await?;
    let (list, _, width) = place(app.tasks().region()).await?;
    let (task, _, _) = place(&app.detail().heading("Task number 50")).await?;
    ensure!(
        task >= list + width,
        "the task at {task} is not to the right of the list ({list} + {width})"
    );
    let before = place(&app.tasks().link("Task number 50")).await?;
    // Another task: the list neither jumps nor is drawn anew.
    browser
        .driver
        .execute("document.querySelector('li').kept = true", Vec::new())
        .await?;
    app.tasks().link("Task number 49").click().await?;
    app.detail().shows("Task number 49", "Description 49").await?;
    let after = place(&app.tasks().link("Task number 50")).await?;
    ensure!(before == after, "the list jumped from {before:?} to {after:?}");
    let kept: bool = browser
        .script("return document.querySelector('li').kept === true", Vec::new())
        .await?;
    ensure!(kept, "the list was drawn anew");
    app.tasks()
        .link("Task number 49")
        .carries("aria-current", "true")
        .await
}

async fn phone_gives_way_and_comes_back(browser: &Browser) -> Result<()> {
    let (_server, app) = start_with_many(browser).await?;
    browser.resize(Screen::Phone).await?;
    app.open("").await?;
    let link = app.tasks().link("Task number 45");
    link.one().await?.scroll_into_view().await?;
    let (_, before, _) = place(&link).await?;
    link.click().await?;
    app.detail().shows("Task number 45", "Description 45").await?;
    app.tasks().region().gone().await?;
    browser.driver.back().await?;
    link.one().await?;
    eventually("the place in the list", async || {
        let (_, after, _) = place(&link).await?;
        ensure!(
            (before - after).abs() < 2.0,
            "it was at {before} and is at {after}"
        );
        Ok(())
    })
    .await?;
    link.has_focus().await?;
    // The link back does the same as the button of the browser.
    link.click().await?;
    app.detail().back().click().await?;
    link.has_focus().await
}

async fn tablet(browser: &Browser) -> Result<()> {
    let (_server, app) = start_with_many(browser).await?;
    browser.resize(Screen::Tablet).await?;
    app.open("").await?;
    app.tasks().link("Task number 1").click().await?;
    app.detail().shows("Task number 1", "Description 1").await?;
    // 820 px are too few for two panes. Turned on its side, a tablet has both.
    app.tasks().region().gone().await?;
    browser.resize(Screen::Desktop).await?;
    app.tasks().link("Task number 1").one().await?;
    app.detail().shows("Task number 1", "Description 1").await
}

async fn nothing_sticks_out(browser: &Browser) -> Result<()> {
    let long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".to_owned();
    let (server, app) = Server::start(browser, &[(&long, &long.repeat(3)), ("Call Ada", "")]).await?;
    let id = server.id_of(&long).await?;
    // A large text size is as large as the browser makes it: four times the usual is the end of its scale.
    let sizes = [
        (Screen::Phone, 16),
        (Screen::Tablet, 16),
        (Screen::Desktop, 16),
        (Screen::Reflow, 16),
        (Screen::Zoomed, 16),
        (Screen::Desktop, 32),
        (Screen::Desktop, 64),
    ];
    for (screen, text) in sizes {
        browser.resize(screen).await?;
        browser.text_size(text).await?;
        for path in [
            "",
            "new",
            "settings",
            "sync",
            "done",
            "transfer",
            "nowhere",
            &format!("task/{id}"),
            &format!("task/{id}/edit"),
        ] {
            app.open(path).await?;
            app.header_link("Strikethrough").one().await?;
            let ready = if path.is_empty() {
                app.tasks().link("Call Ada")
            } else {
                app.any("main").inner_any("heading")
            };
            eventually("the page", async || {
                ensure!(!ready.now().await?.is_empty(), "{ready} is not there yet");
                Ok(())
            })
            .await?;
            let over: i64 = browser
                .script(
                    // Panes scroll by themselves, and then the page is no wider.
                    "const all = [document.documentElement, ...document.querySelectorAll('.list-pane, .open-pane')];
                    return Math.max(...all.map(part => part.scrollWidth - part.clientWidth))",
                    Vec::new(),
                )
                .await?;
            ensure!(
                over <= 0,
                "/{path} is {over} px wider than {screen:?} with text of {text} px"
            );
        }
    }
    Ok(())
}
