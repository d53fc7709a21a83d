//! The five faces of something that is loaded: waiting, slow, failed, stale, and truly empty are different
//! things, and a page shows exactly one of them.

use crate::api::ApiError;
use crate::texts::{self, Unit, time};

/// How long a load has been going on, as far as it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// No load is going on.
    #[default]
    Idle,
    /// It began a moment ago. Showing anything now would only flicker.
    Begun,
    /// It has lasted [`NOTICEABLE_MS`].
    Noticeable,
    /// It has lasted [`SLOW_MS`].
    Slow,
}

/// After how many milliseconds a wait is shown. Below about 300 a skeleton that comes and goes
/// reads as a flash, not as an answer.
pub const NOTICEABLE_MS: u32 = 300;

/// After how many milliseconds a wait is called slow. Between 1 s and 10 s is where attention goes (Nielsen,
/// "Response Times: The 3 Important Limits").
pub const SLOW_MS: u32 = 5_000;

/// After how many milliseconds what is shown is called old.
pub const OLD_MS: f64 = 10.0 * 60.0 * 1000.0;

/// What there is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Nothing has ever arrived.
    Unknown,
    /// It arrived, and it is empty.
    Empty,
    /// It arrived, and there is something in it.
    Something,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// Nothing yet: the first 300 ms.
    Blank,
    /// A skeleton.
    Loading,
    /// A skeleton and a word about the wait.
    Slow,
    /// What happened, and a way to try again.
    Failed(ApiError),
    /// An invitation, and perhaps a note.
    Empty(Option<Note>),
    /// The content, and perhaps a note.
    Shown(Option<Note>),
}

/// What is said beside content that may not be the latest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The newest is on its way and takes long.
    Slow,
    /// The newest could not be had.
    Failed(ApiError),
    /// Nothing newer was asked for in [`OLD_MS`].
    Old,
}

/// Decides the face. `age` is that of the content, in milliseconds.
pub fn face(content: Content, phase: Phase, failure: Option<&ApiError>, age: f64) -> Face {
    let note = || match (phase, failure) {
        (Phase::Slow, _) => Some(Note::Slow),
        (Phase::Idle | Phase::Begun, Some(error)) => Some(Note::Failed(error.clone())),
        (Phase::Idle, None) if age >= OLD_MS => Some(Note::Old),
        _ => None,
    };
    match (content, phase) {
        (Content::Something, _) => Face::Shown(note()),
        (Content::Empty, _) => Face::Empty(note()),
        (Content::Unknown, Phase::Noticeable) => Face::Loading,
        (Content::Unknown, Phase::Slow) => Face::Slow,
        // While a retry is younger than a flash the failure stays, so that the page doesn't jump.
        (Content::Unknown, Phase::Idle | Phase::Begun) => {
            failure.map_or(Face::Blank, |error| Face::Failed(error.clone()))
        }
    }
}

/// How long ago something was, in words for people. `age` is in milliseconds.
pub fn ago(age: f64) -> String {
    let minutes = (age / 60_000.0).floor() as u32;
    let (number, unit) = match minutes {
        0 => return time::JUST_NOW.say().to_owned(),
        1..=59 => (minutes, Unit::Minute),
        60..=2879 => (minutes / 60, Unit::Hour),
        _ => (minutes / 1440, Unit::Day),
    };
    texts::relative(-i64::from(number), unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ErrorKind, Method, Said};

    fn error() -> ApiError {
        ApiError {
            method: Method::Get,
            path: "/tasks/".into(),
            status: None,
            kind: ErrorKind::Unreachable,
            said: Said::default(),
            retry_after: None,
        }
    }

    #[test]
    fn a_first_load_goes_from_blank_to_loading_to_slow() {
        let shown = |phase| face(Content::Unknown, phase, None, 0.0);
        assert_eq!(shown(Phase::Begun), Face::Blank);
        assert_eq!(shown(Phase::Noticeable), Face::Loading);
        assert_eq!(shown(Phase::Slow), Face::Slow);
        assert_eq!(
            face(Content::Unknown, Phase::Idle, Some(&error()), 0.0),
            Face::Failed(error())
        );
        assert_eq!(
            face(Content::Unknown, Phase::Begun, Some(&error()), 0.0),
            Face::Failed(error())
        );
    }

    #[test]
    fn what_arrived_never_goes_away_again() {
        for phase in [Phase::Idle, Phase::Begun, Phase::Noticeable, Phase::Slow] {
            for failure in [None, Some(error())] {
                assert!(matches!(
                    face(Content::Something, phase, failure.as_ref(), 1e9),
                    Face::Shown(_)
                ));
                assert!(matches!(
                    face(Content::Empty, phase, failure.as_ref(), 1e9),
                    Face::Empty(_)
                ));
            }
        }
    }

    #[test]
    fn stale_content_says_why() {
        let note =
            |phase, failure: Option<&ApiError>, age| match face(Content::Something, phase, failure, age) {
                Face::Shown(note) => note,
                other => panic!("{other:?}"),
            };
        assert_eq!(
            note(Phase::Idle, Some(&error()), 0.0),
            Some(Note::Failed(error()))
        );
        assert_eq!(note(Phase::Slow, None, 0.0), Some(Note::Slow));
        assert_eq!(note(Phase::Idle, None, OLD_MS), Some(Note::Old));
        assert_eq!(note(Phase::Idle, None, OLD_MS - 1.0), None);
    }

    #[test]
    fn ages_in_words() {
        for (minutes, words) in [
            (0.0, "just now"),
            (1.0, "1 minute ago"),
            (59.9, "59 minutes ago"),
            (60.0, "1 hour ago"),
            (150.0, "2 hours ago"),
            (4000.0, "2 days ago"),
            (-5.0, "just now"),
        ] {
            assert_eq!(ago(minutes * 60_000.0), words);
        }
    }
}
