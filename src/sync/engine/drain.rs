//! Which entries are sent now, and what for.

use super::{Engine, Request, Step};
use crate::sync::entry::{Change, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use crate::sync::merge::{Edit, Merged};
use crate::sync::names::Names;
use crate::sync::retry::is_due;
use crate::sync::stored::{Stored, Table, Watch};
use crate::task::{Task, TaskId};

/// What is due and may not be sent is looked at again after this many milliseconds at the soonest.
const SOON_MS: u64 = 100;

/// How often a request finds out whether the server can be had, before another does.
const STUCK_AFTER: u32 = 3;

/// How many tasks that were finished and are wanted back are dealt with at once: with many thousands the page would not
/// answer meanwhile.
const TAKEN_BACK_AT_ONCE: usize = 200;

/// A task that was finished, and the entry that takes that back before it was sent.
struct TakenBack {
    done: EntryKey,
    undo: EntryKey,
    task: TaskRef,
}

impl Engine {
    /// Something speaks for trying now.
    pub(super) fn hint(&mut self) {
        self.pace.hint();
        self.commit_at = 0;
        for entry in self.outbox.all_mut() {
            entry.next_try = 0;
        }
    }

    /// Sends what can be sent.
    pub(super) fn pump(&mut self, now: u64) {
        // What can't be recorded must not be done.
        if self.fence.is_none() || self.is_newer || self.commit_failures > 0 {
            return;
        }
        self.decide(now);
        self.settle_orphans();
        let (ready, together, taken_back) = self.next_up(now);
        self.take_back_all(taken_back);
        for task in together {
            self.compact(&task, now);
        }
        // While the server can't be had, one request finds out whether it can. One that fails each time, for what is in
        // it, must not be that request for ever: then the list is.
        let is_stuck = |key: &EntryKey| self.entry(*key).is_some_and(|entry| entry.attempts > STUCK_AFTER);
        let may_send = self.active.is_empty() && self.pace.limit(now) > 0;
        if self.pace.is_failing() && may_send && ready.first().is_some_and(is_stuck) {
            return self.send(Step::List { since: self.moment }, Request::List, now);
        }
        let (mut needs_list, mut create_waits) = (self.awaits_list(), false);
        for key in ready {
            if self.active.len() >= self.pace.limit(now) {
                break;
            }
            // It may have been put together with the one after it, or have become nothing.
            let Some(entry) = self
                .entry(key)
                .filter(|entry| entry.state == EntryState::Pending)
                .cloned()
            else {
                continue;
            };
            // Tasks are made in the order in which they were typed: none goes ahead of one that waits for the budget.
            let is_create = matches!(entry.change, Change::Create { .. });
            if is_create && create_waits {
                continue;
            }
            if entry.attempts > 0 && !self.pace.may_retry(now) {
                create_waits |= is_create;
                continue;
            }
            needs_list |= !self.start(entry, now);
        }
        let lists = self
            .active
            .iter()
            .any(|active| matches!(active.step, Step::List { .. }));
        if needs_list && !lists && self.active.len() < self.pace.limit(now) {
            self.send(Step::List { since: self.moment }, Request::List, now);
        }
    }

    /// What another tab wanted of a task whose create was let go of or can't be read: nothing will ever come of
    /// it, so that a person is asked what to do with the text.
    fn settle_orphans(&mut self) {
        let orphans = self.outbox.all().iter().filter_map(|entry| {
            let TaskRef::Local(local) = entry.task else {
                return None;
            };
            // An undo before it brings the task back.
            let is_undo = |first: &Entry| matches!(first.change, Change::Undo { .. });
            let waits = entry.durable
                && entry.state == EntryState::Pending
                && self.entry(local).is_none()
                && !self.outbox.of_task(&entry.task).next().is_some_and(is_undo);
            let is_done = match entry.change {
                Change::Edit(_) => false,
                Change::Done => true,
                _ => return None,
            };
            let was_removed = self.was_removed(local);
            (waits && (was_removed || self.is_unreadable(&local)))
                .then_some((entry.key, is_done && was_removed))
        });
        for (key, is_settled) in orphans.collect::<Vec<_>>() {
            if is_settled {
                self.remove_entry(key);
            } else {
                self.park(key, Why::Gone, None);
            }
        }
    }

    /// The entries whose turn has come, as many as may be on their way; the tasks that have several, which may be put
    /// together; and what was finished and undone before it was sent.
    fn next_up(&self, now: u64) -> (Vec<EntryKey>, Vec<TaskRef>, Vec<TakenBack>) {
        let room = self
            .server
            .map(|_| self.pace.limit(now).saturating_sub(self.active.len()));
        let mut open_creates = self.creates_sending();
        let (mut ready, mut together) = (Vec::new(), Vec::new());
        let mut taken_back = Vec::new();
        for entry in self.outbox.all() {
            if room.is_some_and(|room| ready.len() >= room) {
                break;
            }
            if matches!(entry.change, Change::Decide { .. }) {
                continue;
            }
            let is_wish = |entry: &&Entry| !matches!(entry.change, Change::Decide { .. });
            let first = self.outbox.of_task(&entry.task).find(is_wish);
            if let Some(two) = first.and_then(|first| self.taken_back(first)) {
                // Nothing is left of the two; those that are not dealt with now are when that is stored.
                if two.done == entry.key && taken_back.len() < TAKEN_BACK_AT_ONCE {
                    taken_back.push(two);
                }
                continue;
            }
            if first.is_some_and(|first| first.key != entry.key)
                || matches!(entry.change, Change::Undo { .. })
            {
                together.push(entry.task.clone());
                continue;
            }
            let waits_for_task = match (&entry.task, &entry.change) {
                (TaskRef::Local(local), Change::Create { .. }) => *local != entry.key,
                (TaskRef::Local(_), _) => true,
                (TaskRef::Server(_), _) => false,
            };
            // A task that was found in the list under another name may have an entry on its way that is later.
            let is_sending = |entry: &Entry| entry.state == EntryState::Sending;
            let is_ready = entry.state == EntryState::Pending
                && is_due(entry.next_try, now)
                && entry.durable
                && !self.outbox.of_task(&entry.task).any(is_sending);
            if !self.is_twin(entry, &mut open_creates) && is_ready && !waits_for_task && room.is_some() {
                ready.push(entry.key);
            }
        }
        (ready, together, taken_back)
    }

    /// The two, when an entry finishes a task, was not sent, and is undone by the next.
    fn taken_back(&self, entry: &Entry) -> Option<TakenBack> {
        let is_free = |entry: &Entry| entry.durable && entry.state == EntryState::Pending;
        if entry.change != Change::Done || !is_free(entry) || !entry.is_unsent() {
            return None;
        }
        let is_wish = |wish: &&Entry| !matches!(wish.change, Change::Decide { .. });
        let next = self.outbox.of_task(&entry.task).filter(is_wish).nth(1)?;
        let is_undone = matches!(next.change, Change::Undo { of, .. } if of == entry.key);
        (is_free(next) && is_undone).then(|| TakenBack {
            done: entry.key,
            undo: next.key,
            task: entry.task.clone(),
        })
    }

    /// Takes out what [`compact`](Self::compact) would take out two by two.
    fn take_back_all(&mut self, all: Vec<TakenBack>) {
        if all.is_empty() {
            return;
        }
        let mut gone = Names::default();
        for two in &all {
            for key in [two.done, two.undo] {
                gone.find_or_give(&TaskRef::Local(key));
                self.is_removed_now(key);
                self.delete(Table::Entries, key);
            }
        }
        self.outbox
            .remove_all(&|key| gone.find(&TaskRef::Local(key)).is_some());
        for two in all {
            if let TaskRef::Server(id) = &two.task
                && self
                    .snapshot
                    .get(id)
                    .is_some_and(|known| known.position.is_none())
            {
                self.put_task(id);
            }
            self.retarget(&TaskRef::Local(two.undo), two.task);
        }
    }

    /// Starts what an entry needs next; `false` when that is the list.
    fn start(&mut self, entry: Entry, now: u64) -> bool {
        let key = entry.key;
        match (entry.change, entry.task) {
            (Change::Create { .. }, _) => return self.start_create(key, now),
            (Change::Edit(edit), TaskRef::Server(id)) => {
                self.sending(key);
                let known = self.known_version(&id);
                match known {
                    Some(task) => self.write_edit(key, &edit, task, now),
                    None => self.send(Step::ReadToEdit(key), Request::Get(id), now),
                }
            }
            (Change::Done, TaskRef::Server(id)) => {
                self.sending(key);
                let is_known = self
                    .snapshot
                    .get(&id)
                    .is_some_and(|known| known.description.is_some());
                if is_known {
                    self.send_write(Step::Delete(key), Request::Delete(id), now);
                } else {
                    self.send(Step::ReadToFinish(key), Request::Get(id), now);
                }
            }
            _ => {}
        }
        true
    }

    pub(super) fn sending(&mut self, key: EntryKey) {
        if let Some(entry) = self.entry_mut(key) {
            entry.state = EntryState::Sending;
            entry.attempts += 1;
        }
    }

    /// The server's text, when a write can say which version it is meant for.
    fn known_version(&self, id: &TaskId) -> Option<Task> {
        let known = self.snapshot.get(id)?;
        known.etag?;
        let text = known.text()?;
        self.server.filter(|server| server.honours_versions)?;
        Some(text.with_id(id.clone()))
    }

    /// Merges an edit into what the server has, and sends what comes of it.
    pub(super) fn write_edit(&mut self, key: EntryKey, edit: &Edit, theirs: Task, now: u64) {
        let (id, text) = Text::of(theirs);
        match edit.merge(&text) {
            Merged::Same => {
                // It is there, be it that the answer was lost: no list that was asked for before says otherwise.
                self.knows_now(id);
                self.remove_entry(key);
            }
            Merged::Conflict => self.park(key, Why::Conflict(text), None),
            Merged::Save(text) => {
                let may = self.server.is_some_and(|server| server.sends_versions);
                let etag = self
                    .snapshot
                    .get(&id)
                    .and_then(|known| known.etag)
                    .map(str::to_owned);
                let request = Request::Put {
                    id,
                    text: text.clone(),
                    if_match: etag.filter(|_| may),
                };
                self.send_write(Step::Put(key, text), request, now);
            }
        }
    }

    /// When something is to be looked at again, in milliseconds since 1970.
    pub(super) fn next_wake(&self, now: u64) -> Option<u64> {
        let mut at = Vec::new();
        if self.commit_failures > 0 {
            at.push(self.commit_at);
        }
        if self.server.is_some() && !self.is_newer {
            at.extend(self.pace.opens_at(now));
            let waiting = self
                .outbox
                .all()
                .iter()
                .filter(|entry| entry.state == EntryState::Pending && entry.attempts > 0);
            let next_try = waiting.map(|entry| entry.next_try).min();
            // One that is due and was not sent waits for the budget, or for one that is on its way.
            // Without room it is an answer that makes some.
            let has_room = self.active.len() < self.pace.limit(now);
            let next_try = next_try.filter(|_| has_room);
            at.extend(next_try.map(|at| {
                if is_due(at, now) {
                    self.pace.refills_at().max(now + SOON_MS)
                } else {
                    at
                }
            }));
            at.extend(self.next_create_at(now));
        }
        at.into_iter().min().map(|at| at.max(now))
    }

    fn forget_watches(&mut self, is_over: &dyn Fn(&Self, &Watch) -> bool) {
        let over = self.watches.iter().filter(|watch| is_over(self, watch));
        for key in over.map(|watch| watch.key).collect::<Vec<_>>() {
            self.watches.retain(|watch| watch.key != key);
            self.delete(Table::Watches, key);
        }
    }

    /// A list was read to its end: remember twins that have turned up, and forget those that are settled.
    pub(super) fn look_for_twins(&mut self, now: u64) {
        self.forget_watches(&|engine, watch| {
            let is_listed = |id: &TaskId| engine.snapshot.summary(id).is_some();
            let twin = watch.twin.as_ref();
            twin.is_some_and(|twin| !is_listed(twin) || !is_listed(&watch.ours))
        });
        let wanted: Vec<_> = self.watches.iter().map(|watch| &*watch.summary).collect();
        let mut found = Vec::<(usize, TaskId)>::new();
        for (at, id) in self.snapshot.with_summaries(&wanted) {
            let Some(watch) = self.watches.get(at).filter(|watch| watch.twin.is_none()) else {
                continue;
            };
            let is_it = *id != watch.ours && !watch.known.contains(id) && !self.is_claimed(id);
            if is_it && found.iter().all(|(other, _)| *other != at) {
                found.push((at, id.clone()));
            }
        }
        for (at, twin) in found {
            let Some(watch) = self.watches.get_mut(at) else {
                continue;
            };
            if self.snapshot.summary(&watch.ours).is_none() {
                // Finished before its twin turned up, so that it looks as if it had come back.
                watch.ours = twin.clone();
            }
            watch.twin = Some(twin);
            let stored = Stored::Watch(watch.clone());
            self.put(&stored);
        }
        // By a clock that has jumped, a list from before the task was made could be the last that is looked at.
        self.forget_watches(&|engine, watch| {
            let is_over = watch.twin.is_none() && watch.until > 0 && is_due(watch.until, now);
            is_over && engine.is_news(engine.listed_since, &watch.ours)
        });
    }

    /// When an entry that waits is tried next, in milliseconds since 1970: at its own time, and not before the server
    /// as a whole is asked again.
    pub fn next_try(&self, entry: &Entry, now: u64) -> u64 {
        let own = match is_due(entry.next_try, now) {
            true => now,
            false => entry.next_try,
        };
        own.max(self.pace.opens_at(now).unwrap_or_default())
    }
}
