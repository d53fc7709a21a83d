//! The tasks: signals to read here, their [`reading`] from the server, and the [`commands`] that people give.

mod batch;
pub mod commands;
mod elsewhere;
mod reading;
mod selecting;

pub use batch::{Batch, Finish};
pub use selecting::Selecting;

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use self::selecting::Selected;
use super::driver::Driver;
use super::{Announcer, Connection, Drafts, Loading};
use crate::browser::connectivity;
use crate::sync::engine::Engine;
use crate::sync::list::Leaving;
use crate::sync::record::StoreError;
use crate::sync::view::{self, Shown, Status};
use crate::sync::{EntryKey, List, Row, RowKey, TaskRef, Text};
use crate::task::TaskId;

/// How long a finished task stays struck through before it goes, in milliseconds: long enough to be seen,
/// short enough not to be waited for.
const STRIKE_MS: u32 = 450;

/// How long a change is offered to be undone, in milliseconds.
const UNDO_MS: u32 = 7_000;

/// The tasks, shared through context.
#[derive(Clone, Copy)]
pub struct TaskStore {
    connection: Connection,
    drafts: Drafts,
    announcer: Announcer,
    memory: StoredValue<Memory, LocalStorage>,
    /// Counts what has happened: whatever is shown of the engine follows it.
    revision: RwSignal<u32>,
    list: Memo<Arc<List>>,
    /// What a search has found, while there is one.
    found: RwSignal<Option<Arc<List>>>,
    /// The rows that are in the document. Each is told when it is another, and none follows everything that happens.
    rows: StoredValue<Vec<ShownRow>, LocalStorage>,
    loading: Loading,
    asked: RwSignal<u32>,
    now: RwSignal<f64>,
}

/// A row in the document, and what it shows: first the one, then, when it has left the view, another.
pub type ShownRow = RwSignal<(RowKey, Option<Row>)>;

/// What is not a signal.
#[derive(Default)]
struct Memory {
    driver: Option<Driver>,
    /// The rows that are being struck through.
    leaving: Vec<Leaving>,
    undo: Option<Undo>,
    selected: Selected,
    /// How many were offered.
    undos: u32,
    /// Whether a resource wanted to read before there was a driver for its server.
    wants_to_read: bool,
}

/// What can be undone.
#[derive(Clone)]
struct Undo {
    what: Undone,
    /// What was done, for people.
    label: String,
    number: u32,
}

#[derive(Clone)]
enum Undone {
    Finished {
        of: EntryKey,
        task: TaskRef,
        text: Text,
    },
    Edited {
        task: TaskRef,
        before: Text,
        after: Text,
    },
    /// Many at once; whoever did it knows how.
    Many(Rc<dyn Fn()>),
}

impl TaskStore {
    /// Makes it; `App` does.
    pub fn new(connection: Connection, drafts: Drafts, announcer: Announcer) -> Self {
        let memory = StoredValue::new_local(Memory::default());
        let revision = RwSignal::new(0);
        let list = Memo::new(move |before: Option<&Arc<List>>| {
            revision.track();
            let nothing = List::default();
            let before = before.map_or(&nothing, |before| before);
            let list = |memory: &Memory| {
                let driver = memory.driver.as_ref()?;
                Some(driver.with(|engine| List::after(before, engine, &memory.leaving)))
            };
            Arc::new(memory.with_value(list).unwrap_or_default())
        });
        drafts.know_names(move |task| {
            let driver = memory.try_with_value(|memory| memory.driver.clone()).flatten()?;
            driver.with(|engine| other_name(engine, task))
        });
        Self {
            connection,
            drafts,
            announcer,
            memory,
            revision,
            list,
            found: RwSignal::new(None),
            rows: StoredValue::new_local(Vec::new()),
            loading: Loading::new(),
            asked: RwSignal::new(0),
            now: RwSignal::new(js_sys::Date::now()),
        }
    }

    // What is shown.

    /// All rows, in order. What each shows is looked up by [`row`](Self::row).
    pub fn list(&self) -> Arc<List> {
        self.list.get()
    }

    /// The rows that are shown: all of them, or what was found.
    pub fn shown(&self) -> Arc<List> {
        self.found.get().unwrap_or_else(|| self.list.get())
    }

    /// The same, now.
    pub fn shown_now(&self) -> Arc<List> {
        untrack(|| {
            let found = self.found.try_get().flatten();
            found.or_else(|| self.list.try_get()).unwrap_or_default()
        })
    }

    /// What a search has found, while there is one.
    pub fn found(&self) -> Option<Arc<List>> {
        self.found.get()
    }

    /// The same, now.
    pub fn found_now(&self) -> Option<Arc<List>> {
        self.found.try_get_untracked().flatten()
    }

    /// Shows these rows alone; all again with `None`.
    pub fn show_only(&self, found: Option<Arc<List>>) {
        if self.found.try_with_untracked(|before| *before != found) == Some(true) {
            self.found.set(found);
        }
    }

    /// Counts what has happened to tasks; follows it.
    pub fn revision(&self) -> u32 {
        self.revision.get()
    }

    /// Whether there is any row.
    pub fn has_rows(&self) -> bool {
        self.list.with(|list| !list.keys().is_empty())
    }

    /// A row as it is now and will be, for as long as the component that asks is there.
    pub fn row(&self, key: RowKey) -> ShownRow {
        let (rows, row) = (self.rows, RwSignal::new((key, self.row_now(key))));
        rows.try_update_value(|rows| rows.push(row));
        on_cleanup(move || {
            rows.try_update_value(|rows| rows.retain(|shown| *shown != row));
        });
        row
    }

    /// Shows another row in the place of one.
    pub fn show_in(&self, shown: ShownRow, key: RowKey) {
        shown.try_set((key, self.row_now(key)));
    }

    /// A row, now.
    pub fn row_now(&self, key: RowKey) -> Option<Row> {
        let row = |memory: &Memory| {
            let known = memory.driver.as_ref()?.with(|engine| view::row_of(engine, key));
            let left = || memory.leaving.iter().find(|row| row.key() == key);
            known.or_else(|| left().map(|left| left.row().clone()))
        };
        self.memory.try_with_value(row).flatten()
    }

    /// How many tasks are to do.
    pub fn open_count(&self) -> usize {
        self.list.with(|list| list.open_count())
    }

    /// Looks at the engine, and follows it. `None` before it is known where tasks come from.
    pub fn look<T>(&self, look: impl FnOnce(&Engine) -> T) -> Option<T> {
        self.revision.track();
        self.look_now(look)
    }

    /// Looks at the engine, now.
    pub fn look_now<T>(&self, look: impl FnOnce(&Engine) -> T) -> Option<T> {
        self.driver().map(|driver| driver.with(look))
    }

    /// Whether it is known what tasks there are: the list was read to its end at some time, or there is no
    /// server whose list could be read.
    pub fn is_list_known(&self) -> bool {
        let known = |engine: &Engine| engine.snapshot().is_complete();
        self.look(known) == Some(true)
            || (self.is_device_only() && self.look(Engine::is_loaded) == Some(true))
    }

    /// Whether tasks are kept on this device only.
    pub fn is_device_only(&self) -> bool {
        self.connection.is_device_only()
    }

    /// One task, for its page.
    pub fn task(&self, task: &TaskRef) -> Option<Shown> {
        self.look(|engine| view::task(engine, &exact(engine, task)))
            .flatten()
    }

    /// One task, now.
    pub fn task_now(&self, task: &TaskRef) -> Option<Shown> {
        self.look_now(|engine| view::task(engine, &exact(engine, task)))
            .flatten()
    }

    /// The task as the server knows it, when it does, for one that was read from an address.
    pub fn exact(&self, task: &TaskRef) -> TaskRef {
        self.look_now(|engine| exact(engine, task))
            .unwrap_or_else(|| task.clone())
    }

    /// How things stand as a whole.
    pub fn status(&self) -> Status {
        let status = self.look(view::status).unwrap_or_default();
        // The sender knows by what it sends. Another tab has only the browser's word, and that only when it is "no".
        let has_other_sender = self.look(|engine| engine.is_loaded() && !engine.is_sender()) == Some(true);
        let guess = has_other_sender && !self.is_device_only() && connectivity::says_offline();
        Status {
            is_offline: status.is_offline || guess,
            is_not_kept: status.is_not_kept || self.unkept().is_some(),
            ..status
        }
    }

    /// Why nothing is kept on this device, when nothing is.
    pub fn unkept(&self) -> Option<StoreError> {
        self.revision.track();
        self.driver()
            .and_then(|driver| driver.unkept().or(driver.with(Engine::store_error)))
    }

    /// Whether leaving the page now would lose a change.
    pub fn would_lose(&self) -> bool {
        self.driver().is_some_and(|driver| driver.would_lose())
    }

    /// The clock of the list's load.
    pub fn loading(&self) -> Loading {
        self.loading
    }

    /// How old the list is, in milliseconds; follows the clock in steps of half a minute. `None` before it
    /// was read.
    pub fn age(&self) -> Option<f64> {
        let read_at = self.look(Engine::listed_at).unwrap_or_default();
        (read_at > 0).then(|| self.now.get() - read_at as f64)
    }

    /// Lets time pass.
    pub fn tick(&self) {
        self.now.try_set(js_sys::Date::now());
    }

    /// What can be undone now, in words for people, with a number that tells it from the one before.
    pub fn undoable(&self) -> Option<(u32, String)> {
        self.revision.track();
        self.memory
            .try_with_value(|memory| memory.undo.as_ref().map(|undo| (undo.number, undo.label.clone())))
            .flatten()
    }

    fn driver(&self) -> Option<Driver> {
        self.memory
            .try_with_value(|memory| memory.driver.clone())
            .flatten()
    }

    fn changed(&self) {
        self.revision
            .try_update(|revision| *revision = revision.wrapping_add(1));
        if self.driver().is_some_and(|driver| driver.wants_list()) {
            self.refresh();
        }
        let rows = self.rows.try_with_value(Clone::clone).unwrap_or_default();
        for shown in rows {
            let Some(key) = shown.try_with_untracked(|(key, _)| *key) else {
                continue;
            };
            let now = self.row_now(key);
            if shown.with_untracked(|(_, before)| *before != now) {
                shown.set((key, now));
            }
        }
    }
}

/// The server's name for a task that was made here, or the one that it was made under.
fn other_name(engine: &Engine, task: &TaskRef) -> Option<TaskRef> {
    match task {
        TaskRef::Local(_) => Some(engine.resolve(task)).filter(|name| name != task),
        TaskRef::Server(id) => engine.origin(id).map(TaskRef::Local),
    }
}

/// An address names a task's path; which kind of id it has only its server can say.
fn exact(engine: &Engine, task: &TaskRef) -> TaskRef {
    let known = |id: &TaskId| engine.snapshot().at_path(id).cloned();
    match engine.resolve(task) {
        TaskRef::Server(id) => TaskRef::Server(known(&id).unwrap_or(id)),
        local => local,
    }
}
