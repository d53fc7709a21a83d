//! What a task is made of, and the rule for its summary.

use std::fmt;

/// The most Unicode scalar values that a summary may have: "under 120 characters" in the contract.
pub const SUMMARY_MAX: usize = 119;

/// The characters that end a line: LF, CR, and Unicode's NEL, LINE SEPARATOR and PARAGRAPH SEPARATOR.
const LINE_BREAKS: [char; 5] = ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

/// The text of a task, checked: whoever holds one may store it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// One line.
    pub summary: Summary,
    /// Free text of any length, possibly empty.
    pub description: String,
}

/// One line of 1 to [`SUMMARY_MAX`] Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary(String);

impl Summary {
    /// Checks a text.
    ///
    /// # Errors
    /// Everything that is wrong with it, at least one entry.
    pub fn new(text: String) -> Result<Self, Vec<SummaryError>> {
        let errors = SummaryError::all_in(&text);
        if errors.is_empty() {
            Ok(Self(text))
        } else {
            Err(errors)
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text can't be a summary. Its `Display` is a sentence for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryError {
    /// There is not one character.
    Empty,
    /// There are this many Unicode scalar values, more than [`SUMMARY_MAX`].
    TooLong(usize),
    /// There is a CR, LF, U+0085, U+2028 or U+2029.
    LineBreak,
}

impl SummaryError {
    fn all_in(summary: &str) -> Vec<Self> {
        let length = summary.chars().count();
        let mut errors = Vec::new();
        if length == 0 {
            errors.push(Self::Empty);
        }
        if length > SUMMARY_MAX {
            errors.push(Self::TooLong(length));
        }
        if summary.contains(LINE_BREAKS) {
            errors.push(Self::LineBreak);
        }
        errors
    }
}

impl fmt::Display for SummaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("The summary is empty."),
            Self::TooLong(length) => write!(
                f,
                "The summary has {length} characters; at most {SUMMARY_MAX} fit."
            ),
            Self::LineBreak => f.write_str("The summary contains a line break."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(summary: &str, expected: &[SummaryError]) {
        let errors = Summary::new(summary.to_owned()).err().unwrap_or_default();
        assert_eq!(errors, expected, "{summary:?}");
    }

    #[test]
    fn length_is_counted_in_scalar_values() {
        check("", &[SummaryError::Empty]);
        check("x", &[]);
        check(" ", &[]);
        check(&"👋".repeat(119), &[]);
        check(&"👋".repeat(120), &[SummaryError::TooLong(120)]);
    }

    #[test]
    fn every_line_break_is_found() {
        for line_break in LINE_BREAKS {
            check(&format!("a{line_break}b"), &[SummaryError::LineBreak]);
        }
        // Other control characters are text like any other.
        check("a\u{b}\u{c}\tb\0", &[]);
    }

    #[test]
    fn all_errors_are_reported_at_once() {
        check(
            &"\n".repeat(130),
            &[SummaryError::TooLong(130), SummaryError::LineBreak],
        );
    }
}
