//! The best matches for a few letters, for the palette: `bm` finds "Buy milk". A text matches when it has all the letters
//! in their order. The more of them begin a word or stand together, the better.
//!
//! Texts are folded as they are for the search ([`search::Fold`](crate::search::Fold)), and those of tasks come from an
//! [`Index`] of the same kind. The crates for this bring tables of Unicode and code for kinds of text that
//! don't occur here: nucleo-matcher 0.3, linked natively with this profile, is 25 kB with Brotli.

use std::ops::Range;

use crate::search::{Fold, Index, folded};
use crate::sync::RowKey;

/// How many letters of a text are looked at. A summary has up to 119 (CONTRACT.md), and some letters fold to two.
const MOST_LETTERS: usize = 256;

// What a match is worth. The proportions are those of fzf (`src/algo/algo.go`), made so that letters together are worth
// no less than letters that begin words: what begins with all that was typed comes before what has it scattered.

/// Each letter.
const LETTER: i32 = 16;
/// More for one that begins the text.
const BEGINS_TEXT: i32 = 10;
/// More for one that begins a word.
const BEGINS_WORD: i32 = 8;
/// More for one right after the letter before.
const TOGETHER: i32 = 8;
/// The first letter of a word that is typed says the most: what it gets for its place counts so many times.
const FIRST: i32 = 2;
/// Less for a gap between two letters, and for each letter in it after the first.
const GAP: i32 = 3;
const GAP_ON: i32 = 1;

/// Worth less than any match.
const NO: i32 = i32::MIN / 2;

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

    /// What a letter is worth for the place at which it stands.
    fn bonus(&self, line: usize, text: &[char], at: usize) -> i32 {
        let times = if self.begins.get(line) == Some(&true) {
            FIRST
        } else {
            1
        };
        bonus(text, at) * times
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

/// What the letters up to each one are worth, line by line, a line for each letter that was typed.
#[derive(Debug, Default)]
struct Table {
    width: usize,
    /// When it stands at a place of the text.
    ends: Vec<i32>,
    /// When it stands before, with what the gap up to the place and with it costs.
    gaps: Vec<i32>,
}

impl Table {
    fn at(&self, values: &[i32], line: usize, at: usize) -> i32 {
        values.get(line * self.width + at).copied().unwrap_or(NO)
    }

    fn end(&self, line: usize, at: usize) -> i32 {
        self.at(&self.ends, line, at)
    }

    fn gap(&self, line: usize, at: usize) -> i32 {
        self.at(&self.gaps, line, at)
    }

    /// What the best match is worth.
    fn score(&mut self, needle: &Needle, text: &[char]) -> Option<i32> {
        self.ends.clear();
        self.gaps.clear();
        self.width = text.len();
        if needle.letters.len() > text.len() {
            return None;
        }
        for (line, letter) in needle.letters.iter().enumerate() {
            for (at, other) in text.iter().enumerate() {
                let end = if letter == other {
                    self.worth(needle, line, at, text)
                } else {
                    NO
                };
                let gap = at.checked_sub(1).map_or(NO, |last| {
                    (self.end(line, last) - GAP).max(self.gap(line, last) - GAP_ON)
                });
                self.ends.push(end);
                self.gaps.push(gap.max(NO));
            }
        }
        let score = self.best_end(needle)?;
        Some(score.1)
    }

    /// Where the last letter stands in the best match, and what that is worth.
    fn best_end(&self, needle: &Needle) -> Option<(usize, i32)> {
        let line = needle.letters.len().checked_sub(1)?;
        let ends = (0..self.width).map(|at| (at, self.end(line, at)));
        // The first of equals.
        let best = ends.rev().max_by_key(|(_, end)| *end)?;
        (best.1 > NO).then_some(best)
    }

    /// What a letter is worth that stands at a place.
    fn worth(&self, needle: &Needle, line: usize, at: usize, text: &[char]) -> i32 {
        let bonus = needle.bonus(line, text, at);
        let Some(before) = line.checked_sub(1) else {
            return LETTER + bonus;
        };
        let Some(last) = at.checked_sub(1) else { return NO };
        let together = self.end(before, last) + bonus.max(TOGETHER);
        let best = together.max(self.gap(before, last) + bonus);
        // What has no match before it has none.
        if best < NO / 2 { NO } else { best + LETTER }
    }

    /// Where the letters of the best match stand, after [`score`](Self::score).
    fn places(&self, needle: &Needle, text: &[char]) -> Vec<usize> {
        let mut places = Vec::new();
        let mut end = self.best_end(needle).map(|(at, _)| at);
        for line in (0..needle.letters.len()).rev() {
            let Some(at) = end else { break };
            places.push(at);
            let (Some(before), Some(mut last)) = (line.checked_sub(1), at.checked_sub(1)) else {
                break;
            };
            let together = self.end(before, last) + needle.bonus(line, text, at).max(TOGETHER) + LETTER;
            if together != self.end(line, at) {
                // Back through the gap to where it opened.
                while last > 0 && self.gap(before, last) != self.end(before, last - 1) - GAP {
                    last -= 1;
                }
                last = last.saturating_sub(1);
            }
            end = Some(last);
        }
        places.reverse();
        places
    }
}

/// What a letter is worth for the place at which it stands.
fn bonus(text: &[char], at: usize) -> i32 {
    let Some(before) = at.checked_sub(1) else {
        return BEGINS_TEXT;
    };
    let is_between = |at: usize| {
        let between =
            |letter: &char| letter.is_whitespace() || letter.is_ascii_punctuation() && *letter != '\'';
        text.get(at).is_some_and(between)
    };
    if is_between(before) && !is_between(at) {
        BEGINS_WORD
    } else {
        0
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
