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

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::fields::{self, Fields};
use super::import::Parse;
use super::lines::{Line, Lines};
use super::sink::{ProblemKind, Sink};
use super::{Entry, TASK_MAX};
use crate::api::codec::encode;

/// How deep a document may be nested. A task is two levels deep.
const DEPTH_MAX: usize = 32;

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
        self.is_too_large |= line.is_cut || self.text.len() + line.text.len() >= TASK_MAX;
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
    /// Whether the document had a sequence of tasks.
    had_list: bool,
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
            self.had_list = true;
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
        if std::mem::take(&mut self.had_list) {
            // What is around a list is no task.
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

/// What a document says, as far as tasks go.
#[derive(Debug)]
enum Node {
    /// Nothing, in one of its spellings.
    Null,
    Text(String),
    List(Vec<(u32, Node)>),
    /// Names and values, the one after the other.
    Map(Vec<(u32, Node)>),
}

/// Gives the tasks of a part to `sink`.
fn give(part: &mut Part, is_last: bool, sink: &mut Sink) {
    let Part {
        line,
        text,
        is_too_large,
    } = std::mem::take(part);
    let shown = text.trim_end();
    if shown.is_empty() {
        return;
    }
    if is_too_large {
        sink.problem(line, ProblemKind::TaskTooLarge, shown);
        return;
    }
    let line_at = |at: u32| line.saturating_add(at).saturating_sub(1);
    let lists: Vec<Vec<(u32, Node)>> = match parse(&text) {
        Some(Node::List(entries)) => vec![entries],
        Some(Node::Map(values)) if values.chunks(2).any(is_list) => values
            .into_iter()
            .filter_map(|(_, value)| match value {
                Node::List(entries) => Some(entries),
                _ => None,
            })
            .collect(),
        Some(node @ Node::Map(_)) => return task(line, node, shown, sink),
        Some(Node::Null) => return,
        Some(Node::Text(_)) => return sink.problem(line, ProblemKind::NotATask, shown),
        None if is_last => return sink.problem(line, ProblemKind::CutOff, shown),
        None => return sink.problem(line, ProblemKind::Syntax, shown),
    };
    if lists.iter().map(Vec::len).sum::<usize>() == 1 {
        let only = lists.into_iter().flatten().next();
        return only.map_or((), |(_, node)| task(line, node, shown, sink));
    }
    // Of several, each is shown by the line where it begins.
    let lines: Vec<_> = text.lines().collect();
    for (at, node) in lists.into_iter().flatten() {
        let shown = lines.get(at.saturating_sub(1) as usize).copied();
        task(line_at(at), node, shown.unwrap_or_default(), sink);
    }
}

/// Whether this is a name with a list of tasks.
fn is_list(pair: &[(u32, Node)]) -> bool {
    matches!(pair, [(_, Node::Text(name)), (_, Node::List(_))] if fields::is_list(name))
}

fn task(line: u32, node: Node, shown: &str, sink: &mut Sink) {
    match node {
        Node::Text(summary) => sink.task(line, &summary, String::new(), false),
        Node::Map(values) => {
            let mut found = Fields::default();
            let mut values = values.into_iter().map(|(_, node)| node);
            while let (Some(name), Some(value)) = (values.next(), values.next()) {
                if let (Node::Text(name), Some(value)) = (name, text_of(value)) {
                    found.set(&name, value);
                }
            }
            found.give(line, shown, sink);
        }
        Node::Null => sink.task(line, "", String::new(), false),
        Node::List(_) => sink.problem(line, ProblemKind::NotATask, shown),
    }
}

/// A value as text: a list of texts is one a line.
fn text_of(value: Node) -> Option<String> {
    match value {
        Node::Text(text) => Some(text),
        Node::List(entries) => {
            let lines: Option<Vec<_>> = entries.into_iter().map(|(_, node)| text_of(node)).collect();
            lines.map(|lines| lines.join("\n"))
        }
        Node::Null | Node::Map(_) => None,
    }
}

/// Reads a document, if it is one. Where exactly it is not, a person sees soonest at its beginning.
fn parse(text: &str) -> Option<Node> {
    let mut open: Vec<(u32, Node)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let line = line_of(span.start.line());
        let node = match event {
            Event::SequenceStart(..) => {
                open.push((line, Node::List(Vec::new())));
                None
            }
            Event::MappingStart(..) => {
                open.push((line, Node::Map(Vec::new())));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop(),
            Event::Scalar(text, style, ..) => Some((line, scalar(&text, style))),
            Event::Alias(_) => Some((line, Node::Null)),
            _ => None,
        };
        if open.len() > DEPTH_MAX {
            return None;
        }
        let Some(node) = node else { continue };
        match open.last_mut() {
            Some((_, Node::List(nodes) | Node::Map(nodes))) => nodes.push(node),
            // Nothing follows the outermost one: each document is read by itself.
            _ => return Some(node.1),
        }
    }
    Some(Node::Null)
}

fn line_of(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn scalar(text: &str, style: ScalarStyle) -> Node {
    if style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        Node::Null
    } else {
        Node::Text(text.to_owned())
    }
}
