//! Which rows are shown, and in which order: the server's tasks, then the new ones as they were typed. It holds
//! numbers alone; what a row shows is looked up when it is on the screen.

use super::engine::Engine;
use super::entry::{Change, Entry, TaskRef};
use super::names::RowKey;
use super::view::{self, Row, RowState};

/// A finished row that is being struck through. It stays where it was for so long, even when the server has
/// confirmed it by then and nothing else knows it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving(Row);

impl Leaving {
    /// The row as it is now, about to leave.
    pub fn new(row: Row) -> Self {
        Self(Row {
            is_done: true,
            state: RowState::Settled,
            ..row
        })
    }

    /// Which row.
    pub fn key(&self) -> RowKey {
        self.0.key
    }

    /// What it shows when nothing is known of the task any more.
    pub fn row(&self) -> &Row {
        &self.0
    }
}

/// The rows that are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    keys: Vec<RowKey>,
    struck: usize,
    is_found: bool,
}

impl List {
    /// Every row there is, those of finished tasks that wait to be sent among them.
    pub fn everything(engine: &Engine) -> Self {
        Self {
            keys: keys(engine, &|_| true),
            struck: 0,
            is_found: false,
        }
    }

    /// What is shown after `before`.
    pub fn after(before: &Self, engine: &Engine, leaving: &[Leaving]) -> Self {
        let is_leaving = |key: RowKey| leaving.iter().any(|row| row.key() == key);
        let mut keys = keys(engine, &is_leaving);
        for row in leaving {
            if !keys.contains(&row.key())
                && let Some(at) = before.place(row.key())
            {
                keys.insert(at.min(keys.len()), row.key());
            }
        }
        Self {
            struck: leaving.iter().filter(|row| keys.contains(&row.key())).count(),
            keys,
            is_found: false,
        }
    }

    /// What a search has found, with how many of it are struck through.
    pub fn found(keys: Vec<RowKey>, struck: usize) -> Self {
        Self {
            keys,
            struck,
            is_found: true,
        }
    }

    /// Whether a search has found it.
    pub fn is_found(&self) -> bool {
        self.is_found
    }

    /// The rows, in order.
    pub fn keys(&self) -> &[RowKey] {
        &self.keys
    }

    /// Where a row is.
    pub fn place(&self, key: RowKey) -> Option<usize> {
        self.keys.iter().position(|shown| *shown == key)
    }

    /// Whether some rows are struck through.
    pub fn has_struck(&self) -> bool {
        self.struck > 0
    }

    /// How many tasks are to do: those that are struck through are not.
    pub fn open_count(&self) -> usize {
        self.keys.len() - self.struck
    }
}

/// The rows in order, those that are done only where `show` says so. Only what waits is looked at one by one.
fn keys(engine: &Engine, show: &dyn Fn(RowKey) -> bool) -> Vec<RowKey> {
    let snapshot = engine.snapshot();
    let names = snapshot.names();
    let mut hidden = vec![
        false;
        if engine.entries().is_empty() {
            0
        } else {
            names.len()
        }
    ];
    let mut added = Vec::new();
    for task in first_wishes(engine) {
        let is_listed = is_listed(engine, task);
        let is_finished = |entry: &Entry| entry.change == Change::Done;
        if is_listed && !engine.outbox().of_task(task).any(is_finished) {
            continue;
        }
        let Some(key) = names.find(task) else { continue };
        let standing = view::standing(engine, task);
        if standing.is_struck && !show(key) {
            if let Some(hidden) = hidden.get_mut(key.number()) {
                *hidden = true;
            }
        } else if !is_listed && standing.has_text {
            added.push(key);
        }
    }
    let is_hidden = |key: RowKey| hidden.get(key.number()) == Some(&true);
    let listed = snapshot.rows().iter().copied();
    listed.filter(|key| !is_hidden(*key)).chain(added).collect()
}

/// The tasks of which something is wanted, in the order in which that began.
fn first_wishes(engine: &Engine) -> impl Iterator<Item = &TaskRef> {
    let is_first = |entry: &&Entry| engine.outbox().keys_of(&entry.task).first() == Some(&entry.key);
    engine.entries().iter().filter(is_first).map(|entry| &entry.task)
}

fn is_listed(engine: &Engine, task: &TaskRef) -> bool {
    match task {
        TaskRef::Server(id) => engine.snapshot().summary(id).is_some(),
        TaskRef::Local(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::engine::{Command, Effect, Event};
    use crate::sync::merge::Edit;
    use crate::sync::record::Write;
    use crate::sync::view::{row_of, status, task};
    use crate::sync::{EntryKey, Text};
    use crate::task::{ListedTask, TaskId};

    fn text(summary: &str) -> Text {
        Text {
            summary: summary.into(),
            description: String::new(),
        }
    }

    fn id(n: u32) -> TaskId {
        TaskId::Number(n.to_string().into())
    }

    fn list(numbers: &[u32]) -> Event {
        let list = numbers.iter().map(|n| ListedTask {
            id: id(*n),
            summary: format!("task {n}"),
        });
        Event::Listed {
            since: 1,
            list: list.collect(),
        }
    }

    fn engine() -> Engine {
        let mut engine = Engine::new("s", 1, 1);
        let records = Vec::new();
        engine.handle(Event::Loaded { records, fence: None }, 0);
        engine.handle(list(&[1, 2]), 0);
        engine
    }

    fn does(engine: &mut Engine, command: Command) -> EntryKey {
        let effects = engine.handle(Event::Command(command), 0);
        let key = effects.iter().find_map(|effect| match effect {
            Effect::Append(key, _) => Some(*key),
            _ => None,
        });
        key.unwrap()
    }

    fn create(engine: &mut Engine, summary: &str) -> EntryKey {
        let command = Command::Create {
            text: text(summary),
            idempotency_key: "k".into(),
            refused: None,
        };
        does(engine, command)
    }

    /// What a person sees.
    fn texts(list: &List, engine: &Engine, leaving: &[Leaving]) -> Vec<String> {
        let rows = list.keys().iter().map(|key| {
            let left = || {
                leaving
                    .iter()
                    .find(|row| row.key() == *key)
                    .map(|left| left.row().clone())
            };
            let row = row_of(engine, *key).or_else(left).unwrap();
            format!("{}{}", row.summary, if row.is_struck() { " struck" } else { "" })
        });
        rows.collect()
    }

    fn shown(engine: &Engine) -> Vec<String> {
        texts(&List::after(&List::default(), engine, &[]), engine, &[])
    }

    #[test]
    fn a_refresh_never_hides_what_waits() {
        let mut engine = engine();
        create(&mut engine, "new");
        does(&mut engine, Command::Done(TaskRef::Server(id(1))));
        let edit = Edit::between(&text("task 2"), &text("two"));
        does(&mut engine, Command::Edit(TaskRef::Server(id(2)), edit));
        engine.handle(list(&[1, 2, 3]), 0);
        assert_eq!(shown(&engine), ["two", "task 3", "new"]);
        let everything = List::everything(&engine);
        assert_eq!(
            texts(&everything, &engine, &[]),
            ["task 1 struck", "two", "task 3", "new"]
        );
    }

    #[test]
    fn an_edit_of_a_task_that_left_the_list_is_still_there() {
        let mut engine = engine();
        let edit = Edit::between(&text("task 2"), &text("two"));
        does(&mut engine, Command::Edit(TaskRef::Server(id(2)), edit));
        engine.handle(list(&[1]), 0);
        assert_eq!(shown(&engine), ["task 1", "two"]);
    }

    #[test]
    fn a_finished_row_stays_while_it_is_struck_through() {
        let mut engine = engine();
        let before = List::after(&List::default(), &engine, &[]);
        let first = before.keys()[0];
        let leaving = [Leaving::new(row_of(&engine, first).unwrap())];
        does(&mut engine, Command::Done(TaskRef::Server(id(1))));
        let waiting = List::after(&before, &engine, &leaving);
        assert_eq!(texts(&waiting, &engine, &leaving), ["task 1 struck", "task 2"]);
        // The server has confirmed it meanwhile.
        engine.handle(list(&[2, 3]), 0);
        let struck = List::after(&waiting, &engine, &leaving);
        assert_eq!(
            texts(&struck, &engine, &leaving),
            ["task 1 struck", "task 2", "task 3"]
        );
        assert_eq!((struck.place(first), struck.open_count()), (Some(0), 2));
        assert_eq!(shown(&engine), ["task 2", "task 3"]);
    }

    #[test]
    fn a_task_that_was_made_here_keeps_its_row_when_the_server_has_it() {
        let mut engine = engine();
        let key = create(&mut engine, "new");
        let row = List::after(&List::default(), &engine, &[]).keys()[2];
        let records = vec![(format!("s\ni/{key}"), r#"{"v":1,"id":"7"}"#.to_owned())];
        let writes = records.into_iter().map(|(name, value)| Write::Put(name, value));
        engine.handle(Event::Observed(writes.collect()), 0);
        let delete = Write::Delete(format!("s\ne/{key}"));
        engine.handle(Event::Observed(vec![delete]), 0);
        engine.handle(list(&[1, 2, 7]), 0);
        assert_eq!(shown(&engine), ["task 1", "task 2", "task 7"]);
        assert_eq!(List::after(&List::default(), &engine, &[]).keys()[2], row);
    }

    #[test]
    fn undone_is_open_again_at_its_place() {
        let mut engine = engine();
        let of = does(&mut engine, Command::Done(TaskRef::Server(id(1))));
        let undo = Command::Undo {
            of,
            task: TaskRef::Server(id(1)),
            text: text("task 1"),
            idempotency_key: "k".into(),
        };
        does(&mut engine, undo);
        assert_eq!(shown(&engine), ["task 1", "task 2"]);
    }

    #[test]
    fn it_is_shown_as_kept_only_when_the_store_has_it() {
        let mut engine = engine();
        let key = create(&mut engine, "new");
        let state = |engine: &Engine| task(engine, &TaskRef::Local(key)).unwrap().row.state;
        assert_eq!(state(&engine), RowState::Storing);
        engine.handle(Event::Appended(key, Ok(())), 0);
        assert_eq!(state(&engine), RowState::Waiting);
        assert_eq!(status(&engine).waiting, 1);
    }
}
