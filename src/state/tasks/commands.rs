//! Commands: what people do with tasks, and with changes that wait or did not go through.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use super::{STRIKE_MS, TaskStore, UNDO_MS, Undo, Undone};
use crate::browser::store::Store;
use crate::browser::{page, random};
use crate::sync::engine::Command;
use crate::sync::entry::{Change, Decision, Entry, EntryState, Why};
use crate::sync::export::Export;
use crate::sync::list::Leaving;
use crate::sync::merge::Edit;
use crate::sync::record::StoreError;
use crate::sync::stored::Finished;
use crate::sync::{EntryKey, RowKey, RowState, TaskRef, Text, Trouble};
use crate::task::Summary;
use crate::texts::said;

/// What is told whether the store of this device has a change. Until then the caller keeps the text.
pub type Then = Box<dyn FnOnce(Result<(), StoreError>)>;

impl TaskStore {
    /// Adds a task. What can't be a summary becomes a row that says why.
    pub fn add(&self, summary: &str, description: &str, then: Then) {
        let refused = Summary::from_typed(summary).err().map(Trouble::Summary);
        let text = Text {
            summary: summary.trim().to_owned(),
            description: description.to_owned(),
        };
        let (announcer, label) = (self.announcer, said::added(&text.summary));
        let then = Box::new(move |kept: Result<(), StoreError>| {
            if kept.is_ok() {
                announcer.say(label);
            }
            then(kept);
        });
        self.create(text, refused, then);
    }

    /// Adds a task for each line. Lines that could not be kept are given to `then`, each with the reason.
    pub fn add_each(&self, summaries: &[String], failed: impl Fn(String, StoreError) + Copy + 'static) {
        for summary in summaries {
            let line = summary.clone();
            let then = Box::new(move |result: Result<(), StoreError>| {
                if let Err(error) = result {
                    failed(line, error);
                }
            });
            self.add(summary, "", then);
        }
    }

    fn create(&self, text: Text, refused: Option<Trouble>, then: Then) {
        let command = Command::Create {
            text,
            idempotency_key: random::uuid_v4(),
            refused,
        };
        self.command(command, then);
    }

    /// Gives a command, or tells `then` that there is nothing that could keep it.
    fn command(&self, command: Command, then: Then) -> Option<EntryKey> {
        match self.driver() {
            Some(driver) => driver.command(command, then),
            None => {
                then(Err(StoreError::Unavailable));
                None
            }
        }
    }

    /// A command whose failure is said, because there is no text that could be lost.
    fn order(&self, command: Command) -> Option<EntryKey> {
        let announcer = self.announcer;
        let then = move |result: Result<(), StoreError>| {
            if let Err(error) = result {
                announcer.say(error.sentence());
            }
        };
        self.command(command, Box::new(then))
    }

    /// Puts a text into the form for a new task. What was in it becomes a row of its own.
    pub fn put_into_form(&self, text: &Text) {
        if let Some(before) = self.drafts.put_into_new(text) {
            self.create(before, Some(Trouble::WasInForm), Box::new(|_| ()));
        }
    }

    /// Saves a task's text, which began as `before`.
    pub fn update(&self, task: &TaskRef, before: Text, after: Text, then: Then) {
        let task = self.exact(task);
        let edit = Edit::between(&before, &after);
        if edit.is_empty() {
            // Saving a text that the server refused, as it is, means to try again.
            let state = self.task_now(&task).map(|shown| shown.row.state);
            if let Some(RowState::NeedsYou(key, _)) = state
                && self.look_now(|engine| engine.entry(key).is_some_and(is_refused_text)) == Some(true)
            {
                self.decide(key, Decision::Retry);
            }
            return then(Ok(()));
        }
        let label = said::saved(&after.summary);
        let store = *self;
        let undone = Undone::Edited {
            task: task.clone(),
            before,
            after,
        };
        // It is said when it is so.
        let then = Box::new(move |kept: Result<(), StoreError>| {
            if kept.is_ok() {
                store.announcer.say(label.clone());
                store.offer_undo(undone, label);
            }
            then(kept);
        });
        self.command(Command::Edit(task, edit), then);
    }

    /// Finishes a task: struck through at once, and gone soon after. `before_it_goes` runs just before.
    pub fn finish(&self, task: &TaskRef, before_it_goes: impl FnOnce() + 'static) {
        let (store, task, before_it_goes) = (*self, task.clone(), Box::new(before_it_goes));
        if let Some(driver) = self.driver() {
            driver.when_read(Box::new(move |_| store.finish_now(&task, before_it_goes)));
        }
    }

    fn finish_now(&self, task: &TaskRef, before_it_goes: Box<dyn FnOnce()>) {
        let task = self.exact(task);
        let Some(shown) = self.task_now(&task) else { return };
        if shown.row.is_done {
            // The server did not finish it when it was asked before: it is asked again.
            if let RowState::NeedsYou(key, _) = shown.row.state {
                self.decide(key, Decision::Retry);
            }
            return;
        }
        let key = shown.row.key;
        let leaving = Leaving::new(shown.row.clone());
        let text = Text {
            summary: shown.row.summary,
            description: shown.description.unwrap_or_default(),
        };
        self.memory
            .try_update_value(|memory| memory.leaving.push(leaving));
        let label = said::done(&text.summary);
        self.announcer.say(label.clone());
        if let Some(of) = self.order(Command::Done(task.clone())) {
            self.offer_undo(Undone::Finished { of, task, text }, label);
        }
        let wait = if page::wants_less_motion() { 0 } else { STRIKE_MS };
        let store = *self;
        Timeout::new(wait, move || {
            before_it_goes();
            store.leave(key);
        })
        .forget();
    }

    fn leave(&self, key: RowKey) {
        self.memory
            .try_update_value(|memory| memory.leaving.retain(|leaving| leaving.key() != key));
        self.changed();
    }

    /// Shows rows as struck through that are about to be finished, for as long as one of them would be.
    pub fn strike(&self, rows: &[RowKey]) {
        let rows = rows.iter().filter_map(|row| self.row_now(*row));
        let leaving: Vec<_> = rows.filter(|row| !row.is_done).map(Leaving::new).collect();
        let keys: Vec<_> = leaving.iter().map(Leaving::key).collect();
        self.memory
            .try_update_value(|memory| memory.leaving.extend(leaving));
        let wait = if page::wants_less_motion() { 0 } else { STRIKE_MS };
        let store = *self;
        Timeout::new(wait, move || {
            store
                .memory
                .try_update_value(|memory| memory.leaving.retain(|leaving| !keys.contains(&leaving.key())));
            store.changed();
        })
        .forget();
    }

    /// Offers to undo many things that were done at once; they are shown now.
    pub fn offer_undo_of_many(&self, label: String, undo: Rc<dyn Fn()>) {
        self.offer_undo(Undone::Many(undo), label);
    }

    fn offer_undo(&self, what: Undone, label: String) {
        let number = self.memory.try_update_value(|memory| {
            memory.undos += 1;
            let number = memory.undos;
            memory.undo = Some(Undo { what, label, number });
            number
        });
        self.changed();
        let store = *self;
        Timeout::new(UNDO_MS, move || store.forget_undo(number)).forget();
    }

    /// The offer is over, unless there is a newer one.
    fn forget_undo(&self, number: Option<u32>) {
        self.memory.try_update_value(|memory| {
            if memory.undo.as_ref().map(|undo| undo.number) == number {
                memory.undo = None;
            }
        });
        self.changed();
    }

    /// Undoes what was done last, while that is offered. `false` when nothing is.
    pub fn undo(&self) -> bool {
        let undo = self
            .memory
            .try_update_value(|memory| memory.undo.take())
            .flatten();
        let Some(undo) = undo else { return false };
        match undo.what {
            Undone::Finished { of, task, text } => {
                self.memory.try_update_value(|memory| memory.leaving.clear());
                self.announcer.say(said::back_on_list(&text.summary));
                self.order(Command::Undo {
                    of,
                    task: self.exact(&task),
                    text,
                    idempotency_key: random::uuid_v4(),
                });
            }
            Undone::Many(undo) => {
                self.memory.try_update_value(|memory| memory.leaving.clear());
                undo();
            }
            Undone::Edited { task, before, after } => {
                self.announcer.say(said::changed_back(&before.summary));
                let edit = Edit::between(&after, &before);
                self.order(Command::Edit(self.exact(&task), edit));
            }
        }
        self.changed();
        true
    }

    /// Puts something that was finished back on the list.
    pub fn restore(&self, finished: &Finished) {
        self.announcer.say(said::back_on_list(&finished.text.summary));
        self.order(Command::Undo {
            of: finished.key,
            task: TaskRef::Local(finished.key),
            text: finished.text.clone(),
            idempotency_key: random::uuid_v4(),
        });
    }

    /// Decides about a change that waits, was refused, conflicts, or is unsure.
    pub fn decide(&self, key: EntryKey, decision: Decision) {
        self.order(Command::Decide(key, decision));
    }

    /// The same, for a decision with a text that the caller keeps until `then` says that the device has it.
    pub fn decide_text(&self, key: EntryKey, decision: Decision, then: Then) {
        self.command(Command::Decide(key, decision), then);
    }

    /// Both of two tasks that look like twins are wanted.
    pub fn keep_twins(&self, key: EntryKey) {
        self.order(Command::KeepTwins(key));
    }

    /// Tries now, whatever the engine would have waited for.
    pub fn try_now(&self) {
        if let Some(driver) = self.driver() {
            driver.try_now();
        }
    }

    /// All that is on this device, for an export. It holds no credential, because none is ever stored.
    pub fn export(&self, then: impl FnOnce(Export) + 'static) {
        let (driver, drafts) = (self.driver(), self.drafts.all());
        let database = self.connection.database();
        leptos::task::spawn_local(async move {
            // Over a connection of its own: nobody may know yet whose tasks are to be shown, and all the same they
            // are there.
            let read = match Store::open(&database).await {
                Ok(store) => store.salvage("").await,
                Err(error) => Err(error),
            };
            let problem = read.as_ref().err().map(|error| error.sentence());
            let not_kept = driver.map(|driver| driver.not_kept(problem.is_some()));
            then(Export {
                kept: read.map(|(records, _)| records).unwrap_or_default(),
                not_kept: not_kept.unwrap_or_default(),
                drafts,
                problem,
            });
        });
    }
}

/// Whether the server has refused the text of an entry.
fn is_refused_text(entry: &Entry) -> bool {
    let has_text = matches!(entry.change, Change::Create { .. } | Change::Edit(_));
    has_text && entry.state == EntryState::Parked(Why::Refused)
}
