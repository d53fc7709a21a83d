//! The app speaks the language that the browser asks for or that was chosen in Settings, and nothing of another.

use anyhow::{Result, ensure};
use strikethrough_e2e::axe;
use strikethrough_e2e::browser::{Browser, Scheme, Screen};
use strikethrough_e2e::console::{BROKEN_WORKER_FETCH, FAILED_REQUESTS};
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{Scripted, foreign_task};
use strikethrough_e2e::host::{Base, Host};
use strikethrough_e2e::page::App;
use strikethrough_e2e::session::Session;
use thirtyfour::Key;

use crate::kept;

in_both_browsers!(
    as_the_browser_asks,
    a_language_that_it_does_not_speak,
    chosen_in_settings,
    a_draft_outlives_the_choice,
    arabic,
    forms_for_numbers,
    texts_that_are_not_there,
    without_a_network,
);

/// The page's language and direction, and the files of texts that it has loaded.
const LANGUAGE: &str = "const { lang, dir } = document.documentElement;
    const files = performance.getEntriesByType('resource').map(file => file.name.match(/texts-(..)-/)?.[1]);
    return [lang, dir, files.filter(Boolean)]";

/// Waits until the page speaks this language and has loaded the texts of no other.
async fn speaks(browser: &Browser, language: &str, direction: &str) -> Result<()> {
    eventually(&format!("a page in {language}"), async || {
        let found: (String, String, Vec<String>) = browser.script(LANGUAGE, Vec::new()).await?;
        let files = Vec::from_iter((language != "en").then(|| language.to_owned()));
        ensure!(
            found == (language.to_owned(), direction.to_owned(), files),
            "it is {found:?}"
        );
        Ok(())
    })
    .await
}

/// Waits until the count beside the list's heading is this.
async fn counts(browser: &Browser, count: &str) -> Result<()> {
    eventually(&format!("the count “{count}”"), async || {
        let script = "return document.querySelector('main .count').textContent";
        let shown: String = browser.script(script, Vec::new()).await?;
        ensure!(shown == count, "it is “{shown}”");
        Ok(())
    })
    .await
}

async fn as_the_browser_asks(browser: &Browser) -> Result<()> {
    let profile = tempfile::tempdir()?;
    // The country's own numbers; the first that the app speaks.
    let session = Session::start_asking(browser.kind, profile.path(), "nl,de-CH,de,en").await?;
    let asking = &session.browser;
    let tasks = vec![foreign_task(1, "Buy milk", ""), foreign_task(2, "Bake", "")];
    let (_server, app) = Scripted::start(asking, tasks).await?;
    app.open("").await?;
    app.find("heading", "Aufgaben").one().await?;
    counts(asking, "2 Aufgaben").await?;
    speaks(asking, "de", "ltr").await?;
    app.is_titled("Aufgaben · Strikethrough").await?;
    app.find("button", "Erledigen: Bake").click().await?;
    counts(asking, "1 Aufgabe").await?;
    app.find("button", "Rückgängig").one().await?;
    app.open("settings").await?;
    app.find("combobox", "Sprache").one().await?;
    let first = "return document.querySelector('#language option').textContent";
    let first: String = asking.script(first, Vec::new()).await?;
    ensure!(first.contains("(Deutsch)"), "the first choice is “{first}”");
    asking.console.check()?;
    session.end().await
}

async fn a_language_that_it_does_not_speak(browser: &Browser) -> Result<()> {
    let profile = tempfile::tempdir()?;
    // Chinese in traditional characters is another way of writing than the app's.
    let session = Session::start_asking(browser.kind, profile.path(), "zh-TW,nl").await?;
    let (_server, app) = Scripted::start(&session.browser, vec![foreign_task(1, "Buy milk", "")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    speaks(&session.browser, "en", "ltr").await?;
    session.end().await
}

/// Chooses a language in Settings by its place below "As the browser says", with keys alone.
async fn choose(app: &App, label: &str, button: &str, place: usize) -> Result<()> {
    let down = char::from(Key::Down).to_string().repeat(place);
    let keys = Key::Home + down.as_str();
    app.find("combobox", label).type_keys(keys).await?;
    app.find("button", button).type_keys(Key::Enter + "").await
}

const LABEL: &str = "Language";
const USE: &str = "Use this language";
const GERMAN: usize = 2;
const ARABIC: usize = 6;

async fn chosen_in_settings(browser: &Browser) -> Result<()> {
    let (_server, app) = Scripted::start(browser, vec![foreign_task(1, "Buy milk", "")]).await?;
    app.open("settings").await?;
    speaks(browser, "en", "ltr").await?;
    choose(&app, LABEL, USE, GERMAN).await?;
    app.find("heading", "Einstellungen").one().await?;
    app.is_titled("Einstellungen · Strikethrough").await?;
    app.tells("Die App spricht jetzt Deutsch.").await?;
    app.find("combobox", "Sprache").has_focus().await?;
    app.find("combobox", "Sprache").holds("de").await?;
    app.open("").await?;
    counts(browser, "1 Aufgabe").await?;
    speaks(browser, "de", "ltr").await?;
    // Its own name is said in its own language.
    app.open("settings").await?;
    app.find("combobox", "Sprache").one().await?;
    let names = "return [...document.querySelectorAll('#language option[lang]')].map(({ lang, text }) => lang + text).join()";
    let names: String = browser.script(names, Vec::new()).await?;
    ensure!(
        names == "enEnglish,deDeutsch,esEspañol,zh简体中文,ja日本語,arالعربية",
        "the choices are {names}"
    );
    choose(&app, "Sprache", "Diese Sprache verwenden", 0).await?;
    app.tells("The app is in English now.").await?;
    app.find("heading", "Settings").one().await?;
    speaks(browser, "en", "ltr").await
}

async fn a_draft_outlives_the_choice(browser: &Browser) -> Result<()> {
    let (_server, app) = Scripted::start(browser, Vec::new()).await?;
    app.open("new").await?;
    app.form().summary().type_keys("Half a thought").await?;
    app.header_link("Settings").click().await?;
    app.form().leave_dialog().keep_draft().await?;
    choose(&app, LABEL, USE, GERMAN).await?;
    app.tells("Die App spricht jetzt Deutsch.").await?;
    app.find("link", "Neue Aufgabe").click().await?;
    app.find("textbox", "Kurztext").holds("Half a thought").await?;
    app.tells("wiederhergestellt").await
}

async fn arabic(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let tasks = vec![
        foreign_task(1, "Buy milk", "two **litres**\n\n- [ ] fresh"),
        foreign_task(2, "اتصل بآدا", ""),
    ];
    let (_server, app) = Scripted::start(browser, tasks).await?;
    app.open("settings").await?;
    choose(&app, LABEL, USE, ARABIC).await?;
    app.find("heading", "الإعدادات").one().await?;
    speaks(browser, "ar", "rtl").await?;
    let mut checked = 0;
    for scheme in [Scheme::Light, Scheme::Dark] {
        browser.prefer(scheme).await?;
        for screen in [Screen::Desktop, Screen::Phone] {
            browser.resize(screen).await?;
            for (path, role, name) in [
                ("", "heading", "المهام"),
                ("task/1", "heading", "Buy milk"),
                ("task/1/edit", "heading", "تعديل المهمة"),
                ("new", "heading", "مهمة جديدة"),
                ("settings", "heading", "الإعدادات"),
                ("sync", "heading", "المزامنة"),
                ("done", "heading", "أُنجزت مؤخرًا"),
                ("transfer", "heading", "الاستيراد والتصدير"),
            ] {
                app.open(path).await?;
                app.find(role, name).one().await?;
                axe::check(browser, &format!("/{path} in Arabic ({scheme:?}, {screen:?})")).await?;
                checked += 1;
            }
        }
    }
    println!("{checked} pages checked from right to left in {:?}", browser.kind);
    no_sideways(browser, &app).await?;
    mirrored(browser, &app).await
}

/// At 320 px nothing scrolls sideways in this direction either.
async fn no_sideways(browser: &Browser, app: &App) -> Result<()> {
    browser.resize(Screen::Reflow).await?;
    for path in ["", "task/1", "settings", "transfer"] {
        app.open(path).await?;
        eventually("a page that fits", async || {
            let script = "const page = document.scrollingElement;
                return [page.scrollWidth, page.clientWidth, document.querySelectorAll('main h1, main h2').length]";
            let (width, room, headings): (u32, u32, u32) = browser.script(script, Vec::new()).await?;
            ensure!(headings > 0 && width <= room, "/{path} is {width} px wide in {room} px");
            Ok(())
        })
        .await?;
    }
    browser.resize(Screen::Desktop).await
}

/// The list is on the right of what is open, the way back points to it, and a person's own text has its own direction.
async fn mirrored(browser: &Browser, app: &App) -> Result<()> {
    app.open("task/1").await?;
    app.find("heading", "Buy milk").one().await?;
    let look = "const [list, open] = ['.list-pane', '.open-pane'].map(pane => document.querySelector(pane).getBoundingClientRect());
        const turned = getComputedStyle(document.querySelector('.back .icon')).transform;
        const ways = [...document.querySelectorAll('#rows .row-text')].map(row => getComputedStyle(row).direction);
        return [list.left >= open.right - 1, turned, ways]";
    eventually("a page that is mirrored", async || {
        let found: (bool, String, Vec<String>) = browser.script(look, Vec::new()).await?;
        let ways = vec!["ltr".to_owned(), "rtl".to_owned()];
        ensure!(
            found == (true, "matrix(-1, 0, 0, 1, 0, 0)".to_owned(), ways),
            "it is {found:?}"
        );
        Ok(())
    })
    .await
}

async fn forms_for_numbers(browser: &Browser) -> Result<()> {
    let (server, app) = Scripted::start(browser, Vec::new()).await?;
    app.open("settings").await?;
    choose(&app, LABEL, USE, ARABIC).await?;
    app.find("heading", "الإعدادات").one().await?;
    // Each of Arabic's six categories (CLDR): zero, one, two, few, many, other.
    for (number, form) in [
        (1, "مهمة واحدة"),
        (2, "مهمتان"),
        (3, "# مهام"),
        (11, "# مهمة"),
        (100, "# مهمة"),
        (0, "لا مهام"),
    ] {
        server.put_tasks((0..number).map(|id| foreign_task(id, "x", "")).collect());
        app.open("").await?;
        let count = "return (number => number.toLocaleString('ar'))(arguments[0])";
        let digits: String = browser.script(count, vec![number.into()]).await?;
        counts(browser, &form.replace('#', &digits)).await?;
    }
    Ok(())
}

async fn texts_that_are_not_there(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (host, app) = Host::start(browser, Base::Root, r#"{ "api": null }"#).await?;
    app.open("settings").await?;
    let name = "return document.querySelector('link[hreflang=de]').getAttribute('href').split('/').at(-1)";
    let name: String = browser.script(name, Vec::new()).await?;
    host.remove(&name)?;
    choose(&app, LABEL, USE, GERMAN).await?;
    app.shows("The texts in Deutsch could not be loaded, so the app is in English.")
        .await?;
    app.open("").await?;
    app.tasks().add("Buy milk").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    let language: String = browser
        .script("return document.documentElement.lang", Vec::new())
        .await?;
    ensure!(
        language.starts_with("en"),
        "the page says that it is in {language}"
    );
    Ok(())
}

/// Waits until the texts of these languages alone are on the device.
async fn has_texts(app: &App, languages: &[&str]) -> Result<()> {
    eventually(&format!("the texts of {languages:?}"), async || {
        let mut found: Vec<String> = kept::ask(
            app,
            "const names = [];
             for (const name of await caches.keys()) {
                 for (const { url } of await (await caches.open(name)).keys()) names.push(url.match(/texts-(..)-/)?.[1]);
             }
             return names.filter(Boolean)",
        )
        .await?;
        found.sort();
        ensure!(found == languages, "there are {found:?}");
        Ok(())
    })
    .await
}

async fn without_a_network(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    browser.console.announce(BROKEN_WORKER_FETCH);
    let (mut host, app) = Host::start(browser, Base::Root, r#"{ "api": null }"#).await?;
    app.open("settings").await?;
    kept::holds(&app, 1).await?;
    has_texts(&app, &[]).await?;
    choose(&app, LABEL, USE, GERMAN).await?;
    app.find("heading", "Einstellungen").one().await?;
    has_texts(&app, &["de"]).await?;
    host.go_away().await;
    app.open("").await?;
    app.find("heading", "Aufgaben").one().await?;
    app.find("heading", "Nichts zu tun").one().await?;
    app.open("settings").await?;
    app.find("heading", "Einstellungen").one().await?;
    // Another one can't be had now, and is had as soon as there is a network.
    choose(&app, "Sprache", "Diese Sprache verwenden", ARABIC).await?;
    app.shows("could not be loaded").await?;
    host.come_back().await?;
    app.open("settings").await?;
    app.find("heading", "الإعدادات").one().await?;
    has_texts(&app, &["ar", "de"]).await
}
