//! A task from named values, by the names that programs give them.

use super::sink::{ProblemKind, Sink};

/// What may be the summary, the likeliest first.
const SUMMARY: [&str; 7] = ["summary", "title", "name", "task", "subject", "text", "content"];

/// What may be the description, the likeliest first. What became the summary is passed over: to one program `content`
/// is what a task is called, to another what is said of it.
const DESCRIPTION: [&str; 9] = [
    "description",
    "notes",
    "note",
    "body",
    "content",
    "details",
    "desc",
    "comment",
    "text",
];

/// What says whether it is finished.
const DONE: [&str; 8] = [
    "done",
    "completed",
    "complete",
    "checked",
    "iscompleted",
    "isdone",
    "finished",
    "status",
];

/// What lists of tasks are called in an object around them.
const LISTS: [&str; 8] = [
    "tasks", "results", "items", "todos", "data", "list", "entries", "cards",
];

/// The name that is meant: in whatever case, and with whatever stands between its words.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let plain: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut all = SUMMARY.into_iter().chain(DESCRIPTION).chain(DONE);
    all.find(|known| *known == plain)
}

/// Whether a column of this name can be what tasks are called.
pub(super) fn is_summary(name: &str) -> bool {
    known(name).is_some_and(|name| SUMMARY.contains(&name))
}

/// Whether a list of this name is one of tasks.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.iter().any(|list| name.trim().eq_ignore_ascii_case(list))
}

/// Whether a value says that a task is finished: yes in one of its spellings, or the day when it was.
pub(super) fn is_done(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    let is_date = value.len() >= 10
        && value.as_bytes().get(4) == Some(&b'-')
        && value.starts_with(|c: char| c.is_ascii_digit());
    is_date
        || matches!(
            value.as_str(),
            "true"
                | "yes"
                | "y"
                | "1"
                | "x"
                | "[x]"
                | "✓"
                | "done"
                | "completed"
                | "complete"
                | "closed"
                | "finished"
        )
}

/// The values of one task.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    /// Takes in a value, if its name means something here.
    pub(super) fn set(&mut self, name: &str, value: String) {
        if let Some(name) = known(name) {
            self.0.push((name, value));
        }
    }

    fn first(&self, names: &[&'static str], but: &str) -> Option<&'static str> {
        let has = |name: &&'static str, blank: bool| {
            *name != but
                && self
                    .0
                    .iter()
                    .any(|(known, value)| known == name && (blank || !value.trim().is_empty()))
        };
        let found = names.iter().find(|name| has(name, false));
        found
            .or_else(|| names.iter().find(|name| has(name, true)))
            .copied()
    }

    fn take(&mut self, name: Option<&str>) -> String {
        // Of two with the same name the last one counts, as in JSON.
        let at = self.0.iter().rposition(|(known, _)| Some(*known) == name);
        at.map(|at| self.0.swap_remove(at).1).unwrap_or_default()
    }

    /// Gives the task to `sink`, or `text` as a problem when nothing here says what it is called.
    pub(super) fn give(mut self, line: u32, text: &str, sink: &mut Sink) {
        let Some(summary) = self.first(&SUMMARY, "") else {
            sink.problem(line, ProblemKind::NotATask, text);
            return;
        };
        let description = self.first(&DESCRIPTION, summary);
        let done = self
            .0
            .iter()
            .any(|(name, value)| DONE.contains(name) && is_done(value));
        let summary = self.take(Some(summary));
        let description = self.take(description);
        sink.task(line, &summary, description, done);
    }
}
