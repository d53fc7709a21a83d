//! The oracle: a journal of what the person did against the rows that the server holds in the end.
//!
//! It is told what happened to each task, in order, and says which tasks are lost, there twice, there with
//! other texts than the last ones, there although they are done, or there although nobody made them. It knows
//! neither requests nor queues, so that it can't share a mistake with what it judges.
//!
//! ```
//! use strikethrough_e2e::ledger::Ledger;
//!
//! let mut ledger = Ledger::default();
//! let milk = ledger.created("Buy milk", "two litres");
//! let call = ledger.created("Call Ada", "");
//! ledger.edited(milk, Some("Buy oat milk"), None);
//! ledger.done(call);
//! let rows = [("Buy oat milk".to_owned(), "two litres".to_owned())];
//! assert!(ledger.audit(&rows).is_clean());
//! ```

use std::fmt;

use anyhow::{Result, bail};
use serde_json::Value;

/// A task's summary and description.
pub type Text = (String, String);

/// A task of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task(usize);

/// What a task was at one time; `None` means done.
type Step = Option<Text>;

/// The journal. Tasks should differ in their summaries; where two don't, a loss of one and a second copy of the
/// other can't be told apart.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    tasks: Vec<Entry>,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// The steps that hold; none means that there is no such task.
    steps: Vec<Step>,
    /// Every text it ever had, also those that were taken back: an audit recognizes its copies by them.
    texts: Vec<Text>,
    /// How many second copies the app has told the person about.
    twins: usize,
}

impl Entry {
    fn last(&self) -> Option<&Text> {
        self.steps.last()?.as_ref()
    }

    fn was(&self, row: &Text) -> bool {
        self.texts.contains(row)
    }

    fn shares_a_text_with(&self, row: &Text) -> bool {
        let mut texts = self.texts.iter();
        texts.any(|text| text.0 == row.0 || (text.1 == row.1 && !row.1.is_empty()))
    }
}

impl Ledger {
    /// There is this task: the person made it, or it was there before.
    pub fn created(&mut self, summary: &str, description: &str) -> Task {
        let task = Task(self.tasks.len());
        self.tasks.push(Entry::default());
        self.step(task, |_| Some((summary.to_owned(), description.to_owned())));
        task
    }

    /// These fields of the task were given new texts, by the person or by another client; `None` leaves
    /// a field as it was.
    pub fn edited(&mut self, task: Task, summary: Option<&str>, description: Option<&str>) {
        self.step(task, |last| {
            let (old_summary, old_description) = last.unwrap_or_default();
            Some((
                summary.map_or(old_summary, str::to_owned),
                description.map_or(old_description, str::to_owned),
            ))
        });
    }

    /// The task was done, by the person or by another client.
    pub fn done(&mut self, task: Task) {
        self.step(task, |_| None);
    }

    /// The last step of the task that holds was taken back: undone, restored, dropped by the person, or
    /// parked where the app shows it and waits for the person, which must be checked on the page. Taking
    /// back the first step leaves no task.
    pub fn taken_back(&mut self, task: Task) {
        if let Some(entry) = self.tasks.get_mut(task.0) {
            entry.steps.pop();
        }
    }

    /// The app has told the person that there may be a second copy of the task. That copy is no silent
    /// duplicate.
    pub fn told_of_twin(&mut self, task: Task) {
        if let Some(entry) = self.tasks.get_mut(task.0) {
            entry.twins += 1;
        }
    }

    fn step(&mut self, task: Task, step: impl FnOnce(Step) -> Step) {
        if let Some(entry) = self.tasks.get_mut(task.0) {
            let next = step(entry.last().cloned());
            entry.texts.extend(next.clone());
            entry.steps.push(next);
        }
    }

    /// What the server should hold, in the order of the journal.
    pub fn expected(&self) -> Vec<Text> {
        self.tasks
            .iter()
            .filter_map(|entry| entry.last().cloned())
            .collect()
    }

    /// Compares with the rows of the server, in any order.
    pub fn audit(&self, rows: &[Text]) -> Audit {
        let mut left: Vec<&Text> = rows.iter().collect();
        let mut missing = Vec::new();
        // First what is as it should be, so that no row is taken for a changed copy of another.
        for entry in &self.tasks {
            let Some(wanted) = entry.last() else { continue };
            match left.iter().position(|row| *row == wanted) {
                Some(at) => {
                    left.remove(at);
                }
                None => missing.push((entry, wanted)),
            }
        }
        let mut audit = Audit::default();
        // An older version is surely this task; a row with one of its texts only if it is no other task's.
        for is in [Entry::was, Entry::shares_a_text_with] {
            missing.retain(|(entry, wanted)| {
                let at = left.iter().position(|row| is(entry, row));
                if let Some(at) = at {
                    audit.wrong.push(((*wanted).clone(), left.remove(at).clone()));
                }
                at.is_none()
            });
        }
        audit.lost = missing.into_iter().map(|(_, wanted)| wanted.clone()).collect();
        let mut twins: Vec<usize> = self.tasks.iter().map(|entry| entry.twins).collect();
        for row in left {
            let mut owners = (self.tasks.iter().zip(&mut twins)).filter(|(entry, _)| entry.was(row));
            let Some((entry, twins)) = owners.next() else {
                audit.strangers.push(row.clone());
                continue;
            };
            match (entry.last(), *twins) {
                (Some(_), 0) => audit.duplicates.push(row.clone()),
                (None, 0) => audit.undone.push(row.clone()),
                _ => *twins -= 1,
            }
        }
        audit
    }

    /// Fails unless the rows are what the journal says.
    ///
    /// # Errors
    ///
    /// When they are not, with everything that is wrong.
    pub fn check(&self, rows: &[Text]) -> Result<()> {
        let audit = self.audit(rows);
        if !audit.is_clean() {
            bail!("{audit}the server holds {rows:#?}");
        }
        Ok(())
    }
}

/// What is wrong with the rows of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Tasks that should be there and are not.
    pub lost: Vec<Text>,
    /// Second copies that nobody was told about.
    pub duplicates: Vec<Text>,
    /// What a task should be, and what it is: an older version, or another text in one of its fields.
    pub wrong: Vec<(Text, Text)>,
    /// Tasks that are done and still there.
    pub undone: Vec<Text>,
    /// Rows that no task of the journal ever was.
    pub strangers: Vec<Text>,
}

impl Audit {
    /// Whether nothing is wrong.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }
}

/// A line for each thing that is wrong, and nothing if nothing is.
impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (words, texts) in [
            ("lost", &self.lost),
            ("there once more than made", &self.duplicates),
            ("done, but still there", &self.undone),
            ("made by nobody", &self.strangers),
        ] {
            for (summary, description) in texts {
                writeln!(f, "{words}: {summary:?}, {description:?}")?;
            }
        }
        for (wanted, found) in &self.wrong {
            writeln!(f, "wrong text: should be {wanted:?}, is {found:?}")?;
        }
        Ok(())
    }
}

/// The texts of tasks as a scripted server holds them ([`crate::foreign::Scripted::tasks`]).
pub fn texts(tasks: &[Value]) -> Vec<Text> {
    let text = |task: &Value, name: &str| {
        let value = task.get(name).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let texts = tasks
        .iter()
        .map(|task| (text(task, "summary"), text(task, "description")));
    texts.collect()
}

#[cfg(test)]
mod tests;
