//! What a person has changed and the server has not confirmed: one [`Entry`] each.
//!
//! Any tab may add an entry, and no tab but the sender changes or removes one. What a person decides about an
//! entry is an entry too ([`Change::Decide`]), so that two tabs never write the same record.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::merge::Edit;
use super::trouble::Trouble;
use crate::task::{Fields, Task, TaskId};

/// Names an entry, and orders entries as they were made: a Lamport time and, where two tabs had the same one,
/// the tab. It owes nothing to the device's clock, which may jump.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    /// One more than any that the tab had seen (Lamport, "Time, Clocks, and the Ordering of Events").
    pub time: u64,
    /// A random number for the tab.
    pub tab: u32,
}

impl fmt::Display for EntryKey {
    /// Of fixed width, so that names of records sort as the keys do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012x}-{:08x}", self.time, self.tab)
    }
}

impl EntryKey {
    /// Reads what `Display` has written.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, tab) = text.split_once('-')?;
        Some(Self {
            time: u64::from_str_radix(time, 16).ok()?,
            tab: u32::from_str_radix(tab, 16).ok()?,
        })
    }
}

/// Names a task, whether the server has it or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskRef {
    /// A task that the server has not confirmed yet, named by the entry that creates it.
    Local(EntryKey),
    /// A task of the server.
    Server(TaskId),
}

/// Summary and description, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Text {
    /// The one line.
    pub summary: String,
    /// The free text.
    pub description: String,
}

impl TryFrom<Fields> for Text {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        Ok(Self {
            summary: fields.summary()?,
            description: fields.description()?,
        })
    }
}

impl Text {
    /// The task that says this under `id`.
    pub fn with_id(self, id: TaskId) -> Task {
        Task {
            id,
            summary: self.summary,
            description: self.description,
        }
    }

    /// What a task says, and its id.
    pub fn of(task: Task) -> (TaskId, Self) {
        let text = Self {
            summary: task.summary,
            description: task.description,
        };
        (task.id, text)
    }
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new task.
    Create {
        /// What it says.
        text: Text,
        /// The `Idempotency-Key`, made with the entry and the same each time it is sent.
        idempotency_key: String,
    },
    /// Another text for a task.
    Edit(Edit),
    /// The task is done.
    Done,
    /// The task is not done after all. If the server has finished it, it becomes a new one with this text.
    Undo {
        /// The entry that finished it.
        of: EntryKey,
        /// The text, as far as it was known here; the description that was read before the task was finished
        /// comes first.
        text: Text,
        /// The `Idempotency-Key` if it must be created anew.
        idempotency_key: String,
    },
    /// What to do with another entry.
    Decide {
        /// That entry.
        of: EntryKey,
        /// What to do.
        decision: Decision,
    },
}

/// What a person decides about an entry that waits, was refused, conflicts, or is unsure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Try again, now. For a create that is unsure: add it once more.
    Retry,
    /// Let go of the change, for good. For a conflict: keep theirs.
    Drop,
    /// Save this text in the place of what the server has now. For a conflict: mine, or edited.
    Save(Text),
    /// This task of the server is the one that was created.
    Adopt(TaskId),
}

/// How far an entry has come (GUARANTEES.md, 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// Its turn comes by itself.
    Pending,
    /// It is on its way.
    Sending,
    /// It needs a person.
    Parked(Why),
    /// It was sent, and several tasks of the server may be the one it made; a person decides.
    Unsure(Vec<TaskId>),
}

/// Why an entry is parked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The server does not take it, or it can't be sent; [`Entry::error`] says why.
    Refused,
    /// Someone else has changed the same field; holds what the server has now.
    Conflict(Text),
    /// The task is not there any more.
    Gone,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name and its place in the order.
    pub key: EntryKey,
    /// The task it is about.
    pub task: TaskRef,
    /// What is wanted.
    pub change: Change,
    /// How far it has come.
    pub state: EntryState,
    /// When it was made, in milliseconds since 1970 by the device's clock; shown, never compared.
    pub made_at: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is tried again, in milliseconds since 1970; 0 is at once.
    pub next_try: u64,
    /// What went wrong last.
    pub error: Option<Trouble>,
    /// Whether it was sent and may have taken effect.
    pub ambiguous: bool,
    /// Whether it was sent again after an ambiguous outcome, so that there may be twins.
    pub resent: bool,
    /// The ids that had the same summary before a create was sent (GUARANTEES.md, 4).
    pub known: Vec<TaskId>,
    /// Whether the store has it. Not stored.
    pub durable: bool,
    /// The engine's moment at which an answer was lost. Not stored: after a reload any list is later.
    pub lost_at: u64,
}

impl Entry {
    /// A new entry, whose turn comes by itself.
    pub fn new(key: EntryKey, task: TaskRef, change: Change, made_at: u64) -> Self {
        Self {
            key,
            task,
            change,
            state: EntryState::Pending,
            made_at,
            attempts: 0,
            next_try: 0,
            error: None,
            ambiguous: false,
            resent: false,
            known: Vec::new(),
            durable: false,
            lost_at: 0,
        }
    }

    /// Whether it never left this device, so that it may still be changed or taken back without the server
    /// knowing.
    pub fn is_unsent(&self) -> bool {
        self.attempts == 0 && self.state != EntryState::Sending
    }

    /// Whether a person is needed.
    pub fn needs_person(&self) -> bool {
        matches!(self.state, EntryState::Parked(_) | EntryState::Unsure(_))
    }

    /// The request that will carry it, as the Sync page names it.
    pub fn method(&self) -> &'static str {
        match self.change {
            Change::Create { .. } | Change::Undo { .. } => "POST",
            Change::Edit(_) => "PUT",
            Change::Done => "DELETE",
            Change::Decide { .. } => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_read_back_and_sort_as_their_names(a in 0u64..1 << 48, b in 0u64..1 << 48, s in any::<u32>(), t in any::<u32>()) {
            let (a, b) = (EntryKey { time: a, tab: s }, EntryKey { time: b, tab: t });
            prop_assert_eq!(EntryKey::parse(&a.to_string()), Some(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "-", "1", "x-1", "1-x", "1-123456789"] {
            assert_eq!(EntryKey::parse(text), None, "{text}");
        }
    }
}
