//! Many tasks at once, for import and export. They belong to one API: a batch has nothing to do with the tasks of another
//! that is chosen meanwhile.

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::TaskStore;
use super::commands::Then;
use crate::api::{ApiError, ErrorKind};
use crate::browser::clock::now_ms;
use crate::browser::random;
use crate::state::driver::Driver;
use crate::sync::engine::{Command, Engine, Event, READ_FRESH_MS};
use crate::sync::entry::Decision;
use crate::sync::record::StoreError;
use crate::sync::{EntryKey, RowKey, RowState, TaskRef, Text, view};
use crate::task::{Draft, TaskId};

/// See the [module](self).
#[derive(Clone)]
pub struct Batch {
    store: TaskStore,
    driver: Driver,
}

/// A task that was finished, to be taken back.
#[derive(Debug, Clone)]
pub struct Finish {
    of: EntryKey,
    task: TaskRef,
    text: Text,
}

impl TaskStore {
    /// Many tasks at once, of the API whose tasks are shown now, as soon as what is on this device was read. `None` when
    /// it is not known whose tasks are to be shown.
    pub async fn batch(self) -> Option<Batch> {
        let driver = self.driver()?;
        if !driver.with(Engine::is_loaded) {
            let read = Promise::new(&mut |resolve, _| {
                driver.when_read(Box::new(move |_| {
                    // It throws nothing.
                    let _ = resolve.call0(&JsValue::NULL);
                }));
            });
            let _ = JsFuture::from(read).await;
        }
        Some(Batch { store: self, driver })
    }
}

impl Batch {
    /// Whether the tasks of its API are still the ones that are shown.
    pub fn is_current(&self) -> bool {
        self.store.driver().is_some_and(|driver| driver.is(&self.driver))
    }

    /// All rows that are to do, in the order of the list.
    pub fn rows(&self) -> Vec<RowKey> {
        untrack(|| self.store.list()).keys().to_vec()
    }

    /// Looks at what a row says: its summary, its description where that is known, and whether it is done.
    pub fn read<T>(&self, row: RowKey, look: impl FnOnce(&str, Option<&str>, bool) -> T) -> Option<T> {
        self.driver.with(|engine| {
            let (summary, description) = view::texts_of(engine, row)?;
            let is_done = view::row_of(engine, row).is_some_and(|row| row.is_done);
            Some(look(summary, description, is_done))
        })
    }

    /// Adds a task as any other is added, and says nothing of it. `then` is told whether the store of this device has it;
    /// gives back its name.
    pub fn add(&self, draft: &Draft, then: Then) -> Option<EntryKey> {
        if !self.is_current() {
            then(Err(StoreError::Unavailable));
            return None;
        }
        let text = Text {
            summary: draft.summary.as_str().to_owned(),
            description: draft.description.clone(),
        };
        let command = Command::Create {
            text,
            idempotency_key: random::uuid_v4(),
            refused: None,
        };
        self.driver.command_of_many(command, then)
    }

    /// Finishes a task that was [added](Self::add), whether the server has it by now or not.
    pub fn take_back(&self, added: EntryKey, then: Then) {
        if self.is_current() {
            let task = TaskRef::Local(added);
            self.driver.command_of_many(Command::Done(task), then);
        } else {
            then(Err(StoreError::Unavailable));
        }
    }

    /// Finishes the task of a row as any other is finished, and says nothing of it. `None` when there is nothing to take
    /// back: it is being finished already, and one that the server refused to finish is tried again.
    pub fn finish(&self, row: RowKey, then: Then) -> Option<Finish> {
        let found = self.driver.with(|engine| {
            let (summary, description) = view::texts_of(engine, row)?;
            let text = Text {
                summary: summary.to_owned(),
                description: description.unwrap_or_default().to_owned(),
            };
            Some((view::row_of(engine, row)?, text))
        });
        let Some((row, text)) = found.filter(|_| self.is_current()) else {
            then(Ok(()));
            return None;
        };
        match row.state {
            RowState::NeedsYou(key, _) if row.is_done => {
                let retry = Command::Decide(key, Decision::Retry);
                self.driver.command_of_many(retry, then);
                None
            }
            _ if row.is_done => {
                then(Ok(()));
                None
            }
            _ => {
                let done = Command::Done(row.task.clone());
                let of = self.driver.command_of_many(done, then)?;
                let task = row.task;
                Some(Finish { of, task, text })
            }
        }
    }

    /// Takes back that a task was finished, and says nothing of it.
    pub fn bring_back(&self, finish: &Finish, then: Then) {
        if !self.is_current() {
            return then(Err(StoreError::Unavailable));
        }
        let Finish { of, task, text } = finish.clone();
        let undo = Command::Undo {
            of,
            task: self.store.exact(&task),
            text,
            idempotency_key: random::uuid_v4(),
        };
        self.driver.command_of_many(undo, then);
    }

    /// Reads a task's description from the server, where there is one and it has the task.
    ///
    /// # Errors
    /// When it can't be read.
    pub async fn describe(&self, row: RowKey) -> Result<(), ApiError> {
        let task = self.driver.with(|engine| {
            let task = engine.snapshot().names().get(row)?;
            Some(engine.resolve(task))
        });
        let (Some(client), Some(TaskRef::Server(id))) = (self.driver.client(), task) else {
            return Ok(());
        };
        let begin = || (self.driver.with(Engine::begin_read), now_ms());
        let (mut since, asked_at) = begin();
        let mut read = client.describe_version(&id).await;
        if now_ms().abs_diff(asked_at) > READ_FRESH_MS {
            // The tab was frozen meanwhile, and others may know better by now.
            since = begin().0;
            read = client.describe_version(&id).await;
        }
        match read {
            Ok((task, etag)) => {
                self.driver.handle(Event::Described { since, task, etag });
                Ok(())
            }
            Err(error) if error.kind == ErrorKind::NotFound => {
                self.missing(since, id);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn missing(&self, since: u64, id: TaskId) {
        self.driver.handle(Event::Missing { since, id });
    }
}
