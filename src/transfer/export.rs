//! Tasks to text.

use super::{Format, csv, json, markdown, todo_txt, yaml};

/// A task to be written. Its summary is what the list shows, also if no new task could be called so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The one line shown in the list.
    pub summary: &'a str,
    /// Free text of any length, may be empty.
    pub description: &'a str,
    /// Whether it is finished.
    pub done: bool,
}

/// Writes one file. What is ready can be taken out at any time; the pieces, one after the other, are the file in UTF-8.
#[derive(Debug)]
pub struct Writer {
    format: Format,
    text: String,
    has_any: bool,
}

impl Writer {
    /// A file of no tasks yet.
    pub fn new(format: Format) -> Self {
        let text = match format {
            Format::Csv => csv::HEAD.to_owned(),
            _ => String::new(),
        };
        Self {
            format,
            text,
            has_any: false,
        }
    }

    /// Writes a task.
    pub fn add(&mut self, task: &Entry) {
        let text = &mut self.text;
        match self.format {
            Format::Json => {
                text.push_str(if self.has_any { ",\n" } else { "[\n" });
                json::write(task, text);
            }
            Format::Csv => csv::write(task, text),
            Format::Markdown => markdown::write(task, text),
            Format::TodoTxt => todo_txt::write(task, text),
            Format::Yaml => yaml::write(task, text),
        }
        self.has_any = true;
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// The end of the file.
    pub fn end(mut self) -> String {
        match (self.format, self.has_any) {
            (Format::Json, true) => self.text.push_str("\n]\n"),
            (Format::Json | Format::Yaml, false) => self.text.push_str("[]\n"),
            _ => {}
        }
        self.text
    }
}
