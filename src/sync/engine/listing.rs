//! The list: as pages have read it, and as the store keeps it, many rows in a record and what has changed since beside
//! them.

use super::{Confirmed, Effect, Engine, REMEMBERED};
use crate::sync::entry::TaskRef;
use crate::sync::names::{Names, RowKey};
use crate::sync::record::Write;
use crate::sync::stored::{self, Stored, Table};
use crate::task::{ListedTask, Task, TaskId};

impl Engine {
    // What is kept of it.

    /// Whether something is wanted of the task.
    pub(super) fn is_wanted(&self, id: &TaskId) -> bool {
        self.outbox.wants(&TaskRef::Server(id.clone()))
    }

    /// The server does not have the task any more. What is known of it is shown with what is wanted of it.
    pub(super) fn gone(&mut self, id: &TaskId) {
        if self.is_wanted(id) {
            self.snapshot.unlist(id);
        } else {
            self.snapshot.remove(id);
        }
    }

    pub(super) fn put_task(&mut self, id: &TaskId) {
        let known = self.known_task(id);
        let has_more = matches!(&known, Some(Stored::Task(_, known)) if known.description.is_some());
        let write = match known {
            Some(stored) => stored.write(&self.scope),
            None if self.has_rows => Stored::Gone(id.clone()).write(&self.scope),
            None => stored::delete_task(&self.scope, id),
        };
        // A list says nothing of descriptions, so that those keep records of their own.
        self.loose += usize::from(!has_more);
        self.put_aside(&|name| name == write.name());
        self.writes.push(write);
    }

    pub(super) fn known_task(&self, id: &TaskId) -> Option<Stored> {
        let known = self.snapshot.get(id)?;
        // One that has left the list is kept while something is wanted of it, to be shown with it.
        let is_kept = known.position.is_some() || self.is_wanted(id);
        is_kept.then(|| Stored::Task(id.clone(), known.to_record()))
    }

    /// Whether it is known by its page alone: the server has it, and the list that is known here does not, which may be an
    /// older or a newer one. That is no news for the store.
    pub(super) fn is_merely_opened(&self, id: &TaskId) -> bool {
        self.snapshot.get(id).is_some() && self.known_task(id).is_none()
    }

    /// Some tasks have changed: the store gets them, or the whole list when that is less to write.
    pub(super) fn keep_tasks(&mut self, changed: &[RowKey]) {
        if changed.is_empty() {
            return;
        }
        if self.loose + changed.len() > self.rows_in_record / super::LOOSE_PART {
            self.keep_list();
        } else {
            for id in self.snapshot.ids(changed) {
                self.put_task(&id);
            }
        }
    }

    /// The store gets the list as it is known now, and nothing else of it.
    fn keep_list(&mut self) {
        for table in [Table::Tasks, Table::Rows] {
            let prefix = table.name(&self.scope, "");
            self.writes.retain(|write| !write.name().starts_with(&prefix));
            self.put_aside(&|name| name.starts_with(&prefix));
            self.writes.push(Write::Clear(prefix));
        }
        self.snapshot.number_places();
        let mut first = 0;
        for (number, rows) in self.snapshot.rows().chunks(self.rows_in_record).enumerate() {
            let part = &mut self.snapshot.listed_rows(rows);
            self.writes
                .push(stored::write_rows(&self.scope, number, first, part));
            first += rows.len() as i64;
        }
        self.has_rows = true;
        let outbox = &self.outbox;
        let beyond = self.snapshot.beyond_rows(&|task| outbox.wants(task));
        for id in self.snapshot.ids(&beyond) {
            self.put_task(&id);
        }
        // Those have records of their own in any case.
        self.loose = 0;
    }

    /// What could not be read is never wiped: it gets a name that nothing else has.
    fn put_aside(&mut self, is_in_the_way: &dyn Fn(&str) -> bool) {
        let prefix = stored::prefix(&self.scope);
        for (name, value) in &mut self.unreadable {
            if is_in_the_way(name)
                && let Some(rest) = name.strip_prefix(&*prefix)
            {
                *name = Table::Aside.name(&self.scope, &format!("{rest} {:x}", self.random.draw()));
                self.writes.push(Write::Put(name.clone(), value.clone()));
            }
        }
    }

    // What pages have read.

    pub(super) fn listed(&mut self, since: u64, list: Vec<ListedTask>, now: u64) {
        if since < self.forgotten || since < self.told_list {
            // Too much has been confirmed since it began, or another tab has told of a list, which may be older or newer;
            // the next list will do.
            return;
        }
        let was_complete = self.snapshot.is_complete();
        let mut changed = self.snapshot.replace(list);
        if !was_complete {
            // Its pages were shown as they came, and the store has none of them.
            changed.extend(self.snapshot.rows());
        }
        self.has_list(since, changed, now);
    }

    /// A page of a first list. What was made while it was read has its place by the page that has it.
    pub(super) fn page(&mut self, page: Vec<ListedTask>) {
        if self.snapshot.is_complete() {
            return;
        }
        let snapshot = &mut self.snapshot;
        self.made_early.retain(|id| {
            let is_here = page.iter().any(|row| row.id == *id);
            if is_here {
                snapshot.unlist(id);
            }
            !is_here
        });
        let ids: Vec<_> = match self.confirmed.is_empty() {
            true => Vec::new(),
            false => page.iter().map(|row| row.id.clone()).collect(),
        };
        // The store gets the whole list when it is there.
        self.snapshot.append(page);
        if ids.is_empty() {
            return;
        }
        // The page may be older than what was confirmed meanwhile.
        let names = self.snapshot.names();
        let mut is_here = vec![false; names.len()];
        for key in ids.iter().filter_map(|id| names.find_id(id)) {
            if let Some(is_here) = is_here.get_mut(key.number()) {
                *is_here = true;
            }
        }
        let is_here = |confirmed: &Confirmed| {
            let key = names.find_id(confirmed.id());
            key.is_some_and(|key| is_here.get(key.number()) == Some(&true))
        };
        let later = self.confirmed.iter().map(|(_, confirmed)| confirmed);
        let later: Vec<_> = later.filter(|confirmed| is_here(confirmed)).cloned().collect();
        later.into_iter().for_each(|confirmed| self.apply(confirmed));
    }

    pub(super) fn pages_ended(&mut self, since: u64, now: u64) {
        // Another tab may have told of a whole list meanwhile.
        if since >= self.forgotten && !self.snapshot.is_complete() {
            // What was made meanwhile and no page had is the newest.
            for id in std::mem::take(&mut self.made_early) {
                self.snapshot.to_the_end(&id);
            }
            self.snapshot.completed();
            self.has_list(since, self.snapshot.rows().to_vec(), now);
        }
    }

    fn has_list(&mut self, since: u64, mut changed: Vec<RowKey>, now: u64) {
        let later: Vec<_> = self
            .confirmed
            .iter()
            .filter(|(moment, _)| *moment > since)
            .cloned()
            .collect();
        for (_, confirmed) in later {
            let task = TaskRef::Server(confirmed.id().clone());
            changed.extend(self.snapshot.names().find(&task));
            self.apply(confirmed);
            changed.extend(self.snapshot.names().find(&task));
        }
        if self.fence.is_some() {
            self.keep_tasks(&changed);
        }
        // Numbers are names until here.
        let outbox = &self.outbox;
        self.snapshot.sweep(&|task| outbox.wants(task));
        self.listed_at = now;
        self.listed_since = since;
        if self.fence.is_some() {
            self.put(&Stored::List(now));
            self.look_for_twins(now);
        }
    }

    pub(super) fn apply(&mut self, confirmed: Confirmed) {
        match confirmed {
            Confirmed::Written { task, etag } => {
                self.snapshot.put(task.clone());
                self.snapshot.opened_now(task, etag);
            }
            Confirmed::Gone(id) => self.gone(&id),
        }
    }

    /// Something was confirmed: into the snapshot, the store, and the memory for lists that are being read.
    pub(super) fn confirm(&mut self, confirmed: Confirmed) {
        let id = confirmed.id().clone();
        let is_new = self.snapshot.summary(&id).is_none();
        self.apply(confirmed.clone());
        if is_new && !self.snapshot.is_complete() {
            self.made_early.push(id.clone());
        }
        self.put_task(&id);
        self.is_known_now(confirmed);
    }

    /// Another tab has told of tasks: a list that this tab is reading may be too old for what was confirmed there.
    pub(super) fn was_told(&mut self, writes: &[Write]) {
        let list = stored::list_name(&self.scope);
        if writes.iter().any(|write| *write.name() == *list) {
            self.told_list = self.moment;
        }
        if writes.iter().any(|write| matches!(write, Write::Clear(_))) {
            // All of it is told, and no other list is taken.
            return;
        }
        for write in writes {
            let Some(id) = stored::task_of(&self.scope, write.name()) else {
                continue;
            };
            self.knows_now(id);
        }
    }

    /// The tasks that tabs have told of. When all rows were told, so was it which are gone; a description that is known here
    /// may be known nowhere else.
    pub(super) fn told_tasks(&self) -> Names {
        let mut told = Names::default();
        for (moment, confirmed) in &self.confirmed {
            if *moment > self.told_rows || matches!(confirmed, Confirmed::Written { .. }) {
                told.find_or_give(&TaskRef::Server(confirmed.id().clone()));
            }
        }
        told
    }

    /// What is known of a task, as something that was confirmed; that has both fields.
    pub(super) fn as_known(&self, id: TaskId) -> Option<Confirmed> {
        let known = self.snapshot.get(&id).filter(|known| known.position.is_some());
        let Some(known) = known else {
            return Some(Confirmed::Gone(id));
        };
        let (task, etag) = (known.text()?.with_id(id), known.etag.map(str::to_owned));
        Some(Confirmed::Written { task, etag })
    }

    /// What is known of a task now, no list that was asked for before says better.
    pub(super) fn knows_now(&mut self, id: TaskId) {
        if let Some(confirmed) = self.as_known(id) {
            self.is_known_now(confirmed);
        }
    }

    pub(super) fn is_known_now(&mut self, confirmed: Confirmed) {
        self.confirmed.push((self.moment, confirmed));
        if self.confirmed.len() > REMEMBERED {
            let half = REMEMBERED / 2;
            self.forgotten = self.confirmed.get(half - 1).map_or(0, |(moment, _)| *moment);
            self.confirmed.drain(..half);
        }
    }

    /// Whether nothing was confirmed about a task since a reading of it began.
    pub(super) fn is_news(&self, since: u64, id: &TaskId) -> bool {
        let later = |(moment, confirmed): &(u64, Confirmed)| *moment > since && confirmed.id() == id;
        since >= self.forgotten && !self.confirmed.iter().any(later)
    }

    pub(super) fn described(&mut self, since: u64, task: Task, etag: Option<String>) {
        if self.is_news(since, &task.id) {
            let id = task.id.clone();
            self.snapshot.opened_now(task, etag);
            self.share(&id);
        }
    }

    pub(super) fn missing(&mut self, since: u64, id: &TaskId) {
        if self.is_news(since, id) {
            self.gone(id);
            self.share(id);
        }
    }

    fn share(&mut self, id: &TaskId) {
        if self.is_merely_opened(id) {
            return;
        }
        if self.fence.is_some() {
            return self.put_task(id);
        }
        // The sender may be gone before it has kept this.
        self.knows_now(id.clone());
        let known = self.known_task(id).map(|stored| stored.write(&self.scope));
        let write = known.unwrap_or_else(|| stored::delete_task(&self.scope, id));
        self.effects.push(Effect::Share(vec![write]));
    }
}
