//! What was known of tasks at one time. A list has 100,000 tasks of which a line is known, and a few of which more is: so a
//! row is 16 bytes, and the lines are together ([`Arena`]).

use super::entry::Text;
use super::names::RowKey;
use crate::arena::{Arena, Span};

/// What is known of one task of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<'a> {
    /// The one line.
    pub summary: &'a str,
    /// The free text, once the task was opened or written from here.
    pub description: Option<&'a str>,
    /// The version of exactly this text (`ETag`, RFC 9110, section 8.8.3), when the server gave one.
    pub etag: Option<&'a str>,
    /// Its place in the list, in order of these numbers; `None` for a task that was opened and is in no list.
    pub position: Option<i64>,
}

impl Known<'_> {
    /// Both fields, when both are known.
    pub fn text(self) -> Option<Text> {
        Some(Text {
            summary: self.summary.to_owned(),
            description: self.description?.to_owned(),
        })
    }

    /// The same with texts of its own.
    pub fn to_record(self) -> KnownTask {
        KnownTask {
            summary: self.summary.to_owned(),
            description: self.description.map(str::to_owned),
            etag: self.etag.map(str::to_owned),
            position: self.position,
        }
    }
}

/// [`Known`], as it is in a record of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownTask {
    /// The one line.
    pub summary: String,
    /// The free text, when it is known.
    pub description: Option<String>,
    /// The version of this text, when it is known.
    pub etag: Option<String>,
    /// Its place in the list, when it is in it.
    pub position: Option<i64>,
}

impl KnownTask {
    /// What is known, without its texts.
    pub fn known(&self) -> Known<'_> {
        Known {
            summary: &self.summary,
            description: self.description.as_deref(),
            etag: self.etag.as_deref(),
            position: self.position,
        }
    }
}

/// A place in the list. Lists are shorter than 2^31, and places have few gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(i32);

impl Place {
    const NONE: Self = Self(i32::MIN);

    fn new(place: Option<i64>) -> Self {
        let place = place.map(|place| place.clamp(i64::from(i32::MIN) + 1, i64::from(i32::MAX)));
        place.map_or(Self::NONE, |place| Self(place as i32))
    }

    fn get(self) -> Option<i64> {
        (self != Self::NONE).then_some(i64::from(self.0))
    }
}

/// A task of which something is known.
#[derive(Debug, Clone, Copy)]
struct Slot {
    summary: Span,
    place: Place,
    /// Where more is known, in [`Held::more`].
    more: u32,
}

/// No more is known than the line.
const NO_MORE: u32 = u32::MAX;

#[derive(Debug, Clone, Default)]
struct More {
    description: Option<Box<str>>,
    etag: Option<Box<str>>,
}

/// What was known at one time, by the numbers of [`Names`](super::names::Names).
#[derive(Debug, Clone, Default)]
pub struct Held {
    slots: Vec<Option<Slot>>,
    texts: Arena,
    more: Vec<More>,
    /// Which of those are nobody's.
    free: Vec<u32>,
    pub(super) order: Vec<RowKey>,
    pub(super) complete: bool,
}

impl Held {
    /// Every number that something may be known of.
    pub(super) fn keys(&self) -> impl Iterator<Item = RowKey> + use<> {
        (0..self.slots.len() as u32).map(RowKey::from_number)
    }

    /// Whether nothing is known of any task.
    pub(super) fn is_blank(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// The lines of the list, and nothing that a list doesn't say.
    pub(super) fn only_listed(mut self) -> Self {
        self.complete = false;
        for key in self.keys() {
            if self.place(key).is_some() {
                self.set_more(key, None, None);
            } else {
                self.clear(key);
            }
        }
        self
    }

    fn slot(&self, key: RowKey) -> Option<&Slot> {
        self.slots.get(key.number())?.as_ref()
    }

    fn slot_mut(&mut self, key: RowKey) -> Option<&mut Slot> {
        self.slots.get_mut(key.number())?.as_mut()
    }

    /// What is known of a task.
    pub(super) fn get(&self, key: RowKey) -> Option<Known<'_>> {
        let slot = self.slot(key)?;
        let more = self.more.get(slot.more as usize);
        Some(Known {
            summary: self.texts.get(slot.summary),
            description: more.and_then(|more| more.description.as_deref()),
            etag: more.and_then(|more| more.etag.as_deref()),
            position: slot.place.get(),
        })
    }

    /// Whether anything is known of a task.
    pub(super) fn has(&self, key: RowKey) -> bool {
        self.slot(key).is_some()
    }

    /// Takes in what is known of a task.
    pub(super) fn set(&mut self, key: RowKey, known: Known) {
        self.set_line(key, known.summary);
        self.set_place(key, known.position);
        self.set_more(key, known.description, known.etag);
    }

    /// The one line of a task, of which nothing else need be known.
    pub(super) fn set_line(&mut self, key: RowKey, line: &str) {
        let summary = self.texts.put(line);
        let number = key.number();
        if self.slots.len() <= number {
            self.slots.resize(number + 1, None);
        }
        let Some(place) = self.slots.get_mut(number) else {
            return;
        };
        match place {
            Some(slot) => {
                let before = std::mem::replace(&mut slot.summary, summary);
                self.forget_text(before);
            }
            None => {
                *place = Some(Slot {
                    summary,
                    place: Place::NONE,
                    more: NO_MORE,
                });
            }
        }
    }

    /// Nothing is known of a task any more.
    pub(super) fn clear(&mut self, key: RowKey) {
        self.set_more(key, None, None);
        let slot = self.slots.get_mut(key.number()).and_then(Option::take);
        if let Some(slot) = slot {
            self.forget_text(slot.summary);
        }
    }

    /// The task has another number.
    pub(super) fn renumber(&mut self, from: RowKey, to: RowKey) {
        let Some(known) = self.get(from).map(Known::to_record) else {
            return;
        };
        self.clear(from);
        self.set(to, known.known());
    }

    fn forget_text(&mut self, text: Span) {
        self.texts.forget(text);
        if self.texts.is_wasteful() {
            let old = std::mem::take(&mut self.texts);
            for slot in self.slots.iter_mut().flatten() {
                slot.summary = self.texts.put(old.get(slot.summary));
            }
        }
    }

    /// A task's place in the list.
    pub(super) fn place(&self, key: RowKey) -> Option<i64> {
        self.slot(key)?.place.get()
    }

    /// Gives a task of which something is known another place.
    pub(super) fn set_place(&mut self, key: RowKey, place: Option<i64>) {
        if let Some(slot) = self.slot_mut(key) {
            slot.place = Place::new(place);
        }
    }

    /// The task has no place any more. Gives back the one that it had.
    pub(super) fn take_place(&mut self, key: RowKey) -> Option<i64> {
        let slot = self.slot_mut(key)?;
        std::mem::replace(&mut slot.place, Place::NONE).get()
    }

    /// The version that is known of a task is another.
    pub(super) fn set_etag(&mut self, key: RowKey, etag: Option<&str>) {
        let Some(known) = self.get(key).filter(|known| known.etag != etag) else {
            return;
        };
        let description = known.description.map(str::to_owned);
        self.set_more(key, description.as_deref(), etag);
    }

    /// More than the line of a task of which something is known.
    pub(super) fn set_more(&mut self, key: RowKey, description: Option<&str>, etag: Option<&str>) {
        let Some(slot) = self.slots.get_mut(key.number()).and_then(Option::as_mut) else {
            return;
        };
        let more = More {
            description: description.map(Box::from),
            etag: etag.map(Box::from),
        };
        let is_needed = description.is_some() || etag.is_some();
        match self.more.get_mut(slot.more as usize) {
            Some(place) => {
                *place = more;
                if !is_needed {
                    self.free.push(slot.more);
                    slot.more = NO_MORE;
                }
            }
            None if is_needed => {
                slot.more = self.free.pop().unwrap_or_else(|| {
                    self.more.push(More::default());
                    self.more.len() as u32 - 1
                });
                if let Some(place) = self.more.get_mut(slot.more as usize) {
                    *place = more;
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_is_small() {
        assert_eq!(size_of::<Option<Slot>>(), 16);
    }

    fn any_known() -> impl Strategy<Value = KnownTask> {
        let text = || prop::option::of("[a-cé]{0,3}");
        ("[a-cé]{0,5}", text(), text(), prop::option::of(-3i64..9)).prop_map(
            |(summary, description, etag, position)| KnownTask {
                summary,
                description,
                etag,
                position,
            },
        )
    }

    proptest! {
        /// Beside a map of the same.
        #[test]
        fn what_is_known_is_what_was_said(
            steps in prop::collection::vec((0u32..12, 0u32..12, 0usize..6, any_known()), 0..80)
        ) {
            let (mut held, mut model) = (Held::default(), BTreeMap::<u32, KnownTask>::new());
            for (number, other, step, known) in steps {
                let key = RowKey::from_number(number);
                match step {
                    0 => {
                        held.clear(key);
                        model.remove(&number);
                    }
                    1 => {
                        held.set_place(key, known.position);
                        model.entry(number).and_modify(|model| model.position = known.position);
                    }
                    2 => {
                        held.set_etag(key, known.etag.as_deref());
                        model.entry(number).and_modify(|model| model.etag = known.etag);
                    }
                    3 if number != other => {
                        held.renumber(key, RowKey::from_number(other));
                        if let Some(known) = model.remove(&number) {
                            model.insert(other, known);
                        }
                    }
                    _ => {
                        held.set(key, known.known());
                        model.insert(number, known);
                    }
                }
                for number in 0..12 {
                    let known = held.get(RowKey::from_number(number)).map(Known::to_record);
                    prop_assert_eq!(known.as_ref(), model.get(&number));
                }
            }
            let more = model.values().filter(|known| known.description.is_some() || known.etag.is_some()).count();
            prop_assert_eq!(held.more.len() - held.free.len(), more);
        }
    }
}
