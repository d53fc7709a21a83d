//! What the server said last.

use hashbrown::HashTable;

use super::entry::{TaskRef, Text};
use super::held::{Held, Known};
use super::names::{Names, RowKey, hash_of};
use crate::task::{ListedTask, Task, TaskId};

/// The server's list, and the tasks that were opened.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    names: Names,
    held: Held,
}

impl Snapshot {
    /// The numbers of tasks, those that the server does not have among them.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The rows, in the server's order.
    pub fn rows(&self) -> &[RowKey] {
        &self.held.order
    }

    /// The ids, in the server's order.
    pub fn order(&self) -> impl Iterator<Item = &TaskId> {
        self.held.order.iter().filter_map(|key| self.id(*key))
    }

    /// The place after the last.
    pub fn end(&self) -> i64 {
        let last = self.held.order.last().and_then(|key| self.held.place(*key));
        last.map_or(0, |last| last + 1)
    }

    /// How many tasks are in the list.
    pub fn len(&self) -> usize {
        self.held.order.len()
    }

    /// Whether the list has no task in it, as far as it is known.
    pub fn is_empty(&self) -> bool {
        self.held.order.is_empty()
    }

    /// Whether the list was read to its end at least once.
    pub fn is_complete(&self) -> bool {
        self.held.complete
    }

    /// What is known of a task.
    pub fn get(&self, id: &TaskId) -> Option<Known<'_>> {
        self.held.get(self.key(id)?)
    }

    /// What is known of the task with this number.
    pub fn at(&self, key: RowKey) -> Option<Known<'_>> {
        self.held.get(key)
    }

    /// A listed task's summary.
    pub fn summary(&self, id: &TaskId) -> Option<&str> {
        let known = self.get(id)?;
        known.position.is_some().then_some(known.summary)
    }

    /// A task that was opened, or whose text this app has written.
    pub fn opened(&self, id: &TaskId) -> Option<Task> {
        let id = self.at_path(id)?;
        Some(self.get(id)?.text()?.with_id(id.clone()))
    }

    /// The known task at the same path: an address `/task/7` means `7` as well as `"7"`.
    pub fn at_path(&self, id: &TaskId) -> Option<&TaskId> {
        let number = TaskId::Number(id.path_text().into());
        let text = TaskId::from_path_text(id.path_text());
        let known = |id: TaskId| {
            let key = self.key(&id)?;
            self.held.has(key).then(|| self.id(key))?
        };
        known(number).or_else(|| known(text))
    }

    /// The listed tasks with this summary.
    pub fn with_summary<'a>(&'a self, summary: &'a str) -> impl Iterator<Item = &'a TaskId> {
        let has_it = move |key: &&RowKey| self.held.get(**key).is_some_and(|known| known.summary == summary);
        self.held
            .order
            .iter()
            .filter(has_it)
            .filter_map(|key| self.id(*key))
    }

    /// The listed tasks with any of these summaries, by the place of the summary among them. One walk for all: a list may
    /// have thousands of tasks, and a hundred of them be looked for.
    pub fn with_summaries(&self, wanted: &[&str]) -> Vec<(usize, &TaskId)> {
        let mut places = HashTable::<u32>::new();
        let rehash = |at: &u32| wanted.get(*at as usize).map_or(0, |summary| hash_of(*summary));
        for (at, summary) in (0..).zip(wanted) {
            places.insert_unique(hash_of(*summary), at, rehash);
        }
        if places.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for key in &self.held.order {
            let (Some(known), Some(id)) = (self.held.get(*key), self.id(*key)) else {
                continue;
            };
            let at = places.iter_hash(hash_of(known.summary)).map(|at| *at as usize);
            found.extend(
                at.filter(|at| wanted.get(*at) == Some(&known.summary))
                    .map(|at| (at, id)),
            );
        }
        found
    }

    fn id(&self, key: RowKey) -> Option<&TaskId> {
        match self.names.get(key)? {
            TaskRef::Server(id) => Some(id),
            TaskRef::Local(_) => None,
        }
    }

    fn key(&self, id: &TaskId) -> Option<RowKey> {
        self.names.find_id(id)
    }

    /// Gives a task a number, for a row that the server's list does not have.
    pub fn name(&mut self, task: &TaskRef) {
        self.names.find_or_give(task);
    }

    /// Another name for the same row: the server has made a task that was created here, or one that it has finished
    /// becomes a new one.
    pub fn rename(&mut self, from: &TaskRef, to: &TaskRef) {
        let is_listed = |key: RowKey| self.held.place(key).is_some();
        if matches!(to, TaskRef::Local(_)) && self.names.find(from).is_some_and(is_listed) {
            // The task is there all the same, and keeps its row.
            return self.name(to);
        }
        let Some((key, Some(before))) = self.names.rename(from, to) else {
            return;
        };
        // The list had it first, under a number of its own.
        self.held.renumber(before, key);
        let listed = self.held.order.iter_mut().find(|listed| **listed == before);
        if let Some(listed) = listed {
            *listed = key;
        }
    }

    /// Forgets tasks that are in no list, were never opened, and of which nothing is wanted; others get their
    /// numbers in time.
    pub fn sweep(&mut self, is_wanted: &dyn Fn(&TaskRef) -> bool) {
        let is_bare = |known: Known| known.position.is_none() && known.description.is_none();
        for key in self.held.keys() {
            let task = self.names.get(key);
            if self.held.get(key).is_some_and(is_bare) && !task.is_some_and(is_wanted) {
                self.held.clear(key);
            }
        }
        let held = &self.held;
        self.names.sweep(&|key, task| held.has(key) || is_wanted(task));
    }

    /// Adds a page at the end. A task that is there already keeps its place.
    pub fn append(&mut self, page: Vec<ListedTask>) {
        self.append_rows(page);
    }

    fn append_rows(&mut self, page: Vec<ListedTask>) -> Vec<RowKey> {
        let mut next = self.end();
        let mut changed = Vec::new();
        for ListedTask { id, summary } in page {
            let key = self.names.find_or_give(&TaskRef::Server(id));
            if self.list(key, &summary, &mut next) {
                changed.push(key);
            }
        }
        changed
    }

    /// Adds a list as it was before, at the end.
    pub fn append_held(&mut self, held: Held) {
        if self.held.is_blank() {
            // There is nothing to add it to: it is not made once more.
            self.held = held.only_listed();
            return self.number_places();
        }
        let mut next = self.end();
        for key in &held.order {
            if let Some(known) = held.get(*key) {
                self.list(*key, known.summary, &mut next);
            }
        }
    }

    /// The ids of some rows.
    pub fn ids(&self, keys: &[RowKey]) -> Vec<TaskId> {
        keys.iter().filter_map(|key| self.id(*key)).cloned().collect()
    }

    /// The list was read to its end.
    pub fn completed(&mut self) {
        self.held.complete = true;
    }

    /// Puts a whole list in the place of the old one. Gives back the tasks of which something has changed,
    /// be it that they are gone.
    pub fn replace(&mut self, list: Vec<ListedTask>) -> Vec<RowKey> {
        let old = std::mem::take(&mut self.held.order);
        let mut places = vec![None; self.names.len()];
        for key in &old {
            if let Some(place) = places.get_mut(key.number()) {
                *place = self.held.take_place(*key);
            }
        }
        let mut is_changed = vec![false; self.names.len() + list.len()];
        for key in self.append_rows(list) {
            if let Some(is_changed) = is_changed.get_mut(key.number()) {
                *is_changed = true;
            }
        }
        self.keep_places(&places, &mut is_changed);
        let numbers = (0..self.names.len() as u32).map(RowKey);
        let mut changed: Vec<_> = numbers
            .filter(|key| is_changed.get(key.number()) == Some(&true))
            .collect();
        // An opened one stays as a copy without a place, for the page that shows it.
        let gone = old.into_iter().filter(|key| self.held.place(*key).is_none());
        changed.extend(gone);
        self.held.complete = true;
        changed
    }

    /// Places from 0 on without a gap, for a list that is stored anew.
    pub fn number_places(&mut self) {
        let order = std::mem::take(&mut self.held.order);
        for (place, key) in order.iter().enumerate() {
            self.held.set_place(*key, Some(place as i64));
        }
        self.held.order = order;
    }

    /// The ids and summaries of some rows.
    pub fn listed_rows(&self, keys: &[RowKey]) -> impl Iterator<Item = (&TaskId, &str)> {
        let row = |key: &RowKey| Some((self.id(*key)?, self.held.get(*key)?.summary));
        keys.iter().filter_map(row)
    }

    /// The tasks of which more is known than a list says, and those in no list of which something is wanted.
    pub fn beyond_rows(&self, is_wanted: &dyn Fn(&TaskRef) -> bool) -> Vec<RowKey> {
        let is_beyond = |key: &RowKey| {
            self.held.get(*key).is_some_and(|known| match known.position {
                Some(_) => known.description.is_some() || known.etag.is_some(),
                None => self.names.get(*key).is_some_and(is_wanted),
            })
        };
        self.held.keys().filter(is_beyond).collect()
    }

    /// Takes over from `before` what a list doesn't say of tasks that are the same, and what was opened or is wanted
    /// although no list has it.
    pub fn keep_beyond_rows(&mut self, before: &Held, is_wanted: &dyn Fn(&TaskRef) -> bool) {
        for key in before.keys() {
            let Some(before) = before.get(key) else { continue };
            match self.held.get(key) {
                Some(known) if known.description.is_none() && known.summary == before.summary => {
                    let etag = known.etag.map(str::to_owned);
                    let etag = etag.as_deref().or(before.etag);
                    self.held.set_more(key, before.description, etag);
                }
                None if before.description.is_some() || self.names.get(key).is_some_and(is_wanted) => {
                    let position = None;
                    self.held.set(key, Known { position, ..before });
                }
                _ => {}
            }
        }
    }

    /// Gives back their old numbers to the tasks that had one, so that few records change: new tasks mostly
    /// come before or after all others.
    fn keep_places(&mut self, places: &[Option<i64>], is_changed: &mut [bool]) {
        let old = |key: RowKey| places.get(key.number()).copied().flatten();
        let order = std::mem::take(&mut self.held.order);
        let first = order
            .iter()
            .position(|key| old(*key).is_some())
            .unwrap_or_default();
        let mut next = order
            .get(first)
            .and_then(|key| old(*key))
            .map_or(0, |place| place - first as i64);
        for key in &order {
            let place = old(*key).filter(|place| *place >= next).unwrap_or(next);
            next = place + 1;
            self.held.set_place(*key, Some(place));
            if old(*key) != Some(place)
                && let Some(is_changed) = is_changed.get_mut(key.number())
            {
                *is_changed = true;
            }
        }
        self.held.order = order;
    }

    /// Puts a listed task in, at the place `next` if it has none: whether anything of it is news.
    fn list(&mut self, key: RowKey, summary: &str, next: &mut i64) -> bool {
        let known = self.held.get(key);
        let (is_new, is_same) = (
            known.is_none(),
            known.is_some_and(|known| known.summary == summary),
        );
        if !is_same {
            self.held.set_line(key, summary);
            self.held.set_etag(key, None);
        }
        if self.held.place(key).is_none() {
            self.held.set_place(key, Some(*next));
            *next += 1;
            self.held.order.push(key);
        }
        is_new || !is_same
    }

    /// Takes in one task as the server, or this app's confirmed write, has it, at the end of the list if it
    /// is not there.
    pub fn put(&mut self, task: Task) {
        self.append_rows(vec![ListedTask {
            id: task.id.clone(),
            summary: task.summary.clone(),
        }]);
        self.opened_now(task, None);
    }

    /// Takes in an opened task: its summary is news for a task that the list has, and it adds nothing to the
    /// list.
    pub fn opened_now(&mut self, task: Task, etag: Option<String>) {
        let (id, text) = Text::of(task);
        let key = self.names.find_or_give(&TaskRef::Server(id));
        let known = Known {
            summary: &text.summary,
            description: Some(&text.description),
            etag: etag.as_deref(),
            position: self.held.place(key),
        };
        self.held.set(key, known);
    }

    /// The version that is known is not the server's any more.
    pub fn forget_version(&mut self, id: &TaskId) {
        if let Some(key) = self.key(id) {
            self.held.set_etag(key, None);
        }
    }

    /// Gives up all that is known, for what the store has. The rows keep their numbers.
    pub fn begin_restore(&mut self) -> Held {
        std::mem::take(&mut self.held)
    }

    /// Takes back what was known before, and gives up what is known now, but for descriptions: a list has none, and one
    /// that another tab has read is needed when its task is to come back. So is what is known of a task that is gone, while
    /// something is wanted of it.
    pub fn take_back(&mut self, held: Held, is_wanted: &dyn Fn(&TaskRef) -> bool) -> Held {
        let other = std::mem::replace(&mut self.held, held);
        for key in other.keys() {
            let Some(other) = other.get(key) else { continue };
            match self.held.get(key) {
                Some(known) if known.description.is_none() && known.summary == other.summary => {
                    let etag = known.etag.map(str::to_owned);
                    self.held.set_more(key, other.description, etag.as_deref());
                }
                None if self.names.get(key).is_some_and(is_wanted) => {
                    let position = None;
                    self.held.set(key, Known { position, ..other });
                }
                _ => {}
            }
        }
        other
    }

    /// Takes in a task as the store kept it. Call [`restored`](Self::restored) after the last.
    pub fn restore(&mut self, id: TaskId, known: Known) {
        let key = self.names.find_or_give(&TaskRef::Server(id));
        self.held.set(key, known);
    }

    /// Puts what was restored in order.
    pub fn restored(&mut self, complete: bool) {
        let places = (0..self.names.len()).map(|number| RowKey(number as u32));
        let mut placed: Vec<_> = places
            .filter_map(|key| Some((self.held.place(key)?, key)))
            .collect();
        placed.sort_unstable();
        self.held.order = placed.into_iter().map(|(_, key)| key).collect();
        self.held.complete |= complete;
    }

    /// The tasks that are not the same in what is known now and in `other`, or in one of them alone.
    pub fn differences(&self, other: &Held) -> Vec<RowKey> {
        let keys = (0..self.names.len()).map(|number| RowKey(number as u32));
        keys.filter(|key| self.held.get(*key) != other.get(*key))
            .collect()
    }

    /// A listed task becomes the last one.
    pub fn to_the_end(&mut self, id: &TaskId) {
        if let Some(summary) = self.summary(id).map(str::to_owned) {
            self.unlist(id);
            let id = id.clone();
            self.append(vec![ListedTask { id, summary }]);
        }
    }

    /// The task is in the list no more; what is known of it stays, for what is still wanted of it.
    pub fn unlist(&mut self, id: &TaskId) {
        let Some(key) = self.key(id) else { return };
        if self.held.take_place(key).is_some() {
            self.held.order.retain(|listed| *listed != key);
        }
    }

    /// The task is gone.
    pub fn remove(&mut self, id: &TaskId) {
        self.unlist(id);
        if let Some(key) = self.key(id) {
            self.held.clear(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::collections::BTreeMap;

    use super::*;

    fn replaced(snapshot: &mut Snapshot, list: Vec<ListedTask>) -> Vec<TaskId> {
        let changed = snapshot.replace(list);
        snapshot.ids(&changed)
    }

    fn order(snapshot: &Snapshot) -> Vec<TaskId> {
        snapshot.order().cloned().collect()
    }

    fn id(n: u32) -> TaskId {
        TaskId::Number(n.to_string().into())
    }

    fn listed(n: u32) -> ListedTask {
        ListedTask {
            id: id(n),
            summary: format!("task {n}"),
        }
    }

    fn task(n: u32, summary: &str) -> Task {
        Task {
            id: id(n),
            summary: summary.into(),
            description: "d".into(),
        }
    }

    #[test]
    fn pages_add_up_and_a_task_seen_twice_keeps_its_place() {
        let mut snapshot = Snapshot::default();
        snapshot.append(vec![listed(1), listed(2)]);
        snapshot.append(vec![listed(2), listed(3)]);
        assert_eq!(order(&snapshot), [id(1), id(2), id(3)]);
        assert!(!snapshot.is_complete());
    }

    #[test]
    fn a_refresh_keeps_what_was_opened() {
        let mut snapshot = Snapshot::default();
        snapshot.put(task(1, "a"));
        snapshot.replace(vec![listed(2)]);
        assert_eq!(order(&snapshot), [id(2)]);
        assert_eq!(snapshot.opened(&TaskId::from_path_text("1")), Some(task(1, "a")));
        assert_eq!(snapshot.summary(&id(1)), None);
    }

    #[test]
    fn opening_a_task_corrects_the_list_but_adds_nothing_to_it() {
        let mut snapshot = Snapshot::default();
        snapshot.append(vec![listed(1)]);
        snapshot.opened_now(task(1, "renamed"), None);
        snapshot.opened_now(task(9, "not listed"), None);
        assert_eq!(snapshot.summary(&id(1)), Some("renamed"));
        assert_eq!(order(&snapshot), [id(1)]);
    }

    #[test]
    fn a_new_summary_in_the_list_ends_the_known_version() {
        let mut snapshot = Snapshot::default();
        snapshot.append(vec![listed(1)]);
        snapshot.opened_now(task(1, "task 1"), Some("\"1\"".into()));
        snapshot.replace(vec![listed(1)]);
        assert!(snapshot.get(&id(1)).unwrap().etag.is_some());
        snapshot.replace(vec![ListedTask {
            id: id(1),
            summary: "other".into(),
        }]);
        assert_eq!(snapshot.get(&id(1)).unwrap().etag, None);
    }

    #[test]
    fn an_address_finds_either_kind_of_id() {
        let mut snapshot = Snapshot::default();
        snapshot.append(vec![
            listed(7),
            ListedTask {
                id: TaskId::from_path_text("x"),
                summary: "s".into(),
            },
        ]);
        assert_eq!(snapshot.at_path(&TaskId::from_path_text("7")), Some(&id(7)));
        assert_eq!(
            snapshot.at_path(&TaskId::from_path_text("x")),
            Some(&TaskId::from_path_text("x"))
        );
        assert_eq!(snapshot.at_path(&TaskId::from_path_text("8")), None);
    }

    #[test]
    fn several_summaries_are_found_in_one_walk() {
        let mut snapshot = Snapshot::default();
        let twin = ListedTask {
            id: id(9),
            summary: "task 2".into(),
        };
        snapshot.append((1..=3).map(listed).chain([twin]).collect());
        let found = snapshot.with_summaries(&["task 2", "no such", "task 3", "task 2"]);
        let mut found: Vec<_> = found.into_iter().map(|(at, id)| (at, id.clone())).collect();
        found.sort_unstable();
        let wanted = [(0, id(2)), (0, id(9)), (2, id(3)), (3, id(2)), (3, id(9))];
        assert_eq!(found, wanted);
    }

    #[test]
    fn what_is_removed_is_gone_everywhere() {
        let mut snapshot = Snapshot::default();
        snapshot.put(task(1, "a"));
        snapshot.remove(&id(1));
        assert!(snapshot.is_empty() && snapshot.opened(&id(1)).is_none());
    }

    #[test]
    fn a_new_task_at_either_end_changes_one_record() {
        let mut snapshot = Snapshot::default();
        snapshot.replace((0..100).map(listed).collect());
        let with_both = [200].into_iter().chain(0..100).chain([300]).map(listed).collect();
        assert_eq!(replaced(&mut snapshot, with_both), [id(200), id(300)]);
        let mut gone = replaced(&mut snapshot, (1..100).map(listed).collect());
        gone.sort_unstable();
        assert_eq!(gone, [id(0), id(200), id(300)]);
    }

    #[test]
    fn a_task_that_was_made_here_keeps_its_row_in_the_list() {
        let here = TaskRef::Local(crate::sync::EntryKey { time: 1, tab: 1 });
        for list_comes_first in [false, true] {
            let mut snapshot = Snapshot::default();
            snapshot.append(vec![listed(1)]);
            snapshot.name(&here);
            let key = snapshot.names().find(&here).unwrap();
            if list_comes_first {
                snapshot.replace(vec![listed(1), listed(2), listed(3)]);
                snapshot.rename(&here, &TaskRef::Server(id(2)));
            } else {
                snapshot.rename(&here, &TaskRef::Server(id(2)));
                snapshot.replace(vec![listed(1), listed(2), listed(3)]);
            }
            assert_eq!(order(&snapshot), [id(1), id(2), id(3)]);
            assert_eq!(snapshot.rows()[1], key);
            assert_eq!(snapshot.summary(&id(2)), Some("task 2"));
        }
    }

    #[test]
    fn numbers_of_tasks_that_are_gone_are_given_out_again() {
        let mut snapshot = Snapshot::default();
        for round in 0..20 {
            snapshot.replace((round * 100..(round + 1) * 100).map(listed).collect());
            snapshot.sweep(&|_| false);
        }
        assert!(snapshot.names().len() <= 300, "{}", snapshot.names().len());
    }

    proptest! {
        /// Whatever lists come one after the other, writing only what `replace` names keeps the store right.
        #[test]
        fn the_store_follows_by_changes_alone(lists in prop::collection::vec(prop::collection::vec(0u32..12, 0..12), 1..6)) {
            let (mut snapshot, mut store) = (Snapshot::default(), BTreeMap::new());
            for numbers in lists {
                for changed in replaced(&mut snapshot, numbers.iter().copied().map(listed).collect()) {
                    match snapshot.get(&changed) {
                        Some(known) => store.insert(changed, known.to_record()),
                        None => store.remove(&changed),
                    };
                }
                let mut restored = Snapshot::default();
                for (id, known) in &store {
                    restored.restore(id.clone(), known.known());
                }
                restored.restored(true);
                prop_assert_eq!(order(&restored), order(&snapshot));
                let mut once = Vec::new();
                numbers.iter().for_each(|n| if !once.contains(n) { once.push(*n) });
                prop_assert_eq!(order(&snapshot), once.into_iter().map(id).collect::<Vec<_>>());
            }
        }
    }
}
