//! Everything people can type or paste that is wrong, or merely unusual: a clear sentence, or the exact
//! text in the database; never a panic, never lost text.

use anyhow::{Result, ensure};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::page::App;
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

in_both_browsers!(
    too_long,
    empty,
    every_line_break,
    a_megabyte_of_description,
    unusual_text_is_kept_exactly
);

async fn open_new(browser: &Browser) -> Result<(Server, App)> {
    let (server, app) = Server::start(browser, &[]).await?;
    app.open("new").await?;
    app.form().summary().one().await?;
    Ok((server, app))
}

/// Puts text into a field all at once, as dropping or dictating it does. (Chromium's own way to insert text
/// takes minutes for a megabyte.)
async fn insert(browser: &Browser, field: &strikethrough_e2e::find::Find, text: &str) -> Result<()> {
    let script = "
        arguments[0].focus();
        arguments[0].value = arguments[1];
        arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }))";
    browser
        .driver
        .execute(script, vec![field.one().await?.to_json()?, text.into()])
        .await?;
    Ok(())
}

async fn too_long(browser: &Browser) -> Result<()> {
    let (server, app) = open_new(browser).await?;
    let text = "x".repeat(120);
    insert(browser, &app.form().summary(), &text).await?;
    app.form().description().type_keys("kept").await?;
    app.shows("120 of 119").await?;
    app.form().add().click().await?;
    app.form().summary_is_wrong("1 character too long").await?;
    app.form().summary().has_focus().await?;
    app.form().holds(&text, "kept").await?;
    server.holds(&[]).await?;
    app.form().summary().type_keys(Key::End + Key::Backspace).await?;
    app.form().add().click().await?;
    server.holds(&[(&"x".repeat(119), "kept")]).await
}

async fn empty(browser: &Browser) -> Result<()> {
    let (server, app) = open_new(browser).await?;
    app.form().description().type_keys("only a description").await?;
    app.form().add().click().await?;
    app.form().summary_is_wrong("Write a few words first.").await?;
    app.form().summary().type_keys("   ").await?;
    app.form().add().click().await?;
    app.form().summary_is_wrong("Write a few words first.").await?;
    app.form().description().holds("only a description").await?;
    server.holds(&[]).await?;
    // In the one-line field an empty Enter adds nothing.
    app.open("").await?;
    app.tasks()
        .quick_add()
        .type_keys("  ".to_owned() + Key::Enter)
        .await?;
    app.tasks()
        .quick_add()
        .type_keys("Buy milk".to_owned() + Key::Enter)
        .await?;
    server.holds(&[("Buy milk", "")]).await
}

async fn every_line_break(browser: &Browser) -> Result<()> {
    let (server, app) = open_new(browser).await?;
    // Browsers take CR and LF out of a one-line field themselves; the other three reach the app.
    for text in ["a\u{85}b", "a\u{2028}b", "a\u{2029}b"] {
        insert(browser, &app.form().summary(), text).await?;
        app.form().add().click().await?;
        app.form().summary_is_wrong("A summary is one line").await?;
        app.form().summary().holds(text).await?;
    }
    server.holds(&[]).await?;
    // Pasted into the quick field each of them, CR and LF included, offers a choice and loses nothing.
    for text in ["a\nb", "a\rb", "a\r\nb", "a\u{85}b", "a\u{2028}b", "a\u{2029}b"] {
        app.open("settings").await?;
        app.header_link("Strikethrough").click().await?;
        let leave = app.find("button", "Discard");
        if !leave.now().await?.is_empty() {
            leave.click().await?;
        }
        app.copy(text).await?;
        app.tasks().quick_add().type_keys(Key::Control + "v").await?;
        app.find("button", "Add 2 tasks").one().await?;
        app.find("button", "Cancel").click().await?;
    }
    server.holds(&[]).await
}

async fn a_megabyte_of_description(browser: &Browser) -> Result<()> {
    let (server, app) = open_new(browser).await?;
    let description = "A line of twenty-six chars\n".repeat(40_000);
    ensure!(description.len() > 1_000_000);
    app.form().summary().type_keys("Long read").await?;
    insert(browser, &app.form().description(), &description).await?;
    app.form().add().click().await?;
    server.holds(&[("Long read", &description)]).await?;
    app.open(&format!("task/{}", server.id_of("Long read").await?))
        .await?;
    app.detail().heading("Long read").one().await?;
    app.shows("A line of twenty-six chars").await?;
    app.detail().edit().click().await?;
    app.form().summary().retype("Longer read").await?;
    app.form().save().click().await?;
    server.holds(&[("Longer read", &description)]).await
}

async fn unusual_text_is_kept_exactly(browser: &Browser) -> Result<()> {
    let (server, app) = open_new(browser).await?;
    let texts = [
        ("👩‍👩‍👧‍👦 family 🏳️‍🌈", "emoji: 🧑🏿‍🚀"),
        ("אבגד then latin", "مرحبا بالعالم"),
        (
            "<script>document.title='owned'</script>",
            "<img src=x onerror=\"document.title='owned'\">",
        ),
        (
            "&lt;b&gt; \\u003c %3Cscript%3E ${x} {{x}}",
            "tab\there \"quotes\" 'single' `back`",
        ),
        ("Z̸a̷l̵g̴o e\u{301}", "zero\u{200b}width \u{202e}reversed"),
    ];
    let mut rows = Vec::new();
    for (summary, description) in texts {
        app.open("new").await?;
        insert(browser, &app.form().summary(), summary).await?;
        insert(browser, &app.form().description(), description).await?;
        app.form().add().click().await?;
        rows.push((summary, description));
        server.holds(&rows).await?;
    }
    app.open("").await?;
    app.tasks().shows(&texts.map(|(summary, _)| summary)).await?;
    for (summary, description) in texts {
        app.open(&format!("task/{}", server.id_of(summary).await?))
            .await?;
        app.is_titled(&format!("{summary} · Strikethrough")).await?;
        app.detail().edit().one().await?;
        let markup = "return document.querySelectorAll('main script, main img[src=x]').length";
        let injected: i64 = browser.script(markup, Vec::new()).await?;
        ensure!(injected == 0, "text became markup");
        // The page shows it formatted, and the form as it is.
        app.detail().edit().click().await?;
        app.form().holds(summary, description).await?;
    }
    Ok(())
}
