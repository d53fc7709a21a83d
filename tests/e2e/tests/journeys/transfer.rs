//! Import of every format and of bad files, cancelled, offline and by keys alone; export, and the way back.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use strikethrough_e2e::browser::{Browser, profile};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::{eventually, within};
use strikethrough_e2e::foreign::{Answer, Call, Scripted, foreign_task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Kind, Proxy};
use strikethrough_e2e::server::Server;
use tempfile::TempDir;
use thirtyfour::{By, Key};

use crate::grouped;

in_both_browsers!(
    every_format,
    what_is_there_already,
    bad_files,
    fifty_megabytes,
    ten_thousand_with_fifty_bad_lines,
    cancelled_while_it_is_added,
    offline_and_sent_later,
    there_and_back,
    an_export_that_is_not_whole,
    by_keys_alone,
);

/// Files to import.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Result<Self> {
        Ok(Self(profile()?))
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf> {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }
}

/// Chooses a file, as a person does in the browser's own dialog, whatever is open on the page.
pub(crate) async fn choose(app: &App, file: &Path) -> Result<()> {
    let path = file.to_str().context("the path is not UTF-8")?;
    let input = eventually("the input for a file", async || {
        Ok(app.browser.driver.find(By::Css("input[type=file]")).await?)
    })
    .await?;
    Ok(input.send_keys(path).await?)
}

/// Reads another file after one was looked at.
pub(crate) async fn choose_next(app: &App, file: &Path) -> Result<()> {
    app.find("button", "Choose something else").click().await?;
    choose(app, file).await
}

/// Notes from now on how long the page does not answer: the longest time between two tasks of its own.
const WATCH: &str = "
    window.longest = 0;
    const { port1, port2 } = new MessageChannel();
    let last = performance.now();
    port1.onmessage = () => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
        port2.postMessage(0);
    };
    port2.postMessage(0);";

pub(super) async fn watch(app: &App) -> Result<()> {
    app.browser.driver.execute(WATCH, Vec::new()).await?;
    Ok(())
}

/// Prints the longest time since, in milliseconds.
pub(super) async fn longest(app: &App, what: &str) -> Result<()> {
    let script = "const longest = window.longest; window.longest = 0; return longest";
    let longest: f64 = app.browser.script(script, Vec::new()).await?;
    println!(
        "{:?}: {what}: {longest:.0} ms at most without an answer",
        app.browser.kind
    );
    Ok(())
}

async fn every_format(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("transfer").await?;
    app.is_titled("Import and export · Strikethrough").await?;
    app.find("heading", "Nothing to do").one().await?;
    let contents = [
        ("a.json", r#"[{"summary": "From JSON", "description": "a\nb"}]"#),
        ("b.csv", "title,notes\r\n\"From, CSV\",\"a\r\nb\"\r\n"),
        ("c.md", "# Today\n\n- [ ] From Markdown\n  a\n"),
        ("d.txt", "(A) From todo.txt +project\n"),
        ("e.yaml", "- summary: From YAML\n  description: |\n    a\n"),
    ];
    let last = contents.len();
    for (at, (name, content)) in contents.into_iter().enumerate() {
        choose(&app, &files.write(name, content)?).await?;
        app.find("heading", &format!("What is in {name}"))
            .has_focus()
            .await?;
        app.find("button", "Add 1 task").click().await?;
        app.find("heading", "1 task added").has_focus().await?;
        if at + 1 < last {
            app.find("button", "Import something else").click().await?;
        }
    }
    server
        .holds(&[
            ("From JSON", "a\nb"),
            ("From, CSV", "a\r\nb"),
            ("From Markdown", "a"),
            ("(A) From todo.txt +project", ""),
            ("From YAML", "a\n"),
        ])
        .await?;
    // All of it is one thing to take back.
    app.find("button", "Take it back").click().await?;
    app.find("heading", "Taken back").has_focus().await?;
    app.stands(SAVED).await?;
    app.tasks().rows().count(4).await
}

async fn what_is_there_already(browser: &Browser) -> Result<()> {
    let (server, app) = Server::start(browser, &[("Buy milk", ""), ("Bake", "")]).await?;
    app.open("transfer").await?;
    app.tasks().shows(&["Buy milk", "Bake"]).await?;
    app.find("textbox", "Or paste text")
        .type_keys("- [ ] Buy milk\n- [x] Sleep\n- [ ] Call Ada")
        .await?;
    app.find("button", "Read this text").click().await?;
    app.shows("1 duplicate").await?;
    app.shows("1 finished").await?;
    app.shows("Already on your list").await?;
    app.find("button", "Add 1 task").one().await?;
    app.find("checkbox", "Add the finished one too").click().await?;
    app.find("button", "Add 2 tasks").click().await?;
    app.tasks()
        .shows(&["Buy milk", "Bake", "Sleep", "Call Ada"])
        .await?;
    server
        .holds(&[("Buy milk", ""), ("Bake", ""), ("Sleep", ""), ("Call Ada", "")])
        .await
}

async fn bad_files(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("transfer").await?;
    // A picture.
    let png = [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(),
        &[0, 255, 1, 128].repeat(5_000),
    ]
    .concat();
    choose(&app, &files.write("tasks.csv", png)?).await?;
    app.shows("Line 1: This is no text").await?;
    app.find("button", "Nothing to add").one().await?;
    // Another encoding: what comes before is offered, up to the letter that can't be read.
    let latin = b"First\nSecond\nCaf\xe9\n";
    choose_next(&app, &files.write("latin.txt", latin)?).await?;
    app.shows("Line 3: From byte 16 on the text is in another encoding than UTF-8")
        .await?;
    app.find("button", "Add 3 tasks").one().await?;
    // Half a file.
    let half = r#"[{"summary": "Whole"}, {"summary": "Ha"#;
    choose_next(&app, &files.write("half.json", half)?).await?;
    app.shows("Line 1: The file ends in the middle of this.").await?;
    app.find("button", "Add 1 task").one().await?;
    // Rows with more and fewer fields.
    let ragged = "summary,description\nOne,1\nTwo\nThree,3,4\n\"Four,4\n";
    choose_next(&app, &files.write("ragged.csv", ragged)?).await?;
    app.shows("Line 3: This row has 1 field, and the first row has 2.")
        .await?;
    app.shows("Line 4: This row has 3 fields, and the first row has 2.")
        .await?;
    app.shows("Line 5: A quotation mark opens here").await?;
    app.find("checkbox", "Make tasks of all 3 that have a text")
        .click()
        .await?;
    app.find("button", "Add 4 tasks").click().await?;
    app.find("heading", "4 tasks added").has_focus().await?;
    app.stands(SAVED).await?;
    let rows = server.rows().await?;
    ensure!(rows.len() == 4, "the server holds {rows:?}");
    ensure!(rows.iter().any(|(summary, _)| summary == "Three,3,4"), "{rows:?}");
    Ok(())
}

async fn fifty_megabytes(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (_server, app) = Server::start(browser, &[("Bake", "")]).await?;
    app.open("transfer").await?;
    app.tasks().shows(&["Bake"]).await?;
    let line = "A task of a very long file, which has some words and many lines like this one 0123456789\n";
    let large = files.write("large.txt", line.repeat(50 * 1024 * 1024 / line.len()))?;
    watch(&app).await?;
    choose(&app, &large).await?;
    app.find("progressbar", "Reading large.txt…").one().await?;
    app.find("button", "Cancel").click().await?;
    app.find("textbox", "Or paste text").one().await?;
    longest(&app, "50 MB, cancelled").await?;
    choose(&app, &large).await?;
    // One that holds more tasks than one import takes: those before are offered.
    let reading = Duration::from_secs(120);
    within(reading, "all of it to be read", async || {
        app.find("heading", "What is in large.txt")
            .now()
            .await?
            .pop()
            .context("not yet")
    })
    .await?;
    longest(&app, "50 MB, read").await?;
    app.shows("one import takes at most 200,000 tasks").await?;
    app.shows("The first 50 of 200,000 tasks").await?;
    let beyond = files.write("larger.txt", line.repeat(65 * 1024 * 1024 / line.len()))?;
    choose_next(&app, &beyond).await?;
    app.warns("more than 64 MB").await
}

async fn ten_thousand_with_fifty_bad_lines(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (_server, app) = Scripted::start(browser, Vec::new()).await?;
    app.open("transfer").await?;
    app.find("heading", "Nothing to do").one().await?;
    let rows = (0..10_000).map(|number| match number % 200 {
        7 => format!("Row {number} of a file,with,too many fields\n"),
        _ => format!("Row {number} of a file,It says {number}\n"),
    });
    let text = format!("summary,description\n{}", rows.collect::<String>());
    let file = files.write("many.csv", text)?;
    watch(&app).await?;
    choose(&app, &file).await?;
    app.find("heading", "What is in many.csv").has_focus().await?;
    app.shows("9,950 tasks").await?;
    app.find("heading", "50 problems").one().await?;
    app.shows("Line 9: This row has 3 fields, and the first row has 2.")
        .await?;
    app.find("heading", "The first 50 of 9,950 tasks").one().await?;
    longest(&app, "10,000 tasks, read").await?;
    app.find("button", "Add 9,950 tasks").click().await?;
    let adding = Duration::from_secs(120);
    within(adding, "all of them to be added", async || {
        app.find("heading", "9,950 tasks added")
            .now()
            .await?
            .pop()
            .context("not yet")
    })
    .await?;
    longest(&app, "10,000 tasks, added").await?;
    app.tasks().region().says("9,950 tasks").await
}

async fn cancelled_while_it_is_added(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (_server, app) = Scripted::start(browser, Vec::new()).await?;
    app.open("transfer").await?;
    app.find("heading", "Nothing to do").one().await?;
    let text: String = (0..20_000).map(|number| format!("Row {number}\n")).collect();
    choose(&app, &files.write("many.txt", text)?).await?;
    app.find("button", "Add 20,000 tasks").one().await?;
    // Pressed as soon as it is there, faster than a driver is.
    let script = "
        const name = text => [...document.querySelectorAll('.transfer button')].find(one => one.textContent === text);
        name('Add 20,000 tasks').click();
        const wait = setInterval(() => {
            const cancel = name('Cancel');
            if (cancel && document.querySelector('.transfer progress').value > 0) { clearInterval(wait); cancel.click(); }
        }, 1);";
    app.browser.driver.execute(script, Vec::new()).await?;
    let rest = eventually("the rest to be offered", async || {
        let script = "return [...document.querySelectorAll('.transfer button')]
            .map(one => /^Add the other ([\\d,]+)$/.exec(one.textContent)?.[1]).find(Boolean) ?? ''";
        let rest: String = app.browser.script(script, Vec::new()).await?;
        Ok(rest.replace(',', "").parse::<usize>()?)
    })
    .await?;
    let added = 20_000 - rest;
    ensure!(added > 0 && rest > 0, "{added} were added");
    let added = grouped(added);
    app.find("heading", &format!("{added} tasks added"))
        .has_focus()
        .await?;
    app.tasks().region().says(&format!("{added} tasks")).await
}

async fn offline_and_sent_later(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let server = Server::start_bare(&[("Bake", "")]).await?;
    let proxy = Proxy::in_front_of(&server.origin, Kind::Helpful).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("transfer").await?;
    app.tasks().shows(&["Bake"]).await?;
    app.find("textbox", "Or paste text").one().await?;
    proxy.offline(true);
    app.find("textbox", "Or paste text")
        .type_keys("Buy milk\nCall Ada")
        .await?;
    app.find("button", "Read this text").click().await?;
    app.find("button", "Add 2 tasks").click().await?;
    app.find("heading", "2 tasks added").has_focus().await?;
    app.stands("Offline · 2 waiting").await?;
    proxy.heal();
    app.network_is_back().await?;
    app.stands(SAVED).await?;
    server
        .holds_in_any_order(&[("Bake", ""), ("Buy milk", ""), ("Call Ada", "")])
        .await
}

/// Keeps the files that the page saves, for [`saved`].
pub(super) const CATCH: &str = "
    window.saved = [];
    const own = URL.createObjectURL;
    URL.createObjectURL = blob => { window.saved.push(blob); return own.call(URL, blob); };
    HTMLAnchorElement.prototype.click = function () { window.savedName = this.download; };";

/// The file that was saved last.
pub(super) async fn saved(app: &App) -> Result<(String, String)> {
    eventually("a saved file", async || {
        let script = "
            const done = arguments[arguments.length - 1];
            const file = window.saved.pop();
            file ? file.text().then(text => done([window.savedName, text])) : done(['', ''])";
        let answer = app.browser.driver.execute_async(script, Vec::new()).await?;
        let (name, text): (String, String) = answer.convert()?;
        ensure!(!name.is_empty(), "none yet");
        Ok((name, text))
    })
    .await
}

async fn there_and_back(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let tasks = [
        ("Plain", ""),
        ("With, comma \"and\" quotes", "a,b\r\n\"c\"\n\n"),
        ("- [x] looks done", "- [ ] a box\n  indented"),
        ("x marks the spot", "description:no 100%"),
        ("  ünïcode 👋 عربى", "\u{2028}\ttab\u{a0}"),
        ("key: value # no comment", "---\n...\n- a: b"),
        ("=SUM(A1)", "'"),
    ];
    let tasks = tasks.map(|(summary, description)| (summary.trim(), description));
    let (_server, app) = Server::start(browser, &tasks).await?;
    app.open("transfer").await?;
    app.tasks().rows().count(tasks.len()).await?;
    app.browser.driver.execute(CATCH, Vec::new()).await?;
    let mut exports = Vec::new();
    for ending in ["json", "csv", "md", "txt", "yaml"] {
        let option = format!("#export-format option[value={ending}]");
        app.browser.driver.find(By::Css(option)).await?.click().await?;
        app.find("combobox", "Format").holds(ending).await?;
        app.find("button", "Export 7 tasks").click().await?;
        let (name, text) = saved(&app).await?;
        ensure!(
            name == format!("strikethrough-tasks.{ending}"),
            "it is called {name}"
        );
        exports.push((name, text));
    }
    // Here all of them are known.
    for (name, text) in &exports {
        choose(&app, &files.write(name, text)?).await?;
        app.find("heading", &format!("What is in {name}"))
            .has_focus()
            .await?;
        app.shows("7 duplicates").await?;
        app.find("button", "Choose something else").click().await?;
    }
    // Elsewhere they become what they were.
    for (name, _) in &exports {
        let (server, app) = Server::start(browser, &[]).await?;
        app.open("transfer").await?;
        choose(&app, &files.0.path().join(name)).await?;
        app.find("button", "Add 7 tasks").click().await?;
        app.find("heading", "7 tasks added").one().await?;
        app.stands(SAVED).await?;
        server.holds(&tasks).await.with_context(|| name.clone())?;
    }
    Ok(())
}

async fn an_export_that_is_not_whole(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let tasks = vec![foreign_task(1, "One", "About one"), foreign_task(2, "Two", "")];
    let (server, app) = Scripted::start(browser, tasks).await?;
    server.always(Call::Read, Answer::status(503));
    app.open("transfer").await?;
    app.tasks().shows(&["One", "Two"]).await?;
    app.browser.driver.execute(CATCH, Vec::new()).await?;
    app.find("button", "Export 2 tasks").click().await?;
    app.find("heading", "2 descriptions could not be read")
        .has_focus()
        .await?;
    app.find("button", "Export without them").click().await?;
    let (_, text) = saved(&app).await?;
    ensure!(text.contains("Two") && !text.contains("About"), "{text}");
    app.find("button", "Export 2 tasks").has_focus().await?;
    server.honest(Call::Read);
    app.find("button", "Export 2 tasks").click().await?;
    let (_, text) = saved(&app).await?;
    ensure!(text.contains("About one"), "{text}");
    app.shows("Exported 2 tasks").await
}

async fn press(browser: &Browser, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
    let text: String = keys.into().as_vec().into_iter().collect();
    Ok(browser.driver.action_chain().send_keys(text).perform().await?)
}

/// Presses Tab until something with this name has the focus.
async fn tab_to(browser: &Browser, name: &str) -> Result<()> {
    let mut way = Vec::new();
    for _ in 0..40 {
        let element = browser.driver.active_element().await?;
        let (role, found) = browser.semantics(&element).await?;
        if found.trim() == name {
            return Ok(());
        }
        way.push(format!("{role} “{found}”"));
        press(browser, Key::Tab + "").await?;
    }
    anyhow::bail!("Tab never reached “{name}”; it went over {way:#?}")
}

async fn by_keys_alone(browser: &Browser) -> Result<()> {
    let files = Files::new()?;
    let (server, app) = Server::start(browser, &[("Bake", "")]).await?;
    app.open("settings").await?;
    app.settings().address().one().await?;
    tab_to(browser, "Import and export").await?;
    press(browser, Key::Enter + "").await?;
    app.find("heading", "Import and export").has_focus().await?;
    let file = files.write("tasks.csv", "summary\nBake\nBuy milk\n,\n")?;
    choose(&app, &file).await?;
    app.find("heading", "What is in tasks.csv").has_focus().await?;
    tab_to(browser, "Add the duplicate too").await?;
    press(browser, " ").await?;
    tab_to(browser, "Add 2 tasks").await?;
    press(browser, Key::Enter + "").await?;
    app.find("heading", "2 tasks added").has_focus().await?;
    app.tasks().shows(&["Bake", "Bake", "Buy milk"]).await?;
    tab_to(browser, "Take all 2 back").await?;
    press(browser, Key::Enter + "").await?;
    app.find("heading", "Taken back").has_focus().await?;
    app.tasks().shows(&["Bake"]).await?;
    app.stands(SAVED).await?;
    tab_to(browser, "Import something else").await?;
    press(browser, Key::Enter + "").await?;
    server.holds(&[("Bake", "")]).await
}
