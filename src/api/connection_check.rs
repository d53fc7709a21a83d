//! The connection check: what a few harmless requests showed, put into words a person can act upon.
//!
//! The requests are made in `probe`; what they mean is decided here, without a browser.

use super::endpoint::ApiBase;
use super::error::{ApiError, ErrorKind};

/// What the probes saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The address that was checked.
    pub base: ApiBase,
    /// Scheme, host and port of the page, which is what a server's CORS permission names.
    pub page_origin: String,
    /// `GET /tasks/`: the number of tasks in the first answer, or why there is none.
    pub list: Result<usize, ApiError>,
    /// `GET /tasks/<an id that no server has>/`. `None` when the list could not be read.
    pub missing_task: Option<Result<(), ApiError>>,
    /// `DELETE` of the same id with the header of a write, which cannot change anything. `None` unless that
    /// id was seen to be missing.
    pub write: Option<Result<(), ApiError>>,
    /// Whether anything at all answers there, as far as a page may know without permission. `None` when
    /// it was not asked.
    pub answers_without_permission: Option<bool>,
    /// Whether the page's own Content Security Policy forbade the request.
    pub blocked_by_policy: bool,
    /// Whether `/tasks` without its slash is a list.
    pub works_without_slash: bool,
    /// Another address at which the list was found.
    pub works_at: Option<String>,
}

/// How good or bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Good,
    /// It works, but not all of it.
    Warning,
    /// It can't work like this.
    Bad,
}

/// One thing the check found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How good or bad it is.
    pub level: Level,
    /// What was found, and what to do about it.
    pub sentence: String,
    /// An address that works, when one was found.
    pub use_instead: Option<String>,
}

fn finding(level: Level, sentence: impl Into<String>) -> Finding {
    Finding {
        level,
        sentence: sentence.into(),
        use_instead: None,
    }
}

impl Observed {
    fn is_cross_origin(&self) -> bool {
        self.base.origin() != self.page_origin
    }

    /// Puts what was seen into words. There is always at least one finding.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = vec![match &self.list {
            Ok(tasks) => {
                let tasks = match tasks {
                    0 => "It is empty.".to_owned(),
                    1 => "It has one task.".to_owned(),
                    n => format!("The first answer has {n} tasks."),
                };
                finding(Level::Good, format!("The list can be read. {tasks}"))
            }
            Err(error) => self.why_no_list(error),
        }];
        findings.extend(self.missing_task.as_ref().map(about_missing_task));
        findings.extend(self.write.as_ref().map(|write| self.about_writing(write)));
        findings
    }

    fn why_no_list(&self, error: &ApiError) -> Finding {
        let asked = format!("{}tasks/", self.base.as_str());
        if let Some(address) = &self.works_at {
            let sentence =
                format!("There is no list at {asked}, but there is one if the API address is {address}.");
            return Finding {
                use_instead: Some(address.clone()),
                ..finding(Level::Bad, sentence)
            };
        }
        if self.works_without_slash {
            return finding(
                Level::Bad,
                format!(
                    "The server has a list at {asked} only without the slash at its end. The slash is part of the API, so the server must answer there too."
                ),
            );
        }
        let sentence = match &error.kind {
            _ if self.blocked_by_policy => format!(
                "This site’s own security policy forbids requests to {}. Whoever runs the site must add it to connect-src.",
                self.base.origin()
            ),
            ErrorKind::Unreachable => return finding(Level::Bad, self.why_unreachable()),
            ErrorKind::NotJson => format!(
                "{asked} answers with something that is not JSON, such as a web page. Write the address of the API itself; it often ends in /api."
            ),
            ErrorKind::WrongShape(at) => format!(
                "{asked} answers with JSON that is no list of tasks with an id and a summary ({at}). Is it another API?"
            ),
            ErrorKind::NotFound => format!(
                "{asked} does not exist (status {}). The path is wrong: write what stands before /tasks/.",
                error.status.unwrap_or(404)
            ),
            ErrorKind::SignInNeeded => {
                "The server asks to sign in (status 401). The address looks right, but this version can’t sign in yet.".to_owned()
            }
            _ => error.sentence(),
        };
        finding(Level::Bad, sentence)
    }

    fn why_unreachable(&self) -> String {
        let host = self.base.origin();
        if self.page_origin.starts_with("https:") && host.starts_with("http:") && !is_local(host) {
            return format!(
                "A page that came by https may not talk to {host}. Write https:// if the server can do that."
            );
        }
        match self.answers_without_permission {
            Some(true) => format!(
                "Something answers at {host}, but this page may not read it. Most likely the server gives no CORS permission: it must send Access-Control-Allow-Origin: {}.",
                self.page_origin
            ),
            _ => format!(
                "Nothing answers at {host}. Is the server running, is the name spelled right, is this device online?"
            ),
        }
    }

    fn about_writing(&self, write: &Result<(), ApiError>) -> Finding {
        let Err(error) = write else {
            return finding(Level::Good, "Tasks can be changed.");
        };
        match error.kind {
            ErrorKind::Unreachable if self.is_cross_origin() => finding(
                Level::Bad,
                "Tasks can be read but not changed. Most likely the server’s CORS permission leaves something out: it must allow the methods POST, PUT and DELETE and the header Content-Type.",
            ),
            ErrorKind::SignInNeeded | ErrorKind::Forbidden => finding(
                Level::Warning,
                format!(
                    "Tasks can be read, but the server doesn’t let you change them (status {}).",
                    status(error)
                ),
            ),
            ErrorKind::Unexpected if error.status == Some(405) => finding(
                Level::Bad,
                "The server doesn’t know the method DELETE, so tasks can’t be finished.",
            ),
            ErrorKind::NotFound | ErrorKind::Invalid => finding(Level::Good, "Tasks can be changed."),
            _ => finding(
                Level::Warning,
                format!("Changing tasks may not work: {}", error.sentence()),
            ),
        }
    }
}

fn about_missing_task(answer: &Result<(), ApiError>) -> Finding {
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound => finding(
            Level::Good,
            "A task that doesn’t exist is answered with 404, as it should be.",
        ),
        Ok(()) => finding(
            Level::Warning,
            "The server answers even for a task that doesn’t exist, so finished tasks can’t be told apart.",
        ),
        Err(error) if error.kind == ErrorKind::Unreachable => finding(
            Level::Warning,
            "When the server refuses something this page can’t read why. Most likely its error answers lack the CORS permission that its list has.",
        ),
        Err(error) => finding(
            Level::Warning,
            format!(
                "A task that doesn’t exist is answered with status {} instead of 404, so a finished task will look like an error.",
                status(error)
            ),
        ),
    }
}

fn status(error: &ApiError) -> String {
    error
        .status
        .map_or_else(|| "none".to_owned(), |status| status.to_string())
}

/// Addresses that a secure page may talk to without TLS (W3C Secure Contexts, "potentially trustworthy").
fn is_local(origin: &str) -> bool {
    let host = origin.trim_start_matches("http://");
    ["localhost", "127.", "[::1]"]
        .iter()
        .any(|local| host.starts_with(local))
}

/// Addresses worth a look when there is no list at `base`: people paste the list's own address, or leave
/// out the usual prefix.
pub fn alternatives(base: &ApiBase) -> Vec<ApiBase> {
    let address = base.as_str();
    let shorter = address.strip_suffix("tasks/").map(str::to_owned);
    let longer = format!("{address}api/");
    shorter
        .into_iter()
        .chain([longer])
        .filter_map(|address| ApiBase::parse(&address).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::error::Method;
    use crate::api::problem::Said;

    fn error(kind: ErrorKind, status: Option<u16>) -> ApiError {
        ApiError {
            method: Method::Get,
            path: "/tasks/".into(),
            status,
            kind,
            said: Said::default(),
            retry_after: None,
        }
    }

    fn observed(list: Result<usize, ApiError>) -> Observed {
        Observed {
            base: ApiBase::parse("https://api.example/").unwrap(),
            page_origin: "https://todo.example".into(),
            list,
            missing_task: None,
            write: None,
            answers_without_permission: None,
            blocked_by_policy: false,
            works_without_slash: false,
            works_at: None,
        }
    }

    fn only(observed: &Observed) -> Finding {
        let findings = observed.findings();
        assert_eq!(findings.len(), 1);
        findings[0].clone()
    }

    #[test]
    fn all_is_well() {
        let not_found = Err(error(ErrorKind::NotFound, Some(404)));
        let all = Observed {
            missing_task: Some(not_found.clone()),
            write: Some(not_found),
            ..observed(Ok(3))
        };
        assert_eq!(all.findings().len(), 3);
        assert!(all.findings().iter().all(|finding| finding.level == Level::Good));
    }

    #[test]
    fn each_way_to_fail_says_what_to_do() {
        let unreachable = || observed(Err(error(ErrorKind::Unreachable, None)));
        let cases = [
            (observed(Err(error(ErrorKind::NotJson, Some(200)))), "not JSON"),
            (
                observed(Err(error(ErrorKind::WrongShape("line 1".into()), Some(200)))),
                "line 1",
            ),
            (
                observed(Err(error(ErrorKind::NotFound, Some(404)))),
                "before /tasks/",
            ),
            (
                observed(Err(error(ErrorKind::SignInNeeded, Some(401)))),
                "sign in",
            ),
            (observed(Err(error(ErrorKind::ServerFailed, Some(502)))), "502"),
            (
                Observed {
                    answers_without_permission: Some(true),
                    ..unreachable()
                },
                "Access-Control-Allow-Origin: https://todo.example",
            ),
            (
                Observed {
                    answers_without_permission: Some(false),
                    ..unreachable()
                },
                "Nothing answers",
            ),
            (
                Observed {
                    blocked_by_policy: true,
                    ..unreachable()
                },
                "connect-src",
            ),
            (
                Observed {
                    works_without_slash: true,
                    ..observed(Err(error(ErrorKind::NotFound, Some(404))))
                },
                "slash",
            ),
            (
                Observed {
                    base: ApiBase::parse("http://api.example/").unwrap(),
                    ..unreachable()
                },
                "Write https://",
            ),
        ];
        for (observed, words) in cases {
            let finding = only(&observed);
            assert_eq!(finding.level, Level::Bad);
            assert!(finding.sentence.contains(words), "{}", finding.sentence);
        }
    }

    #[test]
    fn an_address_that_works_is_offered() {
        let wrong = Observed {
            works_at: Some("https://api.example/v1/".into()),
            ..observed(Err(error(ErrorKind::NotFound, Some(404))))
        };
        assert_eq!(
            only(&wrong).use_instead.as_deref(),
            Some("https://api.example/v1/")
        );
    }

    #[test]
    fn reading_without_writing_is_told() {
        for (kind, status, level) in [
            (ErrorKind::Unreachable, None, Level::Bad),
            (ErrorKind::Unexpected, Some(405), Level::Bad),
            (ErrorKind::Forbidden, Some(403), Level::Warning),
            (ErrorKind::ServerFailed, Some(500), Level::Warning),
        ] {
            let findings = Observed {
                write: Some(Err(error(kind, status))),
                ..observed(Ok(1))
            }
            .findings();
            assert_eq!(findings[1].level, level, "{findings:?}");
        }
    }

    #[test]
    fn alternatives_are_the_usual_slips() {
        let urls: Vec<_> = alternatives(&ApiBase::parse("https://h/x/tasks").unwrap())
            .iter()
            .map(|base| base.as_str().to_owned())
            .collect();
        assert_eq!(urls, ["https://h/x/", "https://h/x/tasks/api/"]);
    }
}
