//! The matrix of faults: what can go wrong × what a person does × what kind of server, with a real browser, the
//! app, a proxy that breaks things, and the real server (GUARANTEES.md, "Faults"). The oracle is the ledger.

use std::cell::{Cell as Shared, RefCell};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::join_all;
use strikethrough_e2e::browser::{Browser, Kind as BrowserKind};
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::ledger::{Ledger, Task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Cell, Exchange, Fault, Kind, Proxy, cells};
use strikethrough_e2e::server::Server;
use thirtyfour::Key;

/// After the faults have ended, the queue must be empty within this time (GUARANTEES.md, "Faults").
const QUEUE_EMPTY: Duration = Duration::from_secs(60);

/// Requests to the API that may be unanswered at once (GUARANTEES.md, 12).
const MOST_IN_FLIGHT: usize = 6;

/// Browsers side by side: most of the time each waits.
const SESSIONS: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chromium() -> Result<()> {
    try_all(BrowserKind::Chromium, cells()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn firefox() -> Result<()> {
    let half = cells().into_iter().filter(Cell::in_second_browser);
    try_all(BrowserKind::Firefox, half.collect()).await
}

async fn try_all(kind: BrowserKind, cells: Vec<Cell>) -> Result<()> {
    let only = std::env::var("CELL").unwrap_or_default();
    let cells: Vec<_> = cells
        .into_iter()
        .filter(|cell| cell.to_string().contains(&only))
        .collect();
    ensure!(!cells.is_empty(), "no cell is called “{only}”");
    let begun = Instant::now();
    let (next, longest) = (Shared::new(0), Shared::new(Duration::ZERO));
    let failed = RefCell::new(Vec::new());
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let session = async |browser: &Browser| -> Result<()> {
        browser.console.announce(FAILED_REQUESTS);
        while let Some(cell) = cells.get(next.replace(next.get() + 1)) {
            match try_cell(browser, cell).await {
                Ok(took) => longest.set(longest.get().max(took)),
                Err(error) => failed.borrow_mut().push(format!("{cell}: {error:#}")),
            }
        }
        Ok(())
    };
    let sessions = (0..SESSIONS).map(|number| {
        let name = format!("matrix-{number}::{kind:?}");
        async move { Browser::run(kind, pictures, &name, async |browser| session(browser).await).await }
    });
    for ended in join_all(sessions).await {
        ended?;
    }
    let failed = failed.into_inner();
    // Past the harness, which keeps to itself what a test that passes prints.
    writeln!(
        std::io::stderr(),
        "{} cells of the matrix of faults in {kind:?} in {:.0?}, {} failed; the queue was empty after {:.1?} at most",
        cells.len(),
        begun.elapsed(),
        failed.len(),
        longest.get(),
    )?;
    ensure!(failed.is_empty(), "{}", failed.join("\n\n"));
    Ok(())
}

/// The app in front of a proxy in front of a server, and what the person has done.
struct Bench {
    server: Server,
    proxy: Proxy,
    app: App,
    ledger: Ledger,
    milk: Task,
    /// The task that the person adds.
    bread: Option<Task>,
}

/// Tries one cell. Gives back how long the queue took to be empty after the faults had ended.
async fn try_cell(browser: &Browser, cell: &Cell) -> Result<Duration> {
    let server = Server::start_bare(&[("Buy milk", "two litres"), ("Call Ada", "before six")]).await?;
    let proxy = Proxy::in_front_of(&server.origin, cell.server).await?;
    let app = App::new(browser, &format!("{}/", proxy.origin));
    let mut ledger = Ledger::default();
    let milk = ledger.created("Buy milk", "two litres");
    ledger.created("Call Ada", "before six");
    let mut bench = Bench {
        server,
        proxy,
        app,
        ledger,
        milk,
        bread: None,
    };
    let outcome = bench.go_through(cell).await;
    outcome.with_context(|| {
        let log = bench.proxy.log();
        let calls = log.iter().filter(|one| one.call.is_some());
        let lines: Vec<_> = calls.map(ToString::to_string).collect();
        format!("the proxy saw\n{}\nand then", lines.join("\n"))
    })
}

impl Bench {
    async fn go_through(&mut self, cell: &Cell) -> Result<Duration> {
        self.begin(cell).await?;
        self.proxy.inject(cell.rule());
        self.act(cell).await?;
        let met = |log: &[Exchange]| log.iter().any(has_met);
        self.proxy.wait_for("the fault", DEADLINE, met).await?;
        if lasts(cell) && cell.call != Call::List && cell.call != Call::Read {
            // It is shown, and never as what it is not.
            self.lists_what_is_wanted().await?;
            let standing = self.app.standing().await?;
            ensure!(standing != SAVED, "the header says “{standing}” during the fault");
        }
        if cell.fault == Fault::Hold {
            self.send_again(cell).await?;
        }
        let healed = Instant::now();
        self.proxy.heal();
        self.look(cell).await?;
        let standing = self.app.settles(QUEUE_EMPTY).await?;
        let took = healed.elapsed();
        self.judge(cell, &standing).await?;
        Ok(took)
    }

    /// Opens the page on which the person acts.
    async fn begin(&self, cell: &Cell) -> Result<()> {
        if cell.call == Call::Update {
            let id = self.server.id_of("Buy milk").await?;
            self.app.open(&format!("task/{id}/edit")).await?;
            self.app.form().holds("Buy milk", "two litres").await?;
            let summary = self.app.form().summary();
            summary.type_keys(Key::Control + "a").await?;
            summary.type_keys("Buy oat milk").await?;
        } else {
            self.app.open("").await?;
        }
        self.app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
        self.app.stands(SAVED).await
    }

    async fn act(&mut self, cell: &Cell) -> Result<()> {
        let tasks = self.app.tasks();
        match cell.call {
            Call::List => {
                self.server.seed(&[("Water the plants", "")]).await?;
                self.ledger.created("Water the plants", "");
                tasks.button("Refresh").click().await?;
            }
            Call::Read => tasks.link("Buy milk").click().await?,
            Call::Create => {
                self.bread = Some(self.ledger.created("Bake bread", ""));
                tasks.add("Bake bread").await?;
            }
            Call::Update => {
                self.ledger.edited(self.milk, Some("Buy oat milk"), None);
                self.app.form().save().click().await?;
            }
            Call::Done => {
                self.ledger.done(self.milk);
                tasks.finish("Buy milk").click().await?;
            }
        }
        Ok(())
    }

    /// The person gives up waiting and loads the page anew, so that the app sends again what is still held back
    /// on its way.
    async fn send_again(&self, cell: &Cell) -> Result<()> {
        self.app.browser.driver.refresh().await?;
        let again = |log: &[Exchange]| of_call(log, cell.call).count() == 2;
        self.proxy.wait_for("the request again", QUEUE_EMPTY, again).await
    }

    /// What the person looks at once the fault is over.
    async fn look(&mut self, cell: &Cell) -> Result<()> {
        let is_late = matches!(cell.fault, Fault::Delay(_) | Fault::DelayAnswer(_));
        match (cell.call, &cell.fault) {
            (Call::List, _) => {
                if !is_late {
                    self.app.tasks().button("Refresh").click().await?;
                }
                self.lists_what_is_wanted().await
            }
            (Call::Read, Fault::FinishedElsewhere) => {
                self.ledger.done(self.milk);
                self.app.detail().is_missing().await
            }
            (Call::Read, _) => {
                if !is_late {
                    self.app.detail().back().click().await?;
                    self.app.tasks().link("Buy milk").click().await?;
                }
                self.app.detail().shows("Buy milk", "two litres").await
            }
            (call, Fault::Hold) => {
                let both = |log: &[Exchange]| of_call(log, call).all(|one| one.upstream.is_some());
                self.proxy.wait_for("both at the server", DEADLINE, both).await?;
                self.app.settles(QUEUE_EMPTY).await?;
                self.app.tasks().button("Refresh").click().await
            }
            _ => Ok(()),
        }
    }

    /// What is on the server, what is on the page, and what was sent are what they must be.
    async fn judge(&mut self, cell: &Cell, standing: &str) -> Result<()> {
        let mut says = None;
        match (cell.trouble, cell.call, cell.server) {
            ("finished-elsewhere", Call::Update, _) => {
                self.ledger.taken_back(self.milk);
                self.ledger.done(self.milk);
                says = Some("was finished somewhere else");
            }
            ("summary-changed-elsewhere", Call::Update, _) => {
                self.ledger.taken_back(self.milk);
                self.ledger
                    .edited(self.milk, Some("Changed by someone else"), None);
                says = Some("was changed somewhere else too");
            }
            ("description-changed-elsewhere", Call::Update, _) => {
                let theirs = Some("described by someone else");
                self.ledger.edited(self.milk, None, theirs);
            }
            ("commits-late", Call::Create, Kind::Baseline) => says = Some("There are two tasks"),
            _ => {}
        }
        if let Some(part) = says {
            self.app.stands("1 needs you").await?;
            if cell.call == Call::Create {
                self.app.header_link("1 needs you").click().await?;
                self.ledger.told_of_twin(self.bread.context("no create")?);
            }
            self.app.shows(part).await?;
        } else {
            ensure!(standing == SAVED, "the header says “{standing}”");
            self.lists_what_is_wanted().await?;
        }
        self.ledger.check(&self.server.rows().await?)?;
        let most = self.proxy.in_flight_max();
        ensure!(
            most <= MOST_IN_FLIGHT,
            "{most} requests were on their way at once"
        );
        let log = self.proxy.log();
        let mut keys: Vec<_> = of_call(&log, Call::Create)
            .map(|one| &one.idempotency_key)
            .collect();
        keys.dedup();
        ensure!(keys.len() <= 1, "one create had several keys: {keys:?}");
        Ok(())
    }

    /// Waits until the list shows what the person wants, whoever knows of it.
    async fn lists_what_is_wanted(&self) -> Result<()> {
        let expected = self.ledger.expected();
        let summaries: Vec<_> = expected.iter().map(|(summary, _)| summary.as_str()).collect();
        self.app.tasks().shows(&summaries).await
    }
}

/// Whether the fault goes on until it is healed, and keeps the app from what it wants.
fn lasts(cell: &Cell) -> bool {
    let passes = matches!(cell.fault, Fault::Delay(_) | Fault::DelayAnswer(_));
    cell.rule().times.is_none() && !passes && cell.fault != Fault::ResetMidBody
}

/// Whether a request has met the fault, and the server has done what it does then.
fn has_met(exchange: &Exchange) -> bool {
    match &exchange.fault {
        None => false,
        Some(
            Fault::StatusAfterCommit(_)
            | Fault::ResetAfterCommit
            | Fault::ResetMidBody
            | Fault::SilenceAfterCommit
            | Fault::MalformedJsonAfterCommit
            | Fault::FinishedElsewhere
            | Fault::ChangedElsewhere { .. },
        ) => exchange.upstream.is_some(),
        Some(_) => true,
    }
}

fn of_call(log: &[Exchange], call: Call) -> impl Iterator<Item = &Exchange> {
    log.iter().filter(move |one| one.call == Some(call))
}
