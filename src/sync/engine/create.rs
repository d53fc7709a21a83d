//! Creating a task once, on servers that keep an `Idempotency-Key` and on those that do not
//! (GUARANTEES.md, 3 and 4).

use super::{Confirmed, Effect, Engine, Request, Step};
use crate::sync::entry::{Change, Entry, EntryKey, EntryState, TaskRef, Text};
use crate::sync::stored::{Stored, Table, Watch};
use crate::sync::trouble::Trouble;
use crate::task::{Task, TaskId};

/// A create that is on its way has this many milliseconds before the next one follows: people expect their
/// tasks in the order in which they typed them, and a server numbers them as they come. Nobody waits longer,
/// so that one that hangs holds nobody up.
const HEAD_START_MS: u64 = 40;

/// Before a create is sent to a server that honours no keys, the list must be known as of at most this many
/// milliseconds ago.
const LIST_FRESH_MS: u64 = 60_000;

/// How long after its answer the other of two requests that a browser made of one may still be carried out, in
/// milliseconds: as long as the client waits for an answer.
const SENT_TWICE_MS: u64 = 20_000;

/// How many creates are watched for twins.
const WATCHES_MOST: usize = 100;

impl Engine {
    fn honours_keys(&self) -> bool {
        self.server
            .is_some_and(|server| server.sends_keys && server.honours_keys)
    }

    /// The summaries of the creates that are on their way.
    pub(super) fn creates_sending(&self) -> Vec<&str> {
        let sending = self
            .outbox
            .all()
            .iter()
            .filter(|entry| entry.state == EntryState::Sending);
        let summaries = sending.filter_map(|entry| match &entry.change {
            Change::Create { text, .. } => Some(&*text.summary),
            _ => None,
        });
        summaries.collect()
    }

    /// Whether an earlier create with the same summary is not settled, so that the two could not be told
    /// apart in the list. `open` gathers those as the outbox is walked.
    pub(super) fn is_twin<'a>(&self, entry: &'a Entry, open: &mut Vec<&'a str>) -> bool {
        let Change::Create { text, .. } = &entry.change else {
            return false;
        };
        if self.honours_keys() {
            return false;
        }
        let is_twin = open.contains(&&*text.summary);
        if entry.ambiguous || matches!(entry.state, EntryState::Unsure(_)) {
            open.push(&text.summary);
        }
        is_twin
    }

    /// When the next create may follow the one on its way.
    pub(super) fn next_create_at(&self, now: u64) -> Option<u64> {
        let waits = self.is_create_ahead(now)
            && self.outbox.all().iter().any(|entry| {
                entry.state == EntryState::Pending
                    && entry.durable
                    && matches!(entry.change, Change::Create { .. })
            });
        // One that waits for the store is followed when the store has answered.
        (waits && !self.is_create_held()).then_some(self.create_sent_at + HEAD_START_MS)
    }

    fn is_create_ahead(&self, now: u64) -> bool {
        let is_create = |step: &Step| matches!(step, Step::Create(_));
        let has_head_start = now >= self.create_sent_at
            && now - self.create_sent_at < HEAD_START_MS
            && self.active.iter().any(|active| is_create(&active.step));
        has_head_start || self.is_create_held()
    }

    /// Whether a create waits for the store to know that it is being sent.
    fn is_create_held(&self) -> bool {
        let committing = self.committing.iter().flat_map(|(_, held)| held);
        committing
            .chain(&self.held)
            .any(|effect| matches!(effect, Effect::Send(_, Request::Create { .. })))
    }

    /// Starts a create; `false` when the list must be read first.
    pub(super) fn start_create(&mut self, key: EntryKey, now: u64) -> bool {
        if self.is_create_ahead(now) {
            return true;
        }
        let Some(entry) = self.entry(key) else { return true };
        let Change::Create { text, .. } = &entry.change else {
            return true;
        };
        // One that was sent again after its answer was lost may still be made by a slow server, so that each try
        // looks for it, and what is known stays what was there before the first.
        let may_be_there = entry.ambiguous || entry.resent;
        let (text, lost_at) = (text.clone(), entry.lost_at);
        let known = entry.known.clone();
        if self.honours_keys() {
            self.post(key, now);
            return true;
        }
        if may_be_there {
            // The list that decides must have been asked for after the answer was lost.
            if self.listed_since == 0 || self.listed_since < lost_at {
                return false;
            }
            let candidates: Vec<_> = self
                .snapshot
                .with_summary(&text.summary)
                .filter(|id| !known.contains(id) && !self.is_claimed(id))
                .cloned()
                .collect();
            self.compare(key, candidates, Vec::new(), now);
            return true;
        }
        let is_fresh =
            self.listed_since > 0 && now >= self.listed_at && now - self.listed_at <= LIST_FRESH_MS;
        if !is_fresh {
            return false;
        }
        let known: Vec<_> = self.snapshot.with_summary(&text.summary).cloned().collect();
        if let Some(entry) = self.entry_mut(key) {
            entry.known = known;
        }
        self.post(key, now);
        true
    }

    /// Sends a create, once the store knows that it is being sent.
    fn post(&mut self, key: EntryKey, now: u64) {
        self.sending(key);
        let Some(entry) = self.entry(key) else { return };
        let Change::Create {
            text,
            idempotency_key,
        } = entry.change.clone()
        else {
            return;
        };
        let may = self.server.is_some_and(|server| server.sends_keys);
        let request = Request::Create {
            text,
            idempotency_key: may.then_some(idempotency_key),
        };
        self.send_write(Step::Create(key), request, now);
    }

    /// Whether the task is one that this device knows to have created.
    pub(super) fn is_claimed(&self, id: &TaskId) -> bool {
        self.mappings.origin(id).is_some()
    }

    /// Reads the next candidate, or decides when all were read.
    fn compare(&mut self, key: EntryKey, mut rest: Vec<TaskId>, matches: Vec<TaskId>, now: u64) {
        if let Some(id) = rest.pop() {
            if let Some(entry) = self.entry_mut(key) {
                entry.state = EntryState::Sending;
            }
            let request = Request::Get(id);
            self.send(Step::Candidate { key, rest, matches }, request, now);
            return;
        }
        let mut matches = matches;
        match (matches.pop(), matches.is_empty()) {
            (Some(id), true) => self.created(key, id, now),
            (None, _) => {
                if let Some(entry) = self.entry_mut(key) {
                    entry.ambiguous = false;
                    entry.resent = true;
                }
                self.post(key, now);
            }
            (Some(id), false) => {
                matches.push(id);
                if let Some(entry) = self.entry_mut(key) {
                    entry.error = Some(Trouble::SeveralMatches);
                    entry.state = EntryState::Unsure(matches);
                }
                self.put_entry(key);
            }
        }
    }

    /// A candidate was read: `None` when it is not there any more.
    pub(super) fn compared(
        &mut self,
        key: EntryKey,
        task: Option<Task>,
        rest: Vec<TaskId>,
        mut matches: Vec<TaskId>,
        now: u64,
    ) {
        let wanted = self.entry(key).and_then(|entry| match &entry.change {
            Change::Create { text, .. } => Some(text.clone()),
            _ => None,
        });
        if let Some(task) = task {
            let (id, found) = Text::of(task);
            // Another create of the same text may have been confirmed as this one meanwhile.
            if Some(&found) == wanted.as_ref() && !self.is_claimed(&id) {
                matches.push(id);
            }
        }
        self.compare(key, rest, matches, now);
    }

    /// The server has made the task: one transaction takes the create out, keeps the id, and rewrites what
    /// depends on it (GUARANTEES.md, 8).
    pub(super) fn created(&mut self, key: EntryKey, id: TaskId, now: u64) {
        let Some(entry) = self.remove_entry(key) else {
            return;
        };
        let Change::Create { text, .. } = entry.change else {
            return;
        };
        self.mappings.insert(key, id.clone());
        self.put(&Stored::Mapping(key, id.clone()));
        let (here, there) = (TaskRef::Local(key), TaskRef::Server(id.clone()));
        // Its row may be that of a task that has come back, with what was known of that.
        let is_late = entry.attempts > 1 || entry.ambiguous;
        let confirmed = self.since_made(id.clone(), text.clone(), is_late);
        self.snapshot.rename(&here, &there);
        // A list that was read before this answer showed it, and nobody knew whose it was.
        let is_it = |watch: &&mut Watch| watch.twin.as_ref() == Some(&id);
        let mut mistaken = Vec::new();
        for watch in self.watches.iter_mut().filter(is_it) {
            watch.twin = None;
            mistaken.push(Stored::Watch(watch.clone()));
        }
        mistaken.iter().for_each(|watch| self.put(watch));
        self.retarget(&here, there);
        // Browsers send a request again by themselves when a connection that they had opened beforehand breaks, and tell
        // nobody. A server that keeps no keys may have made both.
        if entry.resent || !self.honours_keys() {
            // With another text than was sent first, it is the first that may turn up.
            let first = self.watches.iter().find(|watch| watch.key == key);
            let (summary, known) = match first {
                Some(watch) => (watch.summary.clone(), watch.known.clone()),
                None => (text.summary.clone(), entry.known),
            };
            self.watch(Watch {
                key,
                summary,
                ours: id.clone(),
                known,
                twin: None,
                until: if entry.resent { 0 } else { now + SENT_TWICE_MS },
            });
        }
        if matches!(confirmed, Confirmed::Gone(_)) && self.is_wanted(&id) {
            // What is still wanted of it is shown with it, until a person is asked.
            self.snapshot.opened_now(text.with_id(id), None);
        }
        self.confirm(confirmed);
    }

    /// What has become of a task, when its create is confirmed: a list may have shown it before, and it may have been
    /// changed or finished by then.
    fn since_made(&self, id: TaskId, text: Text, is_late: bool) -> Confirmed {
        let known = self.snapshot.get(&id);
        let mut confirmed = self.confirmed.iter().rev().map(|(_, confirmed)| confirmed);
        let last = confirmed.find(|confirmed| *confirmed.id() == id);
        let is_listed = known.is_some_and(|known| known.position.is_some());
        if is_late && !is_listed && matches!(last, Some(Confirmed::Gone(_))) {
            return Confirmed::Gone(id);
        }
        let etag = known.and_then(|known| known.etag).map(str::to_owned);
        let text = match known {
            Some(known) => Text {
                summary: known.summary.to_owned(),
                description: known.description.map_or(text.description, str::to_owned),
            },
            None => text,
        };
        Confirmed::Written {
            task: text.with_id(id),
            etag,
        }
    }

    /// The task that this create has made stands for another create of the same text: it makes one more.
    pub(super) fn make_another(&mut self, key: EntryKey) {
        if let Some(entry) = self.entry_mut(key) {
            if let Change::Create { idempotency_key, .. } = &mut entry.change {
                idempotency_key.push_str("-2");
            }
            entry.state = EntryState::Pending;
            entry.ambiguous = false;
        }
        self.put_entry(key);
    }

    /// Looks for a twin from now on.
    pub(super) fn watch(&mut self, watch: Watch) {
        self.watches.retain(|known| known.key != watch.key);
        self.put(&Stored::Watch(watch.clone()));
        self.watches.push(watch);
        if self.watches.len() > WATCHES_MOST {
            // A twin that was found waits for a person, and one that may turn up at any time is worth more than one that
            // has hardly a chance.
            let at = |is_it: &dyn Fn(&Watch) -> bool| self.watches.iter().position(is_it);
            let least = at(&|watch| watch.twin.is_none() && watch.until > 0)
                .or_else(|| at(&|watch| watch.twin.is_none()));
            let least = self.watches.remove(least.unwrap_or_default());
            self.delete(Table::Watches, least.key);
        }
    }

    /// The answer to a create was lost.
    pub(super) fn lost(&mut self, key: EntryKey) {
        let moment = self.moment;
        if let Some(entry) = self.entry_mut(key) {
            entry.ambiguous = true;
            entry.lost_at = moment;
        }
    }
}
