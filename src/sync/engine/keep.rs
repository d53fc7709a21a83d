//! The store: what it holds, what another tab has changed in it, and the sender's transactions.

use std::rc::Rc;

use hashbrown::HashTable;

use super::{Confirmed, Effect, Engine, Request, Step};
use crate::sync::entry::{Change, Entry, EntryKey, EntryState, TaskRef};
use crate::sync::held::{Held, Known};
use crate::sync::mappings::Mappings;
use crate::sync::names::{Names, hash_of};
use crate::sync::record::{StoreError, Transaction, Write};
use crate::sync::stored::{self, Stored, Table, Unreadable};
use crate::task::TaskId;

/// The last write of each record: what another tab hears must not hold what is not so any more.
fn last_of_each(mut writes: Vec<Write>) -> Vec<Write> {
    let hash = |write: &Write| hash_of(write.name());
    let at = |number: &u32| writes.get(*number as usize);
    let mut last = HashTable::<u32>::new();
    for (number, write) in writes.iter().enumerate() {
        let is_same = |known: &u32| at(known).is_some_and(|known| known.name() == write.name());
        match last.find_mut(hash(write), is_same) {
            Some(known) => *known = number as u32,
            None => drop(last.insert_unique(hash(write), number as u32, |known| at(known).map_or(0, hash))),
        }
    }
    let mut is_last = vec![false; writes.len()];
    for number in last {
        if let Some(is_last) = is_last.get_mut(number as usize) {
            *is_last = true;
        }
    }
    let mut is_last = is_last.into_iter();
    writes.retain(|_| is_last.next() == Some(true));
    writes
}

/// A transaction that took longer than this many milliseconds may have been made for a tab that was frozen. No tab
/// may take a silent sender's place sooner.
pub const FROZEN_MS: u64 = 5_000;

impl Engine {
    /// Takes in all records. The sender knows better than the store what it has not committed yet, so that a
    /// sender only learns what others have added. Rows that are in memory already need not be among the records.
    pub(super) fn loaded(&mut self, records: Vec<(String, String)>, fence: Option<String>, keeps_rows: bool) {
        let becomes_sender = fence.is_some();
        if self.fence.is_some() && !becomes_sender {
            let writes: Vec<_> = records
                .into_iter()
                .filter(|(name, _)| !self.is_being_cleared(name))
                .map(|(name, value)| Write::Put(name, value))
                .collect();
            self.learn(&writes);
            return;
        }
        self.fence = fence;
        if !self.is_alone() {
            self.settled_alone.clear();
        }
        self.drop_transactions();
        let was_loaded = std::mem::replace(&mut self.is_loaded, true);
        self.is_newer = false;
        self.unreadable.clear();
        let durable = self.outbox.all().iter().filter(|entry| entry.durable);
        let were_there: Vec<_> = durable.map(|entry| (entry.key, entry.task.clone())).collect();
        self.outbox.retain(|entry| !entry.durable);
        // A list that this tab has read itself is newer than what the store has, and observing has kept it so.
        let before = if keeps_rows {
            Held::default()
        } else {
            self.snapshot.begin_restore()
        };
        let has_list = self.listed_since > 0;
        let listed_at = self.listed_at;
        let mapped = std::mem::take(&mut self.mappings);
        self.finished.clear();
        self.watches.clear();
        (self.has_rows, self.loose) = (keeps_rows, 0);
        // What tabs have read and told, a sender that was closed may not have kept.
        let told = match was_loaded && becomes_sender && !has_list {
            true => self.told_tasks(),
            false => Names::default(),
        };
        let mut is_stored = vec![false; told.len()];
        let list = stored::list_name(&self.scope);
        let mut complete = false;
        for (name, value) in records {
            if !told.is_empty()
                && let Some(at) = stored::task_of(&self.scope, &name).and_then(|id| told.find_id(&id))
                && let Some(is_stored) = is_stored.get_mut(at.number())
            {
                *is_stored = true;
            }
            complete |= *name == *list;
            let write = Write::Put(name, value);
            if let Write::Put(name, value) = &write
                && !self.is_settled(&write)
            {
                self.take(name, value, None);
            }
        }
        self.snapshot.restored(complete);
        let mut unkept = Vec::new();
        for (task, is_stored) in told.tasks().zip(is_stored) {
            let TaskRef::Server(id) = task else { continue };
            let lacks_text = |known: Known| known.description.is_none();
            if match keeps_rows {
                true => !is_stored,
                false => self.snapshot.get(id).is_some_and(lacks_text),
            } {
                unkept.push(id.clone());
            }
        }
        let untold = match was_loaded {
            true => self.untold(&were_there, &mapped),
            false => Vec::new(),
        };
        if has_list {
            let outbox = &self.outbox;
            let is_wanted = |task: &TaskRef| outbox.wants(task);
            let older = self.snapshot.take_back(before, &is_wanted);
            self.listed_at = listed_at;
            untold.iter().cloned().for_each(|confirmed| self.apply(confirmed));
            if becomes_sender {
                let changed = self.snapshot.differences(&older);
                self.keep_tasks(&changed);
                self.put(&Stored::List(listed_at));
            }
        } else if complete {
            let outbox = &self.outbox;
            self.snapshot
                .keep_beyond_rows(&before, &|task| outbox.wants(task));
        } else {
            // The pages of a first list that is still being read.
            self.snapshot.append_held(before);
        }
        untold
            .into_iter()
            .for_each(|confirmed| self.is_known_now(confirmed));
        for id in unkept {
            if !self.is_merely_opened(&id) {
                self.put_task(&id);
            }
        }
        self.follow_mappings();
        if becomes_sender {
            self.removed = Names::default();
            for entry in self.outbox.all() {
                if let TaskRef::Local(local) = entry.task
                    && !self.outbox.has(local)
                {
                    self.removed.find_or_give(&entry.task);
                }
            }
            // A tab that did not know of the answer may have written a create again.
            let made: Vec<_> = self.outbox.all().iter().map(|entry| entry.key).collect();
            for key in made
                .into_iter()
                .filter(|key| self.mappings.get(*key).is_some())
                .collect::<Vec<_>>()
            {
                if self
                    .entry(key)
                    .is_some_and(|entry| matches!(entry.change, Change::Create { .. }))
                {
                    self.remove_entry(key);
                }
            }
            for entry in self.outbox.all_mut() {
                // Whoever sent it is not there any more, so nobody will learn the answer.
                if entry.state == EntryState::Sending {
                    entry.state = EntryState::Pending;
                    entry.ambiguous = true;
                }
                // A list that this tab asked for earlier says nothing of what another has sent since.
                entry.lost_at = self.moment;
            }
        }
    }

    /// What another tab has confirmed and was closed before it could tell of: the store does not have the entries any more,
    /// or has names for what they made. A list that this tab has read, or is reading, may be too old for it.
    fn untold(&self, were_there: &[(EntryKey, TaskRef)], mapped: &Mappings) -> Vec<Confirmed> {
        let settled = were_there.iter().filter(|(key, _)| !self.outbox.has(*key));
        let settled = settled.filter_map(|(_, task)| match self.resolve(task) {
            TaskRef::Server(id) => Some(id),
            TaskRef::Local(_) => None,
        });
        let made = self.mappings.all();
        let made = made.filter(|(local, _)| mapped.get(*local).is_none());
        settled
            .chain(made.map(|(_, id)| id.clone()))
            .filter_map(|id| self.as_known(id))
            .collect()
    }

    pub(super) fn lost_sender(&mut self) {
        if self.fence.take().is_none() {
            return;
        }
        // What it has read of tasks and not kept, the next sender may not know; it may be this tab.
        let on_their_way = self.committing.iter().flat_map(|(writes, _)| &**writes);
        let names = on_their_way.chain(&self.writes).map(Write::name);
        let ids = names.filter_map(|name| stored::task_of(&self.scope, name));
        for id in ids.collect::<Vec<_>>() {
            self.knows_now(id);
        }
        self.drop_transactions();
        // What was settled in memory alone is not.
        self.removed = Names::default();
        for entry in self.outbox.all_mut() {
            if entry.state == EntryState::Sending {
                entry.state = EntryState::Pending;
                // Nobody learns the answer, and what the store says of it may never be read.
                entry.ambiguous = true;
            }
        }
    }

    fn drop_transactions(&mut self) {
        self.writes.clear();
        self.held.clear();
        self.committing = None;
        self.commit_failures = 0;
        self.commit_at = 0;
        self.active.clear();
    }

    /// Takes in what other tabs have changed.
    pub(super) fn observed(&mut self, writes: &[Write]) {
        if self.fence.is_some() {
            // What another tab has read is kept by the sender.
            let read = writes.iter().filter(|write| !self.is_overtaken(write.name()));
            let ids = read.filter_map(|write| stored::task_of(&self.scope, write.name()));
            let ids: Vec<_> = ids.collect();
            // What was confirmed here it knows better than another tab's page, which may have been read before.
            let is_news = |write: &&Write| {
                let id = match write {
                    Write::Put(name, _) => stored::task_of(&self.scope, name),
                    Write::Delete(_) | Write::Clear(_) => None,
                };
                id.is_none_or(|id| self.confirmed.iter().all(|(_, confirmed)| *confirmed.id() != id))
            };
            let news: Vec<_> = writes.iter().filter(is_news).cloned().collect();
            self.learn(&news);
            for id in ids {
                if !self.is_merely_opened(&id) {
                    self.put_task(&id);
                }
            }
        } else {
            self.learn(writes);
            self.was_told(writes);
        }
    }

    /// Takes in what the store has.
    fn learn(&mut self, writes: &[Write]) {
        let list = stored::list_name(&self.scope);
        let (mut tasks, mut listed) = (false, false);
        let mut cleared = None;
        // A list that this tab has read itself has places of its own, as the sender's has.
        let mut end = (self.fence.is_some() || self.listed_since > 0).then(|| self.snapshot.end());
        for write in writes {
            if self.is_overtaken(write.name()) || self.is_settled(write) {
                continue;
            }
            let is_of = |table: Table| write.name().starts_with(&table.name(&self.scope, ""));
            tasks |= is_of(Table::Tasks) || is_of(Table::Rows);
            match write {
                Write::Put(name, value) => {
                    listed |= **name == *list;
                    self.take(name, value, end.as_mut());
                }
                Write::Delete(name) => self.forget(name),
                // What follows is the whole list.
                Write::Clear(_) if tasks && cleared.is_none() => {
                    listed |= self.snapshot.is_complete();
                    cleared = Some(self.snapshot.begin_restore());
                    // It is that of the store, and no other.
                    self.listed_since = 0;
                    self.told_rows = self.moment;
                    end = None;
                }
                Write::Clear(_) => {}
            }
        }
        if tasks || listed {
            self.snapshot.restored(listed);
        }
        if let Some(before) = cleared {
            let outbox = &self.outbox;
            self.snapshot
                .keep_beyond_rows(&before, &|task| outbox.wants(task));
        }
        self.follow_mappings();
    }

    /// An entry that another tab has made may name a task by the name it had before the server had it, and so may
    /// a row.
    fn follow_mappings(&mut self) {
        if self.fence.is_some() {
            // A task that is in the list is there, be it that the server has given its id to a new one.
            let snapshot = &self.snapshot;
            self.restored
                .retain(|(task, _)| !matches!(task, TaskRef::Server(id) if snapshot.summary(id).is_some()));
            for (task, undo) in self.restored.clone() {
                let later = self.outbox.keys_of(&task).iter().filter(|key| **key > undo);
                for key in later.copied().collect::<Vec<_>>() {
                    self.outbox.set_task(key, TaskRef::Local(undo));
                    self.put_entry(key);
                }
            }
        }
        for (local, id) in self.mappings.all() {
            let local = TaskRef::Local(local);
            if self.snapshot.names().find(&local).is_some() {
                self.snapshot.rename(&local, &TaskRef::Server(id.clone()));
            }
        }
        let found = self.outbox.tasks().filter_map(|task| {
            let TaskRef::Local(local) = task else { return None };
            Some((task.clone(), self.mappings.get(*local)?.clone()))
        });
        for (task, id) in found.collect::<Vec<_>>() {
            let id = TaskRef::Server(id);
            self.snapshot.name(&id);
            for key in self.outbox.keys_of(&task).to_vec() {
                self.outbox.set_task(key, id.clone());
            }
        }
    }

    /// Whether the sender has changed or is about to change the record itself.
    fn is_overtaken(&self, name: &str) -> bool {
        if self.fence.is_none() {
            return false;
        }
        if name.starts_with(&Table::Rows.name(&self.scope, "")) || name.ends_with('/') {
            // No other tab writes the whole list.
            return true;
        }
        let entry = name
            .strip_prefix(&*Table::Entries.name(&self.scope, ""))
            .and_then(EntryKey::parse);
        entry.is_some_and(|key| self.outbox.has(key)) || self.is_being_written(name)
    }

    /// Whether a transaction of the sender, on its way or the next, is about the record.
    fn is_being_written(&self, name: &str) -> bool {
        let on_its_way = self.committing.iter().flat_map(|(writes, _)| &**writes);
        on_its_way.chain(&self.writes).any(|write| write.name() == name)
    }

    /// Whether the sender has a newer list on its way than what the store said a moment ago.
    fn is_being_cleared(&self, name: &str) -> bool {
        let on_its_way = self.committing.iter().flat_map(|(writes, _)| &**writes);
        let clears = |write: &Write| matches!(write, Write::Clear(prefix) if name.starts_with(prefix));
        on_its_way.chain(&self.writes).any(clears)
    }

    /// Whether it is about an entry that is known to be settled.
    fn is_settled(&self, write: &Write) -> bool {
        let Write::Put(name, _) = write else { return false };
        let entry = name.strip_prefix(&*Table::Entries.name(&self.scope, ""));
        let key = entry.and_then(EntryKey::parse);
        key.is_some_and(|key| self.was_removed(key) || self.mappings.get(key).is_some())
    }

    /// Whether the store has an entry that can't be read.
    pub(super) fn is_unreadable(&self, key: &EntryKey) -> bool {
        let name = Table::Entries.name(&self.scope, &key.to_string());
        self.entry(*key).is_none() && self.unreadable.iter().any(|(known, _)| *known == name)
    }

    /// Takes in a record; with the place after the last, if it was told by another tab, whose places are not those that
    /// are known here.
    fn take(&mut self, name: &str, value: &str, end: Option<&mut i64>) {
        let is_told = end.is_some() && self.fence.is_some();
        match Stored::read(&self.scope, name, value) {
            Ok(Stored::Entry(mut entry)) => {
                // A list that was asked for earlier says nothing of what another tab has sent.
                entry.lost_at = self.moment;
                self.insert(entry);
            }
            Ok(Stored::Rows(_, first, rows)) => {
                self.has_rows = true;
                for (place, row) in (first..).zip(rows) {
                    let known = Known {
                        summary: &row.summary,
                        description: None,
                        etag: None,
                        position: Some(place),
                    };
                    self.snapshot.restore(row.id, known);
                }
            }
            Ok(Stored::Task(id, known)) => {
                self.loose += usize::from(!is_told && known.description.is_none());
                let own = self.snapshot.get(&id).map(|own| own.position);
                if (own.is_none() || !is_told) && !self.snapshot.is_complete() {
                    self.made_early.push(id.clone());
                }
                let position = match (end, known.position, own) {
                    (None, position, _) => position,
                    // The sender knows itself what has left its list, and what it says of that is so.
                    (Some(_), _, Some(own)) if is_told => own,
                    (Some(_), None, _) => None,
                    (Some(_), _, Some(Some(own))) => Some(own),
                    // News is the last, until a list says more.
                    (Some(end), ..) => {
                        *end += 1;
                        Some(*end - 1)
                    }
                };
                let known = Known {
                    position,
                    ..known.known()
                };
                self.snapshot.restore(id, known);
            }
            Ok(Stored::Gone(id)) => {
                self.loose += usize::from(!is_told);
                self.gone(&id);
            }
            Ok(Stored::Mapping(local, id)) => {
                self.mappings.insert(local, id);
                self.time = self.time.max(local.time);
            }
            Ok(Stored::Finished(finished)) => {
                self.time = self.time.max(finished.key.time);
                self.finished.retain(|known| known.key != finished.key);
                self.finished.push(finished);
            }
            Ok(Stored::Watch(watch)) => {
                self.watches.retain(|known| known.key != watch.key);
                self.watches.push(watch);
            }
            Ok(Stored::List(at)) => self.listed_at = at,
            Ok(Stored::Fence(_)) => {}
            Err(why) => {
                self.is_newer |= why == Unreadable::Newer;
                self.unreadable.retain(|(known, _)| known != name);
                self.unreadable.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    fn insert(&mut self, entry: Entry) {
        self.time = self.time.max(entry.key.time);
        self.put_in(entry);
    }

    /// An entry comes into the outbox, and what it is about has a row.
    pub(super) fn put_in(&mut self, entry: Entry) {
        self.snapshot.name(&entry.task);
        self.outbox.put(entry);
    }

    fn forget(&mut self, name: &str) {
        let Some((table, key)) = name
            .strip_prefix(&*stored::prefix(&self.scope))
            .and_then(|rest| rest.split_once('/'))
        else {
            return;
        };
        if table == "t" {
            if let Ok(id) = crate::api::codec::decode::<TaskId>(key.as_bytes()) {
                self.gone(&id);
            }
            return;
        }
        let Some(key) = EntryKey::parse(key) else { return };
        match table {
            "e" => {
                self.is_removed_now(key);
                self.outbox.remove(key);
            }
            "i" => {
                self.mappings.remove(key);
            }
            "h" => self.finished.retain(|finished| finished.key != key),
            "w" => self.watches.retain(|watch| watch.key != key),
            _ => {}
        }
    }

    // The sender's own changes.

    pub(super) fn put(&mut self, stored: &Stored) {
        self.writes.push(stored.write(&self.scope));
    }

    pub(super) fn put_entry(&mut self, key: EntryKey) {
        if let Some(entry) = self.entry(key) {
            let write = Stored::Entry(entry.clone()).write(&self.scope);
            self.writes.push(write);
        }
    }

    pub(super) fn delete(&mut self, table: Table, key: EntryKey) {
        self.writes
            .push(stored::delete(&self.scope, table, &key.to_string()));
    }

    pub(super) fn remove_entry(&mut self, key: EntryKey) -> Option<Entry> {
        let entry = self.outbox.remove(key)?;
        self.is_removed_now(key);
        self.delete(Table::Entries, key);
        if let TaskRef::Server(id) = &entry.task
            && self
                .snapshot
                .get(id)
                .is_some_and(|known| known.position.is_none())
        {
            self.put_task(id);
        }
        Some(entry)
    }

    /// Hands over the sender's next transaction, if the last one is there.
    pub(super) fn flush(&mut self, now: u64) {
        // What a newer version has written it alone may change.
        let Some(fence) = self.fence.clone().filter(|_| !self.is_newer) else {
            self.writes.clear();
            self.held.clear();
            return;
        };
        let waits = self.commit_failures > 0 && !crate::sync::retry::is_due(self.commit_at, now);
        // What is held leaves after a look at the fence, be there something to write or not, and not while the server has
        // asked to wait.
        let may_leave = !self.held.is_empty() && self.pace.opens_at(now).is_none();
        if self.committing.is_none() && !waits && (may_leave || !self.writes.is_empty()) {
            let writes = Rc::new(last_of_each(std::mem::take(&mut self.writes)));
            let transaction = Transaction {
                fence: Some((stored::fence_name(&self.scope), fence)),
                writes: writes.clone(),
            };
            self.committing_since = now;
            self.committing = Some((writes, std::mem::take(&mut self.held)));
            self.effects.push(Effect::Commit(transaction));
        }
        if let Some(at) = self.next_wake(now) {
            self.effects.push(Effect::WakeAt(at));
        }
    }

    /// Lets go what the store knows of now. An update that had to wait long, for want of room or because the tab
    /// was frozen, reads the task again.
    fn release_held(&mut self, held: Vec<Effect>, now: u64) {
        for mut effect in held {
            if matches!(effect, Effect::Send(_, Request::Create { .. })) {
                self.create_sent_at = now;
            }
            if let Effect::Send(ticket, request) = &mut effect
                && let Request::Put { id, .. } = &*request
                && let Some(active) = self.active.iter_mut().find(|active| active.ticket == *ticket)
                && now.abs_diff(active.sent_at) > super::answers::READ_FRESH_MS
                && let Some(key) = active.step.key()
            {
                active.step = Step::ReadToEdit(key);
                active.sent_at = now;
                *request = Request::Get(id.clone());
            }
            self.effects.push(effect);
        }
    }

    pub(super) fn committed(&mut self, result: Result<(), StoreError>, now: u64) {
        let Some((writes, mut held)) = self.committing.take() else {
            return;
        };
        match result {
            Ok(()) => {
                self.commit_failures = 0;
                self.store_error = None;
                // Time may have stood still for this tab while another took its place: the store is asked again. So it is
                // when the server has asked to wait meanwhile, after that wait.
                let took = now.abs_diff(self.committing_since);
                if took > FROZEN_MS || self.pace.opens_at(now).is_some() {
                    held.append(&mut self.held);
                    self.held = held;
                } else {
                    self.release_held(held, now);
                }
            }
            Err(StoreError::Fenced) => {
                self.committing = Some((writes, held));
                self.lost_sender();
            }
            Err(error) => {
                self.store_error = Some(error);
                self.commit_failures += 1;
                self.commit_at = now + self.random.wait(self.commit_failures);
                let mut writes = Rc::unwrap_or_clone(writes);
                writes.append(&mut self.writes);
                held.append(&mut self.held);
                (self.writes, self.held) = (writes, held);
            }
        }
    }

    pub(super) fn appended(&mut self, key: EntryKey, result: Result<(), StoreError>, now: u64) {
        let Some(entry) = self.outbox.get_mut(key) else {
            return;
        };
        match result {
            Ok(()) => {
                entry.durable = true;
                if self.store_error.is_some() && self.commit_failures == 0 {
                    self.store_error = None;
                }
            }
            // What is durable was not what was to be kept: "keep both" goes under the key of an entry that may be there.
            Err(error) if entry.durable => {
                self.store_error = Some(error);
            }
            Err(error) => {
                self.outbox.remove(key);
                if self.is_being_written(&Table::Entries.name(&self.scope, &key.to_string())) {
                    // The sender has written it for another reason: who made it was told that it is not kept.
                    self.delete(Table::Entries, key);
                }
                self.store_error = Some(error);
                self.take_back(key, now);
            }
        }
    }
}
