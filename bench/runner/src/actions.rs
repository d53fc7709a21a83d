//! Adding, editing and finishing, as a person does it: with the keyboard and the mouse.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;

use crate::chrome::{Chrome, PATIENCE, Place};
use crate::measure::What;
use crate::server::Server;
use crate::sheet::Page;

/// How often each is done in a run.
const TIMES: usize = 5;

/// What the table calls script and layout.
const WORK: [&str; 3] = ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"];

/// How often a form that has to be gone to is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// A row that is seen.
#[derive(Debug, Deserialize)]
struct Row {
    text: String,
    finish: Place,
    link: Place,
}

/// What one of them costs, in milliseconds.
struct Cost {
    /// From the key or the click until its effect is painted.
    paint: f64,
    /// Script, style and layout until then.
    before: f64,
    /// Script, style and layout, until the server has been told and the page is at rest.
    work: f64,
}

/// What the page is told to do, and what it then shows.
enum Deed<'a> {
    Enter,
    Click(&'a Place),
}

/// What of a cost is written down as what.
type Part = (What, fn(&Cost) -> f64);

/// Does all three, and writes down what each took.
pub(crate) async fn all(chrome: &mut Chrome, server: &Server, page: &mut Page<'_>) {
    let added = adds(chrome, server).await;
    note(
        page,
        &[
            (What::AddPaint, |cost| cost.paint),
            (What::AddWork, |cost| cost.work),
        ],
        added,
    );
    let edited = edits(chrome, server).await;
    note(
        page,
        &[
            (What::EditPaint, |cost| cost.paint),
            (What::EditWork, |cost| cost.work),
        ],
        edited,
    );
    let finished = finishes(chrome, server).await;
    let parts: [Part; 3] = [
        (What::TickPaint, |cost| cost.paint),
        (What::TickWork, |cost| cost.before),
        (What::FinishWork, |cost| cost.work),
    ];
    note(page, &parts, finished);
}

fn note(page: &mut Page<'_>, parts: &[Part], costs: Result<Vec<Cost>>) {
    for (what, part) in parts {
        let figures = match &costs {
            Ok(costs) => Ok(costs.iter().map(part).collect()),
            Err(error) => Err(anyhow!("{error:#}")),
        };
        page.note(*what, figures);
    }
}

/// New tasks are shown at the list's end, so that is where it stands.
async fn adds(chrome: &mut Chrome, server: &Server) -> Result<Vec<Cost>> {
    let mut costs = Vec::new();
    for number in 0..TIMES {
        let text = format!("Added, no. {number}");
        chrome.eval::<()>("bench.to('bottom')").await?;
        let has_field: bool = chrome.eval("bench.labelled('Add a task')").await?;
        ensure!(has_field, "it has no field named “Add a task”");
        chrome.insert(&text).await?;
        let effect = format!("'added', '{text}'");
        costs.push(deed(chrome, server, Deed::Enter, "keydown", &effect).await?);
    }
    Ok(costs)
}

async fn edits(chrome: &mut Chrome, server: &Server) -> Result<Vec<Cost>> {
    chrome.eval::<()>("bench.to('top')").await?;
    let mut costs = Vec::new();
    for number in 0..TIMES {
        let text = format!("Edited, no. {number}");
        chrome.settle().await?;
        let row = pick(chrome).await?;
        chrome.click(&row.link).await?;
        reach_summary(chrome).await?;
        chrome.insert(&text).await?;
        let effect = format!("'renamed', '{text}'");
        costs.push(deed(chrome, server, Deed::Enter, "keydown", &effect).await?);
    }
    Ok(costs)
}

async fn finishes(chrome: &mut Chrome, server: &Server) -> Result<Vec<Cost>> {
    chrome.eval::<()>("bench.to('top')").await?;
    let mut costs = Vec::new();
    for _ in 0..TIMES {
        chrome.settle().await?;
        let row = pick(chrome).await?;
        let effect = format!("'struck', {}", serde_json::to_string(&row.text)?);
        costs.push(deed(chrome, server, Deed::Click(&row.finish), "mouseup", &effect).await?);
    }
    Ok(costs)
}

async fn pick(chrome: &Chrome) -> Result<Row> {
    let row: Option<Row> = chrome.eval("bench.pick()").await?;
    row.context("no row is seen")
}

/// Gets the focus into the field for the summary: in the row, or in a form behind the task's own page.
async fn reach_summary(chrome: &Chrome) -> Result<()> {
    let begun = Instant::now();
    while !chrome.eval::<bool>("bench.labelled('Summary')").await? {
        ensure!(begun.elapsed() < PATIENCE, "no field named “Summary” was found");
        chrome.eval::<bool>("bench.press('Edit')").await?;
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Does it once everything before is over, and waits until everything after is.
async fn deed(
    chrome: &mut Chrome,
    server: &Server,
    deed: Deed<'_>,
    event: &str,
    effect: &str,
) -> Result<Cost> {
    chrome.settle().await?;
    let writes = server.writes();
    chrome.forget();
    chrome
        .eval::<()>(&format!("bench.time('{event}', {effect})"))
        .await?;
    let begun = chrome.metrics(&WORK).await?;
    match deed {
        Deed::Enter => chrome.press("Enter").await?,
        Deed::Click(place) => chrome.click(place).await?,
    }
    let paint = chrome.told("painted").await.context("its effect was not seen")?;
    let painted = chrome.metrics(&WORK).await? - begun;
    server.written(writes + 1).await?;
    chrome.settle().await?;
    let work = chrome.metrics(&WORK).await? - begun;
    Ok(Cost {
        paint,
        before: painted,
        work,
    })
}
