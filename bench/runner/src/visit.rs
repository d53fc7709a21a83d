//! What one run of one app consists of.

use std::time::Instant;

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use serde::Deserialize;

use crate::actions;
use crate::chrome::{Chrome, PATIENCE};
use crate::data::{QUERIES, Task, first_matches};
use crate::frames::work_of_frames;
use crate::measure::{Group, What};
use crate::server::Server;
use crate::sheet::Page;
use crate::stats::percentile;

/// Steps from the top of the list to its bottom: five seconds at 60 a second.
const STEPS: usize = 300;

/// How often the list is emptied and filled again.
const REFILLS: usize = 20;

const MEGABYTE: f64 = 1_000_000.0;
const KILOBYTE: f64 = 1000.0;

/// When the first row was painted, in milliseconds after the navigation began.
#[derive(Debug, Deserialize)]
struct First {
    at: f64,
    /// What had come over the wire by then.
    bytes: f64,
}

/// What the page has noted about itself.
#[derive(Debug, Deserialize)]
struct Seen {
    paint: f64,
    longest: f64,
}

/// Takes all figures of a group, and writes down why the others are missing.
pub(crate) async fn visit(
    chrome: &mut Chrome,
    server: &Server,
    tasks: &[Task],
    page: &mut Page<'_>,
    group: Group,
) {
    let visited = match group {
        Group::Start => start(chrome, server, page).await,
        Group::Throttled => throttled(chrome, server, page).await,
        Group::Thousand | Group::Large | Group::Million => size(chrome, server, tasks, page, group).await,
        Group::Refill => refill(chrome, server, tasks, page).await,
    };
    if let Err(error) = visited {
        page.fail(&error);
    }
}

/// Opens the page, and waits for the first row.
async fn open(chrome: &mut Chrome, server: &Server, count: u64) -> Result<First> {
    let address = format!("{}/", server.origin);
    chrome.open(&address, &format!("bench.load({count})")).await?;
    chrome.told("first").await.context("no row was seen")
}

/// Waits for the rest: when the list had room for all of them.
async fn whole(chrome: &mut Chrome, count: u64) -> Result<f64> {
    let whole: Result<f64> = chrome.told("whole").await;
    let Err(error) = whole else { return whole };
    let rows = chrome.eval::<u64>("bench.rows()").await.unwrap_or_default();
    bail!("the list of {count} was not laid out, with {rows} rows in the document: {error:#}")
}

async fn start(chrome: &mut Chrome, server: &Server, page: &mut Page<'_>) -> Result<()> {
    let first = open(chrome, server, Group::Start.tasks()).await?;
    page.note(What::ListPainted, Ok(vec![first.at]));
    page.note(What::Bytes, Ok(vec![first.bytes / KILOBYTE]));
    chrome.settle().await?;
    let seen: Seen = chrome.eval("bench.seen()").await?;
    page.note(What::FirstPaint, Ok(vec![seen.paint]));

    // An app that keeps itself on the device has done so before anybody comes again.
    let begun = Instant::now();
    while !chrome.eval::<bool>("bench.kept()").await? {
        ensure!(
            begun.elapsed() < PATIENCE,
            "it was not kept on the device within {} s",
            PATIENCE.as_secs()
        );
        chrome.settle().await?;
    }
    chrome.settle().await?;
    chrome.open("about:blank", "").await?;
    chrome.settle().await?;
    let again = open(chrome, server, Group::Start.tasks()).await?;
    page.note(What::SecondVisit, Ok(vec![again.at]));
    Ok(())
}

async fn throttled(chrome: &mut Chrome, server: &Server, page: &mut Page<'_>) -> Result<()> {
    chrome.throttle().await?;
    let first = open(chrome, server, Group::Throttled.tasks()).await?;
    page.note(What::ListPainted, Ok(vec![first.at]));
    let seen: Seen = chrome.eval("bench.seen()").await?;
    page.note(What::FirstPaint, Ok(vec![seen.paint]));
    Ok(())
}

/// All figures of a list of some size. What fails does not keep the rest from being taken, as long as the list is there.
async fn size(
    chrome: &mut Chrome,
    server: &Server,
    tasks: &[Task],
    page: &mut Page<'_>,
    group: Group,
) -> Result<()> {
    let has = |what: What| group.measures().iter().any(|measure| measure.what == what);
    let first = open(chrome, server, group.tasks()).await?;
    page.note(What::FirstRows, Ok(vec![first.at]));
    let whole = whole(chrome, group.tasks()).await?;
    page.note(What::LaidOut, Ok(vec![whole]));
    chrome.settle().await?;
    if has(What::LongestTask) {
        let seen: Seen = chrome.eval("bench.seen()").await?;
        page.note(What::LongestTask, Ok(vec![seen.longest]));
    }
    let memory = chrome.memory().await.map(|bytes| vec![bytes / MEGABYTE]);
    page.note(What::Memory, memory);
    if has(What::ScrollP95) {
        match scroll(chrome).await {
            Ok((work, blank)) => {
                page.note(What::ScrollP95, Ok(vec![work]));
                page.note(What::ScrollBlank, Ok(vec![blank]));
            }
            Err(error) => note_failure(page, &[What::ScrollP95, What::ScrollBlank], &error),
        }
        chrome.settle().await?;
    }
    match search(chrome, tasks).await {
        Ok(keystrokes) => {
            let p95 = percentile(&keystrokes, 95.0).context("no keystrokes");
            page.note(What::KeystrokeP95, p95.map(|p95| vec![p95]));
            page.note(What::Keystroke, Ok(keystrokes));
        }
        Err(error) => note_failure(page, &[What::Keystroke, What::KeystrokeP95], &error),
    }
    if has(What::AddPaint) {
        actions::all(chrome, server, page).await;
    }
    Ok(())
}

/// Writes down why all of these are missing.
fn note_failure(page: &mut Page<'_>, whats: &[What], error: &Error) {
    for what in whats {
        page.note(*what, Err(anyhow!("{error:#}")));
    }
}

/// The main thread's work in a frame, the 95th percentile in milliseconds, and how many frames had an empty place.
async fn scroll(chrome: &mut Chrome) -> Result<(f64, f64)> {
    #[derive(Deserialize)]
    struct Scrolled {
        blank: f64,
    }
    chrome.start_trace().await?;
    chrome.eval::<()>(&format!("bench.scroll({STEPS})")).await?;
    let scrolled: Result<Scrolled> = chrome.told("scrolled").await;
    let trace = chrome.end_trace().await?;
    let blank = scrolled.context("it did not come to the end of the list")?.blank;
    let work = work_of_frames(&trace);
    ensure!(work.len() + 1 >= STEPS, "the trace has {} frames", work.len());
    // Every frame has work: the step itself is some.
    ensure!(
        work.iter().all(|work| *work > 0.0),
        "the trace has frames without tasks"
    );
    chrome.eval::<()>("bench.to('top')").await?;
    Ok((percentile(&work, 95.0).context("no frames")?, blank))
}

/// How long after each letter the result was painted, in milliseconds.
async fn search(chrome: &mut Chrome, tasks: &[Task]) -> Result<Vec<f64>> {
    const FIELD: &str = "document.querySelector('input[type=search]')";
    if !chrome.eval::<bool>("bench.has('input[type=search]')").await? {
        bail!("it has no search field");
    }
    let mut all = Vec::new();
    for query in QUERIES {
        chrome.eval::<()>(&format!("{FIELD}.focus()")).await?;
        for (at, letter) in query.char_indices() {
            let typed = query.get(..=at).unwrap_or_default();
            let least = first_matches(tasks, typed);
            chrome.settle().await?;
            chrome.forget();
            chrome
                .eval::<()>(&format!("bench.time('keydown', 'found', '{typed}', {least})"))
                .await?;
            chrome.press(&letter.to_string()).await?;
            let painted = chrome.told("painted").await;
            all.push(painted.with_context(|| format!("the result of “{typed}” was not seen"))?);
        }
        chrome.forget();
        chrome
            .eval::<()>(&format!("{FIELD}.select(); bench.when('all', {})", tasks.len()))
            .await?;
        chrome.press("Backspace").await?;
        let _: bool = chrome.told("so").await.context("the search was not left")?;
    }
    Ok(all)
}

async fn refill(chrome: &mut Chrome, server: &Server, tasks: &[Task], page: &mut Page<'_>) -> Result<()> {
    open(chrome, server, Group::Refill.tasks()).await?;
    whole(chrome, Group::Refill.tasks()).await?;
    chrome.settle().await?;
    let before = chrome.memory().await?;
    for _ in 0..REFILLS {
        for (tasks, effect) in [
            (&[][..], "'none'".to_owned()),
            (tasks, format!("'all', {}", tasks.len())),
        ] {
            server.replace(tasks.to_vec())?;
            chrome.forget();
            let press = format!("bench.when({effect}); bench.press('Refresh')");
            ensure!(chrome.eval::<bool>(&press).await?, "it has no Refresh");
            let _: bool = chrome.told("so").await.context("the refresh was not seen")?;
        }
    }
    chrome.settle().await?;
    page.note(What::Growth, Ok(vec![chrome.memory().await? / before]));
    Ok(())
}
