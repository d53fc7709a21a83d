//! CSV (RFC 4180), by `csv-core`.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula, also after white space, and a
//! formula can send data away (OWASP, "CSV injection"). Such a cell is written with a `'` before it, which spreadsheets
//! take for "text", and so is one that begins with `'`s and such a character after them; in reading, one `'` is taken
//! off where those characters follow. So every text comes back exactly.
//!
//! The file begins with a byte order mark, without which Excel reads UTF-8 as something else.
//!
//! In reading, columns are separated by commas, semicolons or tabs, as the first line shows, or as `sep=` says there.
//! They may have names; without, the first is the summary and the second the description.

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::fields::{self, Fields};
use super::import::Parse;
use super::sink::{ProblemKind, Sink};
use super::{Entry, TASK_MAX};

/// How the file begins.
pub(super) const HEAD: &str = "\u{feff}summary,description,done\r\n";

/// How many bytes to look at for the end of the first line.
const FIRST_LINE: usize = 16 * 1024;

/// What columns mean when nothing says it.
const UNNAMED: [&str; 3] = ["summary", "description", "done"];

/// Writes a task.
pub(super) fn write(task: &Entry, text: &mut String) {
    for cell in [task.summary, task.description] {
        text.push_str(if is_formula(cell) { "\"'" } else { "\"" });
        text.push_str(&cell.replace('"', "\"\""));
        text.push_str("\",");
    }
    text.push_str(if task.done { "true\r\n" } else { "false\r\n" });
}

/// Whether a spreadsheet might calculate this, if it were not for the `'`s it begins with.
fn is_formula(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    cell.starts_with(['\t', '\r', '\n'])
        || cell
            .trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control())
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Reads CSV.
#[derive(Debug)]
pub(super) struct Csv {
    /// The beginning of the file, until its separator is known.
    start: Option<String>,
    separator: u8,
    reader: Reader,
    /// What the columns are called; empty before the first row.
    names: Vec<String>,
    /// The row that is being read.
    cells: Vec<String>,
    cell: Vec<u8>,
    size: usize,
    began: u32,
    /// Whether something of the row was read.
    has_begun: bool,
    /// How many lines have ended.
    lines: u32,
}

impl Default for Csv {
    fn default() -> Self {
        Self {
            start: Some(String::new()),
            separator: b',',
            reader: Reader::new(),
            names: Vec::new(),
            cells: Vec::new(),
            cell: Vec::new(),
            size: 0,
            began: 0,
            has_begun: false,
            lines: 0,
        }
    }
}

impl Parse for Csv {
    fn read(&mut self, text: &str, sink: &mut Sink) {
        let Some(start) = &mut self.start else {
            self.rows(text.as_bytes(), sink);
            return;
        };
        start.push_str(text);
        if start.len() > FIRST_LINE || first_line(start).is_some() {
            self.begin(sink);
        }
    }

    fn end(&mut self, sink: &mut Sink) {
        self.begin(sink);
        // The end of a line ends the row, unless a quotation mark is open: then it becomes part of the cell.
        let before = self.cell.len();
        self.rows(b"\n", sink);
        if self.has_begun {
            self.cell.truncate(before);
            self.end_cell();
            let text = self.row_text();
            sink.problem(self.began, ProblemKind::OpenQuote, text);
        }
    }
}

impl Csv {
    /// Finds the separator, and reads what waited for it.
    fn begin(&mut self, sink: &mut Sink) {
        let Some(start) = self.start.take() else { return };
        let line = first_line(&start).unwrap_or(&start);
        let said = line.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
        self.separator = said
            .filter(u8::is_ascii_punctuation)
            .unwrap_or_else(|| separator(line));
        self.reader = ReaderBuilder::new().delimiter(self.separator).build();
        let rows = match said {
            Some(_) => start.get(line.len()..).unwrap_or_default(),
            None => &start,
        };
        self.rows(rows.as_bytes(), sink);
    }

    fn rows(&mut self, mut bytes: &[u8], sink: &mut Sink) {
        let mut output = [0; 4096];
        while let Some(first) = bytes.first() {
            if !self.has_begun {
                if matches!(first, b'\r' | b'\n') {
                    self.lines = self.lines.saturating_add(u32::from(*first == b'\n'));
                    bytes = bytes.get(1..).unwrap_or_default();
                    continue;
                }
                self.has_begun = true;
                self.began = self.lines.saturating_add(1);
            }
            let (result, read, written) = self.reader.read_field(bytes, &mut output);
            let (done, rest) = bytes.split_at(read);
            bytes = rest;
            let ends = done.iter().filter(|byte| **byte == b'\n').count();
            self.lines = self.lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
            self.size += written;
            if self.size <= TASK_MAX {
                self.cell.extend(output.iter().take(written));
            }
            if let ReadFieldResult::Field { record_end } = result {
                self.end_cell();
                if record_end {
                    self.row(sink);
                    if sink.is_closed {
                        return;
                    }
                }
            }
        }
    }

    fn end_cell(&mut self) {
        // More columns than that mean nothing, and must not take the memory of a million texts.
        if self.cells.len() < 1024 {
            self.cells
                .push(unguarded(&String::from_utf8_lossy(&self.cell)).to_owned());
        }
        self.cell.clear();
    }

    fn row_text(&self) -> String {
        self.cells
            .join(char::from(self.separator).encode_utf8(&mut [0; 4]))
    }

    fn row(&mut self, sink: &mut Sink) {
        let mut cells = std::mem::take(&mut self.cells);
        let size = std::mem::take(&mut self.size);
        self.has_begun = false;
        let line = self.began;
        if size > TASK_MAX {
            let text = cells.swap_remove(0);
            sink.problem(line, ProblemKind::TaskTooLarge, text);
            return;
        }
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        if self.names.is_empty() {
            if cells.iter().any(|name| fields::is_summary(name)) {
                self.names = cells;
                return;
            }
            self.names = UNNAMED.iter().map(|name| (*name).to_owned()).collect();
            self.names.resize(cells.len(), String::new());
        }
        let (expected, found) = (self.names.len(), cells.len());
        self.cells = cells;
        let text = self.row_text();
        let cells = std::mem::take(&mut self.cells);
        if expected != found {
            sink.problem(line, ProblemKind::Ragged { expected, found }, text);
            return;
        }
        let mut row = Fields::default();
        for (name, cell) in self.names.iter().zip(cells) {
            row.set(name, cell);
        }
        row.give(line, &text, sink);
    }
}

/// The first line, unless a quotation mark is open at its end or it has none yet.
fn first_line(text: &str) -> Option<&str> {
    let mut in_quotes = false;
    let end = text.bytes().position(|byte| {
        in_quotes ^= byte == b'"';
        matches!(byte, b'\r' | b'\n') && !in_quotes
    })?;
    text.get(..end)
}

/// What stands between the columns of this line. A tab hardly ever stands in a text; of the others the more frequent.
fn separator(line: &str) -> u8 {
    let mut in_quotes = false;
    let [mut tabs, mut semicolons, mut commas] = [0; 3];
    for byte in line.bytes() {
        in_quotes ^= byte == b'"';
        match byte {
            b'\t' if !in_quotes => tabs += 1,
            b';' if !in_quotes => semicolons += 1,
            b',' if !in_quotes => commas += 1,
            _ => {}
        }
    }
    match (tabs, semicolons, commas) {
        (1.., ..) => b'\t',
        (_, semicolons, commas) if semicolons > commas => b';',
        _ => b',',
    }
}
