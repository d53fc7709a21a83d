//! A file to tasks, part by part.

use super::decode::Decoder;
use super::sink::Sink;
use super::{Exists, FILE_MAX, Format, Imported, ProblemKind, csv, json, markdown, todo_txt, yaml};

/// A file whose first bytes, as many as this, have one that no text has, is no text with a fault in it.
const BINARY_START: u64 = 4096;

/// Reads the text of one format.
pub(super) trait Parse {
    /// Takes in a piece of the text, cut anywhere.
    fn read(&mut self, text: &str, sink: &mut Sink);
    /// The text has ended.
    fn end(&mut self, sink: &mut Sink);
}

/// How far a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// How many bytes.
    pub bytes: u64,
    /// How many tasks were found.
    pub tasks: usize,
    /// How many problems.
    pub problems: usize,
}

/// Reads one file.
pub struct Reader {
    decoder: Decoder,
    parser: Box<dyn Parse>,
    sink: Sink,
    text: String,
    lines: u32,
}

impl Reader {
    /// Reads a file in this format. `exists` is asked of each task, so it should take no more than a look into a table.
    pub fn new(format: Format, exists: Exists) -> Self {
        let parser: Box<dyn Parse> = match format {
            Format::Json => Box::<json::Json>::default(),
            Format::Csv => Box::<csv::Csv>::default(),
            Format::Markdown => Box::<markdown::Markdown>::default(),
            Format::TodoTxt => Box::<todo_txt::TodoTxt>::default(),
            Format::Yaml => Box::<yaml::Yaml>::default(),
        };
        Self {
            decoder: Decoder::default(),
            parser,
            sink: Sink::new(exists),
            text: String::new(),
            lines: 1,
        }
    }

    /// Reads the next part, of at most [`PART`](super::PART) bytes. `false` when no more is wanted: what follows can't be
    /// read, or is too much.
    pub fn read(&mut self, part: &[u8]) -> bool {
        if self.sink.is_closed {
            return false;
        }
        self.sink.found.bytes += part.len() as u64;
        if self.sink.found.bytes > FILE_MAX {
            self.stop(ProblemKind::FileTooLarge);
            return false;
        }
        let read = self.decoder.read(part, &mut self.text);
        self.parse();
        if let Err(kind) = read {
            self.stop(kind);
        }
        !self.sink.is_closed
    }

    /// How far it is.
    pub fn so_far(&self) -> SoFar {
        let found = &self.sink.found;
        SoFar {
            bytes: found.bytes,
            tasks: found.items.len(),
            problems: found.problem_count,
        }
    }

    /// The file has ended, or the rest of it is not wanted: what was in it.
    pub fn end(mut self) -> Imported {
        if !self.sink.is_closed {
            let read = self.decoder.end(&mut self.text);
            self.parse();
            let before = self.sink.found.problem_count;
            match read {
                Err(kind @ ProblemKind::CutOff) => {
                    self.parser.end(&mut self.sink);
                    // One end of a file is one problem.
                    if self.sink.found.problem_count == before {
                        self.sink.problem(self.lines, kind, "");
                    }
                }
                Err(kind) => self.stop(kind),
                Ok(()) => self.parser.end(&mut self.sink),
            }
        }
        self.sink.found
    }

    fn parse(&mut self) {
        self.parser.read(&self.text, &mut self.sink);
        let lines = self.text.bytes().filter(|byte| *byte == b'\n').count();
        self.lines = self
            .lines
            .saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.text.clear();
    }

    /// Nothing more is read. What was in the middle is offered as it is.
    fn stop(&mut self, kind: ProblemKind) {
        if matches!(kind, ProblemKind::Binary { byte } if byte < BINARY_START) {
            self.sink.found = Imported {
                bytes: self.sink.found.bytes,
                ..Imported::default()
            };
            self.sink.is_closed = false;
        } else if self.sink.is_closed {
            return;
        } else {
            self.parser.end(&mut self.sink);
        }
        self.sink.close(self.lines, kind);
    }
}
