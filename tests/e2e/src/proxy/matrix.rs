//! The matrix of faults: what can go wrong × which call × what kind of server (GUARANTEES.md, "Faults").

use std::fmt;
use std::time::Duration;

use crate::foreign::Call;
use crate::proxy::fault::{Fault, Match, RetryAfter, Rule};

/// What the server offers beyond the five calls (CONTRACT.md, "Extensions").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Versions and keys: `ETag`, `If-Match`, `Idempotency-Key`. The bundled server as it is.
    Helpful,
    /// Nothing. The same server, from which the proxy keeps these headers and whose own it hides.
    Baseline,
}

impl Kind {
    /// The `config.json` of an app that knows what its server offers.
    pub fn config(self) -> &'static str {
        match self {
            Self::Helpful => r#"{ "api": "/", "idempotency_key": true, "etag": true }"#,
            Self::Baseline => r#"{ "api": "/" }"#,
        }
    }
}

/// One cell: a person's action, or a look, that meets a fault on the way to a kind of server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The short name of the fault.
    pub trouble: &'static str,
    /// The fault.
    pub fault: Fault,
    /// The call that the person's action or look asks for.
    pub call: Call,
    /// What it is sent to.
    pub server: Kind,
}

impl Cell {
    /// The rule that brings the fault about. One that leaves something behind at the server happens once;
    /// all others last until the proxy heals.
    pub fn rule(&self) -> Rule {
        // Without versions the app looks before it writes: that look is where another client's change can
        // be found. A change between look and write is the window that CONTRACT.md says remains.
        let looks = matches!(self.fault, Fault::ChangedElsewhere { .. }) && self.server == Kind::Baseline;
        let matches = Match::call(if looks { Call::Read } else { self.call });
        match self.fault {
            Fault::StatusAfterCommit(_)
            | Fault::ResetAfterCommit
            | Fault::SilenceAfterCommit
            | Fault::MalformedJsonAfterCommit
            | Fault::Hold
            | Fault::FinishedElsewhere
            | Fault::ChangedElsewhere { .. } => Rule::once(matches, self.fault.clone()),
            _ => Rule::always(matches, self.fault.clone()),
        }
    }

    /// Whether it belongs to the half that is worth trying in a second browser: what breaks connections,
    /// which is where network stacks differ, and what leaves a write's outcome in doubt.
    pub fn in_second_browser(&self) -> bool {
        !matches!(
            self.fault,
            Fault::Status { .. }
                | Fault::Unauthorized
                | Fault::Delay(_)
                | Fault::DelayAnswer(_)
                | Fault::MalformedJson
                | Fault::FinishedElsewhere
                | Fault::ChangedElsewhere { .. }
        )
    }
}

/// The stable name, such as `create/reset-after-commit/baseline`.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = match self.call {
            Call::List => "list",
            Call::Read => "get",
            Call::Create => "create",
            Call::Update => "edit",
            Call::Done => "done",
        };
        let server = match self.server {
            Kind::Helpful => "helpful",
            Kind::Baseline => "baseline",
        };
        write!(f, "{call}/{}/{server}", self.trouble)
    }
}

const EVERY_CALL: &[Call] = &[Call::List, Call::Read, Call::Create, Call::Update, Call::Done];
const WRITES: &[Call] = &[Call::Create, Call::Update, Call::Done];
/// The body of a successful edit or done is ignored, so that bad JSON there hides nothing unless the
/// write was lost, which nobody could tell.
const READ_BODIES: &[Call] = &[Call::List, Call::Read, Call::Create];
const OF_A_TASK: &[Call] = &[Call::Read, Call::Update, Call::Done];

/// Long enough to be told from no delay, short enough to try many.
const PAUSE: Duration = Duration::from_secs(2);

/// Every sensible cell, call by call, each with the helpful server and then the baseline one.
pub fn cells() -> Vec<Cell> {
    let troubles = troubles();
    let mut cells = Vec::new();
    for call in EVERY_CALL {
        for (trouble, fault, calls) in &troubles {
            for server in [Kind::Helpful, Kind::Baseline] {
                let cell = Cell {
                    trouble,
                    fault: fault.clone(),
                    call: *call,
                    server,
                };
                if calls.contains(call) && sensible(&cell) {
                    cells.push(cell);
                }
            }
        }
    }
    cells
}

/// Without versions nothing tells a server that a task was changed before it is done: done is done.
fn sensible(cell: &Cell) -> bool {
    let changed = matches!(cell.fault, Fault::ChangedElsewhere { .. });
    !(changed && cell.call == Call::Done && cell.server == Kind::Baseline)
}

fn troubles() -> Vec<(&'static str, Fault, &'static [Call])> {
    let pacing = |code, retry_after| Fault::Status {
        code,
        retry_after: Some(retry_after),
    };
    let changed = |summary: Option<&str>, description: Option<&str>| Fault::ChangedElsewhere {
        summary: summary.map(str::to_owned),
        description: description.map(str::to_owned),
    };
    vec![
        ("500", Fault::status(500), EVERY_CALL),
        ("500-after-commit", Fault::StatusAfterCommit(500), WRITES),
        ("502-after-commit", Fault::StatusAfterCommit(502), WRITES),
        (
            "503-retry-seconds",
            pacing(503, RetryAfter::Seconds(2)),
            EVERY_CALL,
        ),
        (
            "503-retry-date",
            pacing(503, RetryAfter::DateIn(Duration::from_secs(3))),
            EVERY_CALL,
        ),
        ("429", pacing(429, RetryAfter::Seconds(2)), EVERY_CALL),
        ("reset", Fault::ResetBeforeForward, EVERY_CALL),
        ("reset-after-commit", Fault::ResetAfterCommit, WRITES),
        ("reset-in-body", Fault::ResetMidBody, EVERY_CALL),
        ("silence", Fault::Silence, EVERY_CALL),
        ("silence-after-commit", Fault::SilenceAfterCommit, WRITES),
        ("commits-late", Fault::Hold, WRITES),
        ("delay", Fault::Delay(PAUSE), EVERY_CALL),
        ("delayed-answer", Fault::DelayAnswer(PAUSE), EVERY_CALL),
        ("bad-json", Fault::MalformedJson, READ_BODIES),
        ("bad-json-after-commit", Fault::MalformedJsonAfterCommit, WRITES),
        ("captive-portal", Fault::HtmlPage, EVERY_CALL),
        ("401", Fault::Unauthorized, EVERY_CALL),
        ("finished-elsewhere", Fault::FinishedElsewhere, OF_A_TASK),
        (
            "summary-changed-elsewhere",
            changed(Some("Changed by someone else"), None),
            &[Call::Update, Call::Done],
        ),
        (
            "description-changed-elsewhere",
            changed(None, Some("described by someone else")),
            &[Call::Update],
        ),
        ("offline", Fault::Offline, EVERY_CALL),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_cell_has_a_name_of_its_own_and_none_is_missing() {
        let cells = cells();
        let names: HashSet<_> = cells.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), cells.len());
        // 12 troubles of every call, 5 of writes, 1 of read bodies, 1 of a task; then the changes.
        assert_eq!(cells.len(), 2 * (12 * 5 + 6 * 3 + 3 + 3) + 5);
        assert!(names.contains("create/reset-after-commit/baseline"));
    }

    #[test]
    fn the_second_browser_gets_half_of_them() {
        let half = cells().into_iter().filter(Cell::in_second_browser).count();
        assert_eq!(half, cells().len() / 2);
    }

    #[test]
    fn what_the_server_keeps_happens_once() {
        for cell in cells() {
            let once = cell.trouble.contains("commit") || cell.trouble.contains("elsewhere");
            assert_eq!(cell.rule().times, once.then_some(1), "{cell}");
        }
    }
}
