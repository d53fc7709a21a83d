//! The browser is killed (SIGKILL) while something is being kept, waits, is on its way, or was answered a
//! moment ago; another one goes on with what is on the disk. Chromium alone, since one browser is enough to
//! show what the app makes of it, and Firefox's driver makes each profile anew.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use strikethrough_e2e::browser::{Kind as BrowserKind, profile};
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::ledger::{Ledger, Task};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::proxy::{Ending, Exchange, Fault, Kind, Match, Proxy, Rule};
use strikethrough_e2e::server::Server;
use strikethrough_e2e::session::Session;
use thirtyfour::Key;

/// After the faults have ended, the queue must be empty within this time (GUARANTEES.md, "Faults").
const QUEUE_EMPTY: Duration = Duration::from_secs(60);

/// When the browser is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    /// Right after the click: hardly anything can have been kept.
    BeforeItIsKept,
    /// It is kept, and nothing could be sent.
    Kept,
    /// It was sent, and the server has not got it.
    Sent,
    /// It was sent and carried out, and nobody knows.
    CarriedOut,
    /// The answer is there, and the app has perhaps not noted it.
    Answered,
}

const POINTS: [Point; 5] = [
    Point::BeforeItIsKept,
    Point::Kept,
    Point::Sent,
    Point::CarriedOut,
    Point::Answered,
];

macro_rules! killed_during {
    ($($name:ident: $call:ident, $kind:ident;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() -> Result<()> {
            for point in POINTS {
                let crash = Crash::begin(Call::$call, Kind::$kind, point).await?;
                crash.go_through().await.with_context(|| format!("killed at {point:?}"))?;
            }
            Ok(())
        }
    )+};
}

killed_during! {
    a_create: Create, Helpful;
    a_create_without_keys: Create, Baseline;
    an_edit: Update, Helpful;
    an_edit_without_versions: Update, Baseline;
    done: Done, Helpful;
    done_without_versions: Done, Baseline;
}

struct Crash {
    call: Call,
    point: Point,
    server: Server,
    proxy: Proxy,
    ledger: Ledger,
    milk: Task,
}

impl Crash {
    async fn begin(call: Call, kind: Kind, point: Point) -> Result<Self> {
        let server = Server::start_bare(&[("Buy milk", "two litres")]).await?;
        let proxy = Proxy::in_front_of(&server.origin, kind).await?;
        let mut ledger = Ledger::default();
        let milk = ledger.created("Buy milk", "two litres");
        Ok(Self {
            call,
            point,
            server,
            proxy,
            ledger,
            milk,
        })
    }

    async fn go_through(mut self) -> Result<()> {
        let profile = profile()?;
        let first = Session::start(BrowserKind::Chromium, profile.path()).await?;
        let app = App::new(&first.browser, &format!("{}/", self.proxy.origin));
        let outcome = self.until_killed(&app).await;
        first.kill().await?;
        outcome?;
        self.proxy.heal();

        let second = Session::start(BrowserKind::Chromium, profile.path()).await?;
        let app = App::new(&second.browser, &format!("{}/", self.proxy.origin));
        let outcome = self.goes_on(&app).await;
        second.end().await?;
        outcome.with_context(|| format!("the proxy saw\n{}", self.proxy.log_text()))
    }

    /// What the person does, up to the moment at which the browser dies.
    async fn until_killed(&self, app: &App) -> Result<()> {
        let id = self.server.id_of("Buy milk").await?;
        let button = match self.call {
            Call::Create => {
                app.open("").await?;
                app.tasks().quick_add().type_keys("Bake bread").await?;
                app.tasks().button("Add")
            }
            Call::Update => {
                app.open(&format!("task/{id}/edit")).await?;
                app.form().holds("Buy milk", "two litres").await?;
                app.form().summary().type_keys(Key::Control + "a").await?;
                app.form().summary().type_keys("Buy oat milk").await?;
                app.form().save()
            }
            Call::Done => {
                app.open("").await?;
                app.tasks().finish("Buy milk")
            }
            Call::List | Call::Read => bail!("nothing is written"),
        };
        app.stands(SAVED).await?;
        let met = |log: &[Exchange]| log.iter().any(|one| one.fault.is_some());
        let matches = Match::call(self.call);
        match self.point {
            Point::BeforeItIsKept => {
                let element = button.one().await?;
                app.browser
                    .driver
                    .execute("arguments[0].click()", vec![element.to_json()?])
                    .await?;
            }
            Point::Kept => {
                self.proxy.offline(true);
                button.click().await?;
                app.stands("Offline · 1 waiting").await?;
            }
            Point::Sent => {
                self.proxy.inject(Rule::once(matches, Fault::Silence));
                button.click().await?;
                self.proxy.wait_for("the request", DEADLINE, met).await?;
            }
            Point::CarriedOut => {
                self.proxy.inject(Rule::once(matches, Fault::SilenceAfterCommit));
                button.click().await?;
                let committed = |log: &[Exchange]| log.iter().any(Exchange::committed);
                self.proxy.wait_for("the commit", DEADLINE, committed).await?;
            }
            Point::Answered => {
                button.click().await?;
                let call = self.call;
                let answered = |one: &Exchange| {
                    one.call == Some(call) && matches!(one.ending, Some(Ending::Answered(_)))
                };
                let answered = |log: &[Exchange]| log.iter().any(answered);
                self.proxy.wait_for("the answer", DEADLINE, answered).await?;
            }
        }
        Ok(())
    }

    /// The browser is started again.
    async fn goes_on(&mut self, app: &App) -> Result<()> {
        app.open("").await?;
        let standing = app.settles(QUEUE_EMPTY).await?;
        ensure!(standing == SAVED, "the header says “{standing}”");
        let before = self.ledger.clone();
        match self.call {
            Call::Create => drop(self.ledger.created("Bake bread", "")),
            Call::Update => self.ledger.edited(self.milk, Some("Buy oat milk"), None),
            _ => self.ledger.done(self.milk),
        }
        let rows = self.server.rows().await?;
        // Who was never told that it is kept has not lost it.
        let is_as_before = self.point == Point::BeforeItIsKept && before.audit(&rows).is_clean();
        let ledger = if is_as_before { &before } else { &self.ledger };
        ledger.check(&rows)?;
        let expected = ledger.expected();
        let summaries: Vec<_> = expected.iter().map(|(summary, _)| summary.as_str()).collect();
        app.tasks().shows(&summaries).await
    }
}
