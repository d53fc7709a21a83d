//! What the server said last.

use std::collections::BTreeMap;

use crate::task::{ListedTask, Task, TaskId};

/// The server's list, and the tasks that were opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    order: Vec<TaskId>,
    summaries: BTreeMap<TaskId, String>,
    /// Few, so a list. Found by path text, because an address does not tell `7` from `"7"`.
    opened: Vec<Task>,
    complete: bool,
}

impl Snapshot {
    /// The ids, in the server's order.
    pub fn order(&self) -> &[TaskId] {
        &self.order
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

    /// A task's summary.
    pub fn summary(&self, id: &TaskId) -> Option<&str> {
        self.summaries.get(id).map(String::as_str)
    }

    /// A task that was opened, or whose text this app has written.
    pub fn opened(&self, id: &TaskId) -> Option<&Task> {
        self.opened
            .iter()
            .find(|task| task.id.path_text() == id.path_text())
    }

    /// The listed task at the same path: an address `/task/7` means `7` as well as `"7"`.
    pub fn at_path(&self, id: &TaskId) -> Option<&TaskId> {
        let number = TaskId::Number(id.path_text().into());
        let text = TaskId::from_path_text(id.path_text());
        self.summaries
            .get_key_value(&number)
            .or_else(|| self.summaries.get_key_value(&text))
            .map(|(id, _)| id)
    }

    /// Adds a page at the end. A task that is there already keeps its place.
    pub fn append(&mut self, page: Vec<ListedTask>) {
        for ListedTask { id, summary } in page {
            if self.summaries.insert(id.clone(), summary).is_none() {
                self.order.push(id);
            }
        }
    }

    /// The list was read to its end.
    pub fn completed(&mut self) {
        self.complete = true;
    }

    /// Puts a whole list in the place of the old one. Opened tasks stay.
    pub fn replace(&mut self, list: Vec<ListedTask>) {
        self.order.clear();
        self.summaries.clear();
        self.append(list);
        self.complete = true;
    }

    /// Takes in one task as the server, or this app's confirmed write, has it.
    pub fn put(&mut self, task: Task) {
        self.append(vec![ListedTask {
            id: task.id.clone(),
            summary: task.summary.clone(),
        }]);
        self.open(task);
    }

    /// Takes in an opened task: its summary is news only for a task that the list has.
    pub fn opened_now(&mut self, task: Task) {
        if let Some(summary) = self.summaries.get_mut(&task.id) {
            summary.clone_from(&task.summary);
        }
        self.open(task);
    }

    fn open(&mut self, task: Task) {
        self.close(&task.id);
        self.opened.push(task);
    }

    fn close(&mut self, id: &TaskId) {
        self.opened.retain(|task| task.id.path_text() != id.path_text());
    }

    /// The task is gone.
    pub fn remove(&mut self, id: &TaskId) {
        if self.summaries.remove(id).is_some() {
            self.order.retain(|listed| listed != id);
        }
        self.close(id);
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(snapshot.opened(&TaskId::from_path_text("1")), Some(&task(1, "a")));
    }

    #[test]
    fn opening_a_task_corrects_the_list_but_adds_nothing_to_it() {
        let mut snapshot = Snapshot::default();
        snapshot.append(vec![listed(1)]);
        snapshot.opened_now(task(1, "renamed"));
        snapshot.opened_now(task(9, "not listed"));
        assert_eq!(snapshot.summary(&id(1)), Some("renamed"));
        assert_eq!(snapshot.order(), [id(1)]);
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
}
