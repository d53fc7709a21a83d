//! What is checked while a schedule runs: every transaction, every write at the server, and what is shown
//! (GUARANTEES.md; the numbers in comments are its).

use std::collections::{BTreeMap, BTreeSet};

use strikethrough::sync::List;
use strikethrough::sync::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use strikethrough::sync::record::{Transaction, Write};
use strikethrough::sync::stored::{Stored, Table};
use strikethrough::sync::view::{self, Row};
use strikethrough::task::TaskId;

use super::bugs::Bug;
use super::device::{DAMAGED, SCOPE};
use super::met::Met;
use super::world::{TIME_LIMIT, World};

/// What was found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    Lost,
    Duplicate,
    SilentDuplicate,
    LostUpdate,
    RemovedEarly,
    SentEarly,
    Mapping,
    Order,
    TwoSenders,
    TwoCommits,
    InFlight,
    Retries,
    RetryAfter,
    Hidden,
    NotDrained,
    Disagree,
    Forgotten,
    Stale,
    Unstored,
    WrongVersion,
    WroteNewer,
    Wiped,
}

#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) check: Check,
    pub(crate) what: String,
}

/// A person's wish, as the journal has it.
pub(crate) struct Wish {
    pub(crate) change: Change,
    pub(crate) task: TaskRef,
    /// When it was wanted, and when the person was told that it is kept.
    pub(crate) times: (u64, u64),
    /// The person was told that it is kept.
    pub(crate) told: bool,
    /// The store has it, or had it.
    pub(crate) kept: bool,
    /// A person let go of it or was told that it is not kept, or its record was damaged.
    pub(crate) excused: bool,
    /// A person has put another text in its place.
    pub(crate) replaced: bool,
    pub(crate) was_unsure: bool,
    /// The person was told that there are two.
    pub(crate) has_twin: bool,
}

#[derive(Default)]
pub(crate) struct Oracle {
    pub(crate) wishes: BTreeMap<EntryKey, Wish>,
    /// What each text was typed over.
    over: BTreeMap<String, BTreeSet<String>>,
    pub(crate) failure: Option<Failure>,
}

impl Oracle {
    pub(crate) fn wanted(&mut self, entry: Entry, now: u64) {
        let wish = Wish {
            change: entry.change,
            task: entry.task,
            times: (now, u64::MAX),
            told: false,
            kept: false,
            excused: false,
            replaced: false,
            was_unsure: false,
            has_twin: false,
        };
        self.wishes.insert(entry.key, wish);
    }

    pub(crate) fn told(&mut self, key: EntryKey, now: u64) {
        if let Some(wish) = self.wishes.get_mut(&key) {
            wish.told = true;
            wish.times.1 = now;
        }
    }

    /// The store has refused it, and the person was told that it is not kept (1): it must not be done for another reason,
    /// and what takes it back has come true.
    pub(crate) fn refused(&mut self, key: EntryKey) {
        if let Some(wish) = self.wishes.get_mut(&key) {
            wish.excused |= !wish.told;
        }
    }

    /// Nobody waits for this any more, nor for what is about the task that it creates.
    pub(crate) fn excuse_with_task(&mut self, key: EntryKey) {
        for (other, wish) in &mut self.wishes {
            if *other == key || wish.task == TaskRef::Local(key) {
                wish.excused = true;
            }
        }
    }

    /// Nor for what went into the same entry.
    pub(crate) fn excuse_parts(&mut self, change: &Change) {
        for wish in self.wishes.values_mut() {
            let is_part = |which| {
                value_of(change, which).is_some_and(|value| value_of(&wish.change, which) == Some(value))
            };
            if is_part(0) || is_part(1) {
                wish.excused = true;
            }
        }
    }

    /// A person has seen this change, and put another text in its place: in the place of all edits that went into it.
    pub(crate) fn replaced(&mut self, key: EntryKey, change: &Change) {
        for (other, wish) in &mut self.wishes {
            let is_part = |which| {
                value_of(change, which).is_some_and(|value| value_of(&wish.change, which) == Some(value))
            };
            let is_edit = matches!(wish.change, Change::Edit(_));
            wish.replaced |= *other == key || is_edit && (is_part(0) || is_part(1));
        }
    }

    pub(crate) fn is_excused(&self, key: EntryKey) -> bool {
        self.wishes.get(&key).is_some_and(|wish| wish.excused)
    }

    /// Somebody who saw `base` typed `text`.
    pub(crate) fn typed(&mut self, text: &Text, base: &Text) {
        for (new, old) in [
            (&text.summary, &base.summary),
            (&text.description, &base.description),
        ] {
            if new != old {
                self.over.entry(new.clone()).or_default().insert(old.clone());
            }
        }
    }

    /// Whether who wanted the later one had heard of the earlier, so that there is an order.
    pub(crate) fn is_after(&self, later: EntryKey, earlier: EntryKey) -> bool {
        let times = |key| self.wishes.get(&key).map(|wish| wish.times);
        let heard = times(later).zip(times(earlier));
        later.tab == earlier.tab
            || heard.is_some_and(|(later, earlier)| earlier.1.saturating_add(1_000) < later.0)
    }

    /// What this was typed over, to go back to it.
    pub(crate) fn before(&self, text: &str) -> Option<String> {
        self.over.get(text)?.first().cloned()
    }

    /// Whether who typed `new` had seen `old`, maybe several texts ago.
    pub(crate) fn had_seen(&self, new: &str, old: &str) -> bool {
        let (mut seen, mut open) = (BTreeSet::new(), vec![new]);
        while let Some(text) = open.pop() {
            for before in self.over.get(text).into_iter().flatten() {
                if before == old {
                    return true;
                }
                if seen.insert(before.as_str()) {
                    open.push(before);
                }
            }
        }
        false
    }
}

/// The entries among a transaction's writes, and the names and keys of what it deletes.
struct Parts {
    puts: BTreeMap<EntryKey, Entry>,
    deleted: BTreeSet<EntryKey>,
    mapped: BTreeMap<EntryKey, TaskId>,
    twins: Vec<EntryKey>,
}

impl Parts {
    fn of(transaction: &Transaction) -> Self {
        let (mut puts, mut deleted, mut mapped, mut twins) =
            (BTreeMap::new(), BTreeSet::new(), BTreeMap::new(), Vec::new());
        for write in &*transaction.writes {
            match write {
                Write::Put(name, value) => match Stored::read(SCOPE, name, value) {
                    Ok(Stored::Entry(entry)) => {
                        deleted.remove(&entry.key);
                        puts.insert(entry.key, entry);
                    }
                    Ok(Stored::Mapping(key, id)) => {
                        mapped.insert(key, id);
                    }
                    Ok(Stored::Watch(watch)) if watch.twin.is_some() => twins.push(watch.key),
                    _ => {}
                },
                Write::Delete(name) => {
                    let key = name
                        .strip_prefix(&*Table::Entries.name(SCOPE, ""))
                        .and_then(EntryKey::parse);
                    if let Some(key) = key {
                        puts.remove(&key);
                        deleted.insert(key);
                    }
                }
                // Entries are never cleared.
                Write::Clear(_) => {}
            }
        }
        Self {
            puts,
            deleted,
            mapped,
            twins,
        }
    }
}

impl World {
    /// Before a transaction is made: nothing leaves the outbox before its outcome is confirmed (2), and
    /// nothing that could not be read is written over (15).
    pub(crate) fn check_transaction(&mut self, device: usize, tab: usize, transaction: &Transaction) {
        let parts = Parts::of(transaction);
        for write in &*transaction.writes {
            let it = &self.devices[device];
            let name = write.name();
            let is_damaged = it.store.records.get(name).is_some_and(|value| value == DAMAGED);
            let is_own = ["s\ne/", "s\ni/", "s\nh/", "s\nw/"]
                .iter()
                .any(|table| name.starts_with(table));
            if is_damaged && is_own && it.tabs[tab].never_read.contains(name) {
                self.fail(
                    Check::Wiped,
                    format!("{name:?} could not be read, and is written over"),
                );
            }
        }
        let gone: Vec<_> = parts
            .deleted
            .iter()
            .filter_map(|key| self.devices[device].store.entries.get(key).cloned())
            .collect();
        // A tab that still knows what stood in a damaged record acts upon it, which can't be followed here.
        let is_damaged = self.devices[device]
            .damaged
            .iter()
            .any(|name| name.starts_with("s\ne/"));
        for entry in gone {
            if !is_damaged && !self.oracle.is_excused(entry.key) && !self.is_settled(device, &entry, &parts) {
                let what = format!(
                    "{:?} of {:?} left the outbox before it was confirmed",
                    entry.change, entry.task
                );
                self.fail(Check::RemovedEarly, what);
            }
        }
    }

    fn is_settled(&mut self, device: usize, entry: &Entry, parts: &Parts) -> bool {
        let rows = &self.server.rows;
        let entries = &self.devices[device].store.entries;
        let removed = || parts.deleted.iter().filter_map(|key| entries.get(key));
        let mappings = &self.devices[device].store.mappings;
        // The names that a task has had: an entry made meanwhile may have the one from before the server had it.
        let is_same = |one: &TaskRef, other: &TaskRef| {
            let is_it = |local: &TaskRef, id: &TaskRef| match (local, id) {
                (TaskRef::Local(local), TaskRef::Server(id)) => mappings.get(local) == Some(id),
                _ => false,
            };
            one == other || is_it(one, other) || is_it(other, one)
        };
        // By the journal, because a record may be damaged and its entry be known to the tab all the same.
        let finishes = |task: &TaskRef, after: Option<EntryKey>| {
            let wishes = parts
                .deleted
                .iter()
                .filter_map(|key| self.oracle.wishes.get(key).zip(Some(key)));
            let mut finished =
                wishes.filter(|(wish, key)| wish.change == Change::Done && Some(**key) > after);
            finished.any(|(wish, key)| {
                is_same(&wish.task, task) || entries.get(key).is_some_and(|entry| is_same(&entry.task, task))
            })
        };
        match &entry.change {
            Change::Create { text, .. } => {
                if let Some(id) = parts.mapped.get(&entry.key) {
                    if entry.state != EntryState::Sending {
                        self.counts.met(Met::Adopted);
                    }
                    return rows
                        .get(id)
                        .is_some_and(|row| row.origin == Some(entry.key) || row.history.contains(text));
                }
                // With another text in its place, what the server may have made of the first is watched for.
                let wish = self.oracle.wishes.get(&entry.key);
                let is_replaced = wish.is_some_and(|wish| wish.replaced);
                let is_known = !is_replaced && rows.values().any(|row| row.origin == Some(entry.key));
                // What an undo has brought back may be finished again under the name that it had.
                let before = self.oracle.wishes.get(&entry.key).map(|wish| &wish.task);
                let is_finished = before.is_some_and(|task| finishes(task, Some(entry.key)));
                !is_known && (is_finished || finishes(&TaskRef::Local(entry.key), None))
            }
            Change::Edit(edit) => {
                let is_replaced = self
                    .oracle
                    .wishes
                    .get(&entry.key)
                    .is_some_and(|wish| wish.replaced);
                let fields = [(0, &edit.summary), (1, &edit.description)];
                fields.into_iter().all(|(which, wanted)| {
                    let Some(wanted) = wanted else { return true };
                    let is_confirmed = match &entry.task {
                        TaskRef::Server(id) => rows.get(id).is_some_and(|row| {
                            row.history.iter().any(|text| part(text, which) == wanted.value)
                        }),
                        TaskRef::Local(_) => false,
                    };
                    let is_carried = parts.puts.values().chain(entries.values()).any(|other| {
                        other.key != entry.key
                            && !parts.deleted.contains(&other.key)
                            && value_of(&other.change, which) == Some(&wanted.value)
                    });
                    // It went into a create that was finished before it was ever sent.
                    let is_finished = (is_replaced
                        || matches!(entry.task, TaskRef::Local(local) if parts.deleted.contains(&local)))
                        && finishes(&entry.task, None);
                    // Or into the new task that a person has made of an edit of one that is gone.
                    let is_anew = |other: &Entry| {
                        other.task == entry.task
                            && other.state == EntryState::Parked(Why::Gone)
                            && self
                                .oracle
                                .wishes
                                .get(&other.key)
                                .is_some_and(|wish| wish.replaced)
                    };
                    let is_finished = is_finished || removed().any(is_anew) && finishes(&entry.task, None);
                    // Or into the create that an undo became, and that was finished again.
                    let undoes = |other: &Entry| {
                        matches!(other.change, Change::Undo { .. })
                            && other.key < entry.key
                            && other.task == entry.task
                    };
                    let is_finished =
                        is_finished || removed().any(undoes) && finishes(&entry.task, Some(entry.key));
                    // Or a person has let go of the create, with what was wanted of its task, by this tab or by another that
                    // had not heard; of an edit that became one, by the name that it has since.
                    let is_finished = is_finished
                        || matches!(entry.task, TaskRef::Local(local)
                            if parts.deleted.contains(&local) && self.oracle.is_excused(local));
                    // It took back what an entry before it wanted.
                    let is_undone = entries.values().any(|other| {
                        let is_put =
                            parts.puts.contains_key(&other.key) || parts.deleted.contains(&other.key);
                        let field = |which| match &other.change {
                            Change::Edit(edit) if which == 0 => edit.summary.as_ref(),
                            Change::Edit(edit) => edit.description.as_ref(),
                            _ => None,
                        };
                        is_put
                            && field(which).is_some_and(|other| {
                                other.base.as_ref() == Some(&wanted.value)
                                    || wanted.base.as_ref() == Some(&other.value)
                            })
                    });
                    is_confirmed || is_carried || is_finished || is_undone
                })
            }
            Change::Done => {
                let is_gone = match &entry.task {
                    TaskRef::Server(id) => !rows.get(id).is_some_and(|row| row.is_live),
                    TaskRef::Local(local) => {
                        let is_known = entries.contains_key(local) && !parts.deleted.contains(local);
                        match self.devices[device].store.mappings.get(local) {
                            Some(id) => !rows.get(id).is_some_and(|row| row.is_live),
                            None => !is_known,
                        }
                    }
                };
                let undoes =
                    |other: &Entry| matches!(other.change, Change::Undo { of, .. } if of == entry.key);
                is_gone || removed().any(undoes)
            }
            // Or it was finished again before it was made anew.
            Change::Undo { of, .. } => {
                let is_made = || rows.values().any(|row| row.origin == Some(entry.key));
                parts.deleted.contains(of)
                    || self.oracle.is_excused(*of)
                    || !is_made() && finishes(&entry.task, Some(entry.key))
            }
            Change::Decide { .. } => true,
        }
    }

    /// After a transaction was made: what the journal has to know, and that no entry names a task that is
    /// neither still to be created nor known by its id (8).
    pub(crate) fn check_store(&mut self, device: usize, transaction: &Transaction) {
        let parts = Parts::of(transaction);
        for (key, entry) in &parts.puts {
            match &entry.state {
                EntryState::Parked(Why::Conflict(_)) => self.counts.met(Met::Conflict),
                EntryState::Parked(Why::Gone) => self.counts.met(Met::Gone),
                EntryState::Parked(Why::Refused) => self.counts.met(Met::Refusal),
                EntryState::Unsure(_) => self.counts.met(Met::Unsure),
                _ if entry.resent => self.counts.met(Met::Resent),
                _ => {}
            }
            if let Some(wish) = self.oracle.wishes.get_mut(key) {
                wish.kept = true;
                wish.was_unsure |= matches!(entry.state, EntryState::Unsure(_));
            }
        }
        for key in &parts.twins {
            self.counts.met(Met::Twins);
            if let Some(wish) = self.oracle.wishes.get_mut(key) {
                wish.has_twin = true;
            }
        }
        let store = &self.devices[device].store;
        let lost = store.entries.values().find_map(|entry| {
            let TaskRef::Local(local) = entry.task else {
                return None;
            };
            let is_known = local == entry.key
                || store.entries.contains_key(&local)
                || store.mappings.contains_key(&local)
                || self.devices[device]
                    .damaged
                    .contains(&Table::Mappings.name(SCOPE, &local.to_string()))
                || self.oracle.is_excused(local);
            let is_made = || self.server.rows.values().any(|row| row.origin == Some(local));
            (!is_known && is_made()).then_some((entry.key, local))
        });
        if let Some((key, local)) = lost {
            let what = format!("{key} is about {local}, which has neither a create nor an id any more");
            self.fail(Check::Mapping, what);
        }
    }

    /// A confirmed text is overwritten by who has seen it alone (6). Without versions, what was written since
    /// the task was read for this write is out of reach: that window is documented (CONTRACT.md).
    pub(crate) fn check_put(
        &mut self,
        id: &TaskId,
        before: &Text,
        after: &Text,
        written_at: [u64; 2],
        read: Option<(u64, u64)>,
        sent_at: u64,
    ) {
        for (which, written_at) in written_at.into_iter().enumerate() {
            let (old, new) = (part(before, which), part(after, which));
            if old == new || self.oracle.had_seen(new, old) {
                continue;
            }
            let is_in_window = !self.server.kind.is_helpful()
                && read.is_some_and(|(served_at, asked_at)| {
                    written_at >= served_at && sent_at <= asked_at + TIME_LIMIT + 1_000
                });
            if !is_in_window {
                self.fail(
                    Check::LostUpdate,
                    format!("task {id}: {new:?} in the place of {old:?}, which was not seen"),
                );
            }
        }
    }

    /// What this tab's person was told is kept is shown until it is confirmed (10).
    pub(crate) fn check_shown(&mut self, device: usize, tab: usize, is_refresh: bool) {
        let it = &self.devices[device];
        let engine = &it.tabs[tab].engine;
        if it.tabs[tab].is_rereading || !engine.is_loaded() {
            return;
        }
        // A tab that read the store while a record was damaged learns what stood there from the sender, if that knows.
        let is_damaged = |key: &EntryKey| it.damaged.contains(&Table::Entries.name(SCOPE, &key.to_string()));
        let told = it.tabs[tab].told.iter().filter(|key| !is_damaged(key));
        let pending: Vec<_> = told.filter_map(|key| it.store.entries.get(key)).collect();
        if pending.is_empty() {
            return;
        }
        let all = List::everything(engine);
        let mut rows: Vec<_> = all
            .keys()
            .iter()
            .filter_map(|key| view::row_of(engine, *key))
            .collect();
        if self.bug == Some(Bug::RefreshHides) && is_refresh {
            rows.retain_mut(|row| match &row.task {
                TaskRef::Server(id) => engine
                    .snapshot()
                    .summary(id)
                    .map(|summary| row.summary = summary.to_owned())
                    .is_some(),
                TaskRef::Local(_) => false,
            });
        }
        let hidden = pending
            .into_iter()
            .find(|entry| self.is_hidden(device, tab, entry, &rows));
        if let Some(entry) = hidden {
            let what = format!(
                "tab {tab} does not show {}: {:?} of {:?}",
                entry.key, entry.change, entry.task
            );
            self.fail(Check::Hidden, what);
        }
    }

    /// Whether another client has finished the task.
    fn was_finished(&self, id: &TaskId) -> bool {
        self.server
            .rows
            .get(id)
            .is_some_and(|row| row.by_others && !row.is_live)
    }

    fn is_hidden(&self, device: usize, tab: usize, entry: &Entry, rows: &[Row]) -> bool {
        let it = &self.devices[device];
        let engine = &it.tabs[tab].engine;
        // The sender is ahead of the store, and what has been decided about is not looked at.
        let is_decided = |wish: &Wish| matches!(wish.change, Change::Decide { of, .. } if of == entry.key);
        if (engine.entry(entry.key).is_none() && engine.is_sender())
            || self.oracle.wishes.values().any(is_decided)
        {
            return false;
        }
        let entry = engine.entry(entry.key).unwrap_or(entry);
        let task = engine.resolve(&entry.task);
        let own = self
            .oracle
            .wishes
            .get(&entry.key)
            .map(|wish| engine.resolve(&wish.task));
        let later = || {
            let (own, task) = (own.clone(), task.clone());
            let same = move |wish: &&Wish| {
                let other = engine.resolve(&wish.task);
                other == task || Some(other) == own
            };
            self.oracle
                .wishes
                .range(entry.key..)
                .skip(1)
                .map(|(_, wish)| wish)
                .filter(same)
        };
        if later().any(|wish| {
            matches!(
                wish.change,
                Change::Done | Change::Undo { .. } | Change::Decide { .. }
            )
        }) {
            return false;
        }
        let row = rows.iter().find(|row| row.task == task);
        match &entry.change {
            Change::Create { text, .. } => match row {
                None => true,
                Some(row) => {
                    let known = |wish: &Wish| value_of(&wish.change, 0) == Some(&row.summary);
                    row.summary != text.summary && !later().any(known)
                }
            },
            Change::Edit(edit) => {
                let Some(field) = &edit.summary else {
                    let is_damaged = it
                        .damaged
                        .iter()
                        .any(|name| name.starts_with("s\nt/") || name.starts_with("s\nl/"));
                    // Without a summary, it is on the page of what waits alone. So it is in a tab that has read itself that
                    // the task is gone, until the sender asks what to do with the text.
                    // The sender has let go of a create a moment before the store has, and asks then.
                    let is_waiting = |local| match engine.is_sender() {
                        true => engine.entry(local).is_some(),
                        false => it.store.entries.contains_key(&local),
                    };
                    let is_known =
                        |local: &EntryKey| is_waiting(*local) || it.store.mappings.contains_key(local);
                    let is_gone = entry.state == EntryState::Parked(Why::Gone)
                        || matches!(&entry.task, TaskRef::Local(local) if !is_known(local))
                        || matches!(&task, TaskRef::Server(id) if self.was_finished(id));
                    let undoes =
                        |wish: &Wish| matches!(wish.change, Change::Undo { .. }) && wish.task == entry.task;
                    let is_undone = self.oracle.wishes.values().any(undoes);
                    return row.is_none() && !is_damaged && !is_gone && !is_undone;
                };
                let is_last = !later().any(|wish| value_of(&wish.change, 0).is_some());
                is_last && row.is_none_or(|row| row.summary != field.value)
            }
            Change::Done => row.is_some_and(|row| !row.is_done),
            Change::Undo { .. } | Change::Decide { .. } => false,
        }
    }
}

pub(crate) fn part(text: &Text, which: usize) -> &str {
    if which == 0 {
        &text.summary
    } else {
        &text.description
    }
}

/// The text that a change puts into a field.
pub(crate) fn value_of(change: &Change, which: usize) -> Option<&String> {
    match change {
        Change::Create { text, .. } | Change::Undo { text, .. } => Some(if which == 0 {
            &text.summary
        } else {
            &text.description
        }),
        Change::Edit(edit) => {
            let field = if which == 0 {
                &edit.summary
            } else {
                &edit.description
            };
            field.as_ref().map(|field| &field.value)
        }
        Change::Decide {
            decision: Decision::Save(text),
            ..
        } => Some(if which == 0 {
            &text.summary
        } else {
            &text.description
        }),
        Change::Done | Change::Decide { .. } => None,
    }
}
