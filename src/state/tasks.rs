//! The tasks: signals to read here, their [`reading`] from the server, and the [`commands`] add, update and
//! finish.

mod commands;
mod reading;

use leptos::prelude::*;

use super::{Announcer, Connection, Drafts, Loading};
use crate::api::ApiBase;
use crate::sync::{Outbox, RowKey, RowState, Snapshot, overlay};
use crate::task::{Task, TaskId};

/// How long a finished task stays struck through before it goes, in milliseconds: long enough to be seen,
/// short enough not to be waited for.
const STRIKE_MS: u32 = 450;

/// How often a list is read again because a write was confirmed while it was read.
const READ_AGAIN: u32 = 3;

/// The tasks, shared through context.
#[derive(Clone, Copy)]
pub struct TaskStore {
    connection: Connection,
    drafts: Drafts,
    announcer: Announcer,
    snapshot: RwSignal<Snapshot>,
    outbox: RwSignal<Outbox>,
    rows: Memo<Vec<RowKey>>,
    loading: Loading,
    asked: RwSignal<u32>,
    /// When the list was last read to its end, in milliseconds since 1970.
    read_at: RwSignal<f64>,
    now: RwSignal<f64>,
    /// Counts the confirmed writes, so that a list read in the meantime is known to be old.
    writes: StoredValue<u32>,
    /// Whose tasks these are.
    api: StoredValue<Option<ApiBase>>,
}

impl TaskStore {
    /// Makes it; `App` does.
    pub fn new(connection: Connection, drafts: Drafts, announcer: Announcer) -> Self {
        let snapshot = RwSignal::new(Snapshot::default());
        let outbox = RwSignal::new(Outbox::default());
        Self {
            connection,
            drafts,
            announcer,
            snapshot,
            outbox,
            rows: Memo::new(move |_| {
                snapshot.with(|snapshot| outbox.with(|outbox| overlay::rows(snapshot, outbox)))
            }),
            loading: Loading::new(),
            asked: RwSignal::new(0),
            read_at: RwSignal::new(0.0),
            now: RwSignal::new(js_sys::Date::now()),
            writes: StoredValue::new(0),
            api: StoredValue::new(None),
        }
    }

    // What is shown.

    /// The rows of the list, in order.
    pub fn rows(&self) -> Vec<RowKey> {
        self.rows.get()
    }

    /// The rows of the list, now.
    pub fn rows_now(&self) -> Vec<RowKey> {
        self.rows.get_untracked()
    }

    /// Whether there is any row.
    pub fn has_rows(&self) -> bool {
        self.rows.with(|rows| !rows.is_empty())
    }

    /// Whether the list was ever read to its end.
    pub fn is_list_known(&self) -> bool {
        self.snapshot.with(Snapshot::is_complete)
    }

    /// How many tasks are to do.
    pub fn open_count(&self) -> usize {
        self.snapshot
            .with(|snapshot| self.outbox.with(|outbox| overlay::open_count(snapshot, outbox)))
    }

    /// A row's text.
    pub fn summary(&self, row: &RowKey) -> String {
        let text = |snapshot: &Snapshot, outbox: &Outbox| {
            overlay::summary(snapshot, outbox, row)
                .unwrap_or_default()
                .to_owned()
        };
        self.snapshot
            .with(|snapshot| self.outbox.with(|outbox| text(snapshot, outbox)))
    }

    /// How a row stands.
    pub fn row_state(&self, row: &RowKey) -> RowState {
        self.outbox.with(|outbox| overlay::state(outbox, row))
    }

    /// An opened task.
    pub fn opened(&self, id: &TaskId) -> Option<Task> {
        self.snapshot.with(|snapshot| snapshot.opened(id))
    }

    /// The summary of the task at an address, from the list if it was not opened yet.
    pub fn summary_at(&self, id: &TaskId) -> Option<String> {
        self.snapshot.with(|snapshot| {
            let listed = snapshot.at_path(id).and_then(|id| snapshot.summary(id));
            // The list is read more often than a task, so its word is the newer one.
            listed
                .map(str::to_owned)
                .or_else(|| snapshot.opened(id).map(|task| task.summary))
        })
    }

    /// How the task at an address stands.
    pub fn state_at(&self, id: &TaskId) -> RowState {
        let id = self.exact(id);
        self.row_state(&RowKey::Listed(id))
    }

    /// The clock of the list's load.
    pub fn loading(&self) -> Loading {
        self.loading
    }

    /// How old the list is, in milliseconds; follows the clock in steps of half a minute. `None` before it
    /// was read.
    pub fn age(&self) -> Option<f64> {
        let read_at = self.read_at.get();
        (read_at > 0.0).then(|| self.now.get() - read_at)
    }

    /// Lets time pass.
    pub fn tick(&self) {
        self.now.try_set(js_sys::Date::now());
    }
}
