//! The engine: what happens to a person's edits, decided without a clock, randomness, network or store of its
//! own. [`Engine::handle`] takes an [`Event`] and the time and gives back [`Effect`]s; whoever drives it carries
//! them out and reports what came of them.
//!
//! # What always holds
//!
//! - A write is sent only after the store has its entry, and that it is being sent.
//! - An entry leaves the outbox in the same transaction that records what came of it.
//! - Only the sender, whose [fence](super::record::Transaction::fence) the store checks, changes or removes an
//!   entry. Any tab adds one.
//! - An entry waits for all earlier ones of its task, and for no other.
//! - What the server has said is never mixed with what is wanted: [`super::view`] puts the two together.

mod alone;
mod answers;
mod commands;
mod create;
mod drain;
mod keep;
mod listing;

pub use answers::READ_FRESH_MS;
pub use keep::FROZEN_MS;

use std::rc::Rc;

use super::entry::{Decision, Entry, EntryKey, TaskRef, Text};
use super::mappings::Mappings;
use super::merge::Edit;
use super::names::Names;
use super::outbox::Outbox;
use super::record::{StoreError, Transaction, Write};
use super::retry::{Pace, Random};
use super::snapshot::Snapshot;
use super::stored::{self, Finished, Stored, Watch};
use super::trouble::Trouble;
use crate::api::ApiError;
use crate::task::{ListedTask, Task, TaskId};

/// Names a request, so that its answer finds its way.
pub type Ticket = u32;

/// What a server is known to do beyond the baseline (CONTRACT.md, "Extensions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// `Idempotency-Key` may be sent: the server is of the app's own origin, or is configured to take it.
    pub sends_keys: bool,
    /// The server is known to honour it.
    pub honours_keys: bool,
    /// `If-Match` may be sent.
    pub sends_versions: bool,
    /// The server is known to honour it, so that a known version saves the read before a write.
    pub honours_versions: bool,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Adds a task.
    Create {
        /// What it says.
        text: Text,
        /// A new `Idempotency-Key`.
        idempotency_key: String,
        /// Why it can't be sent as it is, when it breaks the rule for summaries: it is kept all the same.
        refused: Option<Trouble>,
    },
    /// Changes a task's text.
    Edit(TaskRef, Edit),
    /// Finishes a task.
    Done(TaskRef),
    /// Takes back that a task was finished; by the key of the entry that finished it.
    Undo {
        /// The entry that finished it.
        of: EntryKey,
        /// The task.
        task: TaskRef,
        /// Its text as it was shown.
        text: Text,
        /// A new `Idempotency-Key`.
        idempotency_key: String,
    },
    /// Decides about an entry.
    Decide(EntryKey, Decision),
    /// Both of two tasks that look like twins are wanted; by the key of the entry that created one.
    KeepTwins(EntryKey),
}

/// What happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// The store was read. With a fence, this tab is the sender from now on.
    Loaded {
        /// All records of the scope.
        records: Vec<(String, String)>,
        /// What the fence's record holds since this tab has written it.
        fence: Option<String>,
    },
    /// The same for a tab that [knows the rows](Engine::knows_rows) and is the sender from now on.
    Promoted {
        /// All records of the scope but those of [`rows_prefix`](super::stored::rows_prefix).
        records: Vec<(String, String)>,
        /// What the fence's record holds since this tab has written it.
        fence: String,
    },
    /// Another tab has changed the store and can't say what: it is read again, and knows better than a tab that is not
    /// the sender.
    Untold,
    /// This tab is not the sender any more.
    LostSender,
    /// There is no store, be it that none could be opened or that it did not take what is in memory: this tab works
    /// in memory, and sends.
    Alone,
    /// There is a server to send to, or none.
    Server(Option<Capabilities>),
    /// A person does something.
    Command(Command),
    /// The store has an entry of [`Effect::Append`], or has refused it.
    Appended(EntryKey, Result<(), StoreError>),
    /// The store has made, or refused, the last [`Effect::Commit`].
    Committed(Result<(), StoreError>),
    /// Another tab has changed the store.
    Observed(Vec<Write>),
    /// A page of the list has arrived, for a list that is not known yet.
    Page(Vec<ListedTask>),
    /// The [pages](Self::Page) were the whole list, and began where none was known.
    PagesEnded {
        /// What [`Engine::begin_read`] gave when the reading began.
        since: u64,
    },
    /// The list was read to its end by a page.
    Listed {
        /// What [`Engine::begin_read`] gave when the reading began.
        since: u64,
        /// The list.
        list: Vec<ListedTask>,
    },
    /// A task was read by a page.
    Described {
        /// What [`Engine::begin_read`] gave when the reading began.
        since: u64,
        /// The task.
        task: Task,
        /// Its `ETag`.
        etag: Option<String>,
    },
    /// A page was told that there is no such task.
    Missing {
        /// What [`Engine::begin_read`] gave when the reading began.
        since: u64,
        /// The task.
        id: TaskId,
    },
    /// A request of [`Effect::Send`] has ended.
    Answered(Ticket, Result<Reply, ApiError>),
    /// The network may be back, the page is in front again, or a person asks to try now.
    Hint,
    /// The time of [`Effect::WakeAt`] has come.
    Woke,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep a person's change; answered by [`Event::Appended`].
    Append(EntryKey, Transaction),
    /// Change the store; answered by [`Event::Committed`]. There is never more than one on its way.
    Commit(Transaction),
    /// Tell the sender what was read, which stores it, and tells the others if it is news.
    Share(Vec<Write>),
    /// Send a request; answered by [`Event::Answered`].
    Send(Ticket, Request),
    /// Say [`Event::Woke`] at this time, in milliseconds since 1970, and not at the time asked for before.
    WakeAt(u64),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// `GET /tasks/`, to its end.
    List,
    /// `GET /tasks/<id>/`.
    Get(TaskId),
    /// `POST /tasks/`.
    Create {
        /// The body.
        text: Text,
        /// `Idempotency-Key`, when it may be sent.
        idempotency_key: Option<String>,
    },
    /// `PUT /tasks/<id>/`.
    Put {
        /// Which task.
        id: TaskId,
        /// The body.
        text: Text,
        /// `If-Match`, when there is a version and it may be sent.
        if_match: Option<String>,
    },
    /// `DELETE /tasks/<id>/`.
    Delete(TaskId),
}

/// A success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// To [`Request::List`].
    List(Vec<ListedTask>),
    /// To [`Request::Get`], with the `ETag`.
    Task(Task, Option<String>),
    /// To [`Request::Create`].
    Created {
        /// The id that the server made.
        id: TaskId,
        /// Whether the answer shows that the key was honoured.
        key_honoured: bool,
    },
    /// To [`Request::Put`], with the new `ETag` if the server gave one, and to [`Request::Delete`].
    Written(Option<String>),
}

/// Where a request stands in what it is for.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// The list, for creates that must know what is there.
    List {
        since: u64,
    },
    /// A task that may be the one that was created.
    Candidate {
        key: EntryKey,
        rest: Vec<TaskId>,
        matches: Vec<TaskId>,
    },
    Create(EntryKey),
    /// The server's text before an edit.
    ReadToEdit(EntryKey),
    Put(EntryKey, Text),
    /// The text before a task is finished, so that it can be restored.
    ReadToFinish(EntryKey),
    Delete(EntryKey),
}

impl Step {
    fn key(&self) -> Option<EntryKey> {
        match self {
            Self::List { .. } => None,
            Self::Candidate { key, .. }
            | Self::Create(key)
            | Self::ReadToEdit(key)
            | Self::Put(key, _)
            | Self::ReadToFinish(key)
            | Self::Delete(key) => Some(*key),
        }
    }
}

#[derive(Debug, Clone)]
struct Active {
    ticket: Ticket,
    step: Step,
    sent_at: u64,
}

/// Something that was confirmed, to be told again to a list that was read meanwhile.
#[derive(Debug, Clone)]
enum Confirmed {
    Written { task: Task, etag: Option<String> },
    Gone(TaskId),
}

impl Confirmed {
    fn id(&self) -> &TaskId {
        match self {
            Self::Written { task, .. } => &task.id,
            Self::Gone(id) => id,
        }
    }
}

/// How many confirmations are remembered for lists that are being read.
const REMEMBERED: usize = 20_000;

/// How many rows of a long list are stored in one record: some 60 kB, so that the store has a hundred of them to read
/// for a hundred thousand tasks.
const ROWS_IN_RECORD: usize = 1_024;

/// A list is stored anew, in such records, when more tasks than this part of one have records of their own.
const LOOSE_PART: usize = 4;

/// See the [module](self).
pub struct Engine {
    scope: String,
    tab: u32,
    random: Random,
    pace: Pace,
    server: Option<Capabilities>,
    snapshot: Snapshot,
    outbox: Outbox,
    mappings: Mappings,
    finished: Vec<Finished>,
    watches: Vec<Watch>,
    unreadable: Vec<(String, String)>,
    /// How many rows of the list are stored in one record.
    rows_in_record: usize,
    /// Whether the store has such records, and how many of single tasks that would be in them if they were written now.
    has_rows: bool,
    loose: usize,
    /// Tasks that were made while a first list was read.
    made_early: Vec<TaskId>,
    /// Entries that are known to be settled: news of them may still be on its way from another tab.
    removed: Names,
    /// What was settled without a store, which may have it.
    settled_alone: Vec<EntryKey>,
    /// Tasks that have come back as new ones, by the undo that did it: what is wanted of them may still be on its way
    /// from another tab, under the name they had.
    restored: Vec<(TaskRef, EntryKey)>,
    /// What a person let go of before anything was finished by it: an undo of it may still be on its way.
    dropped: Vec<EntryKey>,
    /// The same when it is not known whether anything was finished, and when: a list that is asked for later says so.
    dropped_unsure: Vec<(EntryKey, u64)>,
    is_newer: bool,
    is_loaded: bool,
    time: u64,
    /// The fence's text, while this tab is the sender.
    fence: Option<String>,
    active: Vec<Active>,
    last_ticket: Ticket,
    /// What the next transaction of the sender will hold.
    writes: Vec<Write>,
    /// What is sent once that transaction is there.
    held: Vec<Effect>,
    /// The transaction on its way.
    committing: Option<(Rc<Vec<Write>>, Vec<Effect>)>,
    committing_since: u64,
    commit_failures: u32,
    /// When a transaction that was refused is tried again.
    commit_at: u64,
    store_error: Option<StoreError>,
    link_error: Option<ApiError>,
    /// Counts the events, so that one thing can be told to be after another whatever the clock says.
    moment: u64,
    confirmed: Vec<(u64, Confirmed)>,
    /// The moment of the last confirmation that is not remembered any more.
    forgotten: u64,
    /// When the list was last read to its end, in milliseconds since 1970; 0 for never.
    listed_at: u64,
    /// The moment at which the last list was asked for that this tab has read; 0 for none.
    listed_since: u64,
    /// The moment at which another tab has told of a list: one that was asked for before may be older.
    told_list: u64,
    /// The moment at which it has told of all rows.
    told_rows: u64,
    create_sent_at: u64,
    effects: Vec<Effect>,
}

impl Engine {
    /// An engine for one API and account, named by `scope`, in one tab, named by a random number. `seed` is
    /// all the randomness it ever uses.
    pub fn new(scope: &str, tab: u32, seed: u64) -> Self {
        Self {
            scope: scope.to_owned(),
            tab,
            random: Random(seed),
            pace: Pace::default(),
            server: None,
            snapshot: Snapshot::default(),
            outbox: Outbox::default(),
            mappings: Mappings::default(),
            finished: Vec::new(),
            watches: Vec::new(),
            unreadable: Vec::new(),
            rows_in_record: ROWS_IN_RECORD,
            has_rows: false,
            loose: 0,
            made_early: Vec::new(),
            removed: Names::default(),
            settled_alone: Vec::new(),
            restored: Vec::new(),
            dropped: Vec::new(),
            dropped_unsure: Vec::new(),
            is_newer: false,
            is_loaded: false,
            time: 0,
            fence: None,
            active: Vec::new(),
            last_ticket: 0,
            writes: Vec::new(),
            held: Vec::new(),
            committing: None,
            committing_since: 0,
            commit_failures: 0,
            commit_at: 0,
            store_error: None,
            link_error: None,
            moment: 0,
            confirmed: Vec::new(),
            forgotten: 0,
            listed_at: 0,
            listed_since: 0,
            told_list: 0,
            told_rows: 0,
            create_sent_at: 0,
            effects: Vec::new(),
        }
    }

    /// The same, with another number of rows in a record of the store, for whoever wants to see that with few tasks.
    pub fn with_rows_in_record(self, rows: usize) -> Self {
        Self {
            rows_in_record: rows.max(1),
            ..self
        }
    }

    /// Takes in what has happened, at `now` (milliseconds since 1970 by the device's clock, which may jump), and
    /// gives back what is to be done, in order.
    pub fn handle(&mut self, event: Event, now: u64) -> Vec<Effect> {
        self.moment += 1;
        match event {
            Event::Loaded { records, fence } => self.loaded(records, fence, false),
            Event::Promoted { records, fence } => self.loaded(records, Some(fence), true),
            Event::Untold => {
                if self.fence.is_none() {
                    self.told_list = self.moment;
                    self.listed_since = 0;
                    self.has_rows = false;
                }
            }
            Event::LostSender => self.lost_sender(),
            Event::Alone => self.alone(now),
            Event::Server(server) => {
                self.server = server;
                self.pace = Pace::default();
            }
            Event::Command(command) => self.command(command, now),
            Event::Appended(key, result) => self.appended(key, result, now),
            Event::Committed(result) => self.committed(result, now),
            Event::Observed(writes) => self.observed(&writes),
            Event::Page(page) => {
                self.page(page);
            }
            Event::PagesEnded { since } => self.pages_ended(since, now),
            Event::Listed { since, list } => self.listed(since, list, now),
            Event::Described { since, task, etag } => self.described(since, task, etag),
            Event::Missing { since, id } => self.missing(since, &id),
            Event::Answered(ticket, result) => self.answered(ticket, result, now),
            Event::Hint => self.hint(),
            Event::Woke => {}
        }
        self.pump(now);
        self.flush(now);
        std::mem::take(&mut self.effects)
    }

    /// Whether the rows in memory may be those of the store: they were read there, and what has changed since is told,
    /// unless the tab that changed it was closed before it could ([`knows_rows_beside`](Self::knows_rows_beside)). A list
    /// that this tab has read itself is another.
    pub fn knows_rows(&self) -> bool {
        let rows = stored::rows_prefix(&self.scope);
        let is_damaged = self.unreadable.iter().any(|(name, _)| name.starts_with(&rows));
        self.is_loaded && self.has_rows && self.listed_since == 0 && !is_damaged
    }

    /// Whether they are, by the other records: each list has a time.
    pub fn knows_rows_beside(&self, records: &[(String, String)]) -> bool {
        let is_list = |(name, value): &(String, String)| {
            Stored::read(&self.scope, name, value) == Ok(Stored::List(self.listed_at))
        };
        let list = stored::list_name(&self.scope);
        self.knows_rows() && records.iter().filter(|(name, _)| *name == list).any(is_list)
    }

    /// Whether this tab has read the list that it knows itself.
    pub fn has_own_list(&self) -> bool {
        self.listed_since > 0
    }

    /// Whether the list that was asked for at this moment is the one that is known. If not, it may have been older, and is
    /// to be read again.
    pub fn has_list_of(&self, since: u64) -> bool {
        self.listed_since == since
    }

    /// Whether pages that are told from now on would be the whole list: there is none yet, in memory or in the store.
    pub fn takes_pages(&self) -> bool {
        self.is_loaded && !self.snapshot.is_complete() && self.snapshot.is_empty()
    }

    /// The moment, for a reading that begins now.
    pub fn begin_read(&self) -> u64 {
        self.moment
    }

    /// What the server said last.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What is not confirmed, oldest first.
    pub fn entries(&self) -> &[Entry] {
        self.outbox.all()
    }

    /// The same, found by task.
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// The entry with this key.
    pub fn entry(&self, key: EntryKey) -> Option<&Entry> {
        self.outbox.get(key)
    }

    /// What was finished from this device, oldest first.
    pub fn finished(&self) -> &[Finished] {
        &self.finished
    }

    /// What turned out to be there twice, perhaps.
    pub fn twins(&self) -> impl Iterator<Item = (&Watch, &TaskId)> {
        self.watches
            .iter()
            .filter_map(|watch| Some((watch, watch.twin.as_ref()?)))
    }

    /// Records that could not be read, as they stand in the store.
    pub fn unreadable(&self) -> &[(String, String)] {
        &self.unreadable
    }

    /// Whether the store was read.
    pub fn is_loaded(&self) -> bool {
        self.is_loaded
    }

    /// Whether this tab sends.
    pub fn is_sender(&self) -> bool {
        self.fence.is_some()
    }

    /// When the list was last read to its end, on this device, in milliseconds since 1970; 0 for never.
    pub fn listed_at(&self) -> u64 {
        self.listed_at
    }

    /// Why the store refuses, while it does.
    pub fn store_error(&self) -> Option<StoreError> {
        if self.is_newer {
            Some(StoreError::Newer)
        } else {
            self.store_error
        }
    }

    /// Why nothing can be sent, while nothing can.
    pub fn link_error(&self) -> Option<&ApiError> {
        self.link_error.as_ref().filter(|_| self.pace.is_failing())
    }

    /// The entry that created a task on this device.
    pub fn origin(&self, id: &TaskId) -> Option<EntryKey> {
        self.mappings.origin(id)
    }

    /// The task as the server knows it, when it does.
    pub fn resolve(&self, task: &TaskRef) -> TaskRef {
        match task {
            TaskRef::Local(local) => match self.mappings.get(*local) {
                Some(id) => TaskRef::Server(id.clone()),
                None => task.clone(),
            },
            TaskRef::Server(_) => task.clone(),
        }
    }

    /// Whether an entry is known to be settled.
    fn was_removed(&self, key: EntryKey) -> bool {
        self.removed.find(&TaskRef::Local(key)).is_some()
    }

    fn is_removed_now(&mut self, key: EntryKey) {
        if self.is_alone() {
            self.settled_alone.push(key);
        }
        self.removed.find_or_give(&TaskRef::Local(key));
    }

    fn entry_mut(&mut self, key: EntryKey) -> Option<&mut Entry> {
        self.outbox.get_mut(key)
    }

    /// A key later than all that are known.
    fn next_key(&mut self) -> EntryKey {
        self.time += 1;
        EntryKey {
            time: self.time,
            tab: self.tab,
        }
    }

    fn send(&mut self, step: Step, request: Request, now: u64) {
        let effect = self.ticketed(step, request, now);
        self.effects.push(effect);
    }

    /// Sends a write once the store knows that it is being sent: only what never left this device may be put
    /// together with what follows, or be taken back, without the server.
    fn send_write(&mut self, step: Step, request: Request, now: u64) {
        if let Some(key) = step.key() {
            self.put_entry(key);
        }
        let effect = self.ticketed(step, request, now);
        self.held.push(effect);
    }

    fn ticketed(&mut self, step: Step, request: Request, now: u64) -> Effect {
        self.last_ticket += 1;
        self.active.push(Active {
            ticket: self.last_ticket,
            step,
            sent_at: now,
        });
        Effect::Send(self.last_ticket, request)
    }
}

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod many_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod told_tests;
