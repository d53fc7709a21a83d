//! Text to lines, for the formats whose rules are about lines.

use super::TASK_MAX;

/// A line of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// Which one it is, from 1.
    pub(super) number: u32,
    /// What it says, without its end. Cut when it is longer than [`TASK_MAX`].
    pub(super) text: &'a str,
    /// Whether it was cut.
    pub(super) is_cut: bool,
}

/// Puts lines together. They end in LF, CR LF or CR.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: String,
    is_cut: bool,
    after_cr: bool,
    number: u32,
}

impl Lines {
    /// Gives out the lines that a piece of text completes.
    pub(super) fn read(&mut self, mut text: &str, each: &mut dyn FnMut(Line)) {
        while !text.is_empty() {
            if std::mem::take(&mut self.after_cr)
                && let Some(after) = text.strip_prefix('\n')
            {
                text = after;
                continue;
            }
            let Some(end) = text.find(['\n', '\r']) else {
                self.keep(text);
                return;
            };
            let (line, after) = text.split_at(end);
            self.after_cr = after.starts_with('\r');
            text = after.get(1..).unwrap_or_default();
            if self.begun.is_empty() {
                self.number = self.number.saturating_add(1);
                each(Line {
                    number: self.number,
                    text: line,
                    is_cut: false,
                });
            } else {
                self.keep(line);
                self.end(each);
            }
        }
    }

    /// The text has ended: gives out the line that has no end, if there is one.
    pub(super) fn end(&mut self, each: &mut dyn FnMut(Line)) {
        if self.begun.is_empty() {
            return;
        }
        self.number = self.number.saturating_add(1);
        each(Line {
            number: self.number,
            text: &self.begun,
            is_cut: self.is_cut,
        });
        self.begun.clear();
        self.is_cut = false;
    }

    fn keep(&mut self, text: &str) {
        self.is_cut |= self.begun.len() + text.len() > TASK_MAX;
        if !self.is_cut {
            self.begun.push_str(text);
        }
    }
}
