//! What a match is worth, and which of all that there are in a text is the best (Smith and Waterman, "Identification of
//! Common Molecular Subsequences", 1981, with the gaps of Gotoh, 1982).

use super::Needle;

// What a match is worth. The proportions are those of fzf (`src/algo/algo.go`), made so that letters together are worth
// no less than letters that begin words: what begins with all that was typed comes before what has it scattered.

/// Each letter.
pub(super) const LETTER: i32 = 16;
/// More for one that begins the text.
const BEGINS_TEXT: i32 = 10;
/// More for one that begins a word.
const BEGINS_WORD: i32 = 8;
/// More for one right after the letter before.
pub(super) const TOGETHER: i32 = 8;
/// The first letter of a word that is typed says the most: what it gets for its place counts so many times.
const FIRST: i32 = 2;
/// Less for a gap between two letters, and for each letter in it after the first.
pub(super) const GAP: i32 = 3;
pub(super) const GAP_ON: i32 = 1;

/// Worth less than any match.
const NO: i32 = i32::MIN / 2;

impl Needle {
    /// What a letter is worth for the place at which it stands.
    pub(super) fn bonus(&self, line: usize, text: &[char], at: usize) -> i32 {
        let times = if self.begins.get(line) == Some(&true) {
            FIRST
        } else {
            1
        };
        bonus(text, at) * times
    }
}

/// What the letters up to each one are worth, line by line, a line for each letter that was typed.
#[derive(Debug, Default)]
pub(super) struct Table {
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
    pub(super) fn score(&mut self, needle: &Needle, text: &[char]) -> Option<i32> {
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
    pub(super) fn places(&self, needle: &Needle, text: &[char]) -> Vec<usize> {
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
