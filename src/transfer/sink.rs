//! What comes of a file: its tasks, and what stands in the way.

use hashbrown::HashTable;

use super::{PROBLEMS_MAX, TASKS_MAX};
use crate::sync::names::hash_of;
use crate::task::{Draft, Summary, SummaryError};

/// Says whether there is a task with this summary and this description already.
pub type Exists = Box<dyn Fn(&str, &str) -> bool>;

/// A task of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The line where it begins, from 1.
    pub line: u32,
    /// What is to be added.
    pub draft: Draft,
    /// Whether the file says that it is finished.
    pub done: bool,
    /// Whether it is there already.
    pub duplicate: Option<Duplicate>,
}

/// What a task is the same as, in summary and description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicate {
    /// A task that begins further up, in this line of the file.
    Line(u32),
    /// A task of the list ([`Exists`]).
    Existing,
}

/// Something in the file that became no task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line where it begins, from 1.
    pub line: u32,
    /// What is wrong.
    pub kind: ProblemKind,
    /// What stands there: the summary, where there is one, or else the text of the file. Empty when it is about the file
    /// as a whole.
    pub text: String,
    /// The description, where there is one.
    pub description: String,
    /// Whether the file says that it is finished.
    pub done: bool,
}

/// What is wrong with a place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// No task may be called so.
    Summary(SummaryError),
    /// The text does not follow the rules of the format.
    Syntax,
    /// It follows them, and is no task: no field that could be a summary, or running text.
    NotATask,
    /// A row has more or fewer fields than the first one.
    Ragged {
        /// How many the first row has.
        expected: usize,
        /// How many this one has.
        found: usize,
    },
    /// A quotation mark opens here, and none closes before the file ends.
    OpenQuote,
    /// The file ends in the middle of this.
    CutOff,
    /// More than [`TASK_MAX`](super::TASK_MAX) or [`YAML_TASK_MAX`](super::YAML_TASK_MAX) for one task; `text` is how it
    /// begins.
    TaskTooLarge,
    /// More than [`TASKS_MAX`] tasks; what follows was not read.
    TooManyTasks,
    /// More than [`FILE_MAX`](super::FILE_MAX); what follows was not read.
    FileTooLarge,
    /// It is no text but a picture, an archive, or another file for programs; what follows was not read.
    Binary {
        /// How many bytes stand before the one that no text has.
        byte: u64,
    },
    /// It is text in another encoding than UTF-8, or UTF-16 with its mark; what follows was not read.
    Encoding {
        /// How many bytes stand before the one that can't be read.
        byte: u64,
    },
}

impl Problem {
    /// Whether [`mended`](Self::mended) has something to give: what was too large is here only as it begins.
    pub fn is_mendable(&self) -> bool {
        self.kind != ProblemKind::TaskTooLarge && !self.text.trim().is_empty()
    }

    /// A task that has all of the text: what fits of it as the summary, and the whole in the description. `None` when
    /// there is no text.
    pub fn mended(&self) -> Option<Draft> {
        if !self.is_mendable() {
            return None;
        }
        let summary = Summary::from_typed(&Summary::from_start(&self.text)).ok()?;
        let description = if summary.as_str() == self.text.trim() {
            self.description.clone()
        } else if self.description.is_empty() {
            self.text.clone()
        } else {
            format!("{}\n\n{}", self.text, self.description)
        };
        Some(Draft { summary, description })
    }
}

/// What was in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// The tasks that can be added, in the order of the file.
    pub items: Vec<Item>,
    /// What can't, in the order of the file: the first [`PROBLEMS_MAX`].
    pub problems: Vec<Problem>,
    /// How many problems there are, with those that are not in `problems`.
    pub problem_count: usize,
    /// How many of the items are duplicates.
    pub duplicate_count: usize,
    /// How many bytes were read.
    pub bytes: u64,
}

/// Takes in what the readers of the formats find.
pub(super) struct Sink {
    pub(super) found: Imported,
    exists: Exists,
    /// The items by the hash of their text.
    seen: HashTable<(u64, usize)>,
    /// Whether nothing more is wanted.
    pub(super) is_closed: bool,
}

impl Sink {
    pub(super) fn new(exists: Exists) -> Self {
        Self {
            found: Imported::default(),
            exists,
            seen: HashTable::new(),
            is_closed: false,
        }
    }

    /// A task, if it may be called so.
    pub(super) fn task(&mut self, line: u32, summary: &str, description: String, done: bool) {
        match Summary::from_typed(summary) {
            Ok(summary) => self.item(line, Draft { summary, description }, done),
            Err(error) => self.report(Problem {
                line,
                kind: ProblemKind::Summary(error),
                text: summary.to_owned(),
                description,
                done,
            }),
        }
    }

    fn item(&mut self, line: u32, draft: Draft, done: bool) {
        let items = &mut self.found.items;
        if items.len() >= TASKS_MAX {
            self.close(line, ProblemKind::TooManyTasks);
            return;
        }
        let hash = hash_of((draft.summary.as_str(), draft.description.as_str()));
        let is_it = |(other, at): &(u64, usize)| {
            *other == hash && items.get(*at).is_some_and(|item| item.draft == draft)
        };
        let earlier = self.seen.find(hash, is_it).and_then(|(_, at)| items.get(*at));
        let duplicate = match earlier {
            Some(item) => Some(Duplicate::Line(item.line)),
            None => {
                self.seen
                    .insert_unique(hash, (hash, items.len()), |(hash, _)| *hash);
                (self.exists)(draft.summary.as_str(), &draft.description).then_some(Duplicate::Existing)
            }
        };
        self.found.duplicate_count += usize::from(duplicate.is_some());
        items.push(Item {
            line,
            draft,
            done,
            duplicate,
        });
    }

    /// Something that became no task.
    pub(super) fn problem(&mut self, line: u32, kind: ProblemKind, text: impl Into<String>) {
        self.report(Problem {
            line,
            kind,
            text: text.into(),
            description: String::new(),
            done: false,
        });
    }

    pub(super) fn report(&mut self, problem: Problem) {
        if self.is_closed {
            return;
        }
        self.found.problem_count += 1;
        if self.found.problems.len() < PROBLEMS_MAX {
            self.found.problems.push(problem);
        }
    }

    /// A problem that ends the reading. It is always told.
    pub(super) fn close(&mut self, line: u32, kind: ProblemKind) {
        self.found.problems.truncate(PROBLEMS_MAX - 1);
        self.problem(line, kind, "");
        self.is_closed = true;
    }
}
