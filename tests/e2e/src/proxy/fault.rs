//! What can go wrong on the way, and to which requests it happens.

use std::time::{Duration, SystemTime};

use crate::foreign::Call;

/// The two forms of `Retry-After` (RFC 9110, section 10.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// A date, this long after the moment of the answer, to the second.
    DateIn(Duration),
}

impl RetryAfter {
    /// The value of the header, for an answer given now.
    pub(super) fn value(self) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::DateIn(wait) => httpdate::fmt_http_date(SystemTime::now() + wait),
        }
    }
}

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status. The request is not forwarded.
    Status {
        /// The status code.
        code: u16,
        /// The `Retry-After` header, if any.
        retry_after: Option<RetryAfter>,
    },
    /// The server carries the request out; the client gets this status.
    StatusAfterCommit(u16),
    /// The client's connection is reset (TCP RST). The request is not forwarded.
    ResetBeforeForward,
    /// The answer is lost: the server carries the request out, and the client's connection is reset
    /// before a byte of the answer.
    ResetAfterCommit,
    /// The server carries the request out; the client gets the head and half of the body (half of the
    /// head when there is no body), then a reset.
    ResetMidBody,
    /// Nothing is forwarded and nothing answered until the proxy heals, which closes the connection.
    Silence,
    /// The server carries the request out, and nothing is answered until the proxy heals, which closes
    /// the connection.
    SilenceAfterCommit,
    /// Held back until the proxy heals, and forwarded then, even when the client has given up: how a slow
    /// server commits a request that was sent again in the meantime.
    Hold,
    /// Forwarded this much later, even when the client has given up by then.
    Delay(Duration),
    /// Forwarded at once, and answered this much later.
    DelayAnswer(Duration),
    /// A success whose JSON ends in the middle. The request is not forwarded.
    MalformedJson,
    /// The server carries the request out; its JSON ends in the middle.
    MalformedJsonAfterCommit,
    /// A captive portal's web page with status 200. The request is not forwarded.
    HtmlPage,
    /// 401 with `WWW-Authenticate: Bearer`. The request is not forwarded.
    Unauthorized,
    /// Another client finishes the task first: a real `DELETE` of the same path goes ahead of the
    /// request, and the answer is the server's own, such as 404.
    FinishedElsewhere,
    /// Another client gives the task these texts first: a real `PUT` of the same path goes ahead of the
    /// request, and the answer is the server's own, such as 412.
    ChangedElsewhere {
        /// The new summary; `None` leaves it.
        summary: Option<String>,
        /// The new description; `None` leaves it.
        description: Option<String>,
    },
    /// The connection is reset, and so is every later one until the proxy is online again or heals.
    Offline,
}

impl Fault {
    /// A status without `Retry-After`.
    pub fn status(code: u16) -> Self {
        Self::Status {
            code,
            retry_after: None,
        }
    }
}

/// Which path a request must have. Queries don't count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Any, static files included.
    Any,
    /// Exactly this one.
    Exact(String),
    /// One that begins like this.
    Prefix(String),
    /// That of the list or of a task: `/tasks/` and whatever is below.
    Api,
    /// That of a task: `/tasks/<id>/`.
    Task,
}

/// Which requests a rule is for. CORS preflights pass unless the method says `OPTIONS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The method; `None` means any but `OPTIONS`.
    pub method: Option<&'static str>,
    /// The path.
    pub path: Path,
}

impl Match {
    /// Every request of the API.
    pub const API: Self = Self {
        method: None,
        path: Path::Api,
    };

    /// This one of the five calls.
    pub fn call(call: Call) -> Self {
        let (method, path) = match call {
            Call::List => ("GET", None),
            Call::Create => ("POST", None),
            Call::Read => ("GET", Some(Path::Task)),
            Call::Update => ("PUT", Some(Path::Task)),
            Call::Done => ("DELETE", Some(Path::Task)),
        };
        Self {
            method: Some(method),
            path: path.unwrap_or_else(|| Path::Exact(TASKS.to_owned())),
        }
    }

    pub(super) fn holds(&self, method: &str, path: &str) -> bool {
        let method = match self.method {
            Some(wanted) => method == wanted,
            None => method != "OPTIONS",
        };
        method
            && match &self.path {
                Path::Any => true,
                Path::Exact(exact) => path == exact,
                Path::Prefix(prefix) => path.starts_with(prefix),
                Path::Api => path.starts_with(TASKS),
                Path::Task => path.starts_with(TASKS) && path != TASKS,
            }
    }
}

/// The path of the list (CONTRACT.md, "Baseline").
pub(super) const TASKS: &str = "/tasks/";

/// The path of a request target without its query.
pub(super) fn path_of(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// Which of the five calls a request is, if any.
pub(super) fn call_of(method: &str, target: &str) -> Option<Call> {
    [Call::List, Call::Read, Call::Create, Call::Update, Call::Done]
        .into_iter()
        .find(|call| Match::call(*call).holds(method, path_of(target)))
}

/// A fault and the requests that meet it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Which requests.
    pub matches: Match,
    /// What happens to them.
    pub fault: Fault,
    /// How many of them; `None` means all until the proxy heals.
    pub times: Option<usize>,
}

impl Rule {
    /// For the next such request alone.
    pub fn once(matches: Match, fault: Fault) -> Self {
        Self::times(1, matches, fault)
    }

    /// For the next `times` such requests.
    pub fn times(times: usize, matches: Match, fault: Fault) -> Self {
        Self {
            matches,
            fault,
            times: Some(times),
        }
    }

    /// For all such requests until the proxy heals.
    pub fn always(matches: Match, fault: Fault) -> Self {
        Self {
            matches,
            fault,
            times: None,
        }
    }
}

/// The fault of the first rule that is for this request, which counts as met once more.
pub(super) fn meet(rules: &mut Vec<Rule>, method: &str, target: &str) -> Option<Fault> {
    let path = path_of(target);
    let at = rules.iter().position(|rule| rule.matches.holds(method, path))?;
    let rule = rules.get_mut(at)?;
    let fault = rule.fault.clone();
    if let Some(times) = &mut rule.times {
        *times = times.saturating_sub(1);
        if *times == 0 {
            rules.remove(at);
        }
    }
    Some(fault)
}
