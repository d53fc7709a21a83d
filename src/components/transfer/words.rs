//! The sentences that more than one part of the page says.

pub(super) use super::super::count::{count, tasks};
use crate::task::{SUMMARY_MAX, SummaryError};
use crate::transfer::{Duplicate, FILE_MAX, Format, Problem, ProblemKind, TASKS_MAX};

/// A number of bytes, in whole kB or MB.
pub(super) fn size(bytes: f64) -> String {
    match bytes {
        few if few < 1e6 => format!("{:.0} kB", (few / 1e3).ceil()),
        many => format!("{:.0} MB", many / 1e6),
    }
}

/// What a format is called.
pub(super) fn name(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON",
        Format::Csv => "CSV (spreadsheet)",
        Format::Markdown => "Markdown checklist",
        Format::TodoTxt => "todo.txt",
        Format::Yaml => "YAML",
    }
}

/// A file that is not read because of its size.
pub(super) fn too_large() -> String {
    let most = FILE_MAX / (1024 * 1024);
    format!("This file has more than {most} MB, so that nothing of it was read. Divide it into smaller ones.")
}

/// What is wrong, and what to do where there is no button for it.
pub(super) fn problem(problem: &Problem, format: Format) -> String {
    let name = name(format);
    match problem.kind {
        ProblemKind::Summary(SummaryError::Empty) => "This has no summary.".to_owned(),
        ProblemKind::Summary(SummaryError::LineBreak) => "The summary has more than one line.".to_owned(),
        ProblemKind::Summary(SummaryError::TooLong { characters }) => {
            format!("The summary has {characters} characters, and at most {SUMMARY_MAX} fit.")
        }
        ProblemKind::Syntax => format!("This is not written as {name} has to be."),
        ProblemKind::NotATask => "This is no task.".to_owned(),
        ProblemKind::Ragged { expected, found } => {
            let found = count(found, "field", "fields");
            format!("This row has {found}, and the first row has {expected}.")
        }
        ProblemKind::OpenQuote => "A quotation mark opens here, and none closes it.".to_owned(),
        ProblemKind::CutOff => "The file ends in the middle of this.".to_owned(),
        ProblemKind::TaskTooLarge => "This is too long for one task. It begins with:".to_owned(),
        ProblemKind::TooManyTasks => {
            format!("From here on nothing was read: one import takes at most {TASKS_MAX} tasks. Divide the file.")
        }
        ProblemKind::FileTooLarge => {
            "From here on nothing was read: the file is too large. Divide it.".to_owned()
        }
        ProblemKind::Binary { byte: 0..4096 } => {
            "This is no text: a picture, an archive, or another file for programs. Where it comes from there may be an export as CSV or JSON.".to_owned()
        }
        ProblemKind::Binary { byte } => {
            format!("From byte {byte} on this is no text, and was not read. The file may be damaged.")
        }
        ProblemKind::Encoding { byte } => format!(
            "From byte {byte} on the text is in another encoding than UTF-8, and was not read. Save the file as UTF-8, and import it again."
        ),
    }
}

/// What a task is the same as.
pub(super) fn duplicate(duplicate: Duplicate) -> String {
    match duplicate {
        Duplicate::Line(line) => format!("Same as line {line}"),
        Duplicate::Existing => "Already on your list".to_owned(),
    }
}

/// The beginning of a text, for a person who has the whole elsewhere.
pub(super) fn start(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
