//! The manual order: where somebody has put tasks, kept on the device.
//!
//! A task that was placed has a rank, a number of 64 bits with gaps of 2^32 between neighbours. To put a task between two
//! takes the middle of theirs, so that a move changes one number. Where a gap is used up, the ranks around it are spread
//! anew, as many as it takes (Bender et al., "Two Simplified Algorithms for Maintaining Order in a List", 2002).
//!
//! Tasks without a rank come after all that have one, in the order of the list: new ones are at the end, where they are
//! typed. A task gets a rank when it is moved, or when another is put somewhere after it; so who arranges the first ten
//! of 100,000 keeps ten ranks.
//!
//! Ranks are kept by the names of tasks, because rows are numbers of this page alone. In the store they are in parts of
//! up to [`PART`] tasks, a line each, so that a move writes one part, or two.

mod text;

pub use text::ReadError;

use std::cmp::Ordering;

use hashbrown::HashTable;

use crate::sync::names::{Names, hash_of};
use crate::sync::{RowKey, TaskRef};

/// How many tasks are in one part: about 8 kB with ids of UUID length.
pub const PART: usize = 256;

/// How many tasks can have a rank. It bounds what is stored: twice as many as the list is made for.
const MOST: usize = 200_000;

/// Between neighbours, as long as there is room: 32 tasks can be put into the same place before ranks are spread.
const GAP: u64 = 1 << 32;

/// The least gap that ranks are spread with, so that it is long before it must be done there again.
const LEAST: u64 = 1 << 16;

/// The first rank, with as much room before as after.
const MIDDLE: u64 = 1 << 63;

/// Where to put a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Before all others.
    Start,
    /// Right before this row.
    Before(RowKey),
    /// Right after this row.
    After(RowKey),
    /// After all others.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    task: TaskRef,
    rank: u64,
}

/// Where somebody has put tasks.
#[derive(Debug, Clone, Default)]
pub struct Manual {
    slots: Vec<Option<Placed>>,
    by_task: HashTable<u32>,
    free: Vec<u32>,
    /// Those with tasks that the server has not named yet, and some that are others' by now.
    local: Vec<u32>,
    /// Of each part, whether it is another than in the store.
    is_changed: Vec<bool>,
}

/// The ranks of rows, by their numbers: for sorting.
#[derive(Debug, Clone, Default)]
pub struct Ranks(Vec<u64>);

impl Ranks {
    /// Looks up the ranks of some rows; in slices, when there are many.
    pub fn look(&mut self, manual: &Manual, names: &Names, rows: &[RowKey]) {
        for row in rows {
            if self.0.len() <= row.number() {
                self.0.resize(row.number() + 1, u64::MAX);
            }
            if let Some(rank) = self.0.get_mut(row.number()) {
                let known = names.get(*row).and_then(|task| manual.rank(task));
                *rank = known.unwrap_or(u64::MAX);
            }
        }
    }

    /// How two of them compare. Those without a rank are equal, so that a stable sort leaves them in the order of the
    /// list.
    pub fn compare(&self, one: RowKey, other: RowKey) -> Ordering {
        let rank = |row: RowKey| self.0.get(row.number()).unwrap_or(&u64::MAX);
        rank(one).cmp(rank(other))
    }
}

impl Manual {
    /// Whether nobody has put anything anywhere.
    pub fn is_empty(&self) -> bool {
        self.by_task.is_empty()
    }

    /// Puts a row somewhere else. `order` is the whole list in this manual order, also while only a part is shown. Whether
    /// anything has changed: not if a row is not in the list, or if more tasks had to get a rank than are kept.
    pub fn put(&mut self, names: &Names, order: &[RowKey], row: RowKey, to: Target) -> bool {
        let mut all: Vec<_> = order.iter().copied().filter(|other| *other != row).collect();
        let place = |row: RowKey| all.iter().position(|other| *other == row);
        let at = match to {
            Target::Start => Some(0),
            Target::Before(next) => place(next),
            Target::After(last) => place(last).map(|at| at + 1),
            Target::End => Some(all.len()),
        };
        let Some(at) = at.filter(|_| all.len() < order.len()) else {
            return false;
        };
        let with_rank = self.with_rank(names, &all);
        let is_new = self.rank_of(names, Some(&row)).is_none();
        if self.by_task.len() + at.saturating_sub(with_rank) + usize::from(is_new) > MOST {
            return false;
        }
        self.prepare(names, &all, at, usize::MAX);
        let last = at
            .checked_sub(1)
            .and_then(|last| self.rank_of(names, all.get(last)));
        let next = self.rank_of(names, all.get(at));
        all.insert(at, row);
        all.truncate(with_rank.max(at) + 1);
        self.put_between(names, &all, at, last, next);
        true
    }

    /// Gives a rank to up to `most` of the rows before the place `until` that have none, as [`put`](Self::put) does with
    /// all of them: to do that in slices beforehand, when a row is about to be put far down in a long list. Whether that
    /// was all.
    pub fn prepare(&mut self, names: &Names, order: &[RowKey], until: usize, most: usize) -> bool {
        let start = self.with_rank(names, order);
        let until = until.min(order.len());
        let end = until.min(start.saturating_add(most));
        if self.by_task.len() + end.saturating_sub(start) > MOST {
            return true;
        }
        let mut last = start
            .checked_sub(1)
            .and_then(|last| self.rank_of(names, order.get(last)));
        for at in start..end {
            self.put_between(names, order.get(..=at).unwrap_or(order), at, last, None);
            last = self.rank_of(names, order.get(at));
        }
        end.max(start) >= until
    }

    fn rank_of(&self, names: &Names, row: Option<&RowKey>) -> Option<u64> {
        self.rank(names.get(*row?)?)
    }

    /// How many rows have a rank: those are first.
    fn with_rank(&self, names: &Names, order: &[RowKey]) -> usize {
        order.partition_point(|row| self.rank_of(names, Some(row)).is_some())
    }

    /// Gives a rank between two to one of `rows`; all the others have one.
    fn put_between(
        &mut self,
        names: &Names,
        rows: &[RowKey],
        at: usize,
        last: Option<u64>,
        next: Option<u64>,
    ) {
        match between(last, next) {
            Some(rank) => self.set(names, rows.get(at), rank),
            None => self.spread(names, rows, at),
        }
    }

    /// Makes room around a place in `rows`, which are in order, and gives all there a rank.
    fn spread(&mut self, names: &Names, rows: &[RowKey], at: usize) {
        let mut around = 4;
        loop {
            around *= 2;
            let (start, end) = (at.saturating_sub(around), (at + around).min(rows.len()));
            let bound = |at: Option<usize>| self.rank(names.get(*rows.get(at?)?)?);
            let low = bound(start.checked_sub(1)).unwrap_or(0);
            let high = bound(Some(end)).unwrap_or(u64::MAX);
            let count = (end - start) as u64;
            let is_all = start == 0 && end == rows.len();
            let gap = (high.saturating_sub(low) / (count + 1)).min(GAP);
            if gap < LEAST && !is_all {
                continue;
            }
            // At the ends there is more room than it takes: the ranks stay near the others.
            let first = match (start, end == rows.len()) {
                (0, true) => MIDDLE - count / 2 * gap,
                (0, false) => high - count * gap,
                _ => low + gap,
            };
            for (nth, row) in rows.get(start..end).unwrap_or_default().iter().enumerate() {
                self.set(names, Some(row), first + nth as u64 * gap);
            }
            return;
        }
    }

    /// Gives tasks that were made here the names that the server has given them since, so that they stay where they are.
    /// `resolve` is [`Engine::resolve`](crate::sync::engine::Engine::resolve). To be called before rows are looked up.
    pub fn rename(&mut self, resolve: &dyn Fn(&TaskRef) -> TaskRef) {
        for slot in std::mem::take(&mut self.local) {
            let Some(Placed { task, rank }) = self.at(slot as usize).cloned() else {
                continue;
            };
            let name = resolve(&task);
            if name != task {
                self.remove(slot as usize);
                self.place(&name, rank);
            } else if matches!(task, TaskRef::Local(_)) {
                self.local.push(slot);
            }
        }
    }

    /// Forgets the tasks of one part that are not there any more. To be done for each of [`parts`](Self::parts) when the
    /// whole list is known, and not before.
    pub fn forget(&mut self, part: usize, is_there: &dyn Fn(&TaskRef) -> bool) {
        for slot in part * PART..(part + 1) * PART {
            if self.at(slot).is_some_and(|placed| !is_there(&placed.task)) {
                self.remove(slot);
            }
        }
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.slots.len().div_ceil(PART)
    }

    fn at(&self, slot: usize) -> Option<&Placed> {
        self.slots.get(slot)?.as_ref()
    }

    fn find(&self, task: &TaskRef) -> Option<usize> {
        let is_it = |slot: &u32| self.at(*slot as usize).is_some_and(|placed| placed.task == *task);
        self.by_task.find(hash_of(task), is_it).map(|slot| *slot as usize)
    }

    fn rank(&self, task: &TaskRef) -> Option<u64> {
        self.at(self.find(task)?).map(|placed| placed.rank)
    }

    fn set(&mut self, names: &Names, row: Option<&RowKey>, rank: u64) {
        if let Some(task) = row.and_then(|row| names.get(*row)) {
            self.place(task, rank);
        }
    }

    fn place(&mut self, task: &TaskRef, rank: u64) {
        if let Some(slot) = self.find(task) {
            if let Some(Some(placed)) = self.slots.get_mut(slot)
                && placed.rank != rank
            {
                placed.rank = rank;
                self.changed(slot);
            }
            return;
        }
        // Some were taken since, by a part that was read.
        let free = std::iter::from_fn(|| self.free.pop()).map(|slot| slot as usize);
        let free = { free }.find(|slot| self.slots.get(*slot).is_none_or(Option::is_none));
        let slot = free.unwrap_or(self.slots.len());
        self.fill(slot, task.clone(), rank);
        self.changed(slot);
    }

    /// Puts a task into a slot that is free.
    fn fill(&mut self, slot: usize, task: TaskRef, rank: u64) {
        if self.slots.len() <= slot {
            let end = self.slots.len();
            self.free.extend((end..slot).map(|slot| slot as u32));
            self.slots.resize(slot + 1, None);
        }
        if matches!(task, TaskRef::Local(_)) {
            self.local.push(slot as u32);
        }
        let hash = hash_of(&task);
        if let Some(place) = self.slots.get_mut(slot) {
            *place = Some(Placed { task, rank });
        }
        let slots = &self.slots;
        let rehash = |slot: &u32| {
            let placed = slots.get(*slot as usize).and_then(Option::as_ref);
            placed.map_or(0, |placed| hash_of(&placed.task))
        };
        self.by_task.insert_unique(hash, slot as u32, rehash);
    }

    fn remove(&mut self, slot: usize) {
        let Some(placed) = self.slots.get_mut(slot).and_then(Option::take) else {
            return;
        };
        if let Ok(found) = self
            .by_task
            .find_entry(hash_of(&placed.task), |other| *other as usize == slot)
        {
            found.remove();
        }
        self.free.push(slot as u32);
        self.changed(slot);
    }

    fn changed(&mut self, slot: usize) {
        let part = slot / PART;
        if self.is_changed.len() <= part {
            self.is_changed.resize(part + 1, false);
        }
        if let Some(is_changed) = self.is_changed.get_mut(part) {
            *is_changed = true;
        }
    }
}

/// A rank between two; `None` when there is no room.
fn between(last: Option<u64>, next: Option<u64>) -> Option<u64> {
    match (last, next) {
        (None, None) => Some(MIDDLE),
        (Some(last), None) => last.checked_add(GAP).filter(|rank| *rank < u64::MAX),
        (None, Some(next)) => next.checked_sub(GAP),
        (Some(last), Some(next)) => {
            let half = next.checked_sub(last)? / 2;
            (half > 0).then_some(last + half)
        }
    }
}

#[cfg(test)]
mod tests;
