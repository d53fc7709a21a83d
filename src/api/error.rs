//! One error for everything that can go wrong between the app and a server.

use super::problem::Said;
use crate::texts::{self, Unit, error};

/// The four methods of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads the list or a task.
    Get,
    /// Adds a task.
    Post,
    /// Replaces a task's summary and description.
    Put,
    /// Marks a task as done.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A call that did not end as CONTRACT.md says it must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The request's method.
    pub method: Method,
    /// The request's path, such as `/tasks/7/`.
    pub path: String,
    /// The answer's status, when one came.
    pub status: Option<u16>,
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// What the server said about it.
    pub said: Said,
    /// How long the server asks to wait, in seconds (`Retry-After`).
    pub retry_after: Option<u32>,
}

/// What went wrong, as far as the app acts differently upon it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// No answer: no network, no such host, a refused or broken connection, or no CORS permission. A
    /// browser does not say which.
    Unreachable,
    /// No answer within the time limit.
    TimedOut,
    /// The request was given up before its end, because nobody waits for it any more.
    Cancelled,
    /// The id cannot stand in a URL (empty, `.` or `..`).
    NoAddress,
    /// 401.
    SignInNeeded,
    /// 403.
    Forbidden,
    /// 404 or 410.
    NotFound,
    /// 409, 412 or 428: the server's copy is not the one that was expected.
    Conflict,
    /// 400, 413 or 422: the server does not take what was sent.
    Invalid,
    /// 429.
    TooManyRequests,
    /// 5xx.
    ServerFailed,
    /// A redirect of a write. Following one would turn it into a read, so none is followed.
    Redirected,
    /// A success whose body is not JSON, such as a login page in front of the network.
    NotJson,
    /// A success whose body is JSON of another shape. Holds where, for developers.
    WrongShape(String),
    /// A status that the API does not have.
    Unexpected,
}

impl ErrorKind {
    /// The kind for a status that is not a success.
    pub fn of_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirected,
            400 | 413 | 422 => Self::Invalid,
            401 => Self::SignInNeeded,
            403 => Self::Forbidden,
            404 | 410 => Self::NotFound,
            409 | 412 | 428 => Self::Conflict,
            408 => Self::TimedOut,
            429 => Self::TooManyRequests,
            500..=599 => Self::ServerFailed,
            _ => Self::Unexpected,
        }
    }
}

impl ApiError {
    /// Whether the same request may well succeed later, with nothing changed.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unreachable
                | ErrorKind::TimedOut
                | ErrorKind::Cancelled
                | ErrorKind::TooManyRequests
                | ErrorKind::ServerFailed
                | ErrorKind::NotJson
        )
    }

    /// Whether a write may have taken effect although no success was seen (CONTRACT.md): the answer was
    /// lost, or it was a success in words that make no sense.
    pub fn is_ambiguous(&self) -> bool {
        let unclear = match self.kind {
            ErrorKind::Unreachable | ErrorKind::TimedOut | ErrorKind::Cancelled | ErrorKind::ServerFailed => {
                true
            }
            ErrorKind::NotJson | ErrorKind::WrongShape(_) => true,
            ErrorKind::Unexpected => self.status.is_some_and(|status| (200..300).contains(&status)),
            _ => false,
        };
        self.method != Method::Get && unclear
    }

    /// What happened and what to do next, for people.
    pub fn sentence(&self) -> String {
        let sentence = self.cause();
        match self.is_ambiguous() {
            true => texts::both(sentence, error::MAY_HAVE_WORKED.say()),
            false => sentence,
        }
    }

    /// What happened, where the app itself tries again.
    pub fn cause(&self) -> String {
        let what = self.what_happened();
        match &self.said.text {
            Some(said) if !matches!(self.kind, ErrorKind::NotJson) => {
                let stop = if said.ends_with(['.', '!', '?', '…']) {
                    ""
                } else {
                    "."
                };
                texts::both(what, &error::server_said(&[said, stop].concat()))
            }
            _ => what,
        }
    }

    /// [`cause`](Self::cause) with what the server said about single fields.
    pub fn cause_with_fields(&self) -> String {
        let fields = self.said.fields.iter();
        fields.fold(self.cause(), |sentence, said| {
            texts::both(sentence, &said.message)
        })
    }

    fn what_happened(&self) -> String {
        let text = match self.kind {
            ErrorKind::Unreachable => error::UNREACHABLE,
            ErrorKind::TimedOut => error::TIMED_OUT,
            ErrorKind::Cancelled => error::CANCELLED,
            ErrorKind::NoAddress => error::NO_ADDRESS,
            ErrorKind::SignInNeeded => error::SIGN_IN,
            ErrorKind::Forbidden => error::FORBIDDEN,
            ErrorKind::NotFound => match self.method {
                Method::Post => error::NO_TASKS_HERE,
                Method::Get if self.path.ends_with("/tasks/") => error::NO_TASKS_HERE,
                _ => error::NOT_FOUND,
            },
            ErrorKind::Conflict => error::CONFLICT,
            ErrorKind::Invalid => error::INVALID,
            ErrorKind::TooManyRequests => {
                return match self.retry_after {
                    Some(seconds) => error::wait(&duration(seconds)),
                    None => error::SLOW_DOWN.say().to_owned(),
                };
            }
            ErrorKind::ServerFailed => {
                let status = self.status.unwrap_or(500).to_string();
                return match self.retry_after {
                    Some(seconds) => error::server_failed_wait(&status, &duration(seconds)),
                    None => error::server_failed(&status),
                };
            }
            ErrorKind::Redirected => error::REDIRECTED,
            ErrorKind::NotJson => error::NOT_JSON,
            ErrorKind::WrongShape(_) => error::WRONG_SHAPE,
            ErrorKind::Unexpected => {
                return match self.status {
                    Some(status) => error::unexpected_status(&status.to_string()),
                    None => error::UNEXPECTED.say().to_owned(),
                };
            }
        };
        text.say().to_owned()
    }

    /// The same for developers: method, path, status and the place in the body.
    pub fn technical(&self) -> String {
        let mut text = format!("{} {}", self.method.as_str(), self.path);
        if let Some(status) = self.status {
            text.push_str(&format!(" → {status}"));
        }
        if let ErrorKind::WrongShape(at) = &self.kind {
            text.push_str(&format!(": {at}"));
        }
        text
    }
}

/// A wait in the largest unit that says it without a fraction of a minute mattering.
fn duration(seconds: u32) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds.max(1), Unit::Second),
        91..=5400 => (seconds.div_ceil(60), Unit::Minute),
        _ => (seconds.div_ceil(3600), Unit::Hour),
    };
    texts::duration(number as usize, unit)
}

/// Reads `Retry-After` as a number of seconds (RFC 9110, section 10.2.3). The other form, a date, is for
/// whoever has a clock.
pub fn retry_after_seconds(header: &str) -> Option<u32> {
    let digits = header.trim();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(method: Method, status: u16) -> ApiError {
        ApiError {
            method,
            path: "/tasks/7/".into(),
            status: Some(status),
            kind: ErrorKind::of_status(status),
            said: Said::default(),
            retry_after: None,
        }
    }

    #[test]
    fn every_status_has_a_sentence_that_ends() {
        for method in [Method::Get, Method::Post, Method::Put, Method::Delete] {
            for status in 100..=599 {
                let sentence = error(method, status).sentence();
                assert!(
                    sentence.ends_with('.') && sentence.len() > 20,
                    "{method:?} {status}: {sentence}"
                );
            }
        }
    }

    #[test]
    fn what_may_have_taken_effect() {
        for (method, status, ambiguous) in [
            (Method::Post, 500, true),
            (Method::Post, 200, true),
            (Method::Put, 503, true),
            (Method::Post, 422, false),
            (Method::Post, 429, false),
            (Method::Post, 302, false),
            (Method::Get, 500, false),
        ] {
            assert_eq!(
                error(method, status).is_ambiguous(),
                ambiguous,
                "{method:?} {status}"
            );
        }
    }

    #[test]
    fn what_may_succeed_later() {
        for (status, retryable) in [
            (500, true),
            (503, true),
            (429, true),
            (408, true),
            (400, false),
            (404, false),
            (412, false),
        ] {
            assert_eq!(error(Method::Put, status).is_retryable(), retryable, "{status}");
        }
    }

    #[test]
    fn the_servers_words_and_its_wish_to_wait_are_passed_on() {
        let mut refused = error(Method::Put, 422);
        refused.said.text = Some("No swearing".into());
        assert!(refused.sentence().ends_with("The server said: No swearing."));
        let mut busy = error(Method::Get, 429);
        busy.retry_after = Some(120);
        assert!(busy.sentence().contains("wait 2 minutes"));
    }

    #[test]
    fn retry_after_in_seconds() {
        assert_eq!(retry_after_seconds(" 30 "), Some(30));
        assert_eq!(retry_after_seconds("99999999999999999999"), Some(u32::MAX));
        for not in ["", "-1", "1.5", "Fri, 31 Dec 1999 23:59:59 GMT"] {
            assert_eq!(retry_after_seconds(not), None, "{not}");
        }
    }
}
