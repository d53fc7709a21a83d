//! A corpus of attacks as summaries, as descriptions and as answers of a server: no script runs, and the page's
//! security policy has nothing to stop, which the log would tell (`console.rs`).

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::{eventually, within};
use strikethrough_e2e::foreign::{Answer, Call, Scripted, foreign_task};
use strikethrough_e2e::page::App;

use crate::grouped;
use crate::transfer::{Files, choose, choose_next};

// The parser's tests use the rest of it.
#[allow(dead_code)]
#[path = "../../../fixtures/xss.rs"]
mod corpus;

in_both_browsers!(as_summaries, as_descriptions, as_answers, as_files, typed);

/// What holds of a page that took nothing for markup: no element but those the app makes, no handler in an attribute,
/// and no link to code. Gives back what does not hold.
const HARMLESS: &str = r#"
const harmless = root => [...root.querySelectorAll("*")].flatMap(el => {
  const bad = [];
  if (!/^(a|article|bdi|blockquote|br|button|code|del|div|em|fieldset|form|h[1-6]|header|hr|i|input|label|legend|li|main|nav|ol|option|output|p|path|pre|progress|section|select|span|strong|svg|table|tbody|td|textarea|th|thead|tr|ul|dialog)$/.test(el.localName))
    bad.push(el.localName);
  for (const { name } of el.attributes) if (/^on|^src|^action|^formaction/.test(name)) bad.push(name);
  if (el.localName === "a" && !/^(https?|mailto):$/.test(el.protocol)) bad.push(el.href);
  return bad;
});
"#;

/// How long a thousand tasks may take to the server on a busy machine.
const ALL_SENT: Duration = Duration::from_secs(120);

/// Waits until a picture that is none has said so, which an attack's would have said before.
const SETTLED: &str = r#"
const settled = () => new Promise(done => {
  const image = new Image();
  image.onerror = () => setTimeout(done);
  image.src = "/config.json";
});
"#;

/// Runs a script with the two helpers, and gives back what it returns.
async fn run<T: serde::de::DeserializeOwned>(browser: &Browser, body: &str, args: Vec<Value>) -> Result<T> {
    let script = format!(
        "{HARMLESS}{SETTLED}
        const [done, args] = [arguments[arguments.length - 1], [...arguments]];
        (async () => {{ {body} }})().then(value => done({{ value }}), error => done({{ error: String(error) }}))"
    );
    let answer: Value = browser.driver.execute_async(script, args).await?.convert()?;
    ensure!(answer.get("error").is_none(), "the page says {answer}");
    Ok(serde_json::from_value(
        answer.get("value").cloned().unwrap_or_default(),
    )?)
}

/// No script has run, and nothing on the page can run one.
async fn is_unharmed(browser: &Browser) -> Result<()> {
    let script = format!(
        "await settled();
        return [{:?} in window ? 'a script ran' : '', ...harmless(document.getElementById('app'))].filter(Boolean)",
        corpus::MARK
    );
    let found: Vec<String> = run(browser, &script, Vec::new()).await?;
    ensure!(found.is_empty(), "{found:?}");
    Ok(())
}

async fn as_summaries(browser: &Browser) -> Result<()> {
    let summaries = corpus::summaries();
    let tasks = summaries.iter().enumerate();
    let tasks = tasks.map(|(id, summary)| foreign_task(id, summary, "")).collect();
    let (_server, app) = Scripted::start(browser, tasks).await?;
    app.open("").await?;
    app.shows(&format!("{} tasks", grouped(summaries.len()))).await?;
    // Every row comes into the document as the list is scrolled.
    let seen: Vec<String> = run(
        browser,
        "const pane = document.getElementById('list-pane');
         const frame = () => new Promise(requestAnimationFrame);
         const seen = new Set();
         for (let top = 0; ; top += pane.clientHeight) {
           pane.scrollTop = top;
           await frame(); await frame();
           for (const row of document.querySelectorAll('.rows .row-text')) seen.add(row.textContent);
           if (top > pane.scrollHeight) return [...seen];
         }",
        Vec::new(),
    )
    .await?;
    let missing: Vec<_> = summaries
        .iter()
        .filter(|summary| !seen.contains(summary))
        .collect();
    ensure!(
        missing.is_empty(),
        "{} of {} never shown: {missing:?}",
        missing.len(),
        summaries.len()
    );
    is_unharmed(browser).await?;
    // What is found is marked, and the title of a page is its task's.
    app.tasks().search().type_keys("<script").await?;
    app.shows(" tasks").await?;
    is_unharmed(browser).await?;
    let first = "<img src=x onerror=xss=1>";
    app.tasks().search().retype(first).await?;
    app.tasks().link(first).click().await?;
    app.detail().heading(first).one().await?;
    app.is_titled(&format!("{first} · Strikethrough")).await?;
    is_unharmed(browser).await
}

async fn as_descriptions(browser: &Browser) -> Result<()> {
    let payloads = corpus::payloads();
    // Many in one description, each in a block of its own, as a server sends them.
    let batches: Vec<_> = payloads.chunks(60).map(|batch| batch.join("\n\n")).collect();
    let tasks = batches.iter().enumerate();
    let tasks = tasks.map(|(id, text)| foreign_task(id, &format!("Task {id}"), text));
    let (_server, app) = Scripted::start(browser, tasks.collect()).await?;
    app.open("").await?;
    for id in 0..batches.len() {
        app.tasks().link(&format!("Task {id}")).one().await?;
        let shown = format!(
            "[...document.querySelectorAll('.rows a')].find(link => link.textContent === 'Task {id}').click();
            const end = performance.now() + 5000;
            while (performance.now() < end) {{
              const text = document.querySelector('.detail .formatted')?.textContent ?? '';
              if (document.querySelector('.detail h2')?.textContent === 'Task {id}' && text) break;
              await new Promise(next => setTimeout(next, 5));
            }}
            await settled();
            return document.querySelector('.detail .formatted').textContent.length"
        );
        let length: usize = run(browser, &shown, Vec::new()).await?;
        ensure!(length > 100, "task {id} shows {length} characters");
        is_unharmed(browser).await?;
    }
    // And each alone, as somebody writes it and looks at it.
    app.open("new").await?;
    app.form().preview().click().await?;
    let each = "
        const [payloads] = args;
        const field = document.getElementById('form-description');
        const shown = () => document.querySelector('.preview .formatted');
        const bad = [];
        for (const payload of payloads) {
          field.value = payload;
          field.dispatchEvent(new InputEvent('input', { bubbles: true }));
          await new Promise(next => setTimeout(next));
          if (!shown().textContent.trim() && !shown().querySelector('[title], a')) bad.push(`nothing of ${payload}`);
          bad.push(...harmless(shown()).map(what => `${what} of ${payload}`));
        }
        await settled();
        return bad";
    for batch in payloads.chunks(400) {
        let bad: Vec<String> = run(browser, each, vec![json!(batch)]).await?;
        ensure!(bad.is_empty(), "{bad:#?}");
    }
    is_unharmed(browser).await?;
    println!(
        "{} payloads as descriptions in {:?}",
        payloads.len(),
        browser.kind
    );
    Ok(())
}

/// Every place of an error that people read.
async fn as_answers(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let (server, app) = Scripted::start(browser, vec![foreign_task(1, "Buy milk", "")]).await?;
    app.open("").await?;
    app.tasks().shows(&["Buy milk"]).await?;
    let payloads = corpus::summaries();
    for payload in payloads.iter().step_by(payloads.len() / 24) {
        server.always(
            Call::List,
            Answer::problem(500, &json!({ "title": payload, "detail": payload })),
        );
        refresh(&app).await?;
        // As it is in the document: what is drawn has no marks of direction in Firefox.
        let said = payload.split(' ').next().unwrap_or_default();
        eventually("what the server said", async || {
            let script = "return document.getElementById('app').textContent.includes(arguments[0])";
            let is_there: bool = browser.script(script, vec![json!(said)]).await?;
            ensure!(is_there, "{said} is not on the page");
            Ok(())
        })
        .await?;
        is_unharmed(browser).await?;
    }
    server.honest(Call::List);
    refresh(&app).await?;
    app.open("task/1/edit").await?;
    for (count, payload) in payloads.iter().step_by(payloads.len() / 12).enumerate() {
        let answer = match count % 3 {
            0 => Answer::json(
                400,
                &json!({ "summary": [payload], "description": [payload], "other": [payload] }),
            ),
            1 => Answer::problem(
                422,
                &json!({ "errors": [{ "detail": payload, "pointer": "#/description" }] }),
            ),
            _ => Answer::json(403, &json!({ "detail": payload })),
        };
        let sent = server.seen(Call::Update).len();
        server.always(Call::Update, answer);
        app.form().summary().one().await?;
        app.form().summary().type_keys("!").await?;
        app.form().save().click().await?;
        eventually("the answer", async || {
            ensure!(server.seen(Call::Update).len() > sent, "nothing was sent");
            Ok(())
        })
        .await?;
        app.stands("1 needs you").await?;
        app.detail().edit().click().await?;
        app.form().summary().one().await?;
        is_unharmed(browser).await?;
    }
    app.open("sync").await?;
    app.find("heading", "1 change waits").one().await?;
    is_unharmed(browser).await
}

async fn refresh(app: &App) -> Result<()> {
    let button = app.tasks().button("Refresh").one().await?;
    app.browser
        .driver
        .execute("arguments[0].click()", vec![button.to_json()?])
        .await?;
    Ok(())
}

/// The same tasks as a file of each format, whose name is an attack too. What a format makes of one is its own matter; most
/// are read as they are.
async fn as_files(browser: &Browser) -> Result<()> {
    let (server, app) = Scripted::start(browser, Vec::new()).await?;
    let summaries = corpus::summaries();
    let all = corpus::payloads();
    let tasks: Vec<_> = summaries.iter().zip(all.iter().cycle()).collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let lines = |line: &dyn Fn(&str, &str) -> String| {
        let lines: Vec<_> = tasks.iter().map(|(summary, text)| line(summary, text)).collect();
        lines.join("\n")
    };
    let json = lines(&|summary, text| json!({ "summary": summary, "description": text }).to_string() + ",");
    let contents = [
        (
            "csv",
            format!(
                "summary,description\n{}",
                lines(&|summary, text| format!("{},{}", quoted(summary), quoted(text)))
            ),
        ),
        (
            "md",
            lines(&|summary, text| format!("- [ ] {summary}\n  {}", text.replace('\n', "\n  "))),
        ),
        ("txt", lines(&|summary, _| summary.to_owned())),
        // JSON is YAML.
        (
            "yaml",
            lines(&|summary, text| format!("- {}", json!({ "summary": summary, "description": text }))),
        ),
        ("json", format!("[{}]", json.trim_end_matches(','))),
    ];
    let files = Files::new()?;
    app.open("transfer").await?;
    for (at, (ending, content)) in contents.iter().enumerate() {
        let name = format!("<img src=x onerror=xss=1>.{ending}");
        let file = files.write(&name, content)?;
        if at == 0 {
            choose(&app, &file).await?;
        } else {
            choose_next(&app, &file).await?;
        }
        app.find("heading", &format!("What is in {name}")).one().await?;
        is_unharmed(browser).await?;
    }
    let count = tasks.len();
    let number = grouped(count);
    app.find("button", &format!("Add {number} tasks")).click().await?;
    app.find("heading", &format!("{number} tasks added"))
        .one()
        .await?;
    within(ALL_SENT, "the tasks on the server", async || {
        let held = server.tasks().len();
        ensure!(held == count, "{held} of {count}");
        Ok(())
    })
    .await?;
    is_unharmed(browser).await?;
    println!("{count} payloads in files of five formats in {:?}", browser.kind);
    Ok(())
}

/// With real keys, through the form and the line below the list, and back from the server.
async fn typed(browser: &Browser) -> Result<()> {
    let (server, app) = Scripted::start(browser, Vec::new()).await?;
    let attacks = [
        "<img src=x onerror=xss=1>",
        "\"><script>xss=1</script>",
        "[a](javascript:xss=1)",
        "{{constructor.constructor('xss=1')()}}",
    ];
    app.open("").await?;
    for (count, attack) in attacks.iter().enumerate() {
        app.tasks().add(attack).await?;
        app.header_link("New task").click().await?;
        app.form().summary().type_keys(*attack).await?;
        app.form().description().type_keys(*attack).await?;
        app.form().preview().click().await?;
        app.form()
            .previewed()
            .says(attack.trim_start_matches("[a](").trim_end_matches(')'))
            .await?;
        is_unharmed(browser).await?;
        app.form().add().click().await?;
        app.is_at("").await?;
        eventually("the tasks on the server", async || {
            let held = server.tasks().len();
            ensure!(held == 2 * (count + 1), "{held}");
            Ok(())
        })
        .await?;
        app.tasks().rows().count(2 * (count + 1)).await?;
        is_unharmed(browser).await?;
    }
    Ok(())
}
