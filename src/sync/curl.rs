//! A change as a command line, for those who look into what a server does with it.

use super::entry::{Change, Entry, TaskRef, Text};
use super::snapshot::Snapshot;
use crate::api::codec::{MEDIA_TYPE, encode};
use crate::api::endpoint::{ApiBase, Endpoint};

/// The address that a change goes to. `None` for a task that the server has not given an id yet.
pub fn endpoint(entry: &Entry, base: &ApiBase) -> Option<Endpoint> {
    match (&entry.change, &entry.task) {
        (Change::Decide { .. }, _) => None,
        (Change::Create { .. } | Change::Undo { .. }, _) => Some(Endpoint::tasks(base)),
        (Change::Edit(_) | Change::Done, TaskRef::Server(id)) => Endpoint::task(base, id),
        (Change::Edit(_) | Change::Done, TaskRef::Local(_)) => None,
    }
}

/// The request as a command for `curl` in a POSIX shell: method, address and body, and never a credential, because
/// the outbox holds none. An edit whose other field was never read here carries its own field alone; a server
/// refuses that and loses nothing.
pub fn curl(entry: &Entry, snapshot: &Snapshot, base: &ApiBase) -> Option<String> {
    let url = quoted(endpoint(entry, base)?.url());
    let mut command = format!("curl -X {} {url}", entry.method());
    match &entry.change {
        Change::Create {
            text,
            idempotency_key,
        }
        | Change::Undo {
            text,
            idempotency_key,
            ..
        } => {
            let Text { summary, description } = text;
            command.push_str(" -H ");
            command.push_str(&quoted(&format!("Idempotency-Key: {idempotency_key}")));
            command.push_str(&body(Some(summary), Some(description)));
        }
        Change::Edit(edit) => {
            let known = match &entry.task {
                TaskRef::Server(id) => snapshot.get(id),
                TaskRef::Local(_) => None,
            };
            let summary = edit.summary.as_ref().map(|edit| &edit.value);
            let description = edit.description.as_ref().map(|edit| &edit.value);
            command.push_str(&body(
                summary.map(String::as_str).or(known.map(|known| known.summary)),
                description
                    .map(String::as_str)
                    .or(known.and_then(|known| known.description)),
            ));
        }
        Change::Done | Change::Decide { .. } => {}
    }
    Some(command)
}

fn body(summary: Option<&str>, description: Option<&str>) -> String {
    let member = |name: &str, value: &str| Some(format!("\"{name}\":{}", encode(value).ok()?));
    let members: Vec<_> = [
        summary.and_then(|summary| member("summary", summary)),
        description.and_then(|description| member("description", description)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let body = format!("{{{}}}", members.join(","));
    let header = format!("Content-Type: {MEDIA_TYPE}");
    format!(" -H {} --data-raw {}", quoted(&header), quoted(&body))
}

/// One word for a POSIX shell, whatever is in it (IEEE 1003.1, "Single-Quotes").
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::entry::EntryKey;
    use crate::sync::merge::Edit;
    use crate::task::{Task, TaskId};

    const KEY: EntryKey = EntryKey { time: 1, tab: 2 };

    fn text(summary: &str, description: &str) -> Text {
        Text {
            summary: summary.into(),
            description: description.into(),
        }
    }

    fn command(task: TaskRef, change: Change) -> Option<String> {
        let mut snapshot = Snapshot::default();
        snapshot.put(Task {
            id: TaskId::Number("7".into()),
            summary: "it’s".into(),
            description: "don't".into(),
        });
        let base = ApiBase::parse("https://example.com/api").unwrap();
        curl(&Entry::new(KEY, task, change, 0), &snapshot, &base)
    }

    fn seven() -> TaskRef {
        TaskRef::Server(TaskId::Number("7".into()))
    }

    #[test]
    fn a_new_task_carries_its_key() {
        let change = Change::Create {
            text: text("a \"b\"", "c\nd"),
            idempotency_key: "k".into(),
        };
        assert_eq!(
            command(TaskRef::Local(KEY), change).unwrap(),
            r#"curl -X POST 'https://example.com/api/tasks/' -H 'Idempotency-Key: k' -H 'Content-Type: application/json' --data-raw '{"summary":"a \"b\"","description":"c\nd"}'"#
        );
    }

    #[test]
    fn an_edit_carries_both_fields_and_no_quote_ends_the_word() {
        let change = Change::Edit(Edit::between(&text("it’s", "don't"), &text("is", "don't")));
        assert_eq!(
            command(seven(), change).unwrap(),
            r#"curl -X PUT 'https://example.com/api/tasks/7/' -H 'Content-Type: application/json' --data-raw '{"summary":"is","description":"don'\''t"}'"#
        );
    }

    #[test]
    fn a_field_that_is_not_known_is_never_sent_empty() {
        let change = Change::Edit(Edit::between(&text("a", ""), &text("b", "")));
        let other = TaskRef::Server(TaskId::Number("8".into()));
        assert!(
            command(other, change)
                .unwrap()
                .ends_with(r#"--data-raw '{"summary":"b"}'"#)
        );
    }

    #[test]
    fn finishing_has_no_body_and_a_local_task_no_address() {
        assert_eq!(
            command(seven(), Change::Done).unwrap(),
            "curl -X DELETE 'https://example.com/api/tasks/7/'"
        );
        assert_eq!(command(TaskRef::Local(KEY), Change::Done), None);
    }
}
