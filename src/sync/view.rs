//! What is shown: the server's snapshot with everything that is wanted laid over it. A refresh can't hide what
//! waits, because nothing that waits is ever written into the snapshot (GUARANTEES.md, 10).

use std::collections::BTreeMap;

use super::engine::Engine;
use super::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use crate::task::TaskId;

/// Names a row of the list for as long as it is shown: a task that was made here keeps its name when the
/// server gives it an id, so that nothing on the screen is made anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKey {
    /// A task that the server had first.
    Listed(TaskId),
    /// A task that was made on this device since the page was opened, or that the server does not have yet.
    Local(EntryKey),
}

/// How a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowState {
    /// As the server has it.
    Settled,
    /// On its way into the store of this device.
    Storing,
    /// Kept on this device, to be sent.
    Waiting,
    /// On its way to the server.
    Sending,
    /// It needs a person; holds the entry, and a sentence that says why.
    NeedsYou(EntryKey, String),
}

/// A task as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name on this page.
    pub key: RowKey,
    /// Its name for commands.
    pub task: TaskRef,
    /// The one line.
    pub summary: String,
    /// Whether it is to be done, and is shown struck through until it leaves.
    pub is_done: bool,
    /// How it stands.
    pub state: RowState,
}

impl Row {
    /// Whether it is shown as done. One that the server refused to finish is not: it is still to do.
    pub fn is_struck(&self) -> bool {
        self.is_done && !needs_you(self)
    }
}

/// A task on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The row.
    pub row: Row,
    /// The free text, when it is known.
    pub description: Option<String>,
}

/// What is wanted of one task.
#[derive(Default)]
struct Wanted<'a> {
    summary: Option<&'a str>,
    description: Option<&'a str>,
    is_done: bool,
    state: Option<RowState>,
    local: Option<EntryKey>,
    /// Whether there is something to show when the snapshot has no such task.
    has_text: bool,
}

/// The rows, in order: the server's, then the new ones as they were typed.
pub fn rows(engine: &Engine) -> Vec<Row> {
    let mut wanted = wanted(engine, None);
    let snapshot = engine.snapshot();
    let mut rows = Vec::with_capacity(snapshot.len() + wanted.len());
    for id in snapshot.order() {
        let task = TaskRef::Server(id.clone());
        let wanted = wanted.remove(&task).unwrap_or_default();
        rows.extend(row(engine, task, wanted).map(|shown| shown.row));
    }
    let mut rest: Vec<_> = wanted.into_iter().filter(|(_, wanted)| wanted.has_text).collect();
    rest.sort_by_key(|(_, wanted)| wanted.local);
    for (task, wanted) in rest {
        rows.extend(row(engine, task, wanted).map(|shown| shown.row));
    }
    rows
}

/// The rows that are shown, found by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rows {
    rows: Vec<Row>,
    places: BTreeMap<RowKey, usize>,
}

impl Rows {
    /// What is shown after `before`, while the rows `leaving` are still being struck through: a finished task
    /// stays where it was for so long, even when the server has confirmed it by then.
    pub fn after(before: &Self, rows: Vec<Row>, leaving: &[RowKey]) -> Self {
        let mut shown: Vec<Row> = rows
            .into_iter()
            .filter(|row| !row.is_done || needs_you(row) || leaving.contains(&row.key))
            .collect();
        for key in leaving {
            if let (Some(gone), false) = (before.get(key), shown.iter().any(|row| row.key == *key)) {
                let at = before
                    .places
                    .get(key)
                    .copied()
                    .unwrap_or_default()
                    .min(shown.len());
                let row = Row {
                    is_done: true,
                    state: RowState::Settled,
                    ..gone.clone()
                };
                shown.insert(at, row);
            }
        }
        let places = shown
            .iter()
            .enumerate()
            .map(|(at, row)| (row.key.clone(), at))
            .collect();
        Self { rows: shown, places }
    }

    /// The names, in order.
    pub fn keys(&self) -> Vec<RowKey> {
        self.rows.iter().map(|row| row.key.clone()).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many tasks are to do: those that are struck through are not.
    pub fn open_count(&self) -> usize {
        self.rows.iter().filter(|row| !row.is_struck()).count()
    }

    /// A row.
    pub fn get(&self, key: &RowKey) -> Option<&Row> {
        self.places.get(key).and_then(|at| self.rows.get(*at))
    }
}

fn needs_you(row: &Row) -> bool {
    matches!(row.state, RowState::NeedsYou(..))
}

/// One task.
pub fn task(engine: &Engine, task: &TaskRef) -> Option<Shown> {
    let task = engine.resolve(task);
    let wanted = wanted(engine, Some(&task)).remove(&task).unwrap_or_default();
    row(engine, task, wanted)
}

fn row(engine: &Engine, task: TaskRef, wanted: Wanted) -> Option<Shown> {
    let known = match &task {
        TaskRef::Server(id) => engine.snapshot().get(id),
        TaskRef::Local(_) => None,
    };
    let text = |wanted: Option<&str>, known: Option<&str>| wanted.or(known).map(str::to_owned);
    let summary = text(wanted.summary, known.map(|known| known.summary.as_str()))?;
    let description = text(
        wanted.description,
        known.and_then(|known| known.description.as_deref()),
    );
    let local = known.and_then(|known| known.local);
    let key = match (&task, wanted.local.or(local)) {
        (_, Some(local)) => RowKey::Local(local),
        (TaskRef::Local(local), None) => RowKey::Local(*local),
        (TaskRef::Server(id), None) => RowKey::Listed(id.clone()),
    };
    Some(Shown {
        row: Row {
            key,
            task,
            summary,
            is_done: wanted.is_done,
            state: wanted.state.unwrap_or(RowState::Settled),
        },
        description,
    })
}

/// What is wanted of each task that has entries, or of one.
fn wanted<'a>(engine: &'a Engine, only: Option<&TaskRef>) -> BTreeMap<TaskRef, Wanted<'a>> {
    let mut decided = BTreeMap::new();
    for entry in engine.entries() {
        if let Change::Decide { of, decision } = &entry.change {
            decided.insert(*of, decision);
        }
    }
    let mut all: BTreeMap<TaskRef, Wanted<'a>> = BTreeMap::new();
    for entry in engine.entries() {
        if only.is_some_and(|only| *only != entry.task) || matches!(entry.change, Change::Decide { .. }) {
            continue;
        }
        let decision = decided.get(&entry.key).copied();
        if decision == Some(&Decision::Drop) {
            continue;
        }
        if !all.contains_key(&entry.task) {
            all.insert(entry.task.clone(), Wanted::default());
        }
        if let Some(wanted) = all.get_mut(&entry.task) {
            lay_over(wanted, entry, decision);
        }
    }
    all
}

fn lay_over<'a>(wanted: &mut Wanted<'a>, entry: &'a Entry, decision: Option<&'a Decision>) {
    let mut set = |text: &'a Text| {
        wanted.summary = Some(&text.summary);
        wanted.description = Some(&text.description);
        wanted.has_text = true;
    };
    match (&entry.change, decision) {
        (_, Some(Decision::Save(text))) => set(text),
        (Change::Create { text, .. }, _) => {
            set(text);
            wanted.local = Some(entry.key);
        }
        (Change::Edit(edit), _) => {
            // Shown although the task has left the list: what was typed is not gone with it.
            wanted.has_text = true;
            if let Some(summary) = &edit.summary {
                wanted.summary = Some(&summary.value);
            }
            if let Some(description) = &edit.description {
                wanted.description = Some(&description.value);
            }
        }
        (Change::Done, _) => wanted.is_done = true,
        (Change::Undo { text, .. }, _) if !wanted.is_done => {
            // It was finished and left the list before: it comes back as a new one.
            set(text);
            wanted.local = Some(entry.key);
        }
        (Change::Undo { .. }, _) => wanted.is_done = false,
        (Change::Decide { .. }, _) => {}
    }
    let state = match (&entry.state, decision) {
        (EntryState::Parked(_) | EntryState::Unsure(_), None) => {
            RowState::NeedsYou(entry.key, problem(entry))
        }
        (EntryState::Sending, _) => RowState::Sending,
        _ if entry.durable => RowState::Waiting,
        _ => RowState::Storing,
    };
    // What needs a person hides nothing else, and what is sent first is shown.
    let keeps = matches!(
        (&wanted.state, &state),
        (Some(RowState::NeedsYou(..)), _) | (Some(RowState::Sending), RowState::Waiting | RowState::Storing)
    );
    if !keeps {
        wanted.state = Some(state);
    }
}

/// Why an entry needs a person, and what to do.
pub fn problem(entry: &Entry) -> String {
    let text = match &entry.state {
        EntryState::Parked(Why::Conflict(_)) => {
            "This was changed somewhere else too. Compare the two versions and choose."
        }
        EntryState::Parked(Why::Gone) if matches!(entry.task, TaskRef::Local(_)) => {
            "The task that you changed was discarded before your change got there, or can’t be read. Your text is kept: save it as a new task, or discard it."
        }
        EntryState::Parked(Why::Gone) => {
            "This task was finished somewhere else before your change got there. Your text is kept: save it as a new task, or discard it."
        }
        _ => return entry.error.clone().unwrap_or_default(),
    };
    text.to_owned()
}

/// What the header says, always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// How many changes the server has not confirmed.
    pub waiting: usize,
    /// How many of them need a person.
    pub needs_you: usize,
    /// Whether nothing can be sent, because the server can't be had.
    pub is_offline: bool,
    /// Whether this device does not keep what is typed.
    pub is_not_kept: bool,
}

/// How things stand as a whole.
pub fn status(engine: &Engine) -> Status {
    let entries = || {
        engine
            .entries()
            .iter()
            .filter(|entry| !matches!(entry.change, Change::Decide { .. }))
    };
    Status {
        waiting: entries().count(),
        needs_you: entries().filter(|entry| entry.needs_person()).count() + engine.twins().count(),
        is_offline: engine.link_error().is_some(),
        is_not_kept: engine.store_error().is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::{Command, Effect, Event};
    use super::*;
    use crate::task::ListedTask;

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

    fn shown(engine: &Engine) -> Vec<String> {
        rows(engine)
            .into_iter()
            .map(|row| format!("{}{}", row.summary, if row.is_done { " done" } else { "" }))
            .collect()
    }

    #[test]
    fn a_refresh_never_hides_what_waits() {
        let mut engine = engine();
        create(&mut engine, "new");
        does(&mut engine, Command::Done(TaskRef::Server(id(1))));
        let edit = super::super::merge::Edit::between(&text("task 2"), &text("two"));
        does(&mut engine, Command::Edit(TaskRef::Server(id(2)), edit));
        engine.handle(list(&[1, 2, 3]), 0);
        assert_eq!(shown(&engine), ["task 1 done", "two", "task 3", "new"]);
    }

    #[test]
    fn an_edit_of_a_task_that_left_the_list_is_still_there() {
        let mut engine = engine();
        let edit = super::super::merge::Edit::between(&text("task 2"), &text("two"));
        does(&mut engine, Command::Edit(TaskRef::Server(id(2)), edit));
        engine.handle(list(&[1]), 0);
        assert_eq!(shown(&engine), ["task 1", "two"]);
    }

    #[test]
    fn a_finished_row_stays_while_it_is_struck_through() {
        let mut engine = engine();
        let before = Rows::after(&Rows::default(), rows(&engine), &[]);
        let leaving = [RowKey::Listed(id(1))];
        engine.handle(list(&[2, 3]), 0);
        let struck = Rows::after(&before, rows(&engine), &leaving);
        assert_eq!(struck.keys(), [1, 2, 3].map(|n| RowKey::Listed(id(n))));
        assert!(struck.get(&leaving[0]).unwrap().is_done);
        assert_eq!(struck.open_count(), 2);
        let after = Rows::after(&struck, rows(&engine), &[]);
        assert_eq!(after.keys(), [2, 3].map(|n| RowKey::Listed(id(n))));
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
