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
    /// The same from the other side: it is asked of every task with the text of one that is created.
    ids: Names,
    /// By the number of the id.
    origins: Vec<Option<EntryKey>>,
}

impl Mappings {
    /// The id of the task that an entry created.
    pub fn get(&self, key: EntryKey) -> Option<&TaskId> {
        let at = self.here.find(&TaskRef::Local(key))?;
        self.there.get(at.number())?.as_ref()
    }

    /// The task that an entry created has this id.
    pub fn insert(&mut self, key: EntryKey, id: TaskId) {
        self.remove(key);
        let at = self.here.find_or_give(&TaskRef::Local(key));
        set(&mut self.there, at, Some(id.clone()));
        let at = self.ids.find_or_give(&TaskRef::Server(id));
        set(&mut self.origins, at, Some(key));
    }

    /// It is not known any more.
    pub fn remove(&mut self, key: EntryKey) {
        let task = TaskRef::Local(key);
        let Some(at) = self.here.find(&task) else { return };
        let id = self.there.get_mut(at.number()).and_then(Option::take);
        self.here.remove(&task);
        if let Some(id) = id.filter(|id| self.origin(id) == Some(key)) {
            let another = self.all().find(|(_, known)| **known == id).map(|(key, _)| key);
            let id = TaskRef::Server(id);
            match (self.ids.find(&id), another) {
                (Some(at), Some(_)) => set(&mut self.origins, at, another),
                _ => self.ids.remove(&id),
            }
        }
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
        let at = self.ids.find_id(id)?;
        *self.origins.get(at.number())?
    }
}

fn set<T>(values: &mut Vec<Option<T>>, at: RowKey, value: Option<T>) {
    if values.len() <= at.number() {
        values.resize_with(at.number() + 1, || None);
    }
    if let Some(place) = values.get_mut(at.number()) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Both sides say the same, whatever comes and goes.
        #[test]
        fn a_task_is_found_by_either_name(steps in prop::collection::vec((any::<bool>(), 0u64..6, 0u64..4), 1..60)) {
            let mut mappings = Mappings::default();
            for (comes, time, id) in steps {
                let key = EntryKey { time, tab: 1 };
                if comes {
                    mappings.insert(key, TaskId::from_path_text(&id.to_string()));
                } else {
                    mappings.remove(key);
                }
                for id in 0..4 {
                    let id = TaskId::from_path_text(&id.to_string());
                    let found = mappings.origin(&id);
                    prop_assert_eq!(found.is_some(), mappings.all().any(|(_, known)| *known == id));
                    prop_assert!(found.is_none_or(|key| mappings.get(key) == Some(&id)));
                }
            }
        }
    }

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
