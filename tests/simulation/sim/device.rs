//! A device: one store, its tabs, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use strikethrough::sync::engine::{Engine, Event};
use strikethrough::sync::entry::{Entry, EntryKey, TaskRef, Text};
use strikethrough::sync::record::{StoreError, Transaction, Write};
use strikethrough::sync::stored::{Stored, Table};
use strikethrough::task::{ListedTask, TaskId};

use super::plan::{Fault, Point};
use super::reading::Reading;

pub(crate) const SCOPE: &str = "s";
/// What stands in a damaged record.
pub(crate) const DAMAGED: &str = "{\"v\":1,";

/// The records of a device, as the browser keeps them, and what they mean.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) records: BTreeMap<String, String>,
    pub(crate) entries: BTreeMap<EntryKey, Entry>,
    pub(crate) mappings: BTreeMap<EntryKey, TaskId>,
}

impl Store {
    pub(crate) fn apply(&mut self, write: &Write) {
        let name = write.name();
        let in_table = |table: Table| {
            name.strip_prefix(&*table.name(SCOPE, ""))
                .and_then(EntryKey::parse)
        };
        let entry = in_table(Table::Entries);
        if let Some(key) = entry {
            self.entries.remove(&key);
        }
        if let Some(key) = in_table(Table::Mappings) {
            self.mappings.remove(&key);
        }
        match write {
            Write::Delete(name) => {
                self.records.remove(name);
            }
            Write::Clear(prefix) => self.records.retain(|name, _| !name.starts_with(prefix)),
            Write::Put(name, value) => {
                self.records.insert(name.clone(), value.clone());
                if !name.starts_with("s\ne/") && !name.starts_with("s\ni/") {
                    return;
                }
                match Stored::read(SCOPE, name, value) {
                    Ok(Stored::Entry(entry)) => {
                        self.entries.insert(entry.key, entry);
                    }
                    Ok(Stored::Mapping(key, id)) => {
                        self.mappings.insert(key, id);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// What the store is asked to do.
pub(crate) enum Ask {
    Append(EntryKey, Transaction),
    /// And report what came of it.
    Commit(Transaction, bool),
    /// Write this text for the fence, to be the sender.
    Lead(String),
    /// Read everything; for a tab that has written this fence, and without the rows if it knows those.
    Read(Option<String>, bool),
}

/// What tabs tell each other, by the names that the app's driver has for it.
#[derive(Clone)]
pub(crate) enum Message {
    Here,
    Also,
    Beat,
    Read,
    Writes(Vec<Write>),
    /// What a page has read, for the sender.
    Page(Vec<Write>),
}

pub(crate) struct Op {
    pub(crate) number: u64,
    pub(crate) tab: usize,
    pub(crate) life: u32,
    pub(crate) ask: Ask,
}

/// What reaches a tab.
pub(crate) enum Input {
    Event(Event),
    /// What a page has read of a task, and when it asked, by the device's clock.
    Task(u64, Event),
    /// The answer to an append or a commit, with what it has written if it did, and when it did by the device's clock.
    Kept(Option<EntryKey>, Result<(), StoreError>, Vec<Write>, u64),
    Read(Result<Vec<(String, String)>, StoreError>, Option<String>, bool),
    /// The fence was written, or not.
    Leads(Result<(), StoreError>, Option<String>),
    Wake(u64),
    Granted,
    Stolen,
    Heard(Message),
    /// A part of the list that the tab reads, by the number of the reading; and that it was the last.
    Rows(u64, Vec<ListedTask>),
    RowsEnd(u64),
    /// The list is to be read again.
    WantsList,
    ReadAgain(Option<String>),
}

pub(crate) struct Tab {
    pub(crate) engine: Engine,
    /// Counts the times it was opened.
    pub(crate) life: u32,
    pub(crate) is_alive: bool,
    pub(crate) is_frozen: bool,
    pub(crate) inbox: VecDeque<Input>,
    pub(crate) wake: u64,
    pub(crate) kill_at: Option<Point>,
    /// Transactions that were made survive up to this one if the tab is killed.
    pub(crate) survive: u64,
    pub(crate) is_committing: bool,
    pub(crate) in_flight: usize,
    /// It was relieved, and reads the store again.
    pub(crate) is_rereading: bool,
    /// Whether it was told of a record of a newer version.
    pub(crate) knows_newer: bool,
    pub(crate) done: Vec<(EntryKey, TaskRef, Text)>,
    /// Records that were damaged when it read the whole store, so that it never knew what stood there.
    pub(crate) never_read: BTreeSet<String>,
    /// Nothing is to be sent before (`Retry-After`).
    pub(crate) quiet_until: u64,
    pub(crate) opened_at: u64,
    pub(crate) retries: u64,
    pub(crate) writes_confirmed: u64,
    pub(crate) hints: u64,
    /// When the task was last read for a write, at the server, and when that was asked for.
    pub(crate) reads: BTreeMap<TaskId, (u64, u64)>,
    /// Whether there was ever another tab, and whether something was not told because there was none.
    pub(crate) has_company: bool,
    pub(crate) has_withheld: bool,
    /// The reading of the list that counts.
    pub(crate) reading: Option<Reading>,
    /// What was read of the server before the store was.
    pub(crate) early_reads: Vec<Event>,
    /// What it was told is kept.
    pub(crate) told: BTreeSet<EntryKey>,
}

#[derive(Default)]
pub(crate) struct Device {
    pub(crate) store: Store,
    pub(crate) tabs: Vec<Tab>,
    /// Who holds the lock.
    pub(crate) holder: Option<usize>,
    pub(crate) waiting: VecDeque<usize>,
    /// How far its clock is off, in milliseconds.
    pub(crate) offset: i64,
    pub(crate) offline_until: u64,
    /// A person has asked to try now, so that no wait binds until then.
    pub(crate) impatient_until: u64,
    pub(crate) faults: Vec<(Fault, bool, u32)>,
    pub(crate) aborts: u32,
    pub(crate) store_fault: Option<(StoreError, u64)>,
    pub(crate) last_create: Option<Text>,
    pub(crate) newer: Option<String>,
    /// When the store has done all that it was asked so far.
    pub(crate) store_free_at: u64,
    pub(crate) damaged: BTreeSet<String>,
    /// From tab to tab, messages keep their order.
    pub(crate) heard: BTreeMap<(usize, usize), u64>,
    /// Whether the sender is about to say that it is there.
    pub(crate) is_beating: bool,
}

impl Device {
    /// A tab that a person can use.
    pub(crate) fn usable(&self, wanted: usize) -> Option<usize> {
        let count = self.tabs.len();
        (0..count).map(|n| (wanted + n) % count).find(|at| {
            let tab = &self.tabs[*at];
            tab.is_alive && !tab.is_frozen && tab.engine.is_loaded()
        })
    }
}
