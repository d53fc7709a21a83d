//! What a task is, and the two rules every task obeys: what an id may be and what a summary may hold.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::texts::{self, summary_field};

/// A task's name on the server: a JSON number or a JSON string, and never anything else is read into it.
///
/// A number is kept as the text it was written in, because `9007199254740993` and every number above
/// 2^53 would change if it passed through a float. `7` and `"7"` are different ids that name the same
/// path ([`path_text`](Self::path_text)).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskId {
    /// A JSON number, in the digits the server wrote.
    Number(Box<str>),
    /// A JSON string.
    Text(Box<str>),
}

impl TaskId {
    /// The id that an address in the browser's address bar names. Which kind the server uses is not
    /// written there; the answer says it.
    pub fn from_path_text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// The id as it stands in a path, before percent-encoding.
    pub fn path_text(&self) -> &str {
        match self {
            Self::Number(text) | Self::Text(text) => text,
        }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path_text())
    }
}

impl TaskId {
    fn read(value: &RawValue) -> Result<Self, &'static str> {
        match value.get().as_bytes().first() {
            // From bytes, like everything that is read here: reading from text is other code of the same size.
            Some(b'"') => serde_json::from_slice::<String>(value.get().as_bytes())
                .map(|text| Self::Text(text.into()))
                .map_err(|_| "an id must be well-formed text"),
            Some(b'-' | b'0'..=b'9') => Ok(Self::Number(value.get().into())),
            _ => Err("an id is a number or a string"),
        }
    }
}

impl<'de> Deserialize<'de> for TaskId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Box::<RawValue>::deserialize(deserializer)?;
        Self::read(&value).map_err(D::Error::custom)
    }
}

impl Serialize for TaskId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(digits) => RawValue::from_string(digits.to_string())
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
        }
    }
}

/// The most Unicode scalar values a summary may have ("under 120", CONTRACT.md).
pub const SUMMARY_MAX: usize = 119;

/// The characters that end a line, so that none of them may stand in a summary.
pub const LINE_BREAKS: [char; 5] = ['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}'];

/// A summary that a server must accept: 1 to [`SUMMARY_MAX`] Unicode scalar values, no line break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Summary(String);

/// Why a text is no summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryError {
    /// Nothing but white space.
    Empty,
    /// More than [`SUMMARY_MAX`] Unicode scalar values.
    TooLong {
        /// How many it has.
        characters: usize,
    },
    /// It holds one of [`LINE_BREAKS`].
    LineBreak,
}

impl Summary {
    /// Reads what a person typed: white space around it is dropped.
    ///
    /// # Errors
    /// [`SummaryError`] says which part of the rule the text breaks.
    pub fn from_typed(typed: &str) -> Result<Self, SummaryError> {
        let text = typed.trim();
        let characters = text.chars().count();
        if text.is_empty() {
            Err(SummaryError::Empty)
        } else if text.contains(LINE_BREAKS) {
            Err(SummaryError::LineBreak)
        } else if characters > SUMMARY_MAX {
            Err(SummaryError::TooLong { characters })
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The beginning of a text as a summary: its first line with something in it, as far as it fits. Empty if there is
    /// none.
    pub fn from_start(text: &str) -> String {
        let first = text
            .split(LINE_BREAKS)
            .map(str::trim)
            .find(|line| !line.is_empty());
        let start: String = first.unwrap_or_default().chars().take(SUMMARY_MAX).collect();
        start.trim_end().to_owned()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SummaryError {
    /// The rule that was broken and what to do, for the person who typed.
    pub fn sentence(self) -> String {
        match self {
            Self::Empty => summary_field::EMPTY.say().to_owned(),
            Self::LineBreak => summary_field::LINE_BREAK.say().to_owned(),
            Self::TooLong { characters } => {
                summary_field::too_long(characters - SUMMARY_MAX, &texts::number(SUMMARY_MAX))
            }
        }
    }
}

/// What a person writes and the server keeps: a task without its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The one line shown in the list.
    pub summary: Summary,
    /// Free text of any length, may be empty.
    pub description: String,
}

/// A task as the list knows it. Its summary is the server's word, so it is shown even if it breaks the
/// rule that [`Summary`] holds new ones to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Fields")]
pub struct ListedTask {
    /// The task's name on the server.
    pub id: TaskId,
    /// The one line shown in the list.
    pub summary: String,
}

/// A task with everything there is to know.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Task {
    /// The task's name on the server.
    pub id: TaskId,
    /// The one line shown in the list.
    pub summary: String,
    /// Free text of any length, may be empty.
    pub description: String,
}

/// What may be read of a task, each only when it is asked for: what stands beside it may be anything. All that is
/// read of tasks goes through this one type, because a reader of its own for each costs two kilobytes.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    id: Option<Box<RawValue>>,
    summary: Option<Box<RawValue>>,
    description: Option<Box<RawValue>>,
}

impl Fields {
    pub(crate) fn id(&self) -> Result<TaskId, String> {
        self.id
            .as_deref()
            .ok_or("missing field `id`")
            .and_then(TaskId::read)
            .map_err(str::to_owned)
    }

    pub(crate) fn summary(&self) -> Result<String, String> {
        text("summary", self.summary.as_deref())
    }

    pub(crate) fn description(&self) -> Result<String, String> {
        text("description", self.description.as_deref())
    }
}

fn text(name: &str, value: Option<&RawValue>) -> Result<String, String> {
    let value = value.ok_or_else(|| format!("missing field `{name}`"))?;
    serde_json::from_slice(value.get().as_bytes()).map_err(|_| format!("`{name}` must be a string"))
}

impl TryFrom<Fields> for ListedTask {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Ok(Self {
            id: fields.id()?,
            summary: fields.summary()?,
        })
    }
}

impl TryFrom<Fields> for Task {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Ok(Self {
            id: fields.id()?,
            summary: fields.summary()?,
            description: fields.description()?,
        })
    }
}

/// A pasted text taken apart, to offer what could be made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedLines {
    /// The lines that are not blank, without the white space around them.
    pub lines: Vec<String>,
    /// Everything after the first of those lines, blank lines inside it kept.
    pub rest: String,
}

impl PastedLines {
    /// Takes a text apart at [`LINE_BREAKS`] (CR LF counts once). `None` when fewer than two lines are
    /// left, because then there is nothing to ask.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.replace("\r\n", "\n");
        let lines: Vec<String> = text
            .split(LINE_BREAKS)
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        if lines.len() < 2 {
            return None;
        }
        let rest = text
            .trim_start()
            .split_once(LINE_BREAKS)
            .map(|(_, rest)| rest.trim().to_owned())
            .unwrap_or_default();
        Some(Self { lines, rest })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(json: &str) -> TaskId {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn ids_survive_exactly() {
        for json in [
            "7",
            "\"7\"",
            "9007199254740993",
            "123456789012345678901234567890",
            "-1",
            "1.50",
            "\"a\\u00e9/\\\"\"",
            "\"\"",
        ] {
            let back = serde_json::to_string(&id(json)).unwrap();
            assert_eq!(id(&back), id(json), "{json}");
            if !json.contains('\\') {
                assert_eq!(back, json);
            }
        }
    }

    #[test]
    fn a_number_and_a_string_are_apart_but_share_a_path() {
        assert_ne!(id("7"), id("\"7\""));
        assert_eq!(id("7").path_text(), id("\"7\"").path_text());
    }

    #[test]
    fn nothing_else_is_an_id() {
        for json in ["null", "true", "[]", "{}", "[7]"] {
            assert!(serde_json::from_str::<TaskId>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_summary_has_1_to_119_characters_and_no_line_break() {
        assert_eq!(Summary::from_typed(" \t "), Err(SummaryError::Empty));
        assert!(Summary::from_typed(&"é".repeat(119)).is_ok());
        assert_eq!(
            Summary::from_typed(&"👋".repeat(120)),
            Err(SummaryError::TooLong { characters: 120 })
        );
        for line_break in LINE_BREAKS {
            assert_eq!(
                Summary::from_typed(&format!("a{line_break}b")),
                Err(SummaryError::LineBreak)
            );
        }
        assert_eq!(Summary::from_typed("  milk ").unwrap().as_str(), "milk");
    }

    #[test]
    fn sentences_count_what_is_too_much() {
        assert!(
            SummaryError::TooLong { characters: 120 }
                .sentence()
                .contains("1 character too long")
        );
        assert!(
            SummaryError::TooLong { characters: 130 }
                .sentence()
                .contains("11 characters too long")
        );
    }

    #[test]
    fn a_text_begins_with_a_summary() {
        assert_eq!(Summary::from_start("\r\n  One two \nThree"), "One two");
        assert_eq!(Summary::from_start(" \n"), "");
        let long = format!("{} y", "x".repeat(118));
        assert_eq!(Summary::from_start(&long), "x".repeat(118));
    }

    #[test]
    fn pasted_lines() {
        assert_eq!(PastedLines::of("only one\n\n"), None);
        assert_eq!(
            PastedLines::of("\r\n one\r\n\r\ntwo\u{2028}three \n"),
            Some(PastedLines {
                lines: vec!["one".into(), "two".into(), "three".into()],
                rest: "two\u{2028}three".into(),
            })
        );
    }

    proptest! {
        #[test]
        fn any_number_or_string_id_round_trips(number in any::<i128>(), text in any::<String>()) {
            let number = id(&number.to_string());
            prop_assert_eq!(id(&serde_json::to_string(&number).unwrap()), number);
            let text = TaskId::Text(text.into());
            prop_assert_eq!(id(&serde_json::to_string(&text).unwrap()), text);
        }

        #[test]
        fn an_accepted_summary_obeys_the_rule(typed in "\\PC*|.*") {
            if let Ok(summary) = Summary::from_typed(&typed) {
                let count = summary.as_str().chars().count();
                prop_assert!((1..=SUMMARY_MAX).contains(&count));
                prop_assert!(!summary.as_str().contains(LINE_BREAKS));
            }
        }

        #[test]
        fn pasting_loses_no_word(text in "[a-c \r\n\u{85}\u{2028}]{0,40}") {
            let words: String = text.split(LINE_BREAKS).flat_map(str::split_whitespace).collect();
            if let Some(pasted) = PastedLines::of(&text) {
                prop_assert_eq!(&pasted.lines.concat().replace(char::is_whitespace, ""), &words);
                let first_and_rest = format!("{}{}", pasted.lines[0], pasted.rest);
                prop_assert_eq!(first_and_rest.replace(char::is_whitespace, ""), words);
            }
        }
    }
}
