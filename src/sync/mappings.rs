//! Which id the server gave to a task that was created here (GUARANTEES.md, 8).

use super::entry::{EntryKey, TaskRef};
use super::names::{Names, RowKey};
use crate::task::TaskId;

/// Ids by the key of the entry that created the task.
#[derive(Debug, Clone, Default)]
pub struct Mappings {
    here: Names,
    /// By the number of the task's name here.
    there: Vec<Option<TaskId>>,
}

impl Mappings {
    /// The id of the task that an entry created.
    pub fn get(&self, key: EntryKey) -> Option<&TaskId> {
        let at = self.here.find(&TaskRef::Local(key))?;
        self.there.get(at.number())?.as_ref()
    }

    /// The task that an entry created has this id.
    pub fn insert(&mut self, key: EntryKey, id: TaskId) {
        let at = self.here.find_or_give(&TaskRef::Local(key)).number();
        if self.there.len() <= at {
            self.there.resize_with(at + 1, || None);
        }
        if let Some(place) = self.there.get_mut(at) {
            *place = Some(id);
        }
    }

    /// It is not known any more.
    pub fn remove(&mut self, key: EntryKey) {
        let task = TaskRef::Local(key);
        let at = self.here.find(&task).map(RowKey::number);
        if let Some(place) = at.and_then(|at| self.there.get_mut(at)) {
            *place = None;
        }
        self.here.remove(&task);
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (EntryKey, &TaskId)> {
        let mut number = 0;
        self.there.iter().filter_map(move |id| {
            number += 1;
            match self.here.get(RowKey(number - 1))? {
                TaskRef::Local(key) => Some((*key, id.as_ref()?)),
                TaskRef::Server(_) => None,
            }
        })
    }

    /// The entry that created a task.
    pub fn origin(&self, id: &TaskId) -> Option<EntryKey> {
        self.all().find(|(_, known)| *known == id).map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_removed_makes_room() {
        let mut mappings = Mappings::default();
        let key = |time| EntryKey { time, tab: 1 };
        for time in 1..4 {
            mappings.insert(key(time), TaskId::from_path_text(&time.to_string()));
        }
        mappings.remove(key(2));
        assert_eq!((mappings.get(key(2)), mappings.all().count()), (None, 2));
        mappings.insert(key(9), TaskId::from_path_text("nine"));
        assert_eq!(mappings.get(key(9)), Some(&TaskId::from_path_text("nine")));
        assert_eq!(
            (mappings.get(key(1)), mappings.there.len()),
            (Some(&TaskId::from_path_text("1")), 3)
        );
    }
}
