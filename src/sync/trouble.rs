//! What went wrong with a change. An entry keeps what happened and no sentence, so that it is said in the language of whoever
//! looks at it, and not in that of the day.

use std::mem::discriminant;

use crate::api::{ApiError, ErrorKind, Field, FieldMessage, Method, Said};
use crate::task::{SUMMARY_MAX, SummaryError};
use crate::texts::problem;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// A request failed. Holds as much of it as people are told.
    Request(Box<ApiError>),
    /// The text breaks the rule for summaries.
    Summary(SummaryError),
    /// The text was in a form, and another one has taken its place there.
    WasInForm,
    /// The answer was for another request.
    OtherAnswer,
    /// The server has several tasks that could be the one that was made.
    SeveralMatches,
    /// What an earlier version of the app has kept: a sentence.
    Told(String),
}

/// What the text of anything but a sentence begins with.
const MARK: char = '~';

/// Stands before each of the server's own sentences (ASCII, "unit separator").
const SEPARATOR: char = '\u{1f}';

/// Every kind at its number. A number that was given once keeps its meaning: it is on people's devices.
const KINDS: [ErrorKind; 15] = [
    ErrorKind::Unreachable,
    ErrorKind::TimedOut,
    ErrorKind::Cancelled,
    ErrorKind::NoAddress,
    ErrorKind::SignInNeeded,
    ErrorKind::Forbidden,
    ErrorKind::NotFound,
    ErrorKind::Conflict,
    ErrorKind::Invalid,
    ErrorKind::TooManyRequests,
    ErrorKind::ServerFailed,
    ErrorKind::Redirected,
    ErrorKind::NotJson,
    ErrorKind::WrongShape(String::new()),
    ErrorKind::Unexpected,
];

/// The same for methods.
const METHODS: [Method; 4] = [Method::Get, Method::Post, Method::Put, Method::Delete];

impl Trouble {
    /// A failed request, with what the server said about it as a whole.
    pub fn request(error: &ApiError) -> Self {
        let mut error = error.clone();
        error.said.fields.clear();
        Self::with_fields(error)
    }

    /// The same with what the server said about single fields.
    pub fn with_fields(error: ApiError) -> Self {
        let kind = match error.kind {
            ErrorKind::WrongShape(_) => ErrorKind::WrongShape(String::new()),
            kind => kind,
        };
        let messages = error
            .said
            .fields
            .into_iter()
            .map(|said| about_the_text(&said.message));
        Self::Request(Box::new(ApiError {
            kind,
            path: String::new(),
            said: Said {
                text: error.said.text,
                fields: messages.collect(),
            },
            ..error
        }))
    }

    /// What happened, for people.
    pub fn sentence(&self) -> String {
        let text = match self {
            Self::Request(error) => return error.cause_with_fields(),
            Self::Summary(error) => return error.sentence(),
            Self::Told(sentence) => return sentence.clone(),
            Self::WasInForm => problem::WAS_IN_FORM,
            Self::OtherAnswer => problem::OTHER_ANSWER,
            Self::SeveralMatches => problem::SEVERAL_MATCHES,
        };
        text.say().to_owned()
    }

    /// As a text for a record.
    pub fn to_text(&self) -> String {
        let known = match self {
            Self::Told(sentence) => return sentence.clone(),
            Self::Request(error) => return request_text(error),
            Self::WasInForm => "form".to_owned(),
            Self::OtherAnswer => "other".to_owned(),
            Self::SeveralMatches => "several".to_owned(),
            Self::Summary(SummaryError::Empty) => "empty".to_owned(),
            Self::Summary(SummaryError::LineBreak) => "lines".to_owned(),
            Self::Summary(SummaryError::TooLong { characters }) => characters.to_string(),
        };
        format!("{MARK}{known}")
    }

    /// Reads what [`to_text`](Self::to_text) has written, and what earlier versions have. What only a later one
    /// understands says nothing.
    pub fn from_text(text: &str) -> Self {
        let Some(known) = text.strip_prefix(MARK) else {
            return Self::Told(text.to_owned());
        };
        let characters = known.parse().ok().filter(|characters| *characters > SUMMARY_MAX);
        match known {
            "form" => Self::WasInForm,
            "other" => Self::OtherAnswer,
            "several" => Self::SeveralMatches,
            "empty" => Self::Summary(SummaryError::Empty),
            "lines" => Self::Summary(SummaryError::LineBreak),
            _ => characters
                .map(|characters| Self::Summary(SummaryError::TooLong { characters }))
                .or_else(|| request_of(known))
                .unwrap_or_else(|| Self::Told(String::new())),
        }
    }
}

/// The sentence of a server about a field; which one is not said.
fn about_the_text(message: &str) -> FieldMessage {
    FieldMessage {
        field: Field::Summary,
        message: message.to_owned(),
    }
}

/// Numbers with a blank after each (of the kind and of the method, the status, and the wait in seconds, where 0 is none and
/// 1 is no wait), and the server's own sentences.
fn request_text(error: &ApiError) -> String {
    let kind = KINDS
        .iter()
        .position(|kind| discriminant(kind) == discriminant(&error.kind));
    let method = METHODS.iter().position(|method| *method == error.method);
    let wait = error.retry_after.map_or(0, |seconds| u64::from(seconds) + 1);
    let mut text = format!(
        "{MARK}{} {} {} {wait} ",
        kind.unwrap_or_default(),
        method.unwrap_or_default(),
        error.status.unwrap_or_default(),
    );
    let said = error.said.text.as_deref().unwrap_or_default();
    for said in [said]
        .into_iter()
        .chain(error.said.fields.iter().map(|said| said.message.as_str()))
    {
        text.push(SEPARATOR);
        text.push_str(said);
    }
    text
}

fn request_of(known: &str) -> Option<Trouble> {
    let mut said = known.split(SEPARATOR);
    let mut numbers = said.next()?.split(' ').map(|number| number.parse::<u64>().ok());
    let mut number = || numbers.next().flatten();
    let (kind, method, status, wait) = (number()?, number()?, number()?, number()?);
    Some(Trouble::Request(Box::new(ApiError {
        method: *METHODS.get(usize::try_from(method).ok()?)?,
        path: String::new(),
        status: u16::try_from(status).ok().filter(|status| *status > 0),
        kind: KINDS.get(usize::try_from(kind).ok()?)?.clone(),
        said: Said {
            text: said.next().filter(|said| !said.is_empty()).map(str::to_owned),
            fields: said.map(about_the_text).collect(),
        },
        retry_after: wait.checked_sub(1).and_then(|wait| wait.try_into().ok()),
    })))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn any_trouble() -> impl Strategy<Value = Trouble> {
        let numbers = (
            0..KINDS.len(),
            0..METHODS.len(),
            prop::option::of(1u16..),
            any::<Option<u32>>(),
        );
        let said = (prop::option::of(".{1,5}"), prop::collection::vec(".{0,5}", 0..3));
        let request = (numbers, said).prop_map(|((kind, method, status, retry_after), (text, fields))| {
            let clean = |text: String| text.replace(SEPARATOR, "");
            Trouble::with_fields(ApiError {
                method: METHODS[method],
                path: "/tasks/7/".into(),
                status,
                kind: KINDS[kind].clone(),
                said: Said {
                    text: text.map(clean).filter(|text| !text.is_empty()),
                    fields: fields
                        .into_iter()
                        .map(|message| about_the_text(&clean(message)))
                        .collect(),
                },
                retry_after,
            })
        });
        prop_oneof![
            request,
            "[^~]?|[^~].{0,4}".prop_map(Trouble::Told),
            (SUMMARY_MAX + 1..).prop_map(|characters| Trouble::Summary(SummaryError::TooLong { characters })),
            Just(Trouble::Summary(SummaryError::Empty)),
            Just(Trouble::Summary(SummaryError::LineBreak)),
            Just(Trouble::WasInForm),
            Just(Trouble::OtherAnswer),
            Just(Trouble::SeveralMatches),
        ]
    }

    proptest! {
        #[test]
        fn it_is_read_back_and_says_the_same(trouble in any_trouble()) {
            let read = Trouble::from_text(&trouble.to_text());
            prop_assert_eq!(read.sentence(), trouble.sentence());
            prop_assert_eq!(read, trouble);
        }

        #[test]
        fn no_text_panics(text in "~?[0-9 \u{1f}a-z]{0,12}") {
            let _ = Trouble::from_text(&text).sentence();
        }
    }

    #[test]
    fn what_the_server_said_is_kept_and_what_is_for_developers_is_not() {
        let error = ApiError {
            method: Method::Put,
            path: "/tasks/7/".into(),
            status: Some(422),
            kind: ErrorKind::Invalid,
            said: Said {
                text: Some("No swearing".into()),
                fields: vec![about_the_text("Too rude.")],
            },
            retry_after: None,
        };
        let text = Trouble::with_fields(error.clone()).to_text();
        assert_eq!(text, "~8 2 422 0 \u{1f}No swearing\u{1f}Too rude.");
        assert_eq!(Trouble::from_text(&text).sentence(), error.cause_with_fields());
        let text = Trouble::request(&error).to_text();
        assert_eq!(Trouble::from_text(&text).sentence(), error.cause());
    }

    #[test]
    fn every_kind_has_the_number_it_always_had() {
        for (number, kind) in [
            (0, ErrorKind::Unreachable),
            (6, ErrorKind::NotFound),
            (14, ErrorKind::Unexpected),
        ] {
            assert_eq!(KINDS[number], kind);
        }
        assert_eq!(Trouble::from_text("~99 0 0 0 "), Trouble::Told(String::new()));
        assert_eq!(Trouble::from_text("Later."), Trouble::Told("Later.".into()));
    }
}
