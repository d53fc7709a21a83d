//! The matrix of faults as `fetch` sees it, with no app: each browser reports what the proxy did, and sends
//! no write again on its own account, Chromium no read either. What journeys find is then the app's doing.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use strikethrough_e2e::browser::{Browser, Kind};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::proxy::{Cell, Ending, Exchange, cells};

use crate::judge::{asked, judge};
use crate::support::{Bench, Seen, request, rows_after, rows_before};

#[path = "../proxy/judge.rs"]
mod judge;
#[path = "../proxy/support.rs"]
#[allow(dead_code, reason = "written for another binary as well")]
mod support;

/// Begins a request, whose outcome `FINISH` waits for: `[status or 0, headers, body or null]`.
const START: &str = "
    const [method, path, headers, body] = arguments;
    window.stop = new AbortController();
    const options = { method, headers, body: body ?? undefined, cache: 'no-store', signal: stop.signal };
    window.seen = fetch(path, options).then(
        async answer => {
            const text = await answer.text().catch(() => null);
            return [answer.status, Object.fromEntries(answer.headers), text];
        },
        () => [0, {}, null]);";

const FINISH: &str = "const done = arguments[0]; window.seen.then(done);";

const GIVE_UP: &str = "window.stop.abort();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chromium() -> Result<()> {
    try_all(Kind::Chromium).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn firefox() -> Result<()> {
    try_all(Kind::Firefox).await
}

async fn try_all(kind: Kind) -> Result<()> {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"));
    Browser::run(kind, pictures, &format!("faults::{kind:?}"), async |browser| {
        browser.console.announce(FAILED_REQUESTS);
        let (mut count, mut failed) = (0, Vec::new());
        for cell in cells() {
            count += 1;
            let outcome = try_cell(browser, &cell).await;
            failed.extend(outcome.with_context(|| cell.to_string()).err());
        }
        println!(
            "{count} cells of the matrix of faults in {kind:?}, {} failed",
            failed.len()
        );
        ensure!(failed.is_empty(), "{failed:#?}");
        Ok(())
    })
    .await
}

async fn try_cell(browser: &Browser, cell: &Cell) -> Result<()> {
    let bench = Bench::start(cell.server).await?;
    let version = bench.version().await?;
    browser
        .driver
        .goto(format!("{}/index.html", bench.proxy.origin))
        .await?;
    bench.proxy.inject(cell.rule());
    let begun = Instant::now();
    let (method, path, headers, body) = request(asked(cell), &version);
    let headers: serde_json::Map<_, _> = headers
        .into_iter()
        .chain(body.is_some().then_some(("Content-Type", "application/json")))
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect();
    let body = body.map(|body| body.to_string());
    let arguments = vec![json!(method.as_str()), json!(path), json!(headers), json!(body)];
    browser.driver.execute(START, arguments).await?;
    let done = rows_after(cell.call);
    let expected = match cell.trouble {
        "silence" => {
            bench
                .proxy
                .wait_for("the request", DEADLINE, |log| calls(log).count() == 1)
                .await?;
            bench.proxy.heal();
            let seen = finish(browser).await?;
            let again = repeats(browser, cell) && seen.status() == Some(200);
            ensure!(matches!(seen, Seen::Reset) || again, "{seen:?}");
            rows_before()
        }
        "silence-after-commit" => {
            bench
                .proxy
                .wait_for("the commit", DEADLINE, |log| log.iter().any(Exchange::committed))
                .await?;
            bench.proxy.heal();
            let seen = finish(browser).await?;
            ensure!(matches!(seen, Seen::Reset), "{seen:?}");
            done
        }
        "commits-late" => {
            bench
                .proxy
                .wait_for("the request", DEADLINE, |log| calls(log).count() == 1)
                .await?;
            browser.driver.execute(GIVE_UP, vec![]).await?;
            let left = |log: &[Exchange]| calls(log).all(|one| one.ending == Some(Ending::Left));
            bench.proxy.wait_for("the browser gone", DEADLINE, left).await?;
            ensure!(bench.rows().await? == rows_before(), "done already");
            bench.proxy.heal();
            bench
                .proxy
                .wait_for("the commit", DEADLINE, |log| log.iter().any(Exchange::committed))
                .await?;
            done
        }
        _ => {
            let seen = finish(browser).await?;
            judge(cell, &seen, begun.elapsed()).with_context(|| format!("{seen:?}"))?
        }
    };
    let found = bench.rows().await?;
    ensure!(found == expected, "the rows are {found:?}");
    let log = bench.proxy.log();
    ensure!(
        calls(&log).count() == 1 || repeats(browser, cell),
        "sent again:\n{}",
        bench.proxy.log_text()
    );
    ensure!(
        begun.elapsed() < DEADLINE + Duration::from_secs(1),
        "after {:?}",
        begun.elapsed()
    );
    Ok(())
}

/// The requests of the API.
fn calls(log: &[Exchange]) -> impl Iterator<Item = &Exchange> {
    log.iter().filter(|one| one.call.is_some())
}

/// Whether the browser may send it again by itself: Firefox does when a connection breaks under a request
/// that only reads.
fn repeats(browser: &Browser, cell: &Cell) -> bool {
    browser.kind == Kind::Firefox && matches!(cell.call, Call::List | Call::Read)
}

/// What `fetch` made of it. It does not tell a reset from a close.
async fn finish(browser: &Browser) -> Result<Seen> {
    let outcome = browser.driver.execute_async(FINISH, vec![]).await?;
    let (status, headers, body): (u16, serde_json::Map<String, Value>, Option<String>) = outcome.convert()?;
    if status == 0 {
        return Ok(Seen::Reset);
    }
    let Some(body) = body else {
        return Ok(Seen::Cut(status));
    };
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        let value = HeaderValue::from_str(value.as_str().unwrap_or_default())?;
        all.insert(HeaderName::from_bytes(name.as_bytes())?, value);
    }
    Ok(Seen::Answer {
        status,
        headers: all,
        body,
    })
}
