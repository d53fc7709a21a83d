//! The outbox: every change that the server has not confirmed, found by its key and by its task.

use super::entry::{Change, Decision, Entry, EntryKey, TaskRef};
use super::names::Names;

/// Entries in the order of their keys, with an index by task: what waits for one task must be found without a
/// walk through all of them, or each step of a long queue would cost as much as the queue is long.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    entries: Vec<Entry>,
    tasks: Names,
    /// By the number of the task, in order.
    keys: Vec<Vec<EntryKey>>,
    /// The entries that decide about another one, in order.
    decisions: Vec<EntryKey>,
}

impl Outbox {
    /// All of them, oldest first.
    pub fn all(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this key.
    pub fn get(&self, key: EntryKey) -> Option<&Entry> {
        self.place(key).and_then(|at| self.entries.get(at))
    }

    /// Whether there is an entry with this key.
    pub fn has(&self, key: EntryKey) -> bool {
        self.place(key).is_some()
    }
    /// Whether something is wanted of a task.
    pub fn wants(&self, task: &TaskRef) -> bool {
        !self.keys_of(task).is_empty()
    }

    /// The keys of a task's entries, oldest first.
    pub fn keys_of(&self, task: &TaskRef) -> &[EntryKey] {
        let keys = self.tasks.find(task).and_then(|at| self.keys.get(at.number()));
        keys.map_or(&[], Vec::as_slice)
    }

    /// A task's entries, oldest first.
    pub fn of_task<'a>(&'a self, task: &TaskRef) -> impl DoubleEndedIterator<Item = &'a Entry> + use<'a> {
        self.keys_of(task).iter().filter_map(|key| self.get(*key))
    }

    /// The tasks of which something is wanted.
    pub fn tasks(&self) -> impl Iterator<Item = &TaskRef> {
        self.tasks.tasks()
    }

    /// What was decided, oldest first: by which entry, about which, and what.
    pub fn decisions(&self) -> impl Iterator<Item = (&Entry, EntryKey, &Decision)> {
        self.decisions.iter().filter_map(|key| match self.get(*key) {
            Some(entry) => match &entry.change {
                Change::Decide { of, decision } => Some((entry, *of, decision)),
                _ => None,
            },
            None => None,
        })
    }

    /// What was decided last about an entry.
    pub fn decision_about(&self, key: EntryKey) -> Option<&Decision> {
        self.decisions()
            .filter(|(_, of, _)| *of == key)
            .last()
            .map(|(_, _, decision)| decision)
    }

    /// An entry, to be changed in anything but its key, its task, and whether it is a decision.
    pub fn get_mut(&mut self, key: EntryKey) -> Option<&mut Entry> {
        self.place(key).and_then(|at| self.entries.get_mut(at))
    }

    /// All entries, to be changed as [`get_mut`](Self::get_mut) says.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.iter_mut()
    }

    /// Puts an entry in at its place, or in the place of the one with its key.
    pub fn put(&mut self, entry: Entry) {
        self.remove(entry.key);
        let key = entry.key;
        if matches!(entry.change, Change::Decide { .. }) {
            put_in_order(&mut self.decisions, key);
        }
        self.index(&entry.task, key);
        let at = self.entries.partition_point(|known| known.key < key);
        self.entries.insert(at, entry);
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: EntryKey) -> Option<Entry> {
        let at = self.place(key)?;
        let entry = self.entries.remove(at);
        self.unindex(&entry.task, key);
        self.decisions.retain(|known| *known != key);
        Some(entry)
    }

    /// Takes out several entries: with a long queue that takes hardly longer than to take out one.
    pub fn remove_all(&mut self, is_meant: &dyn Fn(EntryKey) -> bool) {
        let gone = self.entries.extract_if(.., |entry| is_meant(entry.key));
        for entry in gone.collect::<Vec<_>>() {
            self.unindex(&entry.task, entry.key);
        }
        self.decisions.retain(|known| !is_meant(*known));
    }

    /// Takes out all entries but some.
    pub fn retain(&mut self, is_kept: impl Fn(&Entry) -> bool) {
        let all = std::mem::take(self);
        for entry in all.entries.into_iter().filter(|entry| is_kept(entry)) {
            self.put(entry);
        }
    }

    /// Makes an entry be about another task.
    pub fn set_task(&mut self, key: EntryKey, task: TaskRef) {
        let Some(entry) = self.get_mut(key) else { return };
        let before = std::mem::replace(&mut entry.task, task.clone());
        self.unindex(&before, key);
        self.index(&task, key);
    }

    fn place(&self, key: EntryKey) -> Option<usize> {
        self.entries.binary_search_by(|entry| entry.key.cmp(&key)).ok()
    }

    fn index(&mut self, task: &TaskRef, key: EntryKey) {
        let at = self.tasks.find_or_give(task).number();
        if self.keys.len() <= at {
            self.keys.resize_with(at + 1, Vec::new);
        }
        if let Some(keys) = self.keys.get_mut(at) {
            put_in_order(keys, key);
        }
    }

    fn unindex(&mut self, task: &TaskRef, key: EntryKey) {
        let at = self.tasks.find(task);
        if let Some(keys) = at.and_then(|at| self.keys.get_mut(at.number())) {
            keys.retain(|known| *known != key);
            if keys.is_empty() {
                self.tasks.remove(task);
            }
        }
    }
}

fn put_in_order(keys: &mut Vec<EntryKey>, key: EntryKey) {
    let at = keys.partition_point(|known| *known < key);
    keys.insert(at, key);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(time: u64) -> EntryKey {
        EntryKey { time, tab: 1 }
    }

    proptest! {
        /// Whatever is put in, moved and taken out: the index finds what a walk through all of them finds.
        #[test]
        fn the_index_agrees_with_the_entries(steps in prop::collection::vec((0u8..5, 0u64..12, 0u64..4), 1..60)) {
            let mut outbox = Outbox::default();
            for (what, number, task) in steps {
                let (entry_key, task) = (key(number), TaskRef::Local(key(100 + task)));
                match what {
                    0 => outbox.put(Entry::new(entry_key, task, Change::Done, 0)),
                    1 => {
                        let change = Change::Decide { of: key(number / 2), decision: Decision::Drop };
                        outbox.put(Entry::new(entry_key, task, change, 0));
                    }
                    2 => drop(outbox.remove(entry_key)),
                    3 => outbox.remove_all(&|known| known == entry_key || known == key(number + 2)),
                    _ => outbox.set_task(entry_key, task),
                }
                prop_assert!(outbox.all().is_sorted_by_key(|entry| entry.key));
                for task in 0..4 {
                    let task = TaskRef::Local(key(100 + task));
                    let walked: Vec<_> = outbox.all().iter().filter(|entry| entry.task == task).collect();
                    prop_assert_eq!(outbox.of_task(&task).collect::<Vec<_>>(), walked);
                }
                let decided = outbox.all().iter().filter(|entry| matches!(entry.change, Change::Decide { .. }));
                prop_assert_eq!(outbox.decisions().count(), decided.count());
                let with_some = outbox.keys.iter().filter(|keys| !keys.is_empty());
                prop_assert_eq!(outbox.tasks().count(), with_some.count());
            }
        }
    }
}
