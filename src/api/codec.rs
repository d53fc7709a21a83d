//! The wire format. Every body that comes or goes passes through here, so that another format would be
//! another module beside this one and nothing else.

use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// What bodies are, as `Content-Type` and `Accept` say it.
pub const MEDIA_TYPE: &str = "application/json";

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// It is not JSON at all, or it breaks off.
    NotJson,
    /// It is JSON, but not what was asked for. Holds where and what, for developers.
    WrongShape(String),
}

/// Reads a body. A byte order mark at its start is passed over (RFC 8259, section 8.1, lets a reader do
/// so).
///
/// # Errors
/// [`DecodeError`] tells a body that is not JSON from one that holds something else.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, DecodeError> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| why(&error, body))
}

/// Apart from [`decode`], which is compiled anew for each type.
fn why(error: &serde_json::Error, body: &[u8]) -> DecodeError {
    if !error.is_data() {
        return DecodeError::NotJson;
    }
    let mut at = error.to_string();
    if error.line() == 0 {
        // It is about the body as a whole, so it is known when that has been read.
        let line = body.split(|byte| *byte == b'\n').count();
        at.push_str(&format!(", seen at its end in line {line}"));
    }
    DecodeError::WrongShape(at)
}

/// Writes a body.
///
/// # Errors
/// None for the types in [`wire`](super::wire) and [`task`](crate::task); the result is what serde offers
/// for types that refuse to be written.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, DecodeError> {
    serde_json::to_string(value).map_err(|error| DecodeError::WrongShape(error.to_string()))
}

/// The members of a JSON object, unread. A list and not a map: there are few, and a map's code is large.
#[derive(Debug)]
pub struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    /// The members, in the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &RawValue)> {
        self.0.iter().map(|(name, value)| (name, &**value))
    }

    /// The value of the last member with this name (RFC 8259, section 4, leaves doublets open; most readers
    /// take the last).
    pub fn get(&self, name: &str) -> Option<&RawValue> {
        self.0
            .iter()
            .rfind(|(member, _)| member == name)
            .map(|(_, value)| &**value)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Draft, ListedTask, Summary, Task, TaskId};

    const FIXTURES: [(&str, &str); 3] = [
        (include_str!("../../tests/fixtures/list.json"), "list"),
        (include_str!("../../tests/fixtures/task.json"), "task"),
        (include_str!("../../tests/fixtures/draft.json"), "draft"),
    ];

    #[test]
    fn reads_the_golden_list_and_task() {
        let list: Vec<ListedTask> = decode(FIXTURES[0].0.as_bytes()).unwrap();
        assert_eq!(list[0].id, TaskId::Number("7".into()));
        assert_eq!(list[1].summary, "Grüße an Zoë 👋 שלום");
        let task: Task = decode(FIXTURES[1].0.as_bytes()).unwrap();
        assert_eq!(task.description, "Two litres.\nThe blue one.");
    }

    #[test]
    fn writes_the_golden_draft() {
        let draft = Draft {
            summary: Summary::from_typed("Buy milk").unwrap(),
            description: "Two litres.\nThe blue one.".into(),
        };
        assert_eq!(encode(&draft).unwrap(), FIXTURES[2].0.trim_end());
    }

    #[test]
    fn tells_not_json_from_the_wrong_thing() {
        for body in ["", "<!doctype html>", "[{\"id\":1,\"summ", "[{\"id\": 1", "\u{0}"] {
            assert_eq!(
                decode::<Vec<ListedTask>>(body.as_bytes()),
                Err(DecodeError::NotJson),
                "{body}"
            );
        }
        for body in [
            "{}",
            "null",
            "[{\"id\":1}]",
            "[{\"id\":null,\"summary\":\"a\"}]",
            "[{\"id\":1,\"summary\":2}]",
        ] {
            let read = decode::<Vec<ListedTask>>(body.as_bytes());
            assert!(
                matches!(read, Err(DecodeError::WrongShape(_))),
                "{body}: {read:?}"
            );
        }
        assert!(decode::<Vec<ListedTask>>(b"[\"\xff\"]").is_err());
    }

    #[test]
    fn passes_over_a_byte_order_mark() {
        assert_eq!(decode::<Vec<ListedTask>>("\u{feff}[]".as_bytes()), Ok(vec![]));
    }
}
