//! The sentences that more than one part of the page says.

use crate::task::{SUMMARY_MAX, SummaryError};
use crate::texts::{self, transfer as said};
use crate::transfer::{Duplicate, FILE_MAX, Format, Problem, ProblemKind, TASKS_MAX};

/// A number of bytes, in whole kB or MB.
pub(super) fn size(bytes: f64) -> String {
    match bytes {
        few if few < 1e6 => said::kilobytes(&texts::number((few / 1e3).ceil() as usize)),
        many => said::megabytes(&texts::number((many / 1e6).round() as usize)),
    }
}

/// What a format is called.
pub(super) fn name(format: Format) -> &'static str {
    match format {
        Format::Json => "JSON",
        Format::Csv => said::CSV.say(),
        Format::Markdown => said::MARKDOWN.say(),
        Format::TodoTxt => "todo.txt",
        Format::Yaml => "YAML",
    }
}

/// A file that is not read because of its size.
pub(super) fn too_large() -> String {
    said::too_large(&texts::number((FILE_MAX / (1024 * 1024)) as usize))
}

/// What is wrong, and what to do where there is no button for it.
pub(super) fn problem(problem: &Problem, format: Format) -> String {
    let text = match problem.kind {
        ProblemKind::Summary(SummaryError::Empty) => said::NO_SUMMARY,
        ProblemKind::Summary(SummaryError::LineBreak) => said::LINES,
        ProblemKind::Summary(SummaryError::TooLong { characters }) => {
            return said::summary_too_long(characters, &texts::number(SUMMARY_MAX));
        }
        ProblemKind::Syntax => return said::syntax(name(format)),
        ProblemKind::NotATask => said::NOT_A_TASK,
        ProblemKind::Ragged { expected, found } => return said::ragged(found, &texts::number(expected)),
        ProblemKind::OpenQuote => said::OPEN_QUOTE,
        ProblemKind::CutOff => said::CUT_OFF,
        ProblemKind::TaskTooLarge => said::TASK_TOO_LARGE,
        ProblemKind::TooManyTasks => return said::too_many_tasks(&texts::number(TASKS_MAX)),
        ProblemKind::FileTooLarge => said::FILE_TOO_LARGE,
        ProblemKind::Binary { byte: 0..4096 } => said::BINARY,
        ProblemKind::Binary { byte } => return said::binary_from(&texts::number(byte as usize)),
        ProblemKind::Encoding { byte } => return said::encoding(&texts::number(byte as usize)),
    };
    text.say().to_owned()
}

/// What a task is the same as.
pub(super) fn duplicate(duplicate: Duplicate) -> String {
    match duplicate {
        Duplicate::Line(line) => said::same_as_line(&texts::number(line as usize)),
        Duplicate::Existing => said::EXISTING.say().to_owned(),
    }
}

/// The beginning of a text, for a person who has the whole elsewhere.
pub(super) fn start(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
