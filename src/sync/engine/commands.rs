//! What a person does: new entries, what becomes of entries that were not sent, and decisions.

use super::{Command, Effect, Engine, Step};
use crate::sync::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use crate::sync::held::Known;
use crate::sync::merge::Edit;
use crate::sync::record::{StoreError, Transaction};
use crate::sync::stored::{Finished, Stored, Table, Watch};
use crate::task::TaskId;

/// How many finished tasks are kept for "Recently done".
const FINISHED_MOST: usize = 200;

/// What was finished in so many milliseconds is kept however much it is: many tasks can be finished at once and taken back at
/// once, and of some of them nobody else has the description.
const FINISHED_LATELY_MS: u64 = 10 * 60 * 1_000;

/// How many of those that are too many leave with one that comes.
const FINISHED_LEAVING: usize = 50;

impl Engine {
    pub(super) fn command(&mut self, command: Command, now: u64) {
        if self.is_newer {
            self.store_error = Some(StoreError::Newer);
            return;
        }
        match command {
            Command::Create {
                text,
                idempotency_key,
                refused,
            } => {
                let key = self.next_key();
                let change = Change::Create {
                    text,
                    idempotency_key,
                };
                let mut entry = Entry::new(key, TaskRef::Local(key), change, now);
                if refused.is_some() {
                    entry.state = EntryState::Parked(Why::Refused);
                    entry.error = refused;
                }
                self.append(entry);
            }
            Command::Edit(task, edit) => {
                if !edit.is_empty() {
                    self.append_new(task, Change::Edit(edit), now);
                }
            }
            Command::Done(task) => {
                if !self.is_finishing(&task) {
                    self.append_new(task, Change::Done, now);
                }
            }
            Command::Undo {
                of,
                task,
                text,
                idempotency_key,
            } => {
                let undone =
                    |entry: &Entry| matches!(&entry.change, Change::Undo { of: undone, .. } if *undone == of);
                // What was not kept, or is not known here, has not finished anything.
                let is_known = self.entry(of).is_some()
                    || self.was_removed(of)
                    || self.finished.iter().any(|finished| finished.key == of);
                if is_known && !self.outbox.all().iter().any(undone) {
                    let change = Change::Undo {
                        of,
                        text,
                        idempotency_key,
                    };
                    self.append_new(task, change, now);
                }
            }
            Command::Decide(of, decision) => {
                if let Some(task) = self.entry(of).map(|entry| entry.task.clone()) {
                    self.append_new(task, Change::Decide { of, decision }, now);
                }
            }
            Command::KeepTwins(key) => {
                // Of no consequence but for what is shown, so that any tab may do it.
                self.watches.retain(|watch| watch.key != key);
                let writes = vec![crate::sync::stored::delete(
                    &self.scope,
                    Table::Watches,
                    &key.to_string(),
                )];
                self.effects.push(Effect::Append(
                    key,
                    Transaction {
                        fence: None,
                        writes: writes.into(),
                    },
                ));
            }
        }
    }

    /// Whether the last that is wanted of a task is that it be done.
    pub(super) fn is_finishing(&self, task: &TaskRef) -> bool {
        let task = self.resolve(task);
        let last = self
            .outbox
            .of_task(&task)
            .rev()
            .find(|entry| matches!(entry.change, Change::Done | Change::Undo { .. }));
        last.is_some_and(|entry| entry.change == Change::Done)
    }

    /// The store refused an entry, and more that builds upon it may be on its way: an undo goes with it, and the
    /// sender learns that a task will never be.
    pub(super) fn take_back(&mut self, refused: EntryKey, now: u64) {
        let undoes = |entry: &&Entry| matches!(entry.change, Change::Undo { of, .. } if of == refused);
        let undo = self.outbox.all().iter().find(undoes);
        let undo = undo.map(|undo| (undo.key, undo.task.clone()));
        let task = TaskRef::Local(refused);
        let is_about = self.outbox.wants(&task);
        if is_about {
            self.is_removed_now(refused);
        }
        let found = undo.or_else(|| is_about.then_some((refused, task)));
        if let Some((of, task)) = found {
            let decision = Decision::Drop;
            self.append_new(task, Change::Decide { of, decision }, now);
        }
    }

    fn append_new(&mut self, task: TaskRef, change: Change, now: u64) {
        let key = self.next_key();
        let task = self.resolve(&task);
        self.append(Entry::new(key, task, change, now));
    }

    fn append(&mut self, entry: Entry) {
        let key = entry.key;
        let transaction = Transaction {
            fence: None,
            writes: vec![Stored::Entry(entry.clone()).write(&self.scope)].into(),
        };
        self.put_in(entry);
        self.effects.push(Effect::Append(key, transaction));
    }

    /// Puts together the first two entries of a task, where the server knows neither; again until nothing
    /// changes. The store must have both, or the outbox would depend on what is not kept.
    pub(super) fn compact(&mut self, task: &TaskRef, now: u64) {
        while self.compact_once(task, now) {}
    }

    fn compact_once(&mut self, task: &TaskRef, now: u64) -> bool {
        let mut first_two = self
            .outbox
            .of_task(task)
            .filter(|entry| !matches!(entry.change, Change::Decide { .. }))
            .take(2)
            .cloned()
            .collect::<Vec<_>>()
            .into_iter();
        let Some(first) = first_two.next().filter(|entry| entry.durable) else {
            return false;
        };
        let first_key = first.key;
        if let Change::Undo { of, .. } = first.change {
            if self.outbox.decision_about(first_key).is_some() {
                // The store has refused what it takes back: it is let go of, and must not become a second task.
                return false;
            }
            let was_not = self.is_unreadable(&of) || self.dropped.contains(&of);
            let is_there = match was_not {
                true => Some(true),
                false => self.is_there_still(&first, of),
            };
            if is_there == Some(true) {
                // What it takes back can't be read or was let go of, so that it was never done.
                self.remove_entry(first_key);
                return true;
            }
            return is_there == Some(false) && self.restore(first_key, of);
        }
        let Some(second) = first_two.next().filter(|entry| entry.durable) else {
            return false;
        };
        // What the server has refused it does not have either.
        let may_be_there = first.ambiguous || first.resent;
        let is_refused = first.state == EntryState::Parked(Why::Refused) && !may_be_there;
        let is_free = first.state == EntryState::Pending && first.is_unsent() || is_refused;
        if !is_free || second.state != EntryState::Pending {
            return false;
        }
        let second_key = second.key;
        match (first.change, second.change) {
            // Who did not see the first has to choose between the two, once the server has it.
            (Change::Create { mut text, .. }, Change::Edit(edit)) if edit.began_with(&text) => {
                edit.apply(&mut text);
                self.save(first_key, text);
                self.remove_entry(second_key);
                true
            }
            (Change::Create { text, .. }, Change::Done) => {
                // An undo may be on its way; it restores from what is kept here.
                self.remove_entry(first_key);
                self.remove_entry(second_key);
                self.remember(Finished {
                    key: second_key,
                    text,
                    at: now,
                });
                true
            }
            (Change::Edit(edit), Change::Edit(later)) if edit.was_seen_by(&later) => {
                let joined = edit.then(later);
                if joined.is_empty() {
                    self.remove_entry(first_key);
                } else if let Some(entry) = self.entry_mut(first_key) {
                    entry.change = Change::Edit(joined);
                    release(entry);
                    self.put_entry(first_key);
                }
                self.remove_entry(second_key);
                true
            }
            // A task that the server refused to finish is there as before.
            (Change::Done, Change::Undo { of, .. }) if of == first_key => {
                self.remove_entry(first_key);
                self.remove_entry(second_key);
                self.retarget(&TaskRef::Local(second_key), task.clone());
                true
            }
            _ => false,
        }
    }

    /// What is known of a task whose undo is about to bring it back: `Some(false)` that it was finished, `Some(true)` that it
    /// is there all the same, and `None` before a list says which. It was let go of when nobody knew what had come of it,
    /// perhaps by a tab that is gone.
    fn is_there_still(&self, undo: &Entry, of: EntryKey) -> Option<bool> {
        let TaskRef::Server(id) = &undo.task else {
            return Some(false);
        };
        if self.finished.iter().any(|finished| finished.key == of) {
            return Some(false);
        }
        let dropped = self.dropped_unsure.iter().find(|(key, _)| *key == of);
        let since = dropped.map_or(0, |(_, moment)| *moment).max(undo.lost_at);
        (self.listed_since > 0 && self.listed_since >= since).then(|| self.snapshot.summary(id).is_some())
    }

    /// Whether an undo waits for a list.
    pub(super) fn awaits_list(&self) -> bool {
        let is_open = |entry: &Entry| match entry.change {
            Change::Undo { of, .. } => {
                entry.durable
                    && self.outbox.keys_of(&entry.task).first() == Some(&entry.key)
                    && !self.is_unreadable(&of)
                    && self.is_there_still(entry, of).is_none()
            }
            _ => false,
        };
        self.server.is_some() && self.outbox.all().iter().any(is_open)
    }

    /// The task was finished before it could be undone: it becomes a new one, with the text that was read
    /// before it was finished.
    fn restore(&mut self, key: EntryKey, of: EntryKey) -> bool {
        let kept = self
            .finished
            .iter()
            .find(|finished| finished.key == of)
            .map(|finished| finished.text.clone());
        let old_task = self.entry(key).map(|entry| entry.task.clone());
        let Some(entry) = self.entry_mut(key) else {
            return false;
        };
        let Change::Undo {
            text,
            idempotency_key,
            ..
        } = entry.change.clone()
        else {
            return false;
        };
        entry.change = Change::Create {
            text: kept.clone().unwrap_or(text),
            idempotency_key,
        };
        self.outbox.set_task(key, TaskRef::Local(key));
        self.put_entry(key);
        if kept.is_some() {
            self.finished.retain(|finished| finished.key != of);
            self.delete(Table::Finished, of);
        }
        if let Some(old_task) = old_task {
            // The row that has come back is the new task's.
            self.snapshot.rename(&old_task, &TaskRef::Local(key));
            self.retarget(&old_task, TaskRef::Local(key));
            if !matches!(old_task, TaskRef::Local(local) if self.outbox.has(local)) {
                self.restored.push((old_task, key));
            }
        }
        true
    }

    /// Rewrites the entries of one task to be about another.
    pub(super) fn retarget(&mut self, from: &TaskRef, to: TaskRef) {
        let of_task = self.outbox.of_task(from);
        // A create is always about its own task, and what was wanted before it is not about what it makes.
        let moved = of_task.filter(|entry| match to {
            TaskRef::Local(made) if entry.key < made => false,
            _ => !matches!(entry.change, Change::Create { .. }),
        });
        for key in moved.map(|entry| entry.key).collect::<Vec<_>>() {
            self.snapshot.name(&to);
            self.outbox.set_task(key, to.clone());
            self.put_entry(key);
        }
    }

    pub(super) fn remember(&mut self, finished: Finished) {
        let now = finished.at;
        self.put(&Stored::Finished(finished.clone()));
        self.finished.push(finished);
        let beyond = self.finished.len().saturating_sub(FINISHED_MOST);
        let is_old = |finished: &&Finished| now.abs_diff(finished.at) > FINISHED_LATELY_MS;
        let oldest = self.finished.iter().take(beyond.min(FINISHED_LEAVING));
        let old = oldest.take_while(is_old).count();
        for finished in self.finished.drain(..old).collect::<Vec<_>>() {
            self.delete(Table::Finished, finished.key);
        }
    }

    /// Carries out what was decided about entries that are not on their way.
    pub(super) fn decide(&mut self, now: u64) {
        let decided: Vec<_> = self
            .outbox
            .decisions()
            .filter(|(entry, _, _)| entry.durable)
            .map(|(entry, of, decision)| (entry.key, of, decision.clone()))
            .collect();
        for (key, of, decision) in decided {
            let is_about = |step: &Step| step.key() == Some(of);
            let entry = self.entry(of);
            let is_sending = self.active.iter().any(|active| is_about(&active.step))
                || entry.is_some_and(|entry| entry.state == EntryState::Sending);
            if is_sending && decision == Decision::Retry {
                // It is being tried. Kept until the answer, this would cut short a wait that the server asks for there.
                self.pace.hint();
                self.remove_entry(key);
                continue;
            }
            if is_sending || entry.is_some_and(|entry| !entry.durable) {
                continue;
            }
            self.remove_entry(key);
            if self.entry(of).is_some() {
                self.carry_out(of, decision, now);
            } else if decision == Decision::Drop {
                self.is_removed_now(of);
            }
        }
    }

    fn carry_out(&mut self, of: EntryKey, decision: Decision, now: u64) {
        match decision {
            Decision::Drop => self.drop_entry(of),
            Decision::Adopt(id) => self.created(of, id, now),
            Decision::Retry => {
                self.pace.hint();
                if let Some(entry) = self.entry_mut(of) {
                    if let EntryState::Unsure(ids) = &entry.state {
                        // None of them is meant.
                        entry.known.extend(ids.iter().cloned());
                        entry.ambiguous = false;
                        entry.resent = true;
                    }
                    release(entry);
                }
                self.put_entry(of);
            }
            Decision::Save(text) => {
                self.pace.hint();
                self.save(of, text);
            }
        }
    }

    /// Puts a text into an entry that is not on its way, and lets it go.
    fn save(&mut self, key: EntryKey, text: Text) {
        let Some(entry) = self.entry(key) else { return };
        let old_task = entry.task.clone();
        let mut new_task = old_task.clone();
        let shown = match &entry.task {
            TaskRef::Server(id) => self.snapshot.get(id).and_then(Known::text),
            TaskRef::Local(_) => None,
        };
        if let Change::Create { text: first, .. } = &entry.change
            && entry.resent
        {
            // A slow server may still make the first one.
            let watch = Watch {
                key,
                summary: first.summary.clone(),
                ours: TaskId::Text("".into()),
                known: entry.known.clone(),
                twin: None,
                until: 0,
            };
            self.watch(watch);
        }
        let Some(entry) = self.entry_mut(key) else { return };
        match (entry.change.clone(), entry.state.clone()) {
            (Change::Create { .. }, _) if entry.ambiguous => {}
            (Change::Create { idempotency_key, .. }, _) => {
                // Another body under a key that was used would be refused (422), so that it gets a new one.
                let idempotency_key = match entry.attempts {
                    0 => idempotency_key,
                    attempts => format!("{idempotency_key}-{attempts}"),
                };
                entry.change = Change::Create {
                    text,
                    idempotency_key,
                };
                entry.resent = false;
                entry.known.clear();
            }
            (Change::Edit(_), EntryState::Parked(Why::Gone)) => {
                let idempotency_key = format!("again-{key}-{}", entry.made_at);
                entry.change = Change::Create {
                    text,
                    idempotency_key,
                };
                // What came of the edit says nothing of the create.
                entry.attempts = 0;
                entry.ambiguous = false;
                entry.resent = false;
                new_task = TaskRef::Local(key);
            }
            (Change::Edit(_), EntryState::Parked(Why::Conflict(theirs))) => {
                entry.change = Change::Edit(Edit::between(&theirs, &text));
            }
            (Change::Edit(edit), _) => {
                let mut was = shown.unwrap_or_default();
                edit.apply(&mut was);
                entry.change = Change::Edit(edit.then(Edit::between(&was, &text)));
            }
            _ => {}
        }
        release(entry);
        let is_nothing = matches!(&entry.change, Change::Edit(edit) if edit.is_empty());
        if new_task != old_task {
            // The row stays: it is the new task's now.
            self.snapshot.rename(&old_task, &new_task);
            self.outbox.set_task(key, new_task.clone());
            self.retarget(&old_task, new_task);
        }
        if is_nothing {
            self.remove_entry(key);
        } else {
            self.put_entry(key);
        }
    }

    /// Lets go of an entry, and with a create of all that is about its task.
    fn drop_entry(&mut self, key: EntryKey) {
        let Some(entry) = self.remove_entry(key) else {
            return;
        };
        if entry.change == Change::Done && (!entry.ambiguous || self.is_finishing(&entry.task)) {
            // There is nothing left to take back, or it is to be finished all the same.
            let undoes = |other: &Entry| matches!(other.change, Change::Undo { of, .. } if of == key);
            let undo = self.outbox.all().iter().find(|other| undoes(other));
            if let Some(undo) = undo.map(|undo| undo.key) {
                self.remove_entry(undo);
            }
            self.dropped.push(key);
        } else if entry.change == Change::Done {
            self.dropped_unsure.push((key, self.moment));
        }
        if matches!(entry.change, Change::Create { .. }) {
            for dependent in self.outbox.keys_of(&TaskRef::Local(key)).to_vec() {
                self.remove_entry(dependent);
            }
        }
    }
}

fn release(entry: &mut Entry) {
    entry.state = EntryState::Pending;
    entry.next_try = 0;
    entry.error = None;
}
