//! What the proxy has seen, and what it does next.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use crate::foreign::Call;
use crate::proxy::fault::{Fault, Rule, TASKS, call_of, meet};
use crate::proxy::message::{Message, Start};

/// How a request ended for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With this status, sent as a whole.
    Answered(u16),
    /// In the middle of an answer, with a reset.
    Cut,
    /// With a reset before a byte of an answer.
    Reset,
    /// With the connection closed before a byte of an answer.
    Closed,
    /// The client gave up first.
    Left,
}

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The method.
    pub method: String,
    /// Path and query as they were sent.
    pub target: String,
    /// Which of the five calls it is, if any.
    pub call: Option<Call>,
    /// The body.
    pub body: Vec<u8>,
    /// `If-Match` as the client sent it.
    pub if_match: Option<String>,
    /// `Idempotency-Key` as the client sent it.
    pub idempotency_key: Option<String>,
    /// What met it.
    pub fault: Option<Fault>,
    /// The status that another client got just before ([`Fault::FinishedElsewhere`],
    /// [`Fault::ChangedElsewhere`]).
    pub elsewhere: Option<u16>,
    /// The status of the server's answer, once that is there as a whole.
    pub upstream: Option<u16>,
    /// How it ended for the client; `None` while it has not.
    pub ending: Option<Ending>,
}

impl Exchange {
    /// Whether the server has carried out a write and said so to the proxy.
    pub fn committed(&self) -> bool {
        let write = matches!(self.call, Some(Call::Create | Call::Update | Call::Done));
        write && self.upstream.is_some_and(|status| (200..300).contains(&status))
    }

    /// The body as JSON, or `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)?;
        if !self.body.is_empty() {
            write!(f, " {:.200}", String::from_utf8_lossy(&self.body))?;
        }
        for (name, value) in [
            ("If-Match", &self.if_match),
            ("Idempotency-Key", &self.idempotency_key),
        ] {
            if let Some(value) = value {
                write!(f, " [{name}: {value}]")?;
            }
        }
        if let Some(fault) = &self.fault {
            write!(f, ", met {fault:?}")?;
        }
        match self.upstream {
            Some(status) => write!(f, ", server {status}")?,
            None => write!(f, ", no answer of the server")?,
        }
        match self.ending {
            Some(ending) => write!(f, ", client {ending:?}"),
            None => write!(f, ", unanswered"),
        }
    }
}

/// Everything that changes, in one place, so that one look sees it as it was at one moment.
#[derive(Debug)]
pub(super) struct State {
    pub(super) rules: Vec<Rule>,
    pub(super) offline: bool,
    pub(super) config: Option<String>,
    /// How many rules were ever added.
    pub(super) injections: u64,
    /// How often the proxy was healed.
    pub(super) heals: u64,
    pub(super) refused: usize,
    pub(super) log: Vec<Exchange>,
    /// The numbers of the requests of the API that are unanswered.
    in_flight: HashSet<usize>,
    pub(super) in_flight_max: usize,
}

/// What a connection knows about its request from the start.
#[derive(Clone, Debug)]
pub(super) struct Ticket {
    /// Its place in the log.
    pub(super) number: usize,
    pub(super) fault: Option<Fault>,
    /// [`State::heals`] when the request came.
    pub(super) heals: u64,
    /// What to answer to it as the app's configuration.
    pub(super) config: Option<String>,
}

impl State {
    pub(super) fn new(config: &str) -> Self {
        Self {
            rules: Vec::new(),
            offline: false,
            config: Some(config.to_owned()),
            injections: 0,
            heals: 0,
            refused: 0,
            log: Vec::new(),
            in_flight: HashSet::new(),
            in_flight_max: 0,
        }
    }

    pub(super) fn heal(&mut self) {
        self.rules.clear();
        self.offline = false;
        self.heals += 1;
    }

    /// Whether a new connection is turned away, which is counted.
    pub(super) fn refuse(&mut self) -> bool {
        self.refused += usize::from(self.offline);
        self.offline
    }

    /// Notes a request and decides what it meets.
    pub(super) fn begin(&mut self, request: &Message) -> Option<Ticket> {
        let Start::Request { method, target } = &request.start else {
            return None;
        };
        let fault = match self.offline {
            true => Some(Fault::Offline),
            false => meet(&mut self.rules, method, target),
        };
        self.offline |= fault == Some(Fault::Offline);
        let config = self.config.clone().filter(|_| target == "/config.json");
        let ticket = Ticket {
            number: self.log.len(),
            fault: fault.clone(),
            heals: self.heals,
            config,
        };
        self.log.push(Exchange {
            method: method.clone(),
            target: target.clone(),
            call: call_of(method, target),
            body: request.content.clone(),
            if_match: request.header("if-match"),
            idempotency_key: request.header("idempotency-key"),
            fault,
            elsewhere: None,
            upstream: None,
            ending: None,
        });
        if is_api(target) {
            self.in_flight.insert(ticket.number);
            self.in_flight_max = self.in_flight_max.max(self.in_flight.len());
        }
        Some(ticket)
    }

    /// The request is no longer in flight.
    pub(super) fn release(&mut self, number: usize) {
        self.in_flight.remove(&number);
    }

    /// Notes the end of a request; only the first counts.
    pub(super) fn end(&mut self, number: usize, ending: Ending) {
        self.release(number);
        if let Some(exchange) = self.log.get_mut(number) {
            exchange.ending.get_or_insert(ending);
        }
    }
}

pub(super) fn is_api(target: &str) -> bool {
    target.starts_with(TASKS)
}
