//! A Markdown checklist: `- [ ] summary`, and the description below it, indented as CommonMark wants what belongs to an
//! item (section 5.2), so that it is shown as Markdown of its own.
//!
//! A description stands there as it is, line by line; a line without text has its indentation all the same, so that
//! none is lost at the end. Three characters can't stand there and are written as character references (CommonMark,
//! section 2.5): LF in a summary, CR, which would end a line, and NUL. What looks like one of these references gets an
//! `amp;` more.
//!
//! In reading, `*`, `+` and numbers begin items too, with or without a box. Lists in an item belong to its description.
//! Headings, rules and comments of one line are passed over; running text is a problem.

use super::import::Parse;
use super::lines::{Line, Lines};
use super::sink::{ProblemKind, Sink};
use super::{Entry, TASK_MAX};

/// Writes a task.
pub(super) fn write(task: &Entry, text: &mut String) {
    text.push_str(if task.done { "- [x] " } else { "- [ ] " });
    text.push_str(&escaped(task.summary).replace('\n', "&#10;"));
    text.push('\n');
    if task.description.is_empty() {
        return;
    }
    for line in escaped(task.description).split('\n') {
        text.push_str("  ");
        text.push_str(line);
        text.push('\n');
    }
}

fn escaped(text: &str) -> String {
    references(text, &|_, extra| format!("&amp;{extra}"))
        .replace('\r', "&#13;")
        .replace('\0', "&#0;")
}

fn unescaped(text: &str) -> String {
    references(
        text,
        &|reference, extra| match (extra.strip_prefix("amp;"), reference) {
            (Some(rest), _) => format!("&{rest}"),
            (None, "#13;") => "\r".to_owned(),
            (None, "#10;") => "\n".to_owned(),
            (None, _) => "\0".to_owned(),
        },
    )
}

/// Puts something else in the place of each `&#13;`, `&amp;#13;`, `&amp;amp;#13;` and so on. `other` is given the
/// reference at the end and all that follows the `&`.
fn references(text: &str, other: &dyn Fn(&str, &str) -> String) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        changed.push_str(before);
        let extra = from.get(1..).unwrap_or_default();
        let end = extra.trim_start_matches("amp;");
        match ["#13;", "#10;", "#0;"]
            .into_iter()
            .find(|name| end.starts_with(name))
        {
            Some(name) => {
                let length = extra.len() - end.len() + name.len();
                let (extra, after) = extra.split_at(length);
                changed.push_str(&other(name, extra));
                rest = after;
            }
            None => {
                let (passed, after) = from.split_at(1 + extra.len() - end.len());
                changed.push_str(passed);
                rest = after;
            }
        }
    }
    changed.push_str(rest);
    changed
}

/// An item whose lines are being read.
#[derive(Debug)]
struct Open {
    line: u32,
    summary: String,
    done: bool,
    description: String,
    has_description: bool,
    /// Lines without anything, which belong to it when something follows.
    blank: usize,
    /// How many columns the text of its lines is indented.
    indent: usize,
    is_too_large: bool,
}

impl Open {
    fn add(&mut self, text: &str) {
        let more = self.blank + text.len() + 1;
        if self.description.len() + more > TASK_MAX {
            self.is_too_large = true;
            return;
        }
        let ends = std::mem::take(&mut self.blank) + usize::from(self.has_description);
        self.description.extend(std::iter::repeat_n('\n', ends));
        self.has_description = true;
        self.description.push_str(text);
    }
}

/// Reads a checklist.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    lines: Lines,
    item: Option<Open>,
}

impl Parse for Markdown {
    fn read(&mut self, text: &str, sink: &mut Sink) {
        let item = &mut self.item;
        self.lines.read(text, &mut |line| read(line, item, sink));
    }

    fn end(&mut self, sink: &mut Sink) {
        let item = &mut self.item;
        self.lines.end(&mut |line| read(line, item, sink));
        give(item, sink);
    }
}

fn give(item: &mut Option<Open>, sink: &mut Sink) {
    let Some(item) = item.take() else { return };
    if item.is_too_large {
        sink.problem(item.line, ProblemKind::TaskTooLarge, item.summary);
    } else if !sink.is_closed {
        let (summary, description) = (unescaped(&item.summary), unescaped(&item.description));
        sink.task(item.line, &summary, description, item.done);
    }
}

fn read(line: Line, item: &mut Option<Open>, sink: &mut Sink) {
    let text = line.text;
    let content = text.trim_start_matches([' ', '\t']);
    let indent = text.len() - content.len();
    if let Some(item) = item {
        let is_inside = text.starts_with('\t')
            || text.bytes().take(item.indent).filter(|b| *b == b' ').count() == item.indent;
        if is_inside {
            item.is_too_large |= line.is_cut;
            let inner = text.strip_prefix('\t').or_else(|| text.get(item.indent..));
            item.add(inner.unwrap_or_default());
            return;
        }
        if content.is_empty() {
            // Before the description they are nothing.
            item.blank += usize::from(item.has_description);
            return;
        }
    }
    if content.is_empty() {
        return;
    }
    if line.is_cut {
        give(item, sink);
        sink.problem(line.number, ProblemKind::TaskTooLarge, text);
    } else if is_passed_over(content) {
        give(item, sink);
    } else if let Some((marker, rest)) = marker(content) {
        give(item, sink);
        let (done, summary) = boxed(rest);
        *item = Some(Open {
            line: line.number,
            summary: summary.to_owned(),
            done: done.unwrap_or(false),
            description: String::new(),
            has_description: false,
            blank: 0,
            indent: indent + marker,
            is_too_large: false,
        });
    } else if let (Some(item), 1..) = (item.as_mut(), indent) {
        // Indented by less than it should be.
        item.add(content);
    } else {
        give(item, sink);
        sink.problem(line.number, ProblemKind::NotATask, text);
    }
}

/// What gives a list its shape and has nothing to do: headings, rules, comments.
fn is_passed_over(content: &str) -> bool {
    let is_heading = content.trim_start_matches('#').starts_with([' ', '\t']) && content.starts_with('#');
    let mut marks = content.chars().filter(|letter| !letter.is_whitespace());
    let first = marks.next().unwrap_or_default();
    let is_rule = "-*_=".contains(first) && marks.clone().count() >= 2 && marks.all(|mark| mark == first);
    is_heading || is_rule || (content.starts_with("<!--") && content.trim_end().ends_with("-->"))
}

/// How wide the marker of an item is, with the space after it, and what follows.
fn marker(content: &str) -> Option<(usize, &str)> {
    let digits = content.bytes().take(9).take_while(u8::is_ascii_digit).count();
    let after = match digits {
        0 if matches!(boxed(content), (Some(_), _)) => return Some((2, content)),
        0 => content.strip_prefix(['-', '*', '+'])?,
        _ => content.get(digits..)?.strip_prefix(['.', ')'])?,
    };
    let width = content.len() - after.len() + 1;
    match after.strip_prefix([' ', '\t']) {
        Some(rest) => Some((width, rest)),
        None => after.is_empty().then_some((width, after)),
    }
}

/// Whether the box that a text begins with is ticked, if it begins with one, and what follows.
fn boxed(text: &str) -> (Option<bool>, &str) {
    let text = text.trim_start();
    let bytes = text.as_bytes();
    let done = match bytes {
        [b'[', b' ', b']', ..] => false,
        [b'[', b'x' | b'X', b']', ..] => true,
        _ => return (None, text),
    };
    match text.get(3..) {
        Some(rest) if rest.is_empty() || rest.starts_with([' ', '\t']) => (Some(done), rest.trim_start()),
        _ => (None, text),
    }
}
