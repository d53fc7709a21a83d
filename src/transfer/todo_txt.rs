//! todo.txt: one task a line.
//!
//! `x ` before a task says that it is done. Priorities, projects and contexts stay in the summary, where a person sees
//! them; the dates of creation and completion, which many programs put before every task, are left out.
//!
//! The description is a `description:` at the end of the line, one of the format's own `key:value` additions. A value
//! has neither white space nor a colon, so these are percent-encoded (RFC 3986, section 2.1), and so is `%`. A summary
//! that would be read as something else, such as "x marks the spot", is written in the same way, as `summary:`.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::import::Parse;
use super::lines::{Line, Lines};
use super::sink::{ProblemKind, Sink};
use super::{Entry, Format};

const SUMMARY: &str = "summary:";
const DESCRIPTION: &str = "description:";

/// Writes a task.
pub(super) fn write(task: &Entry, text: &mut String) {
    let mark = if task.done { "x " } else { "" };
    let description = match task.description {
        "" => String::new(),
        text => format!(" {DESCRIPTION}{}", encoded(text)),
    };
    let wanted = (task.summary, task.description, task.done);
    // The first of these that says what it should when it is read. A summary may itself end in what looks like a
    // description, so that an empty one makes a difference.
    let plain = [
        format!("{mark}{}{description}", task.summary),
        format!("{mark}{} {DESCRIPTION}", task.summary),
    ];
    let is_one_line = !task.summary.contains(['\0', '\r', '\n', '\u{feff}']);
    let line = plain.into_iter().find(|line| {
        let (summary, description, done) = read(line);
        let is_read = (summary.as_str(), description.as_str(), done) == wanted;
        // It may be the file's first line, by which the format is told.
        let is_told = !line.starts_with('#') && Format::guess("", line.as_bytes()) == Format::TodoTxt;
        is_one_line && is_read && is_told
    });
    match line {
        Some(line) => text.push_str(&line),
        None => {
            text.push_str(mark);
            text.push_str(SUMMARY);
            text.push_str(&encoded(task.summary));
            text.push_str(&description);
        }
    }
    text.push('\n');
}

/// A text as a value: without white space, colons and what can't be seen.
fn encoded(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_whitespace() || letter.is_control() || matches!(letter, '%' | ':' | '\u{feff}') {
            let mut bytes = [0; 4];
            value.extend(utf8_percent_encode(
                letter.encode_utf8(&mut bytes),
                NON_ALPHANUMERIC,
            ));
        } else {
            value.push(letter);
        }
    }
    value
}

/// What a value says. One that was not percent-encoded says what is written.
fn decoded(value: &str) -> String {
    percent_decode_str(value)
        .decode_utf8()
        .map_or_else(|_| value.to_owned(), |text| text.into_owned())
}

/// The summary, the description, and whether it is done.
fn read(line: &str) -> (String, String, bool) {
    let line = line.trim();
    let (done, rest) = match line.strip_prefix("x ") {
        Some(rest) => (true, rest.trim_start()),
        None => (false, line),
    };
    let last = rest.rsplit_once(char::is_whitespace);
    let (rest, description) =
        match last.and_then(|(rest, last)| Some((rest, last.strip_prefix(DESCRIPTION)?))) {
            Some((rest, value)) => (rest.trim_end(), decoded(value)),
            None => (rest, String::new()),
        };
    if let Some(value) = rest.strip_prefix(SUMMARY)
        && !value.contains(char::is_whitespace)
    {
        return (decoded(value), description, done);
    }
    let (priority, rest) = match priority(rest) {
        Some(length) => rest.split_at(length),
        None => ("", rest),
    };
    // A task that is done may have two: when it was finished, and when it was made.
    let mut rest = after_date(rest);
    if done {
        rest = after_date(rest);
    }
    (format!("{priority}{rest}"), description, done)
}

/// How long `(A) ` is, when the text begins with one.
fn priority(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'(', b'A'..=b'Z', b')', b' ', ..] => Some(4),
        _ => None,
    }
}

/// What follows the date, `2026-02-28 `, that a text begins with.
fn after_date(text: &str) -> &str {
    let is_date = text.bytes().zip(*b"dddd-dd-dd ").all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        form => byte == form,
    });
    match text.get(11..) {
        Some(rest) if is_date && !rest.trim_start().is_empty() => rest.trim_start(),
        _ => text,
    }
}

/// Reads todo.txt.
#[derive(Debug, Default)]
pub(super) struct TodoTxt {
    lines: Lines,
}

impl Parse for TodoTxt {
    fn read(&mut self, text: &str, sink: &mut Sink) {
        self.lines.read(text, &mut |line| task(line, sink));
    }

    fn end(&mut self, sink: &mut Sink) {
        self.lines.end(&mut |line| task(line, sink));
    }
}

fn task(line: Line, sink: &mut Sink) {
    if line.is_cut {
        sink.problem(line.number, ProblemKind::TaskTooLarge, line.text);
    } else if !line.text.trim().is_empty() && !sink.is_closed {
        let (summary, description, done) = read(line.text);
        sink.task(line.number, &summary, description, done);
    }
}
