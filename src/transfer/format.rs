//! Which formats there are, and which one a file is in.

use super::decode::Decoder;
use super::fields;

/// A format in which tasks go out and come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An array of objects (RFC 8259).
    Json,
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A list with boxes (GitHub Flavored Markdown, "task list items").
    Markdown,
    /// One task a line (github.com/todotxt/todo.txt).
    TodoTxt,
    /// A sequence of mappings (YAML 1.2.2).
    Yaml,
}

impl Format {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Json, Self::Csv, Self::Markdown, Self::TodoTxt, Self::Yaml];

    /// What a file's name ends in, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::TodoTxt => "txt",
            Self::Yaml => "yaml",
        }
    }

    /// The media type, as RFC 8259, RFC 4180, RFC 7763 and RFC 9512 register them; todo.txt has none of its own.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Markdown => "text/markdown;charset=utf-8",
            Self::TodoTxt => "text/plain;charset=utf-8",
            Self::Yaml => "application/yaml",
        }
    }

    /// The format a file is most likely in: by the ending of its name, or, where that says nothing, by how it begins.
    /// `start` may be cut anywhere; a few hundred bytes are enough. Text of any other kind is todo.txt, where every line
    /// is a task.
    pub fn guess(name: &str, start: &[u8]) -> Self {
        let ending = name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("json" | "jsonl" | "ndjson") => Self::Json,
            Some("csv" | "tsv") => Self::Csv,
            Some("md" | "markdown" | "mkd") => Self::Markdown,
            Some("yaml" | "yml") => Self::Yaml,
            _ => {
                let mut text = String::new();
                // What can't be read is said when the file is read.
                let mut decoder = Decoder::default();
                let _ = decoder.read(start, &mut text);
                let _ = decoder.end(&mut text);
                Self::of_text(&text)
            }
        }
    }

    fn of_text(text: &str) -> Self {
        let mut lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().unwrap_or_default();
        // `[` alone would also be a box.
        let json = first.strip_prefix('[').unwrap_or(first).trim_start();
        let is_json = first.starts_with('{')
            || matches!(first, "[" | "[]")
            || (json != first && json.starts_with(['"', '{']));
        let entry = first
            .strip_prefix(['-', '*', '+'])
            .filter(|rest| rest.starts_with(' '));
        if is_json {
            Self::Json
        } else if first.starts_with("---") || first.starts_with("%YAML") {
            Self::Yaml
        } else if let Some(entry) = entry.map(str::trim_start) {
            let name = entry.split_once(": ").map(|(name, _)| name);
            let is_map = name.is_some_and(|name| fields::known(name).is_some());
            if first.starts_with('-') && (is_map || entry.starts_with('"')) {
                Self::Yaml
            } else {
                Self::Markdown
            }
        } else if fields::is_list(first.trim_end_matches(':')) && first.ends_with(':') {
            Self::Yaml
        } else if first.split([',', ';', '\t']).count() > 1
            && first
                .split([',', ';', '\t'])
                .any(|name| fields::known(name.trim_matches('"')).is_some())
        {
            Self::Csv
        } else if text.trim_start().starts_with("# ") {
            Self::Markdown
        } else {
            Self::TodoTxt
        }
    }
}
