//! The tasks: signals to read, and the commands add, update and finish.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::drafts::Text;
use super::{Announcer, Connection, Drafts, Loading, Server};
use crate::api::{ApiBase, ApiClient, ApiError, ErrorKind};
use crate::browser::page;
use crate::components::effect;
use crate::sync::{Change, EntryState, Outbox, RowKey, RowState, Snapshot, overlay};
use crate::task::{Draft, Summary, Task, TaskId};

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
        self.snapshot.with(|snapshot| snapshot.opened(id).cloned())
    }

    /// The summary of the task at an address, from the list if it was not opened yet.
    pub fn summary_at(&self, id: &TaskId) -> Option<String> {
        self.snapshot.with(|snapshot| {
            let listed = snapshot.at_path(id).and_then(|id| snapshot.summary(id));
            // The list is read more often than a task, so its word is the newer one.
            listed
                .or_else(|| snapshot.opened(id).map(|task| task.summary.as_str()))
                .map(str::to_owned)
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

    // Reading.

    /// Asks for the list again.
    pub fn refresh(&self) {
        if matches!(
            self.connection.server.try_get_untracked(),
            Some(Server::Unreadable(_))
        ) {
            self.connection.read_file();
        }
        self.loading.interrupt();
        self.asked.try_update(|asked| *asked += 1);
    }

    /// Asks for the list again if it is older than `milliseconds`.
    pub fn refresh_if_older(&self, milliseconds: f64) {
        if js_sys::Date::now() - self.read_at.get_untracked() > milliseconds {
            self.refresh();
        }
    }

    /// Reads the list, for a resource: it follows the connection and [`refresh`](Self::refresh). The tasks
    /// go into the snapshot, the first time page by page; what comes back is whether it worked.
    pub fn read_list(self) -> impl Future<Output = Result<(), ApiError>> {
        self.asked.track();
        let server = self.connection.server();
        async move {
            match server {
                Server::At(client) => self.read_list_from(client).await,
                Server::Unreadable(error) => Err(error),
                Server::Unknown => {
                    self.loading.begin();
                    Ok(())
                }
                Server::DeviceOnly | Server::Misconfigured(_) => {
                    self.loading.end(self.loading.begin());
                    Ok(())
                }
            }
        }
    }

    async fn read_list_from(self, client: ApiClient) -> Result<(), ApiError> {
        let run = self.loading.begin();
        let mut result = Ok(());
        for _ in 0..READ_AGAIN {
            let writes = self.writes.try_get_value();
            let first_time = !self.is_list_known_now();
            let mut list = Vec::new();
            let pages = client.get_tasks_by_page(|page| {
                list.extend_from_slice(&page);
                if first_time && self.loading.is_current(run) {
                    self.snapshot.try_update(|snapshot| snapshot.append(page));
                }
            });
            let Some(read) = self.loading.unless_interrupted(run, pages).await else {
                return Ok(());
            };
            result = read;
            if result.is_err() {
                break;
            }
            if self.writes.try_get_value() == writes {
                self.snapshot.try_update(|snapshot| snapshot.replace(list));
                self.read_at.try_set(js_sys::Date::now());
                self.tick();
                break;
            }
        }
        self.loading.end(run);
        result
    }

    fn is_list_known_now(&self) -> bool {
        self.snapshot
            .try_with_untracked(Snapshot::is_complete)
            .unwrap_or_default()
    }

    /// Reads one task, for a resource: it follows the connection. The task goes into the snapshot; what comes
    /// back is whether it worked.
    pub fn read_task(self, id: TaskId, loading: Loading) -> impl Future<Output = Result<(), ApiError>> {
        let server = self.connection.server();
        async move {
            let Server::At(client) = server else { return Ok(()) };
            let run = loading.begin();
            let id = self.exact(&id);
            let Some(read) = loading.unless_interrupted(run, client.describe_task(&id)).await else {
                return Ok(());
            };
            let result = match read {
                Ok(task) => {
                    self.snapshot.try_update(|snapshot| snapshot.opened_now(task));
                    Ok(())
                }
                Err(error) => {
                    if error.kind == ErrorKind::NotFound {
                        self.gone(&id);
                    }
                    Err(error)
                }
            };
            loading.end(run);
            result
        }
    }

    /// The server has said that the task is not there.
    fn gone(&self, id: &TaskId) {
        let id = self.exact(id);
        self.snapshot.try_update(|snapshot| snapshot.remove(&id));
    }

    /// Follows the connection: tasks belong to one API, and with another none of the old one's is shown, nor
    /// may a command for one reach the other. It runs as soon as the address changes, whatever is still
    /// on its way from the old one.
    pub fn follow_connection(self) {
        let mut known = None::<ApiBase>;
        effect(move || {
            let Server::At(client) = self.connection.server() else {
                return;
            };
            let api = client.base();
            if known.as_ref() == Some(api) {
                return;
            }
            let first = known.replace(api.clone()).is_none();
            self.api.try_set_value(known.clone());
            if !first {
                self.snapshot.try_set(Snapshot::default());
                self.read_at.try_set(0.0);
                self.outbox.try_update(Outbox::clear);
                // The resource follows the address by itself, but perhaps it has begun before this ran.
                self.refresh();
            }
            self.outbox
                .try_update(|outbox| outbox.restore(self.drafts.unconfirmed()));
        });
    }

    /// The client, when what is shown is its API's.
    fn client(&self) -> Option<ApiClient> {
        self.connection
            .client_now()
            .filter(|client| self.belongs_to(client))
    }

    fn belongs_to(&self, client: &ApiClient) -> bool {
        self.api
            .try_with_value(|api| api.as_ref() == Some(client.base()))
            .unwrap_or_default()
    }

    /// The id as the server has it, for one that was read from an address.
    pub fn exact(&self, id: &TaskId) -> TaskId {
        self.snapshot
            .try_with_untracked(|snapshot| {
                snapshot
                    .opened(id)
                    .map(|task| task.id.clone())
                    .or_else(|| snapshot.at_path(id).cloned())
            })
            .flatten()
            .unwrap_or_else(|| id.clone())
    }

    // Commands.

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
                    store.finish(id, || ()).await;
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
            snapshot.opened_now(Task {
                id,
                summary,
                description: draft.description,
            });
        });
        Ok(())
    }

    /// Finishes a task: struck through at once, gone when the server has confirmed it. `before` runs just
    /// before it goes, and what it gives back says that it did.
    pub async fn finish<T>(self, id: TaskId, before: impl FnOnce() -> T) -> Option<T> {
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
