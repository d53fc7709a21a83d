//! The parts of a manual order as they are stored: a line with the version, then a line for each task with its rank in
//! hexadecimal digits and its name, which is the id in JSON, or `~` and the key of the entry that makes the task.

use super::{MOST, Manual, PART};
use crate::api::codec::{decode, encode};
use crate::sync::{EntryKey, TaskRef};
use crate::task::TaskId;

/// The version of this form.
const VERSION: u64 = 1;

/// Why a part was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadError {
    /// A newer version of the app has written it. Then nothing may be written (GUARANTEES.md, 15).
    Newer,
    /// It is something else.
    Unreadable,
}

impl Manual {
    /// Up to `most` of the parts that are others than in the store, with what to write there; nothing to write means to
    /// delete. They count as written from now on: tell of one that was not by [`not_saved`](Self::not_saved). All that
    /// there are take a few milliseconds for each 100 parts.
    pub fn unsaved(&mut self, most: usize) -> Vec<(usize, String)> {
        let changed = self.is_changed.iter_mut().enumerate();
        let changed = changed.filter_map(|(part, is_changed)| std::mem::take(is_changed).then_some(part));
        let parts: Vec<_> = changed.take(most).collect();
        parts.into_iter().map(|part| (part, self.written(part))).collect()
    }

    /// A part could not be written: it is among the next [`unsaved`](Self::unsaved).
    pub fn not_saved(&mut self, part: usize) {
        self.changed(part * PART);
    }

    /// Takes in a part from the store, in the place of what was known of it: at the start, and when another tab has
    /// written it. Gives back how many of its lines could not be read.
    ///
    /// # Errors
    /// [`ReadError`] when nothing of it can be read; what was known stays.
    pub fn read(&mut self, part: usize, text: &str) -> Result<usize, ReadError> {
        let mut lines = text.lines();
        let version = lines.next().and_then(|line| line.parse::<u64>().ok());
        match version {
            _ if part > MOST / PART => return Err(ReadError::Unreadable),
            Some(VERSION) => {}
            Some(version) if version > VERSION => return Err(ReadError::Newer),
            _ => return Err(ReadError::Unreadable),
        }
        let was_changed = self.is_changed.get(part).copied();
        let slots = part * PART..(part + 1) * PART;
        slots.clone().for_each(|slot| self.remove(slot));
        let mut slots = slots;
        let mut unread = 0;
        for line in lines {
            let read = parse(line).and_then(|read| Some((read, slots.next()?)));
            let Some(((rank, task), slot)) = read else {
                unread += 1;
                continue;
            };
            // It was in another part before.
            if let Some(before) = self.find(&task) {
                self.remove(before);
            }
            self.fill(slot, task, rank);
        }
        if let (Some(is_changed), Some(false) | None) = (self.is_changed.get_mut(part), was_changed) {
            *is_changed = false;
        }
        Ok(unread)
    }

    fn written(&self, part: usize) -> String {
        let mut text = String::new();
        for placed in (part * PART..(part + 1) * PART).filter_map(|slot| self.at(slot)) {
            let name = match &placed.task {
                TaskRef::Local(key) => format!("~{key}"),
                TaskRef::Server(id) => encode(id).unwrap_or_default(),
            };
            if text.is_empty() {
                text = format!("{VERSION}\n");
            }
            text += &format!("{:x} {name}\n", placed.rank);
        }
        text
    }
}

fn parse(line: &str) -> Option<(u64, TaskRef)> {
    let (rank, name) = line.split_once(' ')?;
    let rank = u64::from_str_radix(rank, 16).ok()?;
    let task = match name.strip_prefix('~') {
        Some(key) => TaskRef::Local(EntryKey::parse(key)?),
        None => TaskRef::Server(decode::<TaskId>(name.as_bytes()).ok()?),
    };
    Some((rank, task))
}
