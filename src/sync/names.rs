//! Small numbers for tasks. A row of the list is known by the number of its task for as long as the page is open,
//! also when the server gives a task that was made here an id of its own, so that nothing on the screen is made
//! anew. Order, places and what is known are kept by number, which copies and compares at no cost.

use std::hash::{BuildHasher, BuildHasherDefault, Hash};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

use super::entry::TaskRef;
use crate::task::TaskId;

/// Names a row of the list, and the task that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowKey(pub(super) u32);

impl RowKey {
    /// The row with this number.
    pub fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// The number, from 0 on with few gaps.
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// Which task has which number.
#[derive(Debug, Clone, Default)]
pub struct Names {
    tasks: Vec<Option<TaskRef>>,
    keys: HashTable<u32>,
    free: Vec<RowKey>,
    /// Numbers that nobody has any more, but a row that leaves the screen may still be known by.
    resting: Vec<RowKey>,
}

/// For tables of numbers whose keys, of any kind, are elsewhere.
pub(crate) fn hash_of(key: impl Hash) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(key)
}

fn hash(task: &TaskRef) -> u64 {
    match task {
        TaskRef::Server(id) => hash_of(id.path_text()),
        TaskRef::Local(key) => hash_of(key),
    }
}

impl Names {
    /// How many numbers were ever given out at once: every number is below.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether no task has a number.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The tasks that have a number, in the order of their numbers.
    pub fn tasks(&self) -> impl Iterator<Item = &TaskRef> {
        self.tasks.iter().flatten()
    }

    /// The task with this number.
    pub fn get(&self, key: RowKey) -> Option<&TaskRef> {
        self.tasks.get(key.number())?.as_ref()
    }

    /// The number of a task.
    pub fn find(&self, task: &TaskRef) -> Option<RowKey> {
        match task {
            TaskRef::Server(id) => self.find_id(id),
            TaskRef::Local(_) => self.find_with(hash(task), &|known| known == task),
        }
    }

    /// The number of a task of the server.
    pub fn find_id(&self, id: &TaskId) -> Option<RowKey> {
        let hash = hash_of(id.path_text());
        self.find_with(
            hash,
            &|known| matches!(known, TaskRef::Server(known) if known == id),
        )
    }

    fn find_with(&self, hash: u64, is_it: &dyn Fn(&TaskRef) -> bool) -> Option<RowKey> {
        let is_it = |number: &u32| self.get(RowKey(*number)).is_some_and(is_it);
        self.keys.find(hash, is_it).copied().map(RowKey)
    }

    /// The number of a task, which gets one if it has none.
    pub fn find_or_give(&mut self, task: &TaskRef) -> RowKey {
        if let Some(key) = self.find(task) {
            return key;
        }
        let key = self.free.pop().unwrap_or_else(|| {
            self.tasks.push(None);
            RowKey(u32::try_from(self.tasks.len() - 1).unwrap_or(u32::MAX))
        });
        self.set(key, task.clone());
        key
    }

    /// The task gets another name and keeps its number. Gives back that number, and the one that the new name had
    /// before, which is nobody's now; `None` when there is nothing to rename.
    pub fn rename(&mut self, from: &TaskRef, to: &TaskRef) -> Option<(RowKey, Option<RowKey>)> {
        let key = self.find(from)?;
        let before = self.find(to);
        if before == Some(key) {
            return None;
        }
        self.forget(key);
        if let Some(before) = before {
            self.forget(before);
            self.resting.push(before);
        }
        self.set(key, to.clone());
        Some((key, before))
    }

    fn set(&mut self, key: RowKey, task: TaskRef) {
        let hashed = hash(&task);
        if let Some(place) = self.tasks.get_mut(key.number()) {
            *place = Some(task);
        }
        let tasks = &self.tasks;
        let rehash = |number: &u32| {
            tasks
                .get(*number as usize)
                .and_then(Option::as_ref)
                .map_or(0, hash)
        };
        self.keys.insert_unique(hashed, key.0, rehash);
    }

    fn forget(&mut self, key: RowKey) {
        let Some(task) = self.tasks.get_mut(key.number()).and_then(Option::take) else {
            return;
        };
        if let Ok(found) = self.keys.find_entry(hash(&task), |number| *number == key.0) {
            found.remove();
        }
    }

    /// Takes back the number of a task, to be given out again at once.
    pub fn remove(&mut self, task: &TaskRef) {
        if let Some(key) = self.find(task) {
            self.forget(key);
            self.free.push(key);
        }
    }

    /// Takes back the numbers of tasks that are of no use. They are given out again after the next call: until
    /// then a row may still be leaving the screen.
    pub fn sweep(&mut self, is_of_use: &dyn Fn(RowKey, &TaskRef) -> bool) {
        self.free.append(&mut self.resting);
        let useless: Vec<_> = (0..self.tasks.len())
            .map(|number| RowKey(number as u32))
            .filter(|key| self.get(*key).is_some_and(|task| !is_of_use(*key, task)))
            .collect();
        for key in useless {
            self.forget(key);
            self.resting.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::EntryKey;

    fn local(time: u64) -> TaskRef {
        TaskRef::Local(EntryKey { time, tab: 1 })
    }

    fn server(id: &str) -> TaskRef {
        TaskRef::Server(TaskId::from_path_text(id))
    }

    #[test]
    fn a_task_keeps_its_number_when_the_server_names_it() {
        let mut names = Names::default();
        let key = names.find_or_give(&local(1));
        assert_eq!(names.rename(&local(1), &server("a")), Some((key, None)));
        assert_eq!(names.find(&server("a")), Some(key));
        assert_eq!(names.find(&local(1)), None);
        assert_eq!(names.get(key), Some(&server("a")));
    }

    #[test]
    fn a_name_that_has_a_number_already_gives_it_up() {
        let mut names = Names::default();
        let (here, there) = (names.find_or_give(&local(1)), names.find_or_give(&server("a")));
        assert_eq!(names.rename(&local(1), &server("a")), Some((here, Some(there))));
        assert_eq!(names.find(&server("a")), Some(here));
        assert_eq!(names.get(there), None);
    }

    #[test]
    fn a_number_rests_before_another_task_gets_it() {
        let mut names = Names::default();
        let key = names.find_or_give(&server("a"));
        names.sweep(&|_, _| false);
        assert_ne!(names.find_or_give(&server("b")), key);
        names.sweep(&|_, _| true);
        assert_eq!(names.find_or_give(&server("c")), key);
    }

    proptest! {
        /// Beside a map that never gives out a number twice.
        #[test]
        fn numbers_and_names_belong_together(steps in prop::collection::vec((0u8..4, 0u64..8, 0u64..8), 1..80)) {
            let mut names = Names::default();
            for (what, a, b) in steps {
                match what {
                    0 => drop(names.find_or_give(&local(a))),
                    1 => drop(names.find_or_give(&server(&a.to_string()))),
                    2 => drop(names.rename(&local(a), &server(&b.to_string()))),
                    _ => names.sweep(&|key, _| key.number() as u64 != a),
                }
                let mut known = 0;
                for number in 0..names.len() {
                    if let Some(task) = names.get(RowKey(number as u32)) {
                        prop_assert_eq!(names.find(task), Some(RowKey(number as u32)));
                        known += 1;
                    }
                }
                prop_assert_eq!(names.keys.len(), known);
            }
        }
    }
}
