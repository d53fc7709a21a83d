//! What the server said last.

use std::collections::BTreeMap;

use super::entry::{EntryKey, Text};
use crate::task::{ListedTask, Task, TaskId};

/// What is known of one task of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The one line.
    pub summary: String,
    /// The free text, once the task was opened or written from here.
    pub description: Option<String>,
    /// The version of exactly this text (`ETag`, RFC 9110, section 8.8.3), when the server gave one.
    pub etag: Option<String>,
    /// The name that the task had on this page before the server gave it an id. Rows keep it, so that nothing
    /// on the screen is made anew. Not stored.
    pub local: Option<EntryKey>,
    /// Its place in the list, in order of these numbers; `None` for a task that was opened and is in no list.
    pub position: Option<i64>,
}

impl Known {
    /// Both fields, when both are known.
    pub fn text(&self) -> Option<Text> {
        Some(Text {
            summary: self.summary.clone(),
            description: self.description.clone()?,
        })
    }
}

/// The server's list, and the tasks that were opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    order: Vec<TaskId>,
    tasks: BTreeMap<TaskId, Known>,
    complete: bool,
}

impl Snapshot {
    /// The ids, in the server's order.
    pub fn order(&self) -> &[TaskId] {
        &self.order
    }

    /// The list.
    pub fn listed(&self) -> Vec<ListedTask> {
        let listed = self.order.iter().filter_map(|id| {
            Some(ListedTask {
                id: id.clone(),
                summary: self.summary(id)?.to_owned(),
            })
        });
        listed.collect()
    }

    /// How many tasks are in the list.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether the list has no task in it, as far as it is known.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether the list was read to its end at least once.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// What is known of a task.
    pub fn get(&self, id: &TaskId) -> Option<&Known> {
        self.tasks.get(id)
    }

    /// A listed task's summary.
    pub fn summary(&self, id: &TaskId) -> Option<&str> {
        let known = self.tasks.get(id)?;
        known.position.is_some().then_some(known.summary.as_str())
    }

    /// A task that was opened, or whose text this app has written.
    pub fn opened(&self, id: &TaskId) -> Option<Task> {
        let id = self.at_path(id)?;
        Some(self.tasks.get(id)?.text()?.with_id(id.clone()))
    }

    /// The known task at the same path: an address `/task/7` means `7` as well as `"7"`.
    pub fn at_path(&self, id: &TaskId) -> Option<&TaskId> {
        let number = TaskId::Number(id.path_text().into());
        let text = TaskId::from_path_text(id.path_text());
        self.tasks
            .get_key_value(&number)
            .or_else(|| self.tasks.get_key_value(&text))
            .map(|(id, _)| id)
    }

    /// The listed tasks with this summary.
    pub fn with_summary<'a>(&'a self, summary: &'a str) -> impl Iterator<Item = &'a TaskId> {
        self.order
            .iter()
            .filter(move |id| self.summary(id) == Some(summary))
    }

    /// Adds a page at the end. A task that is there already keeps its place. Gives back what has changed.
    pub fn append(&mut self, page: Vec<ListedTask>) -> Vec<TaskId> {
        let mut changed = Vec::new();
        for ListedTask { id, summary } in page {
            if self.list(&id, summary) {
                changed.push(id);
            }
        }
        changed
    }

    /// The list was read to its end.
    pub fn completed(&mut self) {
        self.complete = true;
    }

    /// Puts a whole list in the place of the old one. Gives back the tasks of which something has changed,
    /// be it that they are gone.
    pub fn replace(&mut self, list: Vec<ListedTask>) -> Vec<TaskId> {
        let old = std::mem::take(&mut self.order);
        let places: Vec<_> = old
            .iter()
            .map(|id| {
                (
                    id.clone(),
                    self.tasks.get_mut(id).and_then(|known| known.position.take()),
                )
            })
            .collect();
        let mut changed = self.append(list);
        self.keep_places(places.into_iter().collect(), &mut changed);
        for id in old {
            // An opened one stays as a copy without a place, for the page that shows it.
            if self.tasks.get(&id).is_some_and(|known| known.position.is_none()) {
                changed.push(id);
            }
        }
        self.complete = true;
        changed
    }

    /// Gives back their old numbers to the tasks that had one, so that few records change: new tasks mostly
    /// come before or after all others.
    fn keep_places(&mut self, places: BTreeMap<TaskId, Option<i64>>, changed: &mut Vec<TaskId>) {
        let old = |id: &TaskId| places.get(id).copied().flatten();
        let first = self
            .order
            .iter()
            .position(|id| old(id).is_some())
            .unwrap_or_default();
        let mut next = self
            .order
            .get(first)
            .and_then(old)
            .map_or(0, |place| place - first as i64);
        for id in &self.order {
            let place = old(id).filter(|place| *place >= next).unwrap_or(next);
            next = place + 1;
            let Some(known) = self.tasks.get_mut(id) else {
                continue;
            };
            known.position = Some(place);
            if old(id) != Some(place) {
                changed.push(id.clone());
            }
        }
        changed.sort_unstable();
        changed.dedup();
    }

    /// Puts a listed task in: whether anything of it is news.
    fn list(&mut self, id: &TaskId, summary: String) -> bool {
        let last = self.order.last().and_then(|id| self.tasks.get(id)?.position);
        let next = last.map_or(0, |last| last + 1);
        match self.tasks.get_mut(id) {
            Some(known) => {
                let mut news = false;
                if known.position.is_none() {
                    known.position = Some(next);
                    self.order.push(id.clone());
                }
                if known.summary != summary {
                    known.summary = summary;
                    known.etag = None;
                    news = true;
                }
                news
            }
            None => {
                self.tasks.insert(
                    id.clone(),
                    Known {
                        summary,
                        description: None,
                        etag: None,
                        local: None,
                        position: Some(next),
                    },
                );
                self.order.push(id.clone());
                true
            }
        }
    }

    /// Takes in one task as the server, or this app's confirmed write, has it, at the end of the list if it
    /// is not there.
    pub fn put(&mut self, task: Task) {
        self.list(&task.id, task.summary.clone());
        self.opened_now(task, None);
    }

    /// Takes in an opened task: its summary is news for a task that the list has, and it adds nothing to the
    /// list.
    pub fn opened_now(&mut self, task: Task, etag: Option<String>) {
        let before = self.tasks.get(&task.id);
        let known = Known {
            summary: task.summary,
            description: Some(task.description),
            etag,
            local: before.and_then(|known| known.local),
            position: before.and_then(|known| known.position),
        };
        self.tasks.insert(task.id, known);
    }

    /// The task had this name on this page before.
    pub fn was_local(&mut self, id: &TaskId, local: EntryKey) {
        if let Some(known) = self.tasks.get_mut(id) {
            known.local = Some(local);
        }
    }

    /// The version that is known is not the server's any more.
    pub fn forget_version(&mut self, id: &TaskId) {
        if let Some(known) = self.tasks.get_mut(id) {
            known.etag = None;
        }
    }

    /// Takes in a task as the store kept it. Call [`restored`](Self::restored) after the last.
    pub fn restore(&mut self, id: TaskId, known: Known) {
        self.tasks.insert(id, known);
    }

    /// Puts what was restored in order.
    pub fn restored(&mut self, complete: bool) {
        let mut placed: Vec<_> = self
            .tasks
            .iter()
            .filter_map(|(id, known)| Some((known.position?, id)))
            .collect();
        placed.sort_unstable();
        self.order = placed.into_iter().map(|(_, id)| id.clone()).collect();
        self.complete |= complete;
    }

    /// The tasks that are not in both, or not the same in both.
    pub fn differences(&self, other: &Self) -> Vec<TaskId> {
        let changed = self
            .tasks
            .iter()
            .filter(|(id, known)| other.tasks.get(*id) != Some(known));
        let gone = other.tasks.keys().filter(|id| !self.tasks.contains_key(*id));
        changed.map(|(id, _)| id).chain(gone).cloned().collect()
    }

    /// The task is in the list no more; what is known of it stays, for what is still wanted of it.
    pub fn unlist(&mut self, id: &TaskId) {
        if let Some(known) = self.tasks.get_mut(id)
            && known.position.take().is_some()
        {
            self.order.retain(|listed| listed != id);
        }
    }

    /// The task is gone.
    pub fn remove(&mut self, id: &TaskId) {
        if self
            .tasks
            .remove(id)
            .is_some_and(|known| known.position.is_some())
        {
            self.order.retain(|listed| listed != id);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
        assert_eq!(snapshot.order(), [id(1), id(2), id(3)]);
        assert!(!snapshot.is_complete());
    }

    #[test]
    fn a_refresh_keeps_what_was_opened() {
        let mut snapshot = Snapshot::default();
        snapshot.put(task(1, "a"));
        snapshot.replace(vec![listed(2)]);
        assert_eq!(snapshot.order(), [id(2)]);
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
        assert_eq!(snapshot.order(), [id(1)]);
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
        assert_eq!(snapshot.replace(with_both), [id(200), id(300)]);
        let mut gone = snapshot.replace((1..100).map(listed).collect());
        gone.sort_unstable();
        assert_eq!(gone, [id(0), id(200), id(300)]);
    }

    proptest! {
        /// Whatever lists come one after the other, writing only what `replace` names keeps the store right.
        #[test]
        fn the_store_follows_by_changes_alone(lists in prop::collection::vec(prop::collection::vec(0u32..12, 0..12), 1..6)) {
            let (mut snapshot, mut store) = (Snapshot::default(), BTreeMap::new());
            for numbers in lists {
                for changed in snapshot.replace(numbers.iter().copied().map(listed).collect()) {
                    match snapshot.get(&changed) {
                        Some(known) => store.insert(changed, known.clone()),
                        None => store.remove(&changed),
                    };
                }
                let mut restored = Snapshot::default();
                for (id, known) in &store {
                    restored.restore(id.clone(), known.clone());
                }
                restored.restored(true);
                prop_assert_eq!(restored.order(), snapshot.order());
                let mut once = Vec::new();
                numbers.iter().for_each(|n| if !once.contains(n) { once.push(*n) });
                prop_assert_eq!(snapshot.order(), once.into_iter().map(id).collect::<Vec<_>>());
            }
        }
    }
}
