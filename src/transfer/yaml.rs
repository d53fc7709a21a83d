//! YAML (1.2.2): a sequence of texts or mappings, or a mapping around one (`tasks:`).
//!
//! `saphyr-parser` reads it: 23 kB of brotli on a page that loads on demand, where a reader of our own for quotes,
//! folded text and block scalars would be 4 kB and wrong sooner or later. Two others are larger by half or more.
//!
//! It reads a document as a whole and stops at the first error. So the file is first divided by its lines: an entry
//! of a block sequence begins with `-` at its indentation, and every line of it is indented further, also within quotes
//! and block scalars (section 8.2.1). Each entry is then a document by itself, in which an error harms no other. An
//! anchor therefore reaches no further than its entry. Whatever is not in such a sequence is read as one document.
//!
//! Written are double-quoted scalars, which JSON's escapes are a part of (section 5.7), and for a description of
//! several lines without anything unusual in it a literal block, which a person can read.

mod document;

use document::give;

use super::fields;
use super::import::Parse;
use super::lines::{Line, Lines};
use super::sink::Sink;
use super::{Entry, YAML_TASK_MAX};
use crate::api::codec::encode;

/// Writes a task.
pub(super) fn write(task: &Entry, text: &mut String) {
    text.push_str("- summary: ");
    text.push_str(&quoted(task.summary));
    if is_plain_block(task.description) {
        text.push_str("\n  description: |-");
        for line in task.description.split('\n') {
            text.push('\n');
            if !line.is_empty() {
                text.push_str("    ");
                text.push_str(line);
            }
        }
    } else if !task.description.is_empty() {
        text.push_str("\n  description: ");
        text.push_str(&quoted(task.description));
    }
    if task.done {
        text.push_str("\n  done: true");
    }
    text.push('\n');
}

/// What a reader may take for the end of a line, or for nothing, or refuse (section 5.1).
fn is_unusual(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn quoted(text: &str) -> String {
    let json = encode(&text).unwrap_or_default();
    if !json.contains(is_unusual) {
        return json;
    }
    let mut quoted = String::with_capacity(json.len());
    for letter in json.chars() {
        match is_unusual(letter) {
            true => quoted.push_str(&format!("\\u{:04x}", u32::from(letter))),
            false => quoted.push(letter),
        }
    }
    quoted
}

/// Whether a literal block says exactly this, whoever reads it.
fn is_plain_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with('\n')
        && !text.ends_with('\n')
        && text.split('\n').all(|line| {
            let is_blank = !line.is_empty() && line.trim().is_empty();
            !is_blank && !line.starts_with('\t') && !line.contains(is_unusual)
        })
        && !text.starts_with(' ')
}

/// Reads YAML.
#[derive(Debug, Default)]
pub(super) struct Yaml {
    lines: Lines,
    parts: Parts,
}

impl Parse for Yaml {
    fn read(&mut self, text: &str, sink: &mut Sink) {
        let parts = &mut self.parts;
        self.lines.read(text, &mut |line| parts.line(line, sink));
    }

    fn end(&mut self, sink: &mut Sink) {
        let parts = &mut self.parts;
        self.lines.end(&mut |line| parts.line(line, sink));
        parts.end_document(true, sink);
    }
}

/// Lines that are a document by themselves.
#[derive(Debug, Default)]
struct Part {
    line: u32,
    text: String,
    is_too_large: bool,
}

impl Part {
    fn add(&mut self, line: Line) {
        if self.text.is_empty() {
            self.line = line.number;
        }
        self.is_too_large |= line.is_cut || self.text.len() + line.text.len() >= YAML_TASK_MAX;
        if !self.is_too_large || self.text.is_empty() {
            self.text.push_str(line.text);
            self.text.push('\n');
        }
    }
}

/// Divides a file into documents.
#[derive(Debug, Default)]
struct Parts {
    /// What is not in a sequence.
    outer: Part,
    /// An entry of the sequence.
    entry: Part,
    /// How far the entries are indented, in a sequence.
    indent: Option<usize>,
    /// Whether a sequence of tasks may begin here: its name was the last line.
    is_named: bool,
    /// Whether the sequence of tasks was inside a mapping.
    is_inside: bool,
}

impl Parts {
    fn line(&mut self, line: Line, sink: &mut Sink) {
        if sink.is_closed {
            return;
        }
        let content = line.text.trim_start_matches(' ');
        let indent = line.text.len() - content.len();
        let is_blank = content.trim().is_empty() || content.starts_with('#');
        let is_entry = content == "-" || content.starts_with("- ") || content.starts_with("-\t");
        if let Some(text) = document_mark(line.text) {
            self.end_document(false, sink);
            if !text.is_empty() {
                self.line(Line { text, ..line }, sink);
            }
            return;
        }
        if let Some(list) = self.indent {
            if is_entry && indent == list {
                give(&mut self.entry, false, sink);
            } else if !is_blank && indent <= list {
                give(&mut self.entry, false, sink);
                self.indent = None;
            }
            if self.indent.is_some() {
                self.entry.add(line);
                return;
            }
        }
        if is_blank {
            if !self.outer.text.is_empty() {
                self.outer.add(line);
            }
        } else if is_entry && (self.is_named || self.outer.text.is_empty()) {
            self.indent = Some(indent);
            self.is_inside |= self.is_named;
            self.entry.add(line);
        } else if !(line.text.starts_with('%') && self.outer.text.is_empty()) {
            let name = content.split_once(':').filter(|(_, rest)| is_nothing(rest));
            self.is_named =
                indent == 0 && name.is_some_and(|(name, _)| fields::is_list(name.trim_matches(['"', '\''])));
            self.outer.add(line);
        }
    }

    fn end_document(&mut self, is_last: bool, sink: &mut Sink) {
        let in_list = self.indent.take().is_some();
        give(&mut self.entry, is_last, sink);
        (self.is_named, self.entry) = (false, Part::default());
        if std::mem::take(&mut self.is_inside) {
            // What else the mapping has is no task.
            self.outer = Part::default();
        } else {
            give(&mut self.outer, is_last && !in_list, sink);
        }
    }
}

/// What follows the mark that begins or ends a document (section 9.1), on its line.
fn document_mark(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."))?;
    let is_mark = rest.is_empty() || rest.starts_with([' ', '\t']);
    is_mark.then(|| if is_nothing(rest) { "" } else { rest.trim() })
}

fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || text.starts_with('#')
}
