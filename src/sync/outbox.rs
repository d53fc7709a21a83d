//! Changes that the server has not confirmed. An entry leaves only when it is confirmed, or by the person
//! who made it.

use serde::{Deserialize, Serialize};

use crate::task::TaskId;

/// What a person wants to have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new task, as typed: it may break the rule for summaries, which is then what its entry says.
    Add {
        /// The one line.
        summary: String,
        /// The free text.
        description: String,
    },
    /// The task is done.
    Done(TaskId),
}

/// How far a change has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryState {
    /// Its turn comes by itself.
    Waiting,
    /// It is on its way.
    Sending,
    /// It did not go through and needs a person. Holds what happened and what to do, as a sentence.
    Refused(String),
    /// It was sent, and whether it took effect is not known; a person decides. Holds a sentence.
    Unsure(String),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Names the entry within its outbox; never used twice.
    pub key: u32,
    /// What is wanted.
    pub change: Change,
    /// How far it has come.
    pub state: EntryState,
}

/// The changes, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outbox {
    entries: Vec<Entry>,
    last_key: u32,
}

/// What survives a reload of an entry that adds a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAdd {
    /// The one line.
    pub summary: String,
    /// The free text.
    pub description: String,
    /// Whether it was on its way, so that the server may have it.
    pub sent: bool,
}

impl Outbox {
    /// The entries, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Takes in a change.
    pub fn push(&mut self, change: Change, state: EntryState) -> u32 {
        self.last_key += 1;
        self.entries.push(Entry {
            key: self.last_key,
            change,
            state,
        });
        self.last_key
    }

    /// The entry with this key.
    pub fn get(&self, key: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Notes how far an entry has come.
    pub fn set_state(&mut self, key: u32, state: EntryState) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.key == key) {
            entry.state = state;
        }
    }

    /// Takes an entry out: it is confirmed, or a person dropped it.
    pub fn remove(&mut self, key: u32) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    /// The entry that finishes a task.
    pub fn finishing(&self, id: &TaskId) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| matches!(&entry.change, Change::Done(done) if done == id))
    }

    /// The entry that finishes a task is on its way now; `None` when it already was.
    pub fn begin_finishing(&mut self, id: &TaskId) -> Option<u32> {
        match self.finishing(id).map(|entry| (entry.key, &entry.state)) {
            Some((_, EntryState::Sending)) => None,
            Some((key, _)) => {
                self.set_state(key, EntryState::Sending);
                Some(key)
            }
            None => Some(self.push(Change::Done(id.clone()), EntryState::Sending)),
        }
    }

    /// The next task to add, and only when none is on its way: the server numbers tasks in the order in
    /// which they come, and people expect the order in which they typed.
    pub fn next_add(&self) -> Option<&Entry> {
        let adds = || {
            self.entries
                .iter()
                .filter(|entry| matches!(entry.change, Change::Add { .. }))
        };
        if adds().any(|entry| entry.state == EntryState::Sending) {
            return None;
        }
        adds().find(|entry| entry.state == EntryState::Waiting)
    }

    /// After one could not be delivered, the others that wait would meet the same fate one after the other,
    /// each with its own long wait. They are given back with the same words.
    pub fn refuse_waiting_adds(&mut self, sentence: &str) {
        for entry in &mut self.entries {
            if matches!(entry.change, Change::Add { .. }) && entry.state == EntryState::Waiting {
                entry.state = EntryState::Refused(sentence.to_owned());
            }
        }
    }

    /// Lets go of all entries, which are another API's. Keys go on counting.
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// What is to survive a reload.
    pub fn stored_adds(&self) -> Vec<StoredAdd> {
        self.entries
            .iter()
            .filter_map(|entry| match &entry.change {
                Change::Add { summary, description } => Some(StoredAdd {
                    summary: summary.clone(),
                    description: description.clone(),
                    sent: matches!(entry.state, EntryState::Sending | EntryState::Unsure(_)),
                }),
                Change::Done(_) => None,
            })
            .collect()
    }

    /// Takes in what survived a reload. Nothing of it is sent without being asked for.
    pub fn restore(&mut self, stored: Vec<StoredAdd>) {
        for StoredAdd {
            summary,
            description,
            sent,
        } in stored
        {
            let state = if sent {
                let sentence = "The page was closed before the server had confirmed this. It may be in the list already.";
                EntryState::Unsure(sentence.to_owned())
            } else {
                EntryState::Refused("The page was closed before this was sent.".to_owned())
            };
            self.push(Change::Add { summary, description }, state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(summary: &str) -> Change {
        Change::Add {
            summary: summary.into(),
            description: String::new(),
        }
    }

    fn waiting(summaries: &[&str]) -> Outbox {
        let mut outbox = Outbox::default();
        for summary in summaries {
            outbox.push(add(summary), EntryState::Waiting);
        }
        outbox
    }

    #[test]
    fn one_task_is_added_at_a_time_in_the_order_typed() {
        let mut outbox = waiting(&["a", "b"]);
        let first = outbox.next_add().unwrap().key;
        outbox.set_state(first, EntryState::Sending);
        assert_eq!(outbox.next_add(), None);
        outbox.remove(first);
        assert_eq!(outbox.next_add().unwrap().change, add("b"));
    }

    #[test]
    fn a_refused_one_holds_nobody_up() {
        let mut outbox = waiting(&["a", "b"]);
        let first = outbox.next_add().unwrap().key;
        outbox.set_state(first, EntryState::Refused("no".into()));
        assert_eq!(outbox.next_add().unwrap().change, add("b"));
    }

    #[test]
    fn keys_are_never_used_twice() {
        let mut outbox = waiting(&["a"]);
        let first = outbox.entries()[0].key;
        outbox.remove(first);
        assert_ne!(outbox.push(add("b"), EntryState::Waiting), first);
    }

    #[test]
    fn what_survives_a_reload_says_whether_it_was_sent_and_is_not_sent_by_itself() {
        let mut outbox = waiting(&["sent", "not sent", "unclear"]);
        outbox.set_state(1, EntryState::Sending);
        outbox.set_state(3, EntryState::Unsure("It may have taken effect.".into()));
        outbox.push(Change::Done(TaskId::from_path_text("7")), EntryState::Sending);
        let stored = outbox.stored_adds();
        assert_eq!(
            stored.iter().map(|add| add.sent).collect::<Vec<_>>(),
            [true, false, true]
        );
        let mut restored = Outbox::default();
        restored.restore(stored);
        assert_eq!(restored.next_add(), None);
        assert!(matches!(&restored.entries()[0].state, EntryState::Unsure(text) if text.contains("already")));
        assert!(
            restored.stored_adds()[2].sent,
            "a second reload must not forget that it was sent"
        );
    }

    #[test]
    fn finishing_is_found_by_the_exact_id() {
        let mut outbox = Outbox::default();
        outbox.push(Change::Done(TaskId::Number("7".into())), EntryState::Sending);
        assert!(outbox.finishing(&TaskId::Number("7".into())).is_some());
        assert!(outbox.finishing(&TaskId::from_path_text("7")).is_none());
    }

    #[test]
    fn a_task_is_finished_once_at_a_time_and_again_after_a_refusal() {
        let mut outbox = Outbox::default();
        let id = TaskId::from_path_text("7");
        let key = outbox.begin_finishing(&id).unwrap();
        assert_eq!(outbox.begin_finishing(&id), None);
        outbox.set_state(key, EntryState::Refused("no".into()));
        assert_eq!(outbox.begin_finishing(&id), Some(key));
        assert_eq!(outbox.entries().len(), 1);
    }
}
