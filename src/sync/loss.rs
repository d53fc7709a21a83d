//! What a change is about and what goes with it when it is thrown away, in words.

use super::engine::Engine;
use super::entry::{Change, Entry, EntryState, TaskRef, Why};
use super::view;
use crate::texts::{self, common, discard};

/// The task's summary, without laying all that waits over one another as the list does: this runs for a hundred
/// entries at each step of a queue of ten thousand.
pub fn summary<'a>(engine: &'a Engine, entry: &'a Entry) -> Option<&'a str> {
    match &entry.change {
        Change::Create { text, .. } | Change::Undo { text, .. } => return Some(&text.summary),
        Change::Edit(edit) => {
            if let Some(summary) = &edit.summary {
                return Some(&summary.value);
            }
        }
        Change::Done | Change::Decide { .. } => {}
    }
    match &entry.task {
        TaskRef::Server(id) => engine.snapshot().summary(id),
        TaskRef::Local(local) => match &engine.entry(*local)?.change {
            Change::Create { text, .. } | Change::Undo { text, .. } => Some(&text.summary),
            _ => None,
        },
    }
}

/// What is thrown away with an entry, and what stays, for the question before it is done.
pub fn loss(engine: &Engine, entry: &Entry) -> String {
    let own = summary(engine, entry).unwrap_or_else(|| common::A_TASK.say());
    match &entry.change {
        Change::Create { .. } => {
            // What was changed since goes with it.
            let shown = view::task(engine, &entry.task);
            let (summary, has_description) = shown.as_ref().map_or((own, false), |shown| {
                let has_description = shown.description.as_ref().is_some_and(|text| !text.is_empty());
                (&shown.row.summary, has_description)
            });
            match has_description {
                true => discard::new_task_with_description(summary),
                false => discard::new_task(summary),
            }
        }
        Change::Edit(edit) => {
            let what = match (&edit.summary, &edit.description) {
                (Some(_), Some(_)) => discard::text(own),
                (Some(_), None) => discard::summary(own),
                (None, _) => discard::description(own),
            };
            let rest = match entry.state {
                EntryState::Parked(Why::Gone) => discard::TASK_IS_FINISHED,
                _ => discard::TASK_STAYS,
            };
            texts::both(what, rest.say())
        }
        Change::Done => discard::stays_open(own),
        Change::Undo { .. } => discard::stays_finished(own),
        Change::Decide { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::{Command, Effect, Event};
    use super::super::merge::Edit;
    use super::*;
    use crate::sync::{EntryKey, Text};
    use crate::task::{ListedTask, TaskId};

    fn text(summary: &str, description: &str) -> Text {
        Text {
            summary: summary.into(),
            description: description.into(),
        }
    }

    fn does(engine: &mut Engine, command: Command) -> EntryKey {
        let effects = engine.handle(Event::Command(command), 0);
        let key = effects.iter().find_map(|effect| match effect {
            Effect::Append(key, _) => Some(*key),
            _ => None,
        });
        key.unwrap()
    }

    fn engine() -> (Engine, TaskRef) {
        let mut engine = Engine::new("s", 1, 1);
        let records = Vec::new();
        engine.handle(Event::Loaded { records, fence: None }, 0);
        let id = TaskId::Number("1".into());
        let list = vec![ListedTask {
            id: id.clone(),
            summary: "One".into(),
        }];
        engine.handle(Event::Listed { since: 1, list }, 0);
        (engine, TaskRef::Server(id))
    }

    fn said(engine: &Engine, key: EntryKey) -> String {
        loss(engine, engine.entry(key).unwrap())
    }

    #[test]
    fn a_new_task_is_named_as_it_is_shown() {
        let (mut engine, _) = engine();
        let create = Command::Create {
            text: text("Buy milk", ""),
            idempotency_key: "k".into(),
            refused: None,
        };
        let key = does(&mut engine, create);
        assert_eq!(said(&engine, key), "The new task “Buy milk” is thrown away.");
        let edit = Edit::between(&text("Buy milk", ""), &text("Buy oats", "Two bags"));
        does(&mut engine, Command::Edit(TaskRef::Local(key), edit));
        assert_eq!(
            said(&engine, key),
            "The new task “Buy oats” is thrown away with its description."
        );
    }

    #[test]
    fn an_edit_says_which_text_goes_and_what_stays() {
        let (mut engine, task) = engine();
        let before = text("One", "About");
        for (after, words) in [
            (text("First", "About"), "Your summary “First” is thrown away."),
            (text("One", "More"), "Your description of “One” is thrown away."),
            (
                text("First", "More"),
                "Your text, “First” with its description, is thrown away.",
            ),
        ] {
            let edit = Edit::between(&before, &after);
            let key = does(&mut engine, Command::Edit(task.clone(), edit));
            assert_eq!(said(&engine, key), format!("{words} The task stays as it was."));
        }
    }

    #[test]
    fn a_finish_loses_no_text() {
        let (mut engine, task) = engine();
        let key = does(&mut engine, Command::Done(task));
        assert_eq!(said(&engine, key), "“One” stays open.");
    }
}
