//! JSON: what other programs write as a list of tasks, read element by element.
//!
//! Taken are an array of strings or objects, an object around such an array (`{"tasks": […]}`), and objects one after
//! the other (JSON Lines). One element that can't be read is one problem; its brackets say where the next one begins.
//! A file that breaks off offers every element before.

use serde_json::value::RawValue;

use super::fields::{self, Fields};
use super::import::Parse;
use super::sink::{ProblemKind, Sink};
use super::{Entry, TASK_MAX};
use crate::api::codec::{Members, decode, encode};

/// Writes a task. JSON has a way to write any text.
pub(super) fn write(task: &Entry, text: &mut String) {
    text.push_str("{\"summary\":");
    text.push_str(&encode(&task.summary).unwrap_or_default());
    text.push_str(",\"description\":");
    text.push_str(&encode(&task.description).unwrap_or_default());
    if task.done {
        text.push_str(",\"done\":true");
    }
    text.push('}');
}

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Place {
    /// Outside of everything.
    #[default]
    Root,
    /// Outside of everything, in something that is no JSON.
    Rubbish,
    /// In an object that may be a task, or have a list of tasks.
    Object,
    /// In a list of tasks.
    List,
}

/// Reads JSON.
#[derive(Debug, Default)]
pub(super) struct Json {
    place: Place,
    /// How many lines have ended.
    lines: u32,
    /// Whether a value has begun, in which line, and its text so far.
    is_open: bool,
    began: u32,
    value: String,
    /// Whether it is longer than a task may be.
    is_too_large: bool,
    /// Brackets and braces that are open in the value.
    depth: u32,
    in_text: bool,
    is_escaped: bool,
    /// The text that stands last in the object: the name of a member, if a colon follows.
    name: String,
    is_after_name: bool,
    /// Whether the list is inside an object.
    is_inside: bool,
    /// Whether the object had a list, so that it is no task itself.
    had_list: bool,
}

impl Parse for Json {
    fn read(&mut self, text: &str, sink: &mut Sink) {
        // Where in this piece the value begins, or goes on.
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                self.lines = self.lines.saturating_add(1);
            }
            if self.in_text {
                self.text_byte(byte);
            } else if !byte.is_ascii_whitespace() {
                if !self.is_open {
                    self.is_open = true;
                    self.began = self.lines.saturating_add(1);
                    from = at;
                }
                let so_far = (text, from, at);
                match self.place {
                    Place::Root => self.root(byte),
                    Place::Rubbish => {}
                    Place::Object => self.object(byte, so_far, sink),
                    Place::List => self.list(byte, so_far, sink),
                }
            } else if byte == b'\n' && self.place == Place::Rubbish {
                self.keep(text.get(from..at));
                self.rubbish(sink);
            }
            if sink.is_closed {
                return;
            }
        }
        if self.is_open {
            self.keep(text.get(from..));
        }
    }

    fn end(&mut self, sink: &mut Sink) {
        let line = match self.is_open {
            true => self.began,
            false => self.lines.saturating_add(1),
        };
        match self.place {
            Place::Root => return,
            Place::Rubbish => return self.rubbish(sink),
            Place::Object if self.had_list => self.forget(),
            Place::List if Self::is_whole(&self.value) => self.element(sink),
            Place::Object | Place::List => {}
        }
        sink.problem(line, ProblemKind::CutOff, self.value.trim());
    }
}

impl Json {
    fn text_byte(&mut self, byte: u8) {
        if self.is_escaped {
            self.is_escaped = false;
        } else if byte == b'\\' {
            self.is_escaped = true;
        } else if byte == b'"' {
            self.in_text = false;
            return;
        }
        // No name that means something is as long as that, or has a letter beyond ASCII.
        if self.place == Place::Object && self.depth == 1 && self.name.len() < 16 {
            self.name.push(char::from(byte));
        }
    }

    fn root(&mut self, byte: u8) {
        match byte {
            b'[' => {
                (self.place, self.is_inside, self.depth) = (Place::List, false, 0);
                self.forget();
            }
            b'{' => {
                (self.place, self.had_list, self.depth) = (Place::Object, false, 1);
                self.is_after_name = false;
            }
            // Between objects: a comma, or the record separator of RFC 7464.
            b',' | 0x1e => self.forget(),
            _ => self.place = Place::Rubbish,
        }
    }

    fn object(&mut self, byte: u8, (text, from, at): (&str, usize, usize), sink: &mut Sink) {
        let is_value = std::mem::take(&mut self.is_after_name);
        match byte {
            b'"' => {
                self.in_text = true;
                if self.depth == 1 && !is_value {
                    self.name.clear();
                }
            }
            b':' if self.depth == 1 => self.is_after_name = true,
            b'[' if self.depth == 1 && is_value && fields::is_list(&self.name) => {
                (self.place, self.is_inside, self.depth) = (Place::List, true, 0);
                self.had_list = true;
                self.forget();
            }
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    self.place = Place::Root;
                    self.keep(text.get(from..=at));
                    match self.had_list {
                        true => self.forget(),
                        false => self.element(sink),
                    }
                }
            }
            _ => {}
        }
    }

    fn list(&mut self, byte: u8, (text, from, at): (&str, usize, usize), sink: &mut Sink) {
        match byte {
            b'"' => self.in_text = true,
            b'[' | b'{' => self.depth += 1,
            b',' | b']' if self.depth == 0 => {
                self.keep(text.get(from..at));
                if byte == b']' {
                    self.place = if self.is_inside {
                        Place::Object
                    } else {
                        Place::Root
                    };
                    self.depth = u32::from(self.is_inside);
                } else if self.value.is_empty() {
                    sink.problem(self.began, ProblemKind::Syntax, ",");
                }
                // After the last comma there may be nothing.
                self.element(sink);
            }
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn keep(&mut self, more: Option<&str>) {
        let more = more.unwrap_or_default();
        self.is_too_large |= self.value.len() + more.len() > TASK_MAX;
        if !self.is_too_large {
            self.value.push_str(more);
        }
    }

    fn forget(&mut self) {
        self.value.clear();
        self.is_open = false;
        self.is_too_large = false;
    }

    /// Whether a value ends here: one without an end of its own, such as a number, might go on.
    fn is_whole(value: &str) -> bool {
        value.trim_end().ends_with(['"', '}', ']']) && decode::<Box<RawValue>>(value.as_bytes()).is_ok()
    }

    fn rubbish(&mut self, sink: &mut Sink) {
        sink.problem(self.began, ProblemKind::Syntax, self.value.trim());
        self.forget();
        self.place = Place::Root;
        // Of a file that is no JSON at all, one line is enough.
        sink.is_closed |= sink.found.items.is_empty();
    }

    fn element(&mut self, sink: &mut Sink) {
        let value = std::mem::take(&mut self.value);
        let (line, value, is_too_large) = (self.began, value.trim(), self.is_too_large);
        self.forget();
        if is_too_large {
            sink.problem(line, ProblemKind::TaskTooLarge, value);
        } else if value.starts_with('"')
            && let Ok(summary) = decode::<String>(value.as_bytes())
        {
            sink.task(line, &summary, String::new(), false);
        } else if let Ok(members) = decode::<Members>(value.as_bytes()) {
            let mut found = Fields::default();
            for (name, value) in members.iter().filter(|(_, value)| value.get() != "null") {
                let raw = value.get();
                // What is no text stays as it is written.
                found.set(
                    name,
                    decode::<String>(raw.as_bytes()).unwrap_or_else(|_| raw.to_owned()),
                );
            }
            found.give(line, value, sink);
        } else if !value.starts_with('"') && decode::<Box<RawValue>>(value.as_bytes()).is_ok() {
            sink.problem(line, ProblemKind::NotATask, value);
        } else if !value.is_empty() {
            sink.problem(line, ProblemKind::Syntax, value);
        }
    }
}
