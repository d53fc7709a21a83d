//! One document to its tasks.

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::Part;
use crate::transfer::fields::{self, Fields};
use crate::transfer::sink::{ProblemKind, Sink};

/// How deep a document may be nested. A task is two levels deep.
const DEPTH_MAX: usize = 32;

/// The most values and brackets in one document. Each takes the parser as long as a hundred bytes of text.
const EVENTS_MAX: usize = 10_000;

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
pub(super) fn give(part: &mut Part, is_last: bool, sink: &mut Sink) {
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
        Ok(Node::List(entries)) => vec![entries],
        Ok(Node::Map(values)) if values.chunks(2).any(is_list) => values
            .into_iter()
            .filter_map(|(_, value)| match value {
                Node::List(entries) => Some(entries),
                _ => None,
            })
            .collect(),
        Ok(node @ Node::Map(_)) => return task(line, node, shown, sink),
        Ok(Node::Null) => return,
        Ok(Node::Text(_)) => return sink.problem(line, ProblemKind::NotATask, shown),
        Err(ProblemKind::Syntax) if is_last => return sink.problem(line, ProblemKind::CutOff, shown),
        Err(kind) => return sink.problem(line, kind, shown),
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
fn parse(text: &str) -> Result<Node, ProblemKind> {
    let mut open: Vec<(u32, Node)> = Vec::new();
    for (count, event) in Parser::new_from_str(text).enumerate() {
        let (event, span) = event.map_err(|_| ProblemKind::Syntax)?;
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
        if open.len() > DEPTH_MAX || count > EVENTS_MAX {
            return Err(ProblemKind::TaskTooLarge);
        }
        let Some(node) = node else { continue };
        match open.last_mut() {
            Some((_, Node::List(nodes) | Node::Map(nodes))) => nodes.push(node),
            // Nothing follows the outermost one: each document is read by itself.
            _ => return Ok(node.1),
        }
    }
    Ok(Node::Null)
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
