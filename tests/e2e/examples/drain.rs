//! Ten thousand edits that were made offline: how long until the server has them, how many requests are on their
//! way at once, and how long the page takes to answer a key meanwhile. Run by hand, with the environment that
//! `cargo xtask test e2e` sets; `firefox`, `helpful` and `baseline` choose a browser and a server. The figures go to
//! standard output.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use strikethrough_e2e::browser::{Browser, Kind as BrowserKind};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::within;
use strikethrough_e2e::ledger::Ledger;
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Fault, Kind, Match, Proxy, Rule};
use strikethrough_e2e::server::Server;

/// How many of each: 4,000 tasks are added, 3,000 changed, 3,000 finished.
const CREATES: usize = 4_000;
const EDITS: usize = 3_000;
const DONES: usize = 3_000;

/// No drain takes longer, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(900);

/// An answer to a key must be seen within this time.
const MOST_MS: f64 = 100.0;

#[tokio::main]
async fn main() -> Result<()> {
    let chosen = |name: &str| std::env::args().skip(1).any(|argument| argument == name);
    let kind = if chosen("firefox") {
        BrowserKind::Firefox
    } else {
        BrowserKind::Chromium
    };
    for (server, name) in [(Kind::Helpful, "helpful"), (Kind::Baseline, "baseline")] {
        if ["helpful", "baseline"].into_iter().any(chosen) && !chosen(name) {
            continue;
        }
        let name = format!("drain::{server:?}");
        Browser::run(kind, Path::new("target/tmp"), &name, async |browser| {
            drain(browser, server).await
        })
        .await?;
    }
    Ok(())
}

async fn drain(browser: &Browser, kind: Kind) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let mut ledger = Ledger::default();
    let names: Vec<_> = (0..EDITS + DONES)
        .map(|number| format!("Task number {number}"))
        .collect();
    let tasks: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    let server = Server::start_bare(&tasks).await?;
    let proxy = Proxy::in_front_of(&server.origin, kind).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    app.open("").await?;
    app.tasks().link("Task number 1").one().await?;
    // The second time it is shown from the device first.
    app.open("").await?;
    within(PATIENCE, "the list kept", async || {
        let standing = app.standing().await?;
        ensure!(standing == SAVED, "the header says “{standing}”");
        let kept: usize = put(&app, Vec::new()).await?;
        // The sender, the time of the list, and the list itself, a thousand rows in a record.
        ensure!(kept >= 2 + names.len() / 1_024, "{kept} records are kept");
        Ok(())
    })
    .await?;

    // The records as the app itself writes them, put there while no page of the app is open.
    browser.driver.goto(app.url("config.json")).await?;
    let scope = format!("{}/", proxy.origin);
    let mut records = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let task = ledger.created(name, "");
        let id = server.id_of(name).await?.to_string();
        let change = if at < EDITS {
            let changed = format!("{name}, changed");
            ledger.edited(task, Some(&changed), None);
            json!({ "v": 1, "made": "1", "id": id, "c": "edit", "sb": name, "s": changed })
        } else {
            ledger.done(task);
            json!({ "v": 1, "made": "1", "id": id, "c": "done" })
        };
        records.push(change);
    }
    for number in 0..CREATES {
        let summary = format!("Made offline, number {number}");
        ledger.created(&summary, "");
        let key = format!("drain-{number}");
        records.push(json!({ "v": 1, "made": "1", "c": "create", "s": summary, "d": "", "key": key }));
    }
    let waiting = records.len();
    let mut named = Vec::new();
    for (at, mut record) in records.into_iter().enumerate() {
        let key = format!("{:012x}-00000001", 0x1000 + at);
        if let Some(create) = record.as_object_mut().filter(|record| !record.contains_key("id")) {
            create.insert("l".to_owned(), json!(key));
        }
        named.push(json!([format!("{scope}\ne/{key}"), record.to_string()]));
    }
    put(&app, named).await?;

    proxy.inject(Rule::always(Match::API, Fault::ResetBeforeForward));
    app.open("").await?;
    let words = format!("Offline · {waiting} waiting");
    within(PATIENCE, "all of it waiting", async || {
        let standing = app.standing().await?;
        ensure!(standing == words, "the header says “{standing}”");
        Ok(())
    })
    .await?;
    browser.driver.execute(WATCH, Vec::new()).await?;
    let field = app.tasks().quick_add().one().await?;
    let begun = Instant::now();
    proxy.heal();
    let mut keys = 0_usize;
    loop {
        field.send_keys("x").await?;
        keys += 1;
        if app.standing().await? == SAVED {
            break;
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "it still says {}",
            app.standing().await?
        );
    }
    let took = begun.elapsed();
    let seen: Value = browser.script(SEEN, Vec::new()).await?;
    let figure = |name: &str| seen.get(name).and_then(Value::as_f64).context("no figure");
    let (event, task, gap) = (figure("event")?, figure("task")?, figure("gap")?);
    println!(
        "{waiting} edits ({CREATES} creates, {EDITS} edits, {DONES} dones), {kind:?}, {:?}: empty after {:.1} s, \
         {:.0} a second; at most {} requests at once; {keys} keys typed, the slowest was answered after {event:.0} ms; \
         longest task {task:.0} ms; longest gap between timers {gap:.0} ms",
        browser.kind,
        took.as_secs_f64(),
        waiting as f64 / took.as_secs_f64(),
        proxy.in_flight_max(),
    );
    ledger.check(&server.rows().await?)?;
    ensure!(event < MOST_MS, "a key was answered after {event} ms");
    Ok(())
}

/// Notes the longest time from a key to the frame that shows it (Event Timing), the longest task, and the longest
/// gap between two timers that are set for at once.
const WATCH: &str = "
    const seen = window.seen = { event: 0, task: 0, gap: 0 };
    const watch = (type, more, name) => {
      if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
      new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (entry.startTime >= begun) seen[name] = Math.max(seen[name], entry.duration);
      })).observe({ type, ...more });
    };
    const begun = performance.now();
    watch('event', { durationThreshold: 16 }, 'event');
    watch('longtask', {}, 'task');
    let last = begun;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      seen.gap = Math.max(seen.gap, now - last);
      last = now;
      setTimeout(() => port2.postMessage(0), 4);
    };
    port2.postMessage(0);";

const SEEN: &str = "return window.seen;";

/// Puts records into the app's store, all at once, and says how many there are then.
async fn put(app: &App, records: Vec<Value>) -> Result<usize> {
    let script = "
        const [records, done] = arguments;
        const opening = indexedDB.open('strikethrough:/');
        opening.onerror = () => done(String(opening.error));
        opening.onsuccess = () => {
          const db = opening.result;
          const transaction = db.transaction('records', 'readwrite');
          const store = transaction.objectStore('records');
          for (const [name, text] of records) store.put(text, name);
          const count = store.count();
          transaction.oncomplete = () => { db.close(); done(count.result); };
          transaction.onabort = () => done(String(transaction.error));
        };";
    let answer: Value = app
        .browser
        .driver
        .execute_async(script, vec![records.into()])
        .await?
        .convert()?;
    let count = answer
        .as_u64()
        .with_context(|| format!("the store says {answer}"))?;
    Ok(usize::try_from(count)?)
}
