//! Commands: add, update, finish, and what a person can do about a change that did not go through.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{STRIKE_MS, TaskStore};
use crate::api::{ApiError, ErrorKind};
use crate::browser::page;
use crate::state::drafts::Text;
use crate::sync::{Change, EntryState, Outbox, RowKey, Snapshot};
use crate::task::{Draft, Summary, Task, TaskId};

impl TaskStore {
    /// Adds a task as soon as those before it are through. What can't be a summary becomes a row that says why.
    pub fn add(&self, summary: &str, description: &str) {
        let state = Summary::from_typed(summary).map_or_else(
            |error| EntryState::Refused(error.sentence()),
            |_| EntryState::Waiting,
        );
        let change = Change::Add {
            summary: summary.trim().to_owned(),
            description: description.to_owned(),
        };
        self.outbox.update(|outbox| {
            outbox.push(change, state);
        });
        self.drain_adds();
    }

    /// Adds a task for each line.
    pub fn add_each(&self, summaries: &[String]) {
        for summary in summaries {
            self.add(summary, "");
        }
    }

    /// Puts a text into the form for a new task. What was in it becomes a row of its own.
    pub fn put_into_form(&self, text: &Text) {
        if let Some(Text { summary, description }) = self.drafts.put_into_new(text) {
            self.set_aside(&summary, &description);
        }
    }

    /// Keeps a text that nobody has asked to send, as a row that says so.
    fn set_aside(&self, summary: &str, description: &str) {
        let change = Change::Add {
            summary: summary.to_owned(),
            description: description.to_owned(),
        };
        let state = EntryState::Refused("This was in the form and has not been sent.".to_owned());
        self.outbox.update(|outbox| {
            outbox.push(change, state);
        });
        self.keep_unconfirmed();
    }

    /// Adds a task and waits for the server's answer; the caller keeps the text until then.
    ///
    /// # Errors
    /// Any [`ApiError`]; `None` when there is no server to add it to.
    pub async fn add_now(self, draft: Draft) -> Result<(), Option<ApiError>> {
        let Some(client) = self.client() else {
            return Err(None);
        };
        let id = client
            .add_task(&draft.summary, &draft.description)
            .await
            .map_err(Some)?;
        self.added(id, draft, |_| ());
        Ok(())
    }

    fn added(&self, id: TaskId, draft: Draft, and: impl FnOnce(&mut Outbox)) {
        let summary = draft.summary.as_str().to_owned();
        self.announcer.say(format!("Added: {summary}"));
        self.confirmed(|snapshot, outbox| {
            snapshot.put(Task {
                id,
                summary,
                description: draft.description,
            });
            and(outbox);
        });
    }

    /// Tries once more what was refused.
    pub fn retry(&self, key: u32) {
        let change = self
            .outbox
            .with_untracked(|outbox| outbox.get(key).map(|entry| entry.change.clone()));
        match change {
            Some(Change::Add { .. }) => {
                self.outbox
                    .update(|outbox| outbox.set_state(key, EntryState::Waiting));
                self.drain_adds();
            }
            Some(Change::Done(id)) => {
                let store = *self;
                spawn_local(async move {
                    store.finish(id, Box::new(|| false)).await;
                });
            }
            None => {}
        }
    }

    /// Takes a refused change back; its text, if it had one, is the caller's now.
    pub fn take_back(&self, key: u32) -> Option<Change> {
        let entry = self.outbox.try_update(|outbox| outbox.remove(key)).flatten();
        self.keep_unconfirmed();
        entry.map(|entry| entry.change)
    }

    /// The entry that a row's buttons are about.
    pub fn entry_of(&self, row: &RowKey) -> Option<u32> {
        match row {
            RowKey::Adding(key) => Some(*key),
            RowKey::Listed(id) => self
                .outbox
                .with_untracked(|outbox| outbox.finishing(id).map(|entry| entry.key)),
        }
    }

    fn keep_unconfirmed(&self) {
        if let Some(adds) = self.outbox.try_with_untracked(Outbox::stored_adds) {
            self.drafts.keep_unconfirmed(&adds);
        }
    }

    /// Sends the next task, if none is on its way; its end sends the one after.
    fn drain_adds(&self) {
        let store = *self;
        let next = store
            .outbox
            .try_with_untracked(|outbox| outbox.next_add().cloned())
            .flatten();
        let (Some(entry), Some(client)) = (next, store.client()) else {
            return store.keep_unconfirmed();
        };
        let Change::Add { summary, description } = entry.change else {
            return;
        };
        let summary = match Summary::from_typed(&summary) {
            Ok(summary) => summary,
            Err(error) => {
                let state = EntryState::Refused(error.sentence());
                store.outbox.update(|outbox| outbox.set_state(entry.key, state));
                return store.drain_adds();
            }
        };
        store
            .outbox
            .update(|outbox| outbox.set_state(entry.key, EntryState::Sending));
        store.keep_unconfirmed();
        spawn_local(async move {
            let result = client.add_task(&summary, &description).await;
            if !store.belongs_to(&client) {
                return;
            }
            store.add_ended(entry.key, Draft { summary, description }, result);
            store.drain_adds();
        });
    }

    fn add_ended(&self, key: u32, draft: Draft, result: Result<TaskId, ApiError>) {
        match result {
            Ok(id) => self.added(id, draft, |outbox| {
                outbox.remove(key);
            }),
            Err(error) => {
                let sentence = error.sentence_with_fields();
                let state = if error.is_ambiguous() {
                    EntryState::Unsure(sentence)
                } else {
                    EntryState::Refused(sentence)
                };
                self.outbox.try_update(|outbox| {
                    outbox.set_state(key, state);
                    if matches!(error.kind, ErrorKind::Unreachable | ErrorKind::TimedOut) {
                        outbox.refuse_waiting_adds("This was not sent, because the server can’t be reached.");
                    }
                });
            }
        }
    }

    /// A write is confirmed. Pages follow these signals in a later microtask, so that a row changes from "on
    /// its way" to "there" in one step.
    fn confirmed(&self, change: impl FnOnce(&mut Snapshot, &mut Outbox)) {
        self.writes.try_update_value(|writes| *writes += 1);
        self.outbox
            .try_update(|outbox| self.snapshot.try_update(|snapshot| change(snapshot, outbox)));
        self.keep_unconfirmed();
    }

    /// Saves a task's text.
    ///
    /// # Errors
    /// Any [`ApiError`]; `None` when there is no server to save to.
    pub async fn update(self, id: &TaskId, draft: Draft) -> Result<(), Option<ApiError>> {
        let Some(client) = self.client() else {
            return Err(None);
        };
        let id = self.exact(id);
        client
            .update_task(&id, &draft.summary, &draft.description)
            .await
            .map_err(Some)?;
        if !self.belongs_to(&client) {
            return Ok(());
        }
        let summary = draft.summary.as_str().to_owned();
        self.announcer.say(format!("Saved: {summary}"));
        self.confirmed(|snapshot, _| {
            let task = Task {
                id,
                summary,
                description: draft.description,
            };
            snapshot.opened_now(task, None);
        });
        Ok(())
    }

    /// Finishes a task: struck through at once, gone when the server has confirmed it. `before` runs just
    /// before it goes; what it gives back says that the task went.
    pub async fn finish(self, id: TaskId, before: Box<dyn FnOnce() -> bool>) -> Option<bool> {
        let id = self.exact(&id);
        let client = self.client()?;
        let key = self
            .outbox
            .try_update(|outbox| outbox.begin_finishing(&id))
            .flatten()?;
        let summary = untrack(|| self.summary(&RowKey::Listed(id.clone())));
        let begun = js_sys::Date::now();
        // When someone else has finished it, the wish is fulfilled all the same.
        let result = client.task_done(&id).await;
        if !self.belongs_to(&client) {
            return None;
        }
        if let Err(error) = result
            && error.kind != ErrorKind::NotFound
        {
            let state = EntryState::Refused(error.sentence());
            self.outbox.try_update(|outbox| outbox.set_state(key, state));
            return None;
        }
        let struck = (js_sys::Date::now() - begun) as u32;
        if struck < STRIKE_MS && !page::wants_less_motion() {
            TimeoutFuture::new(STRIKE_MS - struck).await;
        }
        let result = before();
        self.announcer.say(format!("Done: {summary}"));
        self.confirmed(|snapshot, outbox| {
            snapshot.remove(&id);
            outbox.remove(key);
        });
        Some(result)
    }
}
