//! The best matches for a few letters, for the palette: `bm` finds "Buy milk". A text matches when it has all the letters
//! in their order. The more of them begin a word or stand together, the better.
//!
//! Texts are folded as they are for the search ([`search::Fold`](crate::search::Fold)), and those of tasks come from an
//! [`Index`] of the same kind. The crates for this bring tables of Unicode and code for kinds of text that
//! don't occur here: nucleo-matcher 0.3, linked natively with this profile, is 25 kB with Brotli.

mod worth;

use std::ops::Range;

use crate::search::{Fold, Index, folded};
use crate::sync::RowKey;
use worth::Table;

/// How many letters of a text are looked at. A summary has up to 119 (CONTRACT.md), and some letters fold to two.
const MOST_LETTERS: usize = 256;

/// What is looked for: the letters that were typed, without white space.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needle {
    letters: Vec<char>,
    /// For each, whether it begins a word.
    begins: Vec<bool>,
    /// For each, the letter that was typed, when some were capitals (of ASCII): then case decides between equals.
    typed: Vec<char>,
}

impl Needle {
    /// Reads what was typed.
    pub fn new(typed: &str, fold: Fold) -> Self {
        let mut needle = Self::default();
        let (mut has_capital, mut begins) = (false, true);
        let apart = Letters::of(typed, fold, usize::MAX);
        for (letter, (start, end)) in apart.letters.iter().zip(&apart.places) {
            if letter.is_whitespace() {
                begins = true;
            } else {
                let written = typed.get(*start..*end).and_then(|text| text.chars().next());
                let written = written.unwrap_or(*letter);
                has_capital |= written != *letter && written.is_ascii_uppercase();
                needle.letters.push(*letter);
                needle.begins.push(std::mem::take(&mut begins));
                needle.typed.push(written);
            }
        }
        if !has_capital {
            needle.typed.clear();
        }
        needle
    }

    /// Whether nothing is looked for; everything matches that.
    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// Where the best match is in a text, as ranges of its bytes, in order and apart; `None` when there is none.
    pub fn marks(&self, text: &str, fold: Fold) -> Option<Vec<Range<usize>>> {
        let apart = Letters::of(text, fold, MOST_LETTERS);
        let places = self.places(&apart)?;
        let mut marks = Vec::<Range<usize>>::new();
        for (start, end) in places {
            match marks.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => marks.push(start..end),
            }
        }
        Some(marks)
    }

    /// Where each letter is in the text.
    fn places(&self, apart: &Letters) -> Option<Vec<(usize, usize)>> {
        let mut table = Table::default();
        if !self.is_empty() {
            table.score(self, &apart.letters)?;
        }
        let at = table.places(self, &apart.letters);
        Some(
            at.into_iter()
                .filter_map(|at| apart.places.get(at).copied())
                .collect(),
        )
    }

    /// How many letters of the best match are written as they were typed.
    fn same_case(&self, text: &str, fold: Fold) -> u32 {
        let places = self
            .places(&Letters::of(text, fold, MOST_LETTERS))
            .unwrap_or_default();
        let is_same = |(typed, (start, _)): &(&char, (usize, usize))| {
            text.get(*start..).is_some_and(|rest| rest.starts_with(**typed))
        };
        self.typed.iter().zip(places).filter(is_same).count() as u32
    }
}

/// A text folded letter by letter, with the place of each in the text.
struct Letters {
    letters: Vec<char>,
    places: Vec<(usize, usize)>,
}

impl Letters {
    fn of(text: &str, fold: Fold, most: usize) -> Self {
        let mut all = Self {
            letters: Vec::new(),
            places: Vec::new(),
        };
        for (at, letter) in text.char_indices() {
            let end = at + letter.len_utf8();
            let before = all.letters.len();
            all.letters
                .extend(folded(text.get(at..end).unwrap_or_default(), fold).chars());
            if all.letters.len() == before {
                // An accent that stands apart belongs to the letter before.
                if let Some((_, last)) = all.places.last_mut() {
                    *last = end;
                }
            }
            all.places.resize(all.letters.len(), (at, end));
            if all.letters.len() >= most {
                all.letters.truncate(most);
                break;
            }
        }
        all
    }
}

/// Something that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The number it was offered with: a row's, or the caller's own.
    pub item: u32,
    /// What the match is worth, to compare with others for the same needle.
    pub score: u32,
    same_case: u32,
    length: u32,
    place: u32,
}

impl Hit {
    /// Sorts the best to the front: by score, then by case, then the shorter text, then what came first.
    fn rank(&self) -> (std::cmp::Reverse<(u32, u32)>, u32, u32) {
        (
            std::cmp::Reverse((self.score, self.same_case)),
            self.length,
            self.place,
        )
    }
}

/// One look for the best matches, in steps.
#[derive(Debug, Default)]
pub struct Fuzzy {
    needle: Needle,
    keep: usize,
    /// The best so far, in order. There are few, so that a heap would only be more code.
    best: Vec<Hit>,
    offered: u32,
    table: Table,
    letters: Vec<char>,
}

impl Fuzzy {
    /// Begins to look for the `keep` best.
    pub fn new(needle: Needle, keep: usize) -> Self {
        Self {
            needle,
            keep,
            ..Self::default()
        }
    }

    /// What is looked for.
    pub fn needle(&self) -> &Needle {
        &self.needle
    }

    /// Looks at one text, which is folded already. `written` is the text as it is; it is asked for only when case
    /// matters.
    pub fn offer(&mut self, item: u32, folded: &str, fold: Fold, written: &mut dyn FnMut() -> String) {
        let place = self.offered;
        self.offered = self.offered.saturating_add(1);
        if !has_letters(folded, &self.needle.letters) {
            return;
        }
        self.letters.clear();
        self.letters.extend(folded.chars().take(MOST_LETTERS));
        let score = if self.needle.is_empty() {
            Some(0)
        } else {
            self.table.score(&self.needle, &self.letters)
        };
        let Some(score) = score else { return };
        let mut hit = Hit {
            item,
            score: score.max(0) as u32,
            same_case: self.needle.typed.len() as u32,
            length: self.letters.len() as u32,
            place,
        };
        // With the case as it would be best.
        if !self.is_among(&hit) {
            return;
        }
        if hit.same_case > 0 {
            hit.same_case = self.needle.same_case(&written(), fold);
            if !self.is_among(&hit) {
                return;
            }
        }
        let at = self.best.partition_point(|other| other.rank() < hit.rank());
        self.best.insert(at, hit);
        self.best.truncate(self.keep);
    }

    fn is_among(&self, hit: &Hit) -> bool {
        let last = self.keep.checked_sub(1).map(|last| self.best.get(last));
        last.is_some_and(|last| last.is_none_or(|last| hit.rank() < last.rank()))
    }

    /// Looks at up to `most` further rows of a list, whose texts are in the index. Whether it was the last step. It goes
    /// on from what was offered before, so that a look is either for rows or for other things.
    pub fn step(
        &mut self,
        index: &Index,
        rows: &[RowKey],
        most: usize,
        fold: Fold,
        written: &mut dyn FnMut(RowKey) -> String,
    ) -> bool {
        let start = self.offered as usize;
        let end = start.saturating_add(most).min(rows.len());
        for row in rows.get(start..end).unwrap_or_default() {
            let text = index.text_of(*row);
            self.offer(row.number() as u32, text, fold, &mut || written(*row));
        }
        end >= rows.len()
    }

    /// The best so far, the very best first.
    pub fn best(&self) -> &[Hit] {
        &self.best
    }
}

/// Whether a text has all the letters in their order.
fn has_letters(text: &str, needle: &[char]) -> bool {
    let mut letters = text.chars().take(MOST_LETTERS);
    needle.iter().all(|letter| letters.any(|other| other == *letter))
}

#[cfg(test)]
mod tests;
