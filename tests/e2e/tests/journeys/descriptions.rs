//! Markdown in descriptions: shown, ticked with and without a network, and previewed.

use anyhow::{Result, ensure};
use serde_json::json;
use strikethrough_e2e::browser::{Browser, Screen};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::{Find, eventually};
use strikethrough_e2e::foreign::{Answer, Call, Scripted, foreign_task};
use strikethrough_e2e::host::{Base, Host};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Kind, Proxy};
use strikethrough_e2e::server::Server;
use thirtyfour::{Key, TypingData};

use crate::kept;

in_both_browsers!(
    everything_is_shown,
    ticked_by_keyboard,
    ticked_by_pointer,
    ticked_offline,
    there_without_a_network,
    a_tick_meets_another_edit,
    previewed,
    switching_loses_nothing,
);

/// One of everything.
pub(crate) const EVERYTHING: &str = "# Trip to Žilina\n\n\
    Take the *early* train, **not** the ~~late~~ one.\nSee https://example.com/times or [the map](https://example.com/map \"Map\").\n\n\
    ## Bags\n\n- [ ] pack\n  - [x] passport\n  - [ ] `charger`\n- tickets\n\n3. third\n4. fourth\n\n\
    > Mind the gap.\n\n```sh\necho one two three\n```\n\n| Train | Leaves |\n|:--|--:|\n| IC 7 | 9:05 |\n\n---\n\n\
    ![the station](https://example.com/station.jpg) and <b>raw</b> [no](javascript:void)\n\n\
    \u{5e9}\u{5dc}\u{5d5}\u{5dd} 123";

const SHOPPING: &str = "Please:\n\n- [ ] bread\n- [x] milk\n- [ ] tea";

async fn focus(browser: &Browser, find: &Find) -> Result<()> {
    let element = find.one().await?.to_json()?;
    browser
        .driver
        .execute("arguments[0].focus()", vec![element])
        .await?;
    find.has_focus().await
}

async fn press(browser: &Browser, keys: impl Into<TypingData>) -> Result<()> {
    let keys: String = keys.into().as_vec().into_iter().collect();
    Ok(browser.driver.action_chain().send_keys(keys).perform().await?)
}

async fn is_ticked(find: &Find, wanted: bool) -> Result<()> {
    find.until("its tick", async |element| {
        let is_ticked = element.is_selected().await?;
        ensure!(is_ticked == wanted, "it is {is_ticked}");
        Ok(())
    })
    .await
}

/// Nothing is cut off, and nothing makes the page wider than the window.
async fn fits(browser: &Browser) -> Result<()> {
    let script = "
        const pane = document.querySelector('.open-pane');
        return [document.documentElement, pane].every(el => el.scrollWidth <= el.clientWidth)";
    let fits: bool = browser.script(script, Vec::new()).await?;
    ensure!(fits, "the page scrolls sideways");
    Ok(())
}

async fn everything_is_shown(browser: &Browser) -> Result<()> {
    let long = format!(
        "{EVERYTHING}\n\n{}\n\n    {}",
        "long".repeat(100),
        "code ".repeat(50)
    );
    let (_server, app) = Server::start(browser, &[("Travel", &long)]).await?;
    app.open("").await?;
    app.tasks().link("Travel").click().await?;
    for heading in ["Trip to Žilina", "Bags"] {
        app.find("heading", heading).one().await?;
    }
    app.find("link", "the map")
        .carries("href", "https://example.com/map")
        .await?;
    app.find("link", "https://example.com/times")
        .carries("rel", "noopener noreferrer")
        .await?;
    app.find("link", "the station")
        .carries("href", "https://example.com/station.jpg")
        .await?;
    let page = app.any("article");
    page.inner_any("blockquote").says("Mind the gap.").await?;
    app.find("group", "Table").inner_any("table").says("IC 7").await?;
    is_ticked(&app.detail().task_box("passport"), true).await?;
    is_ticked(&app.detail().task_box("pack"), false).await?;
    for part in [
        "Take the early train, not the late one.\nSee",
        "echo one two three",
        "and <b>raw</b> no (javascript:void)",
        "שלום 123",
    ] {
        app.shows(part).await?;
    }
    // No picture is fetched, and nothing else from elsewhere.
    let fetched: Vec<String> = browser
        .script(
            "return performance.getEntriesByType('resource').map(entry => entry.name)
                .filter(name => !name.startsWith(location.origin))",
            Vec::new(),
        )
        .await?;
    ensure!(fetched.is_empty(), "fetched: {fetched:?}");
    for screen in [Screen::Desktop, Screen::Phone, Screen::Reflow] {
        browser.resize(screen).await?;
        fits(browser).await?;
    }
    Ok(())
}

async fn ticked_by_keyboard(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Shop", SHOPPING)]).await?;
    app.open("").await?;
    app.tasks().link("Shop").click().await?;
    let bread = app.detail().task_box("bread");
    focus(browser, &bread).await?;
    press(browser, " ").await?;
    is_ticked(&bread, true).await?;
    bread.has_focus().await?;
    server
        .holds(&[("Shop", "Please:\n\n- [x] bread\n- [x] milk\n- [ ] tea")])
        .await?;
    app.stands(SAVED).await?;
    bread.has_focus().await?;
    // The next one is one key away, and what was done can be undone with the keys.
    press(browser, Key::Tab + " ").await?;
    is_ticked(&app.detail().task_box("milk"), false).await?;
    server
        .holds(&[("Shop", "Please:\n\n- [x] bread\n- [ ] milk\n- [ ] tea")])
        .await?;
    app.detail().task_box("milk").has_focus().await?;
    browser
        .driver
        .action_chain()
        .key_down(Key::Control)
        .send_keys("z")
        .key_up(Key::Control)
        .perform()
        .await?;
    server
        .holds(&[("Shop", "Please:\n\n- [x] bread\n- [x] milk\n- [ ] tea")])
        .await?;
    app.detail().task_box("milk").has_focus().await
}

async fn ticked_by_pointer(browser: &Browser) -> Result<()> {
    let tasks = vec![foreign_task("a/1", "Shop", SHOPPING)];
    let (server, app) = Scripted::start(browser, tasks).await?;
    app.open("task/a%2F1").await?;
    app.detail().task_box("tea").click().await?;
    app.stands(SAVED).await?;
    has_text(&server, "Please:\n\n- [ ] bread\n- [x] milk\n- [x] tea").await?;
    // On the words beside it.
    let label = "arguments[0].labels[0].scrollIntoView({ block: 'center' })";
    let bread = app.detail().task_box("bread").one().await?;
    browser.driver.execute(label, vec![bread.to_json()?]).await?;
    browser
        .driver
        .action_chain()
        .move_to_element_with_offset(&bread, 48, 0)
        .click()
        .perform()
        .await?;
    has_text(&server, "Please:\n\n- [x] bread\n- [x] milk\n- [x] tea").await?;
    is_ticked(&app.detail().task_box("bread"), true).await?;
    app.find("button", "Undo").click().await?;
    has_text(&server, "Please:\n\n- [ ] bread\n- [x] milk\n- [x] tea").await?;
    is_ticked(&app.detail().task_box("bread"), false).await
}

async fn has_text(server: &Scripted, wanted: &str) -> Result<()> {
    eventually("the server's text", async || {
        let tasks = server.tasks();
        let text = tasks.first().and_then(|task| task.get("description"));
        ensure!(text == Some(&json!(wanted)), "it is {text:?}");
        Ok(())
    })
    .await
}

async fn ticked_offline(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let server = Server::start_bare(&[("Shop", SHOPPING)]).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Baseline).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.tasks().link("Shop").click().await?;
    app.detail().task_box("tea").one().await?;
    app.stands(SAVED).await?;
    proxy.offline(true);
    for item in ["bread", "tea"] {
        app.detail().task_box(item).click().await?;
        is_ticked(&app.detail().task_box(item), true).await?;
    }
    app.tasks().row_says("Waiting to be sent").await?;
    server.holds(&[("Shop", SHOPPING)]).await?;
    // It is kept for who comes back.
    proxy.heal();
    app.network_is_back().await?;
    app.stands(SAVED).await?;
    server
        .holds(&[("Shop", "Please:\n\n- [x] bread\n- [x] milk\n- [x] tea")])
        .await
}

/// The code and the style of descriptions are part of what a browser keeps.
async fn there_without_a_network(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (mut host, app) = Host::start(browser, Base::Root, r#"{ "api": null }"#).await?;
    app.open("new").await?;
    app.form().summary().type_keys("Shop").await?;
    app.form().description().type_keys(SHOPPING).await?;
    app.form().add().click().await?;
    app.tasks().link("Shop").one().await?;
    kept::holds(&app, 1).await?;
    host.go_away().await;
    kept::reload(&app).await?;
    app.tasks().link("Shop").click().await?;
    app.detail().task_box("bread").click().await?;
    is_ticked(&app.detail().task_box("bread"), true).await?;
    app.find("button", "Undo").one().await?;
    kept::reload(&app).await?;
    is_ticked(&app.detail().task_box("bread"), true).await
}

async fn a_tick_meets_another_edit(browser: &Browser) -> Result<()> {
    let (server, app) = Scripted::start(browser, vec![foreign_task(1, "Shop", SHOPPING)]).await?;
    app.open("task/1").await?;
    app.detail().task_box("bread").one().await?;
    app.stands(SAVED).await?;
    let theirs = "- [ ] bread\n- [ ] jam";
    server.put_tasks(vec![foreign_task(1, "Shop", theirs)]);
    app.detail().task_box("bread").click().await?;
    app.stands("1 needs you").await?;
    app.warns("Compare the two versions and choose").await?;
    app.detail().task_box("bread").carries("disabled", "true").await?;
    app.find("button", "Keep theirs").click().await?;
    app.stands(SAVED).await?;
    app.detail().task_box("jam").click().await?;
    has_text(&server, "- [ ] bread\n- [x] jam").await?;
    // A server that refuses it says so beside the list, and the text that was wished for stays.
    browser.console.announce(FAILED_REQUESTS);
    server.next(
        Call::Update,
        Answer::json(403, &json!({ "detail": "Not yours." })),
    );
    app.detail().task_box("bread").click().await?;
    app.stands("1 needs you").await?;
    app.warns("Not yours.").await?;
    is_ticked(&app.detail().task_box("bread"), true).await
}

async fn previewed(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("new").await?;
    app.form().summary().type_keys("Shop").await?;
    app.form()
        .description()
        .type_keys("# Today\n\n- [ ] bread")
        .await?;
    app.form().preview().click().await?;
    app.form().previewed().says("Today").await?;
    app.form().previewed().inner("heading", "Today").one().await?;
    let bread = app.form().previewed().inner("checkbox", "bread");
    bread.carries("disabled", "true").await?;
    app.form().description().gone().await?;
    app.form().preview().has_focus().await?;
    // By keys: to the other tab and back, on into the panel.
    press(browser, Key::Left + "").await?;
    app.form().write().has_focus().await?;
    app.form().write().carries("aria-selected", "true").await?;
    app.form().description().holds("# Today\n\n- [ ] bread").await?;
    press(browser, Key::Right + "").await?;
    app.form().preview().has_focus().await?;
    press(browser, Key::Tab + "").await?;
    app.form().previewed().has_focus().await?;
    app.form().add().click().await?;
    server.holds(&[("Shop", "# Today\n\n- [ ] bread")]).await
}

/// The browser's own memory of what was typed lasts while the preview is shown.
async fn switching_loses_nothing(browser: &Browser) -> Result<()> {
    let (_server, app) = Server::start(browser, &[("Shop", "milk")]).await?;
    app.open("task/1/edit").await?;
    let field = app.form().description();
    field.holds("milk").await?;
    field.type_keys(" and bread").await?;
    app.form().preview().click().await?;
    app.form().previewed().says("milk and bread").await?;
    browser.driver.refresh().await?;
    field.holds("milk and bread").await?;
    app.form().start_over().click().await?;
    field.holds("milk").await?;
    field.type_keys(" and tea").await?;
    app.form().preview().click().await?;
    app.form().previewed().says("milk and tea").await?;
    app.form().write().click().await?;
    field.click().await?;
    let undo = async || -> Result<()> {
        let keys = browser
            .driver
            .action_chain()
            .key_down(Key::Control)
            .send_keys("z");
        Ok(keys.key_up(Key::Control).perform().await?)
    };
    undo().await?;
    field
        .until("what was undone", async |element| {
            let held = element.value().await?.unwrap_or_default();
            ensure!(held != "milk and tea", "nothing was undone");
            ensure!("milk and tea".starts_with(&held), "it holds “{held}”");
            Ok(())
        })
        .await
}
