//! How the app looks: as the person has chosen it in Settings, and as the browser says that they need it.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::{Browser, Scheme, Screen, Wish};
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::page::App;
use strikethrough_e2e::server::Server;
use thirtyfour::Key;
use thirtyfour::bidi::modules::script::AddPreloadScript;

use crate::first_rows::{go_on, hold, sees};

in_both_browsers!(
    colours_are_kept,
    density_is_kept,
    a_long_list_takes_its_density,
    rows_do_not_move_when_the_app_comes,
    a_page_at_400_percent,
    forced_colours,
    less_motion,
    the_list_in_print,
    a_task_in_print,
);

/// Notes the look that the page has when its body begins, before which nothing is painted.
const AT_BODY: &str = "() => new MutationObserver((_, watch) => {
    if (!document.body) return;
    window.lookAtBody = document.documentElement.dataset.look;
    watch.disconnect();
}).observe(document, { childList: true, subtree: true })";

const GROUND: &str = "return getComputedStyle(document.documentElement).backgroundColor";
const LIGHT: &str = "rgb(246, 243, 237)";
const DARK: &str = "rgb(22, 24, 27)";

async fn ground_is(browser: &Browser, colour: &str) -> Result<()> {
    eventually(&format!("the ground {colour}"), async || {
        let ground: String = browser.script(GROUND, Vec::new()).await?;
        ensure!(ground == colour, "it is {ground}");
        Ok(())
    })
    .await
}

/// What is true of the page, as soon as it is.
async fn holds(browser: &Browser, what: &str, script: &str) -> Result<()> {
    eventually(what, async || {
        let is_so: bool = browser.script(script, Vec::new()).await?;
        ensure!(is_so, "not so");
        Ok(())
    })
    .await
}

async fn watch_body(browser: &Browser) -> Result<()> {
    let script = AddPreloadScript {
        function_declaration: AT_BODY.to_owned(),
        arguments: Vec::new(),
        sandbox: None,
        contexts: Vec::new(),
    };
    browser.bidi().send(script).await?;
    Ok(())
}

async fn start(browser: &Browser, count: usize) -> Result<(Server, App)> {
    let tasks: Vec<_> = (1..=count).map(|number| format!("Task {number}")).collect();
    let tasks: Vec<_> = tasks.iter().map(|task| (task.as_str(), "")).collect();
    Server::start(browser, &tasks).await
}

async fn colours_are_kept(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 2).await?;
    watch_body(browser).await?;
    app.open("settings").await?;
    ground_is(browser, LIGHT).await?;
    browser.prefer(Scheme::Dark).await?;
    ground_is(browser, DARK).await?;
    // The person's choice is above the device's.
    app.find("radio", "Light").click().await?;
    ground_is(browser, LIGHT).await?;
    browser.prefer(Scheme::Light).await?;
    // By keys: the arrows move in the group.
    app.find("radio", "Light").type_keys(Key::Right + "").await?;
    app.find("radio", "Dark").has_focus().await?;
    ground_is(browser, DARK).await?;
    browser.driver.refresh().await?;
    holds(
        browser,
        "the look before the body",
        "return window.lookAtBody === 'dark'",
    )
    .await?;
    ground_is(browser, DARK).await?;
    let bars = "return [...document.querySelectorAll('meta[name=theme-color]')]
        .filter(bar => matchMedia(bar.media).matches).map(bar => bar.content).join()";
    let bar: String = browser.script(bars, Vec::new()).await?;
    ensure!(bar == "#16181b", "the browser's bar is {bar}");
    app.find("radio", "Dark").one().await?;
    holds(
        browser,
        "the choice",
        "return document.querySelector('input[name=colours]:checked').parentElement.innerText === 'Dark'",
    )
    .await?;

    // Another tab follows.
    let first = browser.driver.window().await?;
    let second = browser.driver.new_tab().await?;
    browser.driver.switch_to_window(second).await?;
    app.open("settings").await?;
    ground_is(browser, DARK).await?;
    app.find("radio", "As on this device").click().await?;
    ground_is(browser, LIGHT).await?;
    browser.driver.close_window().await?;
    browser.driver.switch_to_window(first).await?;
    ground_is(browser, LIGHT).await?;
    let kept: bool = browser
        .script(
            "return localStorage.getItem('strikethrough:/:look') !== null",
            Vec::new(),
        )
        .await?;
    ensure!(!kept, "the usual look needs no words");
    Ok(())
}

const ROW: &str = "return document.querySelector('#rows > li').getBoundingClientRect().height";

async fn density_is_kept(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 3).await?;
    watch_body(browser).await?;
    app.open("settings").await?;
    app.tasks().link("Task 1").one().await?;
    let before: f64 = browser.script(ROW, Vec::new()).await?;
    app.find("radio", "Compact").click().await?;
    let after: f64 = browser.script(ROW, Vec::new()).await?;
    ensure!(
        (before, after) == (46.0, 34.0),
        "rows were {before} px high, and are {after}"
    );
    browser.driver.refresh().await?;
    holds(
        browser,
        "the look before the body",
        "return window.lookAtBody === 'compact'",
    )
    .await?;
    app.tasks().link("Task 1").one().await?;
    let kept: f64 = browser.script(ROW, Vec::new()).await?;
    ensure!(kept == 34.0, "rows are {kept} px high");
    Ok(())
}

async fn a_long_list_takes_its_density(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 1000).await?;
    app.open("settings").await?;
    app.tasks().link("Task 1").one().await?;
    // The room for the rows that are not in the document is part of the list's height.
    let height = "return document.getElementById('rows').getBoundingClientRect().height";
    for (density, row) in [("Compact", 34.0), ("Comfortable", 46.0)] {
        app.find("radio", density).click().await?;
        eventually("the height of the list", async || {
            let all: f64 = browser.script(height, Vec::new()).await?;
            ensure!((all - row * 1000.0).abs() < 1.0, "{density}: {all} px");
            Ok(())
        })
        .await?;
    }
    Ok(())
}

async fn rows_do_not_move_when_the_app_comes(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 2).await?;
    app.open("settings").await?;
    app.find("radio", "Compact").click().await?;
    app.open("").await?;
    let rows = ["Task 1", "Task 2"];
    app.tasks().shows(&rows).await?;
    hold(browser).await?;
    browser.driver.refresh().await?;
    let before = sees(browser, false, &rows).await?;
    go_on(browser).await?;
    let after = sees(browser, true, &rows).await?;
    ensure!(before == after, "they have moved from {before:?} to {after:?}");
    ensure!(
        matches!(after[..], [one, two] if two - one == 34),
        "the rows are at {after:?}"
    );
    Ok(())
}

/// Everything can be reached and done, though only a few lines are seen.
async fn a_page_at_400_percent(browser: &Browser) -> Result<()> {
    let (server, app) = start(browser, 30).await?;
    browser.resize(Screen::Zoomed).await?;
    app.open("").await?;
    app.tasks().link("Task 30").one().await?;
    // Whatever has the focus is seen whole, and nothing lies over it.
    let hidden = "const covered = [];
        for (const control of document.querySelectorAll('main :is(a[href], button, input)')) {
            control.focus();
            control.scrollIntoView({ block: 'nearest' });
            if (document.activeElement !== control) continue;
            const box = control.getBoundingClientRect();
            const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            if (!control.contains(seen) && !control.closest('label')?.contains(seen)) covered.push(control.outerHTML);
        }
        return covered";
    let covered: Vec<String> = browser.script(hidden, Vec::new()).await?;
    ensure!(covered.is_empty(), "these are covered: {covered:#?}");
    app.tasks().add("Bake").await?;
    app.tasks().link("Bake").one().await?;
    app.tasks().finish("Task 30").click().await?;
    app.find("button", "Undo").click().await?;
    app.tasks().link("Task 30").one().await?;
    app.tasks().link("Task 2").click().await?;
    app.detail().edit().click().await?;
    app.form().summary().retype("Task two").await?;
    app.form().save().click().await?;
    eventually("the new summary on the server", async || {
        server.id_of("Task two").await.map(drop)
    })
    .await
}

async fn forced_colours(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 2).await?;
    browser.prefer_all(Scheme::Light, &[Wish::ForcedColors]).await?;
    app.open("").await?;
    app.tasks().link("Task 1").one().await?;
    holds(
        browser,
        "forced colours",
        "return matchMedia('(forced-colors: active)').matches",
    )
    .await?;
    // A check that is only not coloured would be seen here.
    let ticked = "return [...document.querySelectorAll('#rows .check .icon > *')]
        .every(check => getComputedStyle(check).visibility === 'hidden')";
    holds(browser, "rows that do not look finished", ticked).await?;
    app.tasks().link("Task 1").click().await?;
    app.find("heading", "Task 1").one().await?;
    let marked = "const row = document.querySelector('#rows > li:has([aria-current])');
        return getComputedStyle(row).outlineStyle === 'solid'";
    holds(browser, "an edge around the task that is open", marked).await
}

async fn less_motion(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 2).await?;
    browser.prefer_all(Scheme::Light, &[Wish::LessMotion]).await?;
    app.open("").await?;
    app.tasks().link("Task 1").one().await?;
    let still = "return [...document.querySelectorAll('*')].every(element => {
        const { transitionDuration, animationDuration } = getComputedStyle(element);
        return [transitionDuration, animationDuration].every(all => all.split(', ').every(time => parseFloat(time) <= 0.001));
    })";
    holds(browser, "nothing that moves", still).await
}

/// What of these is seen.
const SEEN: &str = "return arguments[0].filter(selector => [...document.querySelectorAll(selector)]
    .some(element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length))";

const CHROME: [&str; 9] = [
    "header",
    "nav",
    "a.skip-link",
    "input[type=search]",
    "[aria-label=Refresh]",
    ".quick-add",
    ".back",
    ".actions",
    "main .button",
];

async fn no_chrome(browser: &Browser) -> Result<()> {
    let seen: Vec<String> = browser.script(SEEN, vec![serde_json::json!(CHROME)]).await?;
    ensure!(seen.is_empty(), "in print there is {seen:?}");
    Ok(())
}

async fn the_list_in_print(browser: &Browser) -> Result<()> {
    let (_server, app) = start(browser, 150).await?;
    // On paper there is no dark.
    browser.prefer(Scheme::Dark).await?;
    app.open("").await?;
    app.tasks().link("Task 150").one().await?;
    let ready = "return document.adoptedStyleSheets.length > 0";
    holds(browser, "the style of what comes later", ready).await?;
    browser.prefer_all(Scheme::Dark, &[Wish::Print]).await?;
    no_chrome(browser).await?;
    // All of it is there, and nothing is cut off by a part that scrolls.
    let whole = "const rows = [...document.querySelectorAll('#rows > li')];
        const last = rows.at(-1).getBoundingClientRect();
        return rows.length === 150 && document.documentElement.scrollHeight >= last.bottom + scrollY
            && getComputedStyle(document.querySelector('.list-pane')).overflowY === 'visible'
            && rows.every(row => row.querySelector('.check .icon').getClientRects().length)";
    holds(browser, "all rows as a checklist", whole).await?;
    let ink: String = browser
        .script(
            "return getComputedStyle(document.querySelector('#rows .row-text')).color",
            Vec::new(),
        )
        .await?;
    ensure!(ink == "rgb(34, 38, 43)", "the ink is {ink}");
    // The window on a long list leaves no gap for the rows that are not there.
    browser.prefer(Scheme::Light).await?;
    let (_server, app) = start(browser, 1000).await?;
    app.open("").await?;
    app.tasks().link("Task 1").one().await?;
    holds(browser, "the style of what comes later", ready).await?;
    browser.prefer_all(Scheme::Light, &[Wish::Print]).await?;
    let gap = "const { paddingTop, paddingBottom } = getComputedStyle(document.getElementById('rows'));
        return paddingTop === '0px' && paddingBottom === '0px'";
    holds(browser, "no gap", gap).await
}

async fn a_task_in_print(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Bake", "flour\n\nand salt"), ("Call Ada", "")]).await?;
    let id = server.id_of("Bake").await?;
    app.open(&format!("task/{id}")).await?;
    app.detail().shows("Bake", "flour\n\nand salt").await?;
    browser.prefer_all(Scheme::Light, &[Wish::Print]).await?;
    no_chrome(browser).await?;
    let seen: Vec<String> = browser
        .script(
            SEEN,
            vec![serde_json::json!([
                ".detail-summary",
                ".description",
                ".list-pane"
            ])],
        )
        .await?;
    ensure!(seen == [".detail-summary", ".description"], "{seen:?} is printed");
    Ok(())
}
