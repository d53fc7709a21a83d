//! The shapes that are on the wire and nowhere else. [`ListedTask`](crate::task::ListedTask),
//! [`Task`](crate::task::Task) and [`Draft`](crate::task::Draft) are on the wire as they are in the app.

use serde::{Deserialize, Serialize};

use super::codec::{DecodeError, decode};
use crate::task::{Fields, ListedTask, TaskId};

/// What a `POST` and a `PUT` send: both fields, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Body<'a> {
    /// The one line.
    pub summary: &'a str,
    /// The free text.
    pub description: &'a str,
}

/// The answer to a `POST`. Servers that send the whole task are fine: only the id is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Created {
    /// The id that the server made.
    pub id: TaskId,
}

impl TryFrom<Fields> for Created {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Ok(Self { id: fields.id()? })
    }
}

/// One answer to `GET /tasks/`: the whole list, or one page of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Page {
    /// The tasks, in the server's order.
    #[serde(rename = "results")]
    pub tasks: Vec<ListedTask>,
    /// Where the next page is, when the envelope `{count, next, previous, results}` says so.
    #[serde(default)]
    pub next: Option<String>,
}

impl Page {
    /// Reads an array or an envelope; which one it is shows in the first byte.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => decode(body),
            _ => Ok(Self {
                tasks: decode(body)?,
                next: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_other_servers_send() {
        let page = Page::decode(include_bytes!("../../tests/fixtures/foreign-list.json")).unwrap();
        let ids: Vec<_> = page.tasks.iter().map(|task| task.id.to_string()).collect();
        assert_eq!(
            ids,
            [
                "7",
                "7",
                "9007199254740993",
                "123456789012345678901234567890",
                "a/b c?d#é",
                "665f1c2e9b1e8a0012345678"
            ]
        );
        assert_ne!(page.tasks[0].id, page.tasks[1].id);

        let page = Page::decode(include_bytes!("../../tests/fixtures/foreign-envelope.json")).unwrap();
        assert_eq!(
            (page.tasks.len(), page.next.as_deref()),
            (1, Some("https://api.example/tasks/?page=2"))
        );
    }

    #[test]
    fn reads_the_golden_answer_to_a_post_and_a_whole_task_instead() {
        let golden: Created = decode(include_bytes!("../../tests/fixtures/created.json")).unwrap();
        let whole: Created = decode(include_bytes!("../../tests/fixtures/task.json")).unwrap();
        assert_eq!(golden, whole);
    }

    #[test]
    fn what_is_not_asked_for_may_be_anything() {
        let page = Page::decode(br#"[{"id": 1, "summary": "s", "description": {"html": ""}}]"#).unwrap();
        assert_eq!(page.tasks.len(), 1);
        let created = decode::<Created>(br#"{"id": "a", "summary": 7, "description": null}"#).unwrap();
        assert_eq!(created.id, TaskId::from_path_text("a"));
    }

    #[test]
    fn an_object_without_results_is_no_list() {
        assert!(matches!(
            Page::decode(b" {\"tasks\": []}"),
            Err(DecodeError::WrongShape(_))
        ));
    }
}
