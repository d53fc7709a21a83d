//! What drives an engine in a tab: it carries out effects and reports what came of them. Seeded bugs live here.

use strikethrough::sync::engine::{Effect, Event, FROZEN_MS, READ_FRESH_MS, Request};
use strikethrough::sync::entry::{Change, Entry, EntryKey, EntryState};
use strikethrough::sync::record::{StoreError, Transaction, Write};
use strikethrough::sync::stored::{Stored, Table, fence_name, rows_prefix};

use super::bugs::{self, Bug};
use super::device::{Ask, DAMAGED, Input, Message, Op, SCOPE};
use super::met::Met;
use super::network::For;
use super::oracle::Check;
use super::plan::Point;
use super::server::is_write;
use super::world::{Next, World};

impl World {
    /// Something reaches a tab, which takes it in when it is not frozen.
    pub(crate) fn tell(&mut self, device: usize, tab: usize, life: u32, input: Input) {
        let it = &mut self.devices[device].tabs[tab];
        if it.life != life || !it.is_alive {
            return;
        }
        if it.is_frozen {
            it.inbox.push_back(input);
            return;
        }
        self.input(device, tab, input);
    }

    pub(crate) fn tell_later(&mut self, device: usize, tab: usize, ms: u64, input: Input) {
        let life = self.devices[device].tabs[tab].life;
        self.after(ms, Next::Tell(device, tab, life, input));
    }

    pub(crate) fn input(&mut self, device: usize, tab: usize, input: Input) {
        match input {
            Input::Event(event) => {
                match &event {
                    Event::Answered(_, answer) => self.note_answer(device, tab, answer),
                    Event::Observed(writes) => self.note_newer(device, tab, writes),
                    _ => {}
                }
                self.handle(device, tab, event);
            }
            Input::Task(asked_at, event) => {
                // The tab was frozen meanwhile, and asks again.
                if self.clock(device).abs_diff(asked_at) <= READ_FRESH_MS {
                    self.handle(device, tab, event);
                }
            }
            Input::Kept(Some(key), result, writes, at) => {
                if result.is_ok() {
                    self.devices[device].tabs[tab].told.insert(key);
                    self.oracle.told(key, self.now);
                    self.has_written(device, tab, writes, at);
                } else {
                    self.oracle.refused(key);
                }
                self.handle(device, tab, Event::Appended(key, result));
            }
            Input::Kept(None, result, writes, at) => {
                self.devices[device].tabs[tab].is_committing = false;
                if result.is_ok() {
                    self.has_written(device, tab, writes, at);
                }
                self.handle(device, tab, Event::Committed(result));
                if result == Err(StoreError::Fenced) {
                    self.counts.met(Met::Fenced);
                    self.read_again(device, tab);
                    self.release(device, tab);
                    self.join(device, tab);
                }
            }
            Input::Read(Err(_), role, _) | Input::Leads(Err(_), role) => {
                self.tell_later(device, tab, 500, Input::ReadAgain(role));
            }
            Input::Leads(Ok(()), role) => {
                let knows_rows = self.devices[device].tabs[tab].engine.knows_rows();
                self.ask(device, tab, Ask::Read(role, knows_rows));
            }
            Input::Read(Ok(records), role, knows_rows) => {
                let engine = &self.devices[device].tabs[tab].engine;
                if knows_rows && role.is_none() {
                    // The sender has read what others may have added.
                    if engine.is_sender() {
                        self.handle(device, tab, Event::Loaded { records, fence: None });
                    }
                    return;
                }
                if knows_rows && !engine.knows_rows_beside(&records) {
                    // A list has come meanwhile.
                    self.counts.met(Met::ReadRowsAfterAll);
                    return self.ask(device, tab, Ask::Read(role, false));
                }
                self.loaded(device, tab, records, role, knows_rows);
            }
            Input::ReadAgain(None) => self.ask(device, tab, Ask::Read(None, false)),
            Input::ReadAgain(Some(_)) | Input::Granted => {
                if self.devices[device].holder == Some(tab) {
                    self.asked += 1;
                    let text = format!("f{}", self.asked);
                    self.ask(device, tab, Ask::Lead(text));
                }
            }
            Input::Heard(message) => self.hear(device, tab, message),
            Input::Rows(number, rows) => self.has_rows(device, tab, number, rows),
            Input::RowsEnd(number) => self.has_all_rows(device, tab, number),
            Input::WantsList => self.refresh(device, tab),
            Input::Wake(number) => {
                if self.devices[device].tabs[tab].wake == number {
                    self.handle(device, tab, Event::Woke);
                }
            }
            Input::Stolen => {
                self.handle(device, tab, Event::LostSender);
                self.read_again(device, tab);
                self.join(device, tab);
            }
        }
    }

    /// A tab that was relieved may have been ahead of the store, so that it reads it again.
    fn read_again(&mut self, device: usize, tab: usize) {
        self.devices[device].tabs[tab].is_rereading = true;
        self.devices[device].tabs[tab].is_committing = false;
        self.devices[device].tabs[tab].in_flight = 0;
        self.handle(device, tab, Event::Untold);
        self.ask(device, tab, Ask::Read(None, false));
    }

    pub(crate) fn note_newer(&mut self, device: usize, tab: usize, writes: &[Write]) {
        let newer = self.devices[device].newer.as_deref();
        if newer.is_some_and(|newer| writes.iter().any(|write| write.name() == newer)) {
            self.devices[device].tabs[tab].knows_newer = true;
        }
    }

    fn loaded(
        &mut self,
        device: usize,
        tab: usize,
        records: Vec<(String, String)>,
        role: Option<String>,
        knows_rows: bool,
    ) {
        let it = &mut self.devices[device];
        let newer = it.newer.as_deref();
        it.tabs[tab].knows_newer = newer.is_some_and(|newer| records.iter().any(|(name, _)| name == newer));
        let is_first = !it.tabs[tab].engine.is_loaded();
        // The lock may be gone since.
        let fence = role.filter(|_| it.holder == Some(tab));
        if fence.is_some() {
            it.tabs[tab].is_committing = false;
            it.tabs[tab].quiet_until = 0;
            it.tabs[tab].in_flight = 0;
        }
        if is_first || fence.is_some() {
            let damaged = records.iter().filter(|(_, value)| value == DAMAGED);
            it.tabs[tab].never_read = damaged.map(|(name, _)| name.clone()).collect();
        }
        it.tabs[tab].is_rereading = false;
        self.say(|| {
            format!(
                "d{device} t{tab} has read the store{}",
                if fence.is_some() { ", and sends" } else { "" }
            )
        });
        if fence.is_some() && self.devices[device].tabs[tab].reading.is_some() {
            self.counts.met(Met::LeadsReading);
        }
        let event = match fence {
            Some(fence) if knows_rows => {
                self.counts.met(Met::KnowsRows);
                Event::Promoted { records, fence }
            }
            fence => Event::Loaded { records, fence },
        };
        self.handle(device, tab, event);
        if is_first {
            for event in std::mem::take(&mut self.devices[device].tabs[tab].early_reads) {
                self.counts.met(Met::EarlyRead);
                self.handle(device, tab, event);
            }
            self.join(device, tab);
        }
    }

    /// Gives an engine an event, and carries out what it asks for.
    pub(crate) fn handle(&mut self, device: usize, tab: usize, event: Event) {
        let clock = self.clock(device);
        let mut event = event;
        if let Event::Answered(_, answer) = &mut event {
            bugs::rewrite_answer(self.bug, answer);
        }
        let changes_view = matches!(
            event,
            Event::Page(_)
                | Event::Listed { .. }
                | Event::PagesEnded { .. }
                | Event::Observed(_)
                | Event::Answered(..)
                | Event::Loaded { .. }
                | Event::Promoted { .. }
        );
        let is_refresh = matches!(event, Event::Listed { .. } | Event::PagesEnded { .. });
        let it = &mut self.devices[device].tabs[tab];
        let life = it.life;
        let effects = it.engine.handle(event, clock);
        for effect in effects {
            let it = &self.devices[device].tabs[tab];
            if it.life != life || !it.is_alive {
                return;
            }
            self.perform(device, tab, effect, clock);
        }
        if changes_view {
            self.check_shown(device, tab, is_refresh);
        }
    }

    fn perform(&mut self, device: usize, tab: usize, effect: Effect, clock: u64) {
        match effect {
            Effect::Append(key, transaction) => {
                for write in &*transaction.writes {
                    if let Write::Put(name, value) = write
                        && let Ok(Stored::Entry(entry)) = Stored::read(SCOPE, name, value)
                    {
                        self.say(|| {
                            format!(
                                "d{device} t{tab} wants {key}: {:?} of {:?}",
                                entry.change, entry.task
                            )
                        });
                        self.oracle.wanted(entry, self.now);
                        self.counts.edits += 1;
                    }
                }
                if self.bug == Some(Bug::ToldBeforeKept) {
                    self.oracle.told(key, self.now);
                    self.devices[device].tabs[tab].told.insert(key);
                }
                self.keep(device, tab, Ask::Append(key, transaction));
            }
            Effect::Commit(transaction) => {
                if std::mem::replace(&mut self.devices[device].tabs[tab].is_committing, true) {
                    self.fail(
                        Check::TwoCommits,
                        "a second transaction before the first was there".to_owned(),
                    );
                }
                self.say(|| format!("d{device} t{tab} commits {:?}", transaction.writes));
                let mut transactions = bugs::rewrite_commit(self.bug, transaction);
                let last = transactions.pop();
                for transaction in transactions {
                    self.keep(device, tab, Ask::Commit(transaction, false));
                }
                if let Some(last) = last {
                    self.keep(device, tab, Ask::Commit(last, true));
                }
            }
            Effect::Share(writes) => self.announce(device, tab, Message::Page(writes)),
            Effect::Send(ticket, request) => {
                let origin = self.origin(device, tab, &request);
                let write = is_write(&request);
                self.check_load(device, tab);
                if write {
                    self.check_write(device, tab, origin);
                }
                let request = bugs::rewrite_request(self.bug, request, &mut self.random);
                self.send(device, tab, For::Engine(ticket), request, origin);
                let it = &self.devices[device].tabs[tab];
                if write && it.kill_at == Some(Point::AfterSending) {
                    self.kill(device, tab, Met::KillAfterSending);
                }
            }
            Effect::WakeAt(_) if self.bug == Some(Bug::NoTimer) => {}
            Effect::WakeAt(at) => {
                let it = &mut self.devices[device].tabs[tab];
                it.wake += 1;
                let input = Input::Wake(it.wake);
                let wait = at.saturating_sub(clock);
                // A timer takes its time whatever the clock says later, and never less than a millisecond.
                self.tell_later(device, tab, wait.max(1), input);
            }
        }
    }

    fn keep(&mut self, device: usize, tab: usize, ask: Ask) {
        let it = &self.devices[device].tabs[tab];
        if it.knows_newer {
            self.fail(
                Check::WroteNewer,
                "a transaction although a newer version has written here".to_owned(),
            );
        }
        if self.devices[device].tabs[tab].kill_at == Some(Point::BeforeCommit) {
            return self.kill(device, tab, Met::KillBeforeCommit);
        }
        self.ask(device, tab, ask);
    }

    /// Asks the store, which does one thing after the other.
    pub(crate) fn ask(&mut self, device: usize, tab: usize, ask: Ask) {
        self.asked += 1;
        let op = Op {
            number: self.asked,
            tab,
            life: self.devices[device].tabs[tab].life,
            ask,
        };
        let takes = 1 + self.below(6);
        let it = &mut self.devices[device];
        it.store_free_at = it.store_free_at.max(self.now) + takes;
        let at = it.store_free_at;
        self.at(at, Next::Store(device, op));
    }

    /// The store does what it was asked.
    pub(crate) fn store_does(&mut self, device: usize, op: Op) {
        let Op {
            number,
            tab,
            life,
            ask,
        } = op;
        let it = &self.devices[device].tabs[tab];
        let is_there = it.life == life && it.is_alive;
        if !is_there && (it.life != life || number > it.survive) {
            self.counts.met(Met::CutTransactions);
            return;
        }
        let error = self.store_error(device);
        let (key, transaction, reports) = match ask {
            Ask::Lead(text) => {
                let result = match error {
                    Some(error) => Err(error),
                    None => {
                        let fence = Write::Put(fence_name(SCOPE), text.clone());
                        self.devices[device].store.apply(&fence);
                        Ok(())
                    }
                };
                return self.tell_later(device, tab, 0, Input::Leads(result, Some(text)));
            }
            Ask::Read(role, knows_rows) => {
                let read = match error {
                    Some(error) => Err(error),
                    None => Ok(self.read(device, knows_rows)),
                };
                return self.tell_later(device, tab, 0, Input::Read(read, role, knows_rows));
            }
            Ask::Append(key, transaction) => (Some(key), transaction, true),
            Ask::Commit(transaction, reports) => (None, transaction, reports),
        };
        let result = match error {
            Some(error) => Err(error),
            None => self.make(device, tab, &transaction),
        };
        if result.is_ok() && is_there && self.devices[device].tabs[tab].kill_at == Some(Point::AfterCommit) {
            return self.kill(device, tab, Met::KillAfterCommit);
        }
        if reports {
            let input = Input::Kept(key, result, transaction.writes.to_vec(), self.clock(device));
            self.tell_later(device, tab, 0, input);
        }
    }

    fn read(&self, device: usize, knows_rows: bool) -> Vec<(String, String)> {
        let rows = rows_prefix(SCOPE);
        let records = self.devices[device].store.records.iter();
        let wanted = records.filter(|(name, _)| !knows_rows || !name.starts_with(&rows));
        wanted
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Makes a transaction, all of it or nothing.
    fn make(&mut self, device: usize, tab: usize, transaction: &Transaction) -> Result<(), StoreError> {
        if let Some((name, text)) = &transaction.fence
            && self.devices[device].store.records.get(name) != Some(text)
        {
            return Err(StoreError::Fenced);
        }
        self.check_transaction(device, tab, transaction);
        for write in &*transaction.writes {
            self.devices[device].store.apply(write);
        }
        self.check_store(device, transaction);
        Ok(())
    }

    /// The other tabs are told what was written; by a tab that was frozen since, to read it themselves.
    fn has_written(&mut self, device: usize, tab: usize, writes: Vec<Write>, at: u64) {
        if self.clock(device).abs_diff(at) <= FROZEN_MS {
            self.announce(device, tab, Message::Writes(writes));
        } else {
            self.post(device, tab, Message::Read);
        }
    }

    /// The entry that a request is for.
    fn origin(&self, device: usize, tab: usize, request: &Request) -> Option<EntryKey> {
        let is_it = |entry: &&Entry| match (&entry.change, request) {
            (
                Change::Create {
                    text,
                    idempotency_key: mine,
                },
                Request::Create {
                    text: sent,
                    idempotency_key,
                },
            ) => idempotency_key.as_ref().is_none_or(|key| key == mine) && text == sent,
            (Change::Edit(_), Request::Put { id, .. }) | (Change::Done, Request::Delete(id)) => {
                matches!(&entry.task, strikethrough::sync::entry::TaskRef::Server(task) if task == id)
            }
            _ => false,
        };
        let entries = self.devices[device].tabs[tab].engine.entries();
        let store = &self.devices[device].store.entries;
        let is_stored = |key| {
            store
                .get(&key)
                .is_some_and(|entry| entry.state == EntryState::Sending)
        };
        let sending = entries.iter().filter(|entry| entry.state == EntryState::Sending);
        let mut keys: Vec<_> = sending.filter(is_it).map(|entry| entry.key).collect();
        // Of several that say the same, the one that the store knows to be on its way.
        keys.sort_by_key(|key| !is_stored(*key));
        keys.first().copied()
    }

    fn check_write(&mut self, device: usize, tab: usize, origin: Option<EntryKey>) {
        let it = &self.devices[device];
        let Some(key) = origin else {
            return self.fail(Check::SentEarly, "a write that belongs to no entry".to_owned());
        };
        if it.holder != Some(tab) {
            return self.fail(
                Check::TwoSenders,
                format!("tab {tab} sends {key}, and is relieved"),
            );
        }
        let record = Table::Entries.name(SCOPE, &key.to_string());
        let is_stored = it
            .store
            .entries
            .get(&key)
            .is_some_and(|stored| stored.state == EntryState::Sending);
        if !is_stored && !it.damaged.contains(&record) {
            let what = format!("{key} is sent before the store knows that it is");
            return self.fail(Check::SentEarly, what);
        }
        let engine = &it.tabs[tab].engine;
        let Some(entry) = engine.entry(key) else { return };
        // One that had another name when it was made may turn out to be about the same task.
        let named = |key: EntryKey| self.oracle.wishes.get(&key).map(|wish| &wish.task);
        let earlier = engine.entries().iter().find(|other| {
            other.key < key
                && other.task == entry.task
                && named(other.key) == named(key)
                && self.oracle.is_after(key, other.key)
                && !matches!(other.change, Change::Decide { .. })
        });
        let is_retry = entry.attempts > 1;
        if let Some(earlier) = earlier {
            let what = format!("{key} is sent before {}", earlier.key);
            return self.fail(Check::Order, what);
        }
        self.devices[device].tabs[tab].retries += u64::from(is_retry);
    }
}
