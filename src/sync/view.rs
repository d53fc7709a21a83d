//! What is shown: the server's snapshot with everything that is wanted laid over it. A refresh can't hide what
//! waits, because nothing that waits is ever written into the snapshot (GUARANTEES.md, 10).

use super::engine::Engine;
use super::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use super::held::Known;
use super::names::RowKey;
use super::trouble::Trouble;
use crate::texts::problem;

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
        self.is_done && !self.needs_you()
    }

    /// Whether a person is needed.
    pub fn needs_you(&self) -> bool {
        matches!(self.state, RowState::NeedsYou(..))
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
    has_text: bool,
}

/// What a task's entries mean for the list, without the texts: it is asked of all that waits whenever something
/// happens.
pub(super) struct Standing {
    /// Whether it is shown as done.
    pub(super) is_struck: bool,
    /// Whether there is something to show when the server's list has no such task.
    pub(super) has_text: bool,
}

/// One task.
pub fn task(engine: &Engine, task: &TaskRef) -> Option<Shown> {
    let task = engine.resolve(task);
    let wanted = wanted(engine, &task);
    let description = wanted
        .description
        .or(known(engine, &task).and_then(|known| known.description));
    let description = description.map(str::to_owned);
    let row = lay(engine, &task, &wanted)?;
    Some(Shown { row, description })
}

/// One row of the list.
pub fn row_of(engine: &Engine, key: RowKey) -> Option<Row> {
    let task = engine.snapshot().names().get(key)?;
    lay(engine, task, &wanted(engine, task))
}

/// What a row says: its line, and the free text where that is known.
pub fn texts_of(engine: &Engine, key: RowKey) -> Option<(&str, Option<&str>)> {
    let wanted = match engine.entries() {
        [] => Wanted::default(),
        _ => wanted(engine, engine.snapshot().names().get(key)?),
    };
    let known = engine.snapshot().at(key);
    let summary = wanted.summary.or(known.map(|known| known.summary))?;
    let description = wanted.description.or(known.and_then(|known| known.description));
    Some((summary, description))
}

pub(super) fn standing(engine: &Engine, task: &TaskRef) -> Standing {
    let wanted = wanted(engine, task);
    Standing {
        is_struck: wanted.is_done && !matches!(wanted.state, Some(RowState::NeedsYou(..))),
        has_text: wanted.has_text && wanted.summary.or(known_summary(engine, task)).is_some(),
    }
}

fn known_summary<'a>(engine: &'a Engine, task: &TaskRef) -> Option<&'a str> {
    known(engine, task).map(|known| known.summary)
}

fn known<'a>(engine: &'a Engine, task: &TaskRef) -> Option<Known<'a>> {
    match task {
        TaskRef::Server(id) => engine.snapshot().get(id),
        TaskRef::Local(_) => None,
    }
}

fn lay(engine: &Engine, task: &TaskRef, wanted: &Wanted) -> Option<Row> {
    Some(Row {
        key: engine.snapshot().names().find(task)?,
        task: task.clone(),
        summary: wanted.summary.or(known_summary(engine, task))?.to_owned(),
        is_done: wanted.is_done,
        state: wanted.state.clone().unwrap_or(RowState::Settled),
    })
}

fn wanted<'a>(engine: &'a Engine, task: &TaskRef) -> Wanted<'a> {
    let mut wanted = Wanted::default();
    let outbox = engine.outbox();
    for entry in outbox.of_task(task) {
        let decision = outbox.decision_about(entry.key);
        if !matches!(entry.change, Change::Decide { .. }) && decision != Some(&Decision::Drop) {
            lay_over(&mut wanted, entry, decision);
        }
    }
    wanted
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
        EntryState::Parked(Why::Conflict(_)) => problem::CONFLICT,
        EntryState::Parked(Why::Gone) if matches!(entry.task, TaskRef::Local(_)) => problem::BASE_DISCARDED,
        EntryState::Parked(Why::Gone) => problem::TASK_FINISHED,
        _ => return entry.error.as_ref().map(Trouble::sentence).unwrap_or_default(),
    };
    text.say().to_owned()
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
