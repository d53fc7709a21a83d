//! Every cell of the matrix of faults: what an ordinary client sees of it, and whether the database has it.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::ledger::Text;
use strikethrough_e2e::proxy::{Cell, Ending, Exchange, cells};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::judge::{asked, judge};
use crate::support::{Bench, Seen, refuses, rows_after, rows_before};

/// Each has a server, a database and a proxy of its own; more at once gain nothing.
const AT_ONCE: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cell_does_what_its_name_says() {
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut tries = JoinSet::new();
    for cell in cells() {
        let permits = Arc::clone(&permits);
        tries.spawn(async move {
            let _permit = permits.acquire_owned().await;
            let outcome = try_cell(&cell).await;
            outcome.with_context(|| cell.to_string()).err()
        });
    }
    let count = tries.len();
    let failed: Vec<_> = tries.join_all().await.into_iter().flatten().collect();
    println!("{count} cells of the matrix of faults, {} failed", failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
}

async fn try_cell(cell: &Cell) -> Result<()> {
    let bench = Arc::new(Bench::start(cell.server).await?);
    let version = bench.version().await?;
    bench.proxy.inject(cell.rule());
    let begun = Instant::now();
    let client = tokio::spawn({
        let (bench, call) = (Arc::clone(&bench), asked(cell));
        async move { bench.call(call, &version).await }
    });
    let done = rows_after(cell.call);
    match cell.trouble {
        "silence" => held(&bench, client, false, rows_before()).await?,
        "silence-after-commit" => held(&bench, client, true, done).await?,
        "commits-late" => late(&bench, client, done).await?,
        _ => {
            let seen = client.await??;
            let expected = judge(cell, &seen, begun.elapsed()).with_context(|| format!("{seen:?}"))?;
            let found = bench.rows().await?;
            ensure!(found == expected, "the rows are {found:?}");
        }
    }
    if cell.trouble == "offline" {
        ensure!(refuses(&bench.proxy.origin).await, "online");
    }
    let met = bench.proxy.log();
    ensure!(
        met.first()
            .is_some_and(|first| first.fault.as_ref() == Some(&cell.fault)),
        "it met {met:?}"
    );
    // After that everything is as ever.
    bench.proxy.heal();
    let list = bench.ask(Method::GET, "/tasks/", &[], None).await?;
    let shown = list.json().and_then(|list| Some(list.as_array()?.len()));
    ensure!(shown == Some(bench.rows().await?.len()), "healed, but {list:?}");
    Ok(())
}

/// Whether the server has carried out the first request.
fn carried_out(log: &[Exchange]) -> bool {
    let status = log.first().and_then(|first| first.upstream);
    status.is_some_and(|status| (200..300).contains(&status))
}

/// No answer while the fault lasts, then a closed connection; and these rows all the time.
async fn held(
    bench: &Bench,
    client: JoinHandle<Result<Seen>>,
    committed: bool,
    expected: Vec<Text>,
) -> Result<()> {
    let there = |log: &[Exchange]| !log.is_empty() && (carried_out(log) || !committed);
    bench.proxy.wait_for("the request held", DEADLINE, there).await?;
    ensure!(!client.is_finished(), "answered");
    ensure!(
        bench.rows().await? == expected,
        "the rows are {:?}",
        bench.rows().await?
    );
    bench.proxy.heal();
    let seen = client.await??;
    ensure!(matches!(seen, Seen::Closed), "{seen:?}");
    ensure!(
        carried_out(&bench.proxy.log()) == committed,
        "{}",
        bench.proxy.log_text()
    );
    ensure!(
        bench.rows().await? == expected,
        "the rows are {:?}",
        bench.rows().await?
    );
    Ok(())
}

/// Nothing is done until the client has given up, and then it is.
async fn late(bench: &Bench, client: JoinHandle<Result<Seen>>, expected: Vec<Text>) -> Result<()> {
    let there = |log: &[Exchange]| log.len() == 1;
    bench.proxy.wait_for("the request held", DEADLINE, there).await?;
    client.abort();
    let left = |log: &[Exchange]| log.iter().all(|one| one.ending == Some(Ending::Left));
    bench.proxy.wait_for("the client gone", DEADLINE, left).await?;
    ensure!(bench.rows().await? == rows_before(), "done already");
    bench.proxy.heal();
    bench
        .proxy
        .wait_for("the late commit", DEADLINE, carried_out)
        .await?;
    ensure!(
        bench.rows().await? == expected,
        "the rows are {:?}",
        bench.rows().await?
    );
    Ok(())
}
