//! What is checked at the end: the server's rows against the journal of what persons did.

use std::collections::BTreeSet;

use strikethrough::sync::entry::{Change, Entry, EntryKey, TaskRef, Text};
use strikethrough::sync::stored::{Table, delete_task};
use strikethrough::task::TaskId;

use super::device::SCOPE;
use super::oracle::{Check, Wish, part, value_of};
use super::world::World;

impl World {
    pub(crate) fn verdict(&mut self) {
        self.check_drained();
        self.check_alike();
        let ids = Table::Mappings.name(SCOPE, "");
        let mut damaged = self.devices.iter().flat_map(|device| &device.damaged);
        if damaged.any(|name| name.starts_with(&ids)) {
            // Which task is which can't be followed.
            return;
        }
        let keys: Vec<_> = self
            .oracle
            .wishes
            .iter()
            .filter(|(_, wish)| (wish.told || wish.kept) && !wish.excused)
            .map(|(key, _)| *key)
            .collect();
        for key in keys {
            if let Some(what) = self.is_lost(key) {
                self.fail(Check::Lost, what);
            }
        }
        self.check_duplicates();
    }

    /// All queues are empty, and all tabs know it (9, 11).
    fn check_drained(&mut self) {
        for device in 0..self.devices.len() {
            let it = &self.devices[device];
            if let Some(entry) = it.store.entries.values().next() {
                let what = format!("device {device} still has {entry:?}");
                return self.fail(Check::NotDrained, what);
            }
            let is_damaged = |entry: &Entry| {
                it.damaged
                    .contains(&Table::Entries.name(SCOPE, &entry.key.to_string()))
            };
            let alive = it.tabs.iter().filter(|tab| tab.is_alive);
            let stale = alive
                .flat_map(|tab| tab.engine.entries())
                .find(|entry| !is_damaged(entry));
            if let Some(entry) = stale {
                let what = format!("a tab of device {device} still shows {entry:?}");
                return self.fail(Check::Disagree, what);
            }
        }
    }

    fn resolve(&self, task: &TaskRef) -> Option<TaskId> {
        match task {
            TaskRef::Server(id) => Some(id.clone()),
            TaskRef::Local(local) => self
                .devices
                .iter()
                .find_map(|device| device.store.mappings.get(local))
                .cloned(),
        }
    }

    fn is_live(&self, task: &TaskRef) -> bool {
        let id = self.resolve(task);
        id.and_then(|id| self.server.rows.get(&id))
            .is_some_and(|row| row.is_live)
    }

    fn made(&self, key: EntryKey) -> impl Iterator<Item = (&TaskId, &super::server::Row)> {
        self.server
            .rows
            .iter()
            .filter(move |(_, row)| row.origin == Some(key))
    }

    /// Whether a twin of another create, the very same text, stands for this one and for no other.
    fn stands_for(&self, key: EntryKey, text: &Text) -> bool {
        let Some(id) = self.resolve(&TaskRef::Local(key)) else {
            return false;
        };
        let is_same = self
            .server
            .rows
            .get(&id)
            .is_some_and(|row| row.history.contains(text));
        let mut devices = self.devices.iter();
        is_same && devices.all(|it| it.store.mappings.values().filter(|other| **other == id).count() <= 1)
    }

    /// Whether a wish came to nothing, and how.
    fn is_lost(&self, key: EntryKey) -> Option<String> {
        let wish = self.oracle.wishes.get(&key)?;
        let same_task = |other: &Wish| {
            other.task == wish.task
                || matches!((self.resolve(&other.task), self.resolve(&wish.task)), (Some(a), Some(b)) if a == b)
        };
        let later = || {
            self.oracle
                .wishes
                .range(key..)
                .skip(1)
                .map(|(_, wish)| wish)
                .filter(|other| same_task(other))
        };
        let is_finished = || later().any(|other| other.change == Change::Done);
        let lost = match &wish.change {
            Change::Create { text, .. } => {
                self.made(key).next().is_none() && !is_finished() && !self.stands_for(key, text)
            }
            Change::Edit(_) => {
                if wish.replaced || is_finished() || !self.is_live(&wish.task) {
                    return None;
                }
                (0..2).any(|which| {
                    let Some(value) = value_of(&wish.change, which) else {
                        return false;
                    };
                    let is_there = self
                        .server
                        .rows
                        .values()
                        .any(|row| row.history.iter().any(|text| part(text, which) == value));
                    let is_replaced = later().any(|other| value_of(&other.change, which).is_some())
                        || self.oracle.wishes.values().any(|other| {
                            value_of(&other.change, which).is_some_and(|new| self.oracle.had_seen(new, value))
                        });
                    !is_there && !is_replaced
                })
            }
            Change::Done => {
                let undoes = |other: &Wish| matches!(other.change, Change::Undo { of, .. } if of == key);
                self.is_live(&wish.task) && !self.oracle.wishes.values().any(undoes)
            }
            Change::Undo { of, text, .. } => return self.is_undo_lost(key, *of, text, wish),
            Change::Decide { .. } => false,
        };
        lost.then(|| format!("{key}: {:?} of {:?} came to nothing", wish.change, wish.task))
    }

    fn is_undo_lost(&self, key: EntryKey, of: EntryKey, text: &Text, wish: &Wish) -> Option<String> {
        let done = self.oracle.wishes.get(&of)?;
        let old = self.resolve(&done.task).and_then(|id| self.server.rows.get(&id));
        // The text that it is restored with was in one of these records; that of a task that has come back before, in the
        // one that it came back from.
        let kept = Table::Finished.name(SCOPE, "");
        let known = self.resolve(&done.task).map(|id| delete_task(SCOPE, &id));
        let is_text = |name: &String| {
            name.starts_with(&*kept) || known.as_ref().is_some_and(|known| known.name() == name)
        };
        if self
            .devices
            .iter()
            .any(|device| device.damaged.iter().any(is_text))
        {
            return None;
        }
        if done.excused || old.is_some_and(|row| row.is_live || row.by_others) {
            return None;
        }
        // Without keys, the one task of the same text that is there for no other wish is what the undo has brought back
        // (4): one that the browser made by sending the first create twice, say.
        let stands = self
            .resolve(&TaskRef::Local(key))
            .filter(|_| self.stands_for(key, text) || old.is_some_and(|old| self.stands_for(key, &old.text)));
        let stands = stands.and_then(|id| self.server.rows.get_key_value(&id));
        let Some((id, row)) = self.made(key).next().or(stands) else {
            let is_same = |task: &TaskRef| {
                *task == wish.task
                    || *task == TaskRef::Local(key)
                    || self
                        .resolve(task)
                        .is_some_and(|id| Some(id) == self.resolve(&wish.task))
            };
            // Finished again, or by two tabs of which one took it back.
            let mut wishes = self.oracle.wishes.iter();
            let again = wishes
                .any(|(other, wish)| *other != of && wish.change == Change::Done && is_same(&wish.task));
            return (!again).then(|| format!("{key}: undo of {of} came to nothing"));
        };
        // Another device may have finished it before its text could be read.
        let had_text = self.devices.len() == 1 && old.is_some_and(|old| !old.text.description.is_empty());
        let has_none = row
            .history
            .first()
            .is_some_and(|text| text.description.is_empty());
        (had_text && has_none).then(|| format!("{key}: {id} was restored without its description"))
    }

    /// One task for each create with keys (3), and none that nobody is told of without (4).
    fn check_duplicates(&mut self) {
        let origins: BTreeSet<_> = self.server.rows.values().filter_map(|row| row.origin).collect();
        let mut wrong = None;
        let mappings = self
            .devices
            .iter()
            .flat_map(|device| device.store.mappings.values());
        let ours: BTreeSet<_> = mappings.cloned().collect();
        for key in origins {
            // One that another create of the same text was taken for is that one's.
            let is_anothers = |id: &TaskId| {
                let mappings = self.devices.iter().flat_map(|device| &device.store.mappings);
                mappings
                    .clone()
                    .any(|(other, mapped)| *other != key && mapped == id)
            };
            if self.made(key).filter(|(id, _)| !is_anothers(id)).count() < 2 {
                continue;
            }
            let what = format!(
                "{key} made {:?}",
                self.made(key).map(|(id, _)| id).collect::<Vec<_>>()
            );
            let is_replaced = self.oracle.wishes.get(&key).is_some_and(|wish| wish.replaced);
            if self.server.kind.is_helpful() && !is_replaced {
                wrong = Some((Check::Duplicate, what));
                continue;
            }
            // Who has changed or finished a copy has seen it.
            let is_left = self.made(key).any(|(id, row)| {
                row.is_live && !ours.contains(id) && !row.by_others && row.history.len() == 1
            });
            let wish = self.oracle.wishes.get(&key);
            // Of a create whose text a person has changed between two tries, one text alone is watched.
            let is_known =
                wish.is_some_and(|wish| wish.was_unsure || wish.has_twin || wish.excused || wish.replaced);
            // What was to be looked for was in a record that is damaged.
            let watch = Table::Watches.name(SCOPE, &key.to_string());
            let is_known = is_known || self.devices.iter().any(|device| device.damaged.contains(&watch));
            if is_left && !is_known {
                wrong = Some((Check::SilentDuplicate, what));
            }
        }
        if let Some((check, what)) = wrong {
            self.fail(check, what);
        }
    }
}
