//! Import and export: tasks as files of five formats, and such files as tasks. All of it is pure and works in small
//! pieces, so that neither a file of 50 MB nor 100,000 tasks keep a page from answering.
//!
//! # Export
//!
//! A [`Writer`] is fed tasks and gives out the text that is ready:
//!
//! ```
//! # use strikethrough::transfer::{Entry, Format, Writer};
//! # let tasks = [Entry { summary: "Buy milk", description: "", done: false }];
//! let mut writer = Writer::new(Format::Markdown);
//! let mut pieces = Vec::new();
//! for some in tasks.chunks(500) {
//!     some.iter().for_each(|task| writer.add(task));
//!     pieces.push(writer.take());
//!     // Here a page takes a breath.
//! }
//! pieces.push(writer.end());
//! # assert_eq!(pieces.concat(), "- [ ] Buy milk\n");
//! ```
//!
//! # Import
//!
//! A [`Reader`] is given a file part by part, none longer than [`PART`], and says at the end what was in it:
//!
//! ```
//! # use strikethrough::transfer::{Format, PART, Reader};
//! # let file = b"summary\nBuy milk\n";
//! let format = Format::guess("tasks.csv", &file[..]);
//! let mut reader = Reader::new(format, Box::new(|_summary, _description| false));
//! for part in file.chunks(PART) {
//!     if !reader.read(part) {
//!         break; // What follows is of no use; `end` says why.
//!     }
//!     // Here a page takes a breath, and shows `reader.so_far()`.
//! }
//! let imported = reader.end();
//! # assert_eq!(imported.items[0].draft.summary.as_str(), "Buy milk");
//! ```
//!
//! A page reads the file itself in larger slices (`Blob.slice`), so that it is never in memory as a whole. One call does
//! work for one part and, at most, for one task of [`TASK_MAX`] that ends in it.
//!
//! # What holds for every format
//!
//! - What was exported is imported exactly: any summary that [`Summary`](crate::task::Summary) allows and any
//!   description of any Unicode text. How a format gets there is told in its module.
//! - A file is UTF-8, with or without a byte order mark, or UTF-16 with one. At the first byte that is neither it is
//!   put aside, and what was read until then is offered.
//! - No task is dropped in silence: what can't be taken is a [`Problem`] with its line, its text, and, by
//!   [`Problem::mended`], a task to be made of it all the same. Fields that a task has here no place for, such as a
//!   priority in a column of its own, are left out.

mod csv;
mod decode;
mod export;
mod fields;
mod format;
mod import;
mod json;
mod lines;
mod markdown;
mod sink;
mod todo_txt;
mod yaml;

pub use export::{Entry, Writer};
pub use format::Format;
pub use import::{Reader, SoFar};
pub use sink::{Duplicate, Exists, Imported, Item, Problem, ProblemKind};

#[cfg(test)]
mod tests;

/// The most bytes to give to [`Reader::read`] at once: 16 KiB. Many small tasks in YAML take the longest, some 2 ms of a
/// desktop's processor; a page reads parts until its slice of time is over.
pub const PART: usize = 16 * 1024;

/// The most bytes that a file may have: 64 MiB. A page asks for the file's size before it reads one.
pub const FILE_MAX: u64 = 64 * 1024 * 1024;

/// The most bytes that one task may take in a file, as UTF-8: 2 MiB, so that a description of a megabyte, which the
/// bundled server takes, fits with its escapes. It is read in one go, so that this bounds how long that takes. In YAML,
/// which takes the longest to read, it is [half of that](YAML_TASK_MAX).
pub const TASK_MAX: usize = 2 * 1024 * 1024;

/// The same for YAML: 1 MiB, and at most 10,000 values.
pub const YAML_TASK_MAX: usize = 1024 * 1024;

/// The most tasks of one file: twice as many as the app is measured with.
pub const TASKS_MAX: usize = 200_000;

/// The most problems whose text is kept; further ones are only counted ([`Imported::problem_count`]). A file with more is
/// in another format than was said.
pub const PROBLEMS_MAX: usize = 1_000;
