//! The connection check: what a few harmless requests showed, put into words a person can act upon.
//!
//! The requests are made in `probe`; what they mean is decided here, without a browser.

use super::endpoint::ApiBase;
use super::error::{ApiError, ErrorKind};
use crate::texts::check;

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
            Ok(0) => finding(Level::Good, check::LIST_EMPTY.say()),
            Ok(tasks) => finding(Level::Good, check::list_read(*tasks)),
            Err(error) => self.why_no_list(error),
        }];
        findings.extend(self.missing_task.as_ref().map(about_missing_task));
        findings.extend(self.write.as_ref().map(|write| self.about_writing(write)));
        findings
    }

    fn why_no_list(&self, error: &ApiError) -> Finding {
        let asked = format!("{}tasks/", self.base.as_str());
        if let Some(address) = &self.works_at {
            let sentence = check::found_elsewhere(&asked, address);
            return Finding {
                use_instead: Some(address.clone()),
                ..finding(Level::Bad, sentence)
            };
        }
        if self.works_without_slash {
            return finding(Level::Bad, check::without_slash(&asked));
        }
        let sentence = match &error.kind {
            _ if self.blocked_by_policy => check::policy(self.base.origin(), "connect-src"),
            ErrorKind::Unreachable => return finding(Level::Bad, self.why_unreachable()),
            ErrorKind::NotJson => check::not_json(&asked),
            ErrorKind::WrongShape(at) => check::wrong_shape(&asked, at),
            ErrorKind::NotFound => check::not_found(&asked, &error.status.unwrap_or(404).to_string()),
            ErrorKind::SignInNeeded => check::SIGN_IN.say().to_owned(),
            _ => error.sentence(),
        };
        finding(Level::Bad, sentence)
    }

    fn why_unreachable(&self) -> String {
        let host = self.base.origin();
        if self.page_origin.starts_with("https:") && host.starts_with("http:") && !is_local(host) {
            return check::mixed_content(host);
        }
        match self.answers_without_permission {
            Some(true) => {
                let header = format!("Access-Control-Allow-Origin: {}", self.page_origin);
                check::no_permission(host, &header)
            }
            _ => check::nothing_answers(host),
        }
    }

    fn about_writing(&self, write: &Result<(), ApiError>) -> Finding {
        let Err(error) = write else {
            return finding(Level::Good, check::CAN_WRITE.say());
        };
        match error.kind {
            ErrorKind::Unreachable if self.is_cross_origin() => {
                finding(Level::Bad, check::WRITE_NO_PERMISSION.say())
            }
            ErrorKind::SignInNeeded | ErrorKind::Forbidden => finding(
                Level::Warning,
                check::write_forbidden(&error.status.unwrap_or(403).to_string()),
            ),
            ErrorKind::Unexpected if error.status == Some(405) => finding(Level::Bad, check::NO_DELETE.say()),
            ErrorKind::NotFound | ErrorKind::Invalid => finding(Level::Good, check::CAN_WRITE.say()),
            _ => finding(Level::Warning, check::write_unsure(&error.sentence())),
        }
    }
}

fn about_missing_task(answer: &Result<(), ApiError>) -> Finding {
    match answer {
        Err(error) if error.kind == ErrorKind::NotFound => finding(Level::Good, check::MISSING_IS_404.say()),
        Ok(()) => finding(Level::Warning, check::MISSING_ANSWERED.say()),
        Err(error) if error.kind == ErrorKind::Unreachable => {
            finding(Level::Warning, check::ERRORS_UNREADABLE.say())
        }
        Err(error) => finding(
            Level::Warning,
            match error.status {
                Some(status) => check::missing_other_status(&status.to_string()),
                None => check::MISSING_NO_STATUS.say().to_owned(),
            },
        ),
    }
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
