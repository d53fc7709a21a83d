//! A proxy between the app and a server that does, at the socket, what networks and servers do on bad days.
//!
//! App and API are one origin through it: static files pass as they are. Each request is read to its end,
//! forwarded byte for byte, and its answer read to its end, so that it is certain whether the server has
//! carried it out before the client learns anything. Only the headers about the connection change.
//!
//! Browsers send requests again by themselves, without a word to the page. Chromium does so with any method
//! when a connection breaks that was used before or opened ahead; hence each connection carries one
//! request, and injecting a rule closes those that have carried none. Firefox does so on any connection with
//! requests that only read, up to ten times; those are to be expected.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use strikethrough_e2e::find::DEADLINE;
//! use strikethrough_e2e::foreign::Call;
//! use strikethrough_e2e::proxy::{Fault, Kind, Match, Proxy, Rule};
//!
//! let proxy = Proxy::in_front_of("http://127.0.0.1:8000", Kind::Baseline).await?;
//! proxy.inject(Rule::once(Match::call(Call::Create), Fault::ResetAfterCommit));
//! // … the person adds a task at `proxy.origin` …
//! proxy.wait_for("the create sent again", DEADLINE, |log| {
//!     log.iter().filter(|seen| seen.call == Some(Call::Create)).count() == 2
//! }).await?;
//! proxy.heal();
//! # Ok(())
//! # }
//! ```

mod connection;
mod fault;
mod log;
mod matrix;
mod message;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use fault::{Fault, Match, Path, RetryAfter, Rule};
pub use log::{Ending, Exchange};
pub use matrix::{Cell, Kind, cells};

use log::State;

/// A running proxy. Dropping it closes every connection.
#[derive(Debug)]
pub struct Proxy {
    /// The origin, such as `http://127.0.0.1:40123`.
    pub origin: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

/// What the proxy and its connections share.
#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    kind: Kind,
    state: watch::Sender<State>,
}

impl Shared {
    /// Changes the state and wakes those who wait for it.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Option<T> {
        let mut result = None;
        self.state.send_modify(|state| result = Some(change(state)));
        result
    }
}

impl Proxy {
    /// Starts it on a free port of this machine. In front of a [`Kind::Baseline`] it hides what the server
    /// has beyond the five calls. `/config.json` says what the app may rely on ([`Kind::config`]).
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start(upstream: SocketAddr, kind: Kind) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            upstream,
            kind,
            state: watch::Sender::new(State::new(kind.config())),
        });
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listener, Arc::clone(&shared)));
        Ok(Self {
            origin,
            shared,
            _tasks: tasks,
        })
    }

    /// As [`Proxy::start`], in front of the server with this origin, such as `http://127.0.0.1:8000`.
    ///
    /// # Errors
    ///
    /// When the origin is no IP address with a port, or no port can be bound.
    pub async fn in_front_of(origin: &str, kind: Kind) -> Result<Self> {
        let address = origin.strip_prefix("http://").unwrap_or(origin);
        let address = address.parse().with_context(|| format!("the origin {origin}"))?;
        Self::start(address, kind).await
    }

    /// Adds a rule. A request meets the first that is for it, in the order in which they were added.
    pub fn inject(&self, rule: Rule) {
        self.shared.change(|state| {
            state.rules.push(rule);
            state.injections += 1;
        });
    }

    /// Ends all faults: drops the rules, closes what is silent, forwards what is held back, and goes online.
    pub fn heal(&self) {
        self.shared.change(State::heal);
    }

    /// While offline, every new connection is reset at once, and those that are open when their request is
    /// there. What has been forwarded already is still answered.
    pub fn offline(&self, offline: bool) {
        self.shared.change(|state| state.offline = offline);
    }

    /// What `/config.json` is from now on; `None` means the server's own.
    pub fn config(&self, text: Option<&str>) {
        self.shared.change(|state| state.config = text.map(str::to_owned));
    }

    /// Every request so far that was read to its end, in the order of their arrival.
    pub fn log(&self) -> Vec<Exchange> {
        self.shared.state.borrow().log.clone()
    }

    /// How many connections were reset because the proxy was offline, before a request was read.
    pub fn refused(&self) -> usize {
        self.shared.state.borrow().refused
    }

    /// The most requests of the API that were unanswered at once. One whose client has given up no longer
    /// counts.
    pub fn in_flight_max(&self) -> usize {
        self.shared.state.borrow().in_flight_max
    }

    /// Waits until the log is as wanted. It is looked at whenever it changes.
    ///
    /// # Errors
    ///
    /// When it is not until the deadline, with the log.
    pub async fn wait_for(
        &self,
        what: &str,
        deadline: Duration,
        mut condition: impl FnMut(&[Exchange]) -> bool,
    ) -> Result<()> {
        let mut changes = self.shared.state.subscribe();
        let met = changes.wait_for(|state| condition(&state.log));
        // The sender is part of `self`, so that only the deadline can end this early.
        match tokio::time::timeout(deadline, met).await {
            Ok(Ok(_)) => Ok(()),
            _ => anyhow::bail!(
                "waited {deadline:?} for: {what}; the proxy saw\n{}",
                self.log_text()
            ),
        }
    }

    /// The log as lines for people.
    pub fn log_text(&self) -> String {
        let lines: Vec<_> = self.log().iter().map(ToString::to_string).collect();
        lines.join("\n")
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let refused = shared.change(State::refuse);
        if refused == Some(true) {
            reset(stream);
            continue;
        }
        connections.spawn(connection::serve(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

/// Closes with RST instead of FIN, and throws away what is not yet delivered.
fn reset(stream: TcpStream) {
    // It fails when the connection is gone already, which is as good.
    let _ = stream.set_zero_linger();
    drop(stream);
}
