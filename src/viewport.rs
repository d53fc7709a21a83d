//! Which part of a long list is in the document: the rows that are seen, and a margin. The others are room before and
//! after, so that the scrollbar is that of the whole list.

use crate::sync::RowKey;

/// Up to this many rows are all in the document: a browser lays them out in a moment, and its own search, printing
/// and reading aloud find them.
pub const ALL_UP_TO: usize = 200;

/// The same for what a search has found: it is another with each letter, and that must not take longer than typing.
pub const FOUND_UP_TO: usize = 40;

/// Rows in the document beyond those that are seen, on either side: a step of the keyboard or the wheel finds them
/// there.
const MARGIN: usize = 6;

/// The window moves by this many rows at a time, so that most steps of the wheel change nothing.
const STEP: usize = 2;

/// What a row is taken to be high before one was measured, in CSS pixels: a line of touch height and its border.
const FIRST_GUESS: f64 = 46.0;

/// How high rows are, in CSS pixels. Most are one line high; those that are not are kept by their numbers.
#[derive(Debug, Clone)]
pub struct Heights {
    usual: f64,
    is_measured: bool,
    /// By number; 0 for the usual height.
    unusual: Vec<f32>,
    count: usize,
}

impl Default for Heights {
    fn default() -> Self {
        Self {
            usual: FIRST_GUESS,
            is_measured: false,
            unusual: Vec::new(),
            count: 0,
        }
    }
}

impl Heights {
    /// What a row was measured to be. Whether that is news. The lowest row there is has the usual height.
    pub fn measured(&mut self, row: RowKey, height: f64) -> bool {
        // Browsers lay out in fractions of a pixel and report them rounded differently.
        let is_same = |a: f64, b: f64| (a - b).abs() < 0.05;
        if is_same(self.of(row), height) && self.is_measured {
            return false;
        }
        if !self.is_measured || height < self.usual {
            // Those that were measured to be usual are no exceptions for being a little higher.
            let was = (self.usual, self.of(row));
            self.usual = height;
            self.is_measured = true;
            self.set(row, 0.0);
            return !is_same(was.0, height) || !is_same(was.1, height);
        }
        self.set(row, if is_same(height, self.usual) { 0.0 } else { height });
        true
    }

    fn set(&mut self, row: RowKey, height: f64) {
        let number = row.number();
        if self.unusual.len() <= number {
            if height == 0.0 {
                return;
            }
            self.unusual.resize(number + 1, 0.0);
        }
        if let Some(known) = self.unusual.get_mut(number) {
            self.count += usize::from(height > 0.0);
            self.count -= usize::from(*known > 0.0);
            *known = height as f32;
        }
    }

    /// How high a row is, as far as it is known.
    pub fn of(&self, row: RowKey) -> f64 {
        match self.unusual.get(row.number()) {
            Some(height) if *height > 0.0 => f64::from(*height),
            _ => self.usual,
        }
    }

    /// How high some rows are together.
    pub fn sum(&self, rows: &[RowKey]) -> f64 {
        if self.count == 0 {
            return rows.len() as f64 * self.usual;
        }
        rows.iter().map(|row| self.of(*row)).sum()
    }

    /// Which row is at this many pixels below the top of the first, and how far below its own top that is; the last one
    /// when it is below all.
    pub fn place_at(&self, rows: &[RowKey], y: f64) -> (usize, f64) {
        let last = rows.len().saturating_sub(1);
        if self.count == 0 {
            let place = ((y / self.usual).max(0.0) as usize).min(last);
            return (place, y - place as f64 * self.usual);
        }
        let mut top = 0.0;
        for (place, row) in rows.iter().enumerate() {
            let height = self.of(*row);
            if top + height > y || place == last {
                return (place, y - top);
            }
            top += height;
        }
        (0, y)
    }
}

/// The rows from `start` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// The first.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
}

impl Range {
    /// All rows.
    pub fn all(rows: &[RowKey]) -> Self {
        Self {
            start: 0,
            end: rows.len(),
        }
    }

    /// The rows to have in the document while those from `top` on are seen, in a view of `height` pixels.
    pub fn around(rows: &[RowKey], heights: &Heights, top: f64, height: f64) -> Self {
        let (first, _) = heights.place_at(rows, top);
        // As many as there could be if all were of the usual height, which none is below: so the number of rows stays
        // the same while it is scrolled, and each that leaves can become one that comes.
        let seen = (height / heights.usual).ceil() as usize + 1;
        let most = (seen + 2 * MARGIN + STEP).min(rows.len());
        let start = first.saturating_sub(MARGIN) / STEP * STEP;
        let start = start.min(rows.len() - most);
        Self {
            start,
            end: start + most,
        }
    }

    /// These rows of all.
    pub fn of(self, rows: &[RowKey]) -> &[RowKey] {
        rows.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether a row at this place is in the document.
    pub fn has(self, place: usize) -> bool {
        (self.start..self.end).contains(&place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::names::Names;
    use crate::sync::{EntryKey, TaskRef};

    fn rows(count: usize) -> Vec<RowKey> {
        let mut names = Names::default();
        let task = |time| TaskRef::Local(EntryKey { time, tab: 1 });
        (0..count as u64).map(|n| names.find_or_give(&task(n))).collect()
    }

    #[test]
    fn the_first_measured_row_says_what_is_usual() {
        let rows = rows(1_000);
        let mut heights = Heights::default();
        assert!(heights.measured(rows[0], 60.0));
        assert_eq!(heights.sum(&rows), 60_000.0);
        assert!(heights.measured(rows[1], 80.0) && !heights.measured(rows[1], 80.0));
        assert_eq!(heights.sum(&rows), 60_020.0);
        assert!(heights.measured(rows[1], 60.0));
        assert_eq!(heights.place_at(&rows, 125.0), (2, 5.0));
    }

    #[test]
    fn a_place_below_all_is_the_last_rows() {
        let rows = rows(300);
        let heights = Heights::default();
        assert_eq!(heights.place_at(&rows, 1e9).0, 299);
        assert_eq!(Range::around(&rows, &heights, 1e9, 600.0).end, 300);
        assert_eq!(heights.place_at(&[], 10.0).0, 0);
    }

    proptest! {
        /// Wherever it is scrolled to, whatever was measured: every row that is seen is in the document, and not many more.
        #[test]
        fn what_is_seen_is_there(
            count in 1usize..2_000,
            high in prop::collection::vec((0usize..2_000, 40.0f64..400.0), 0..60),
            part in 0.0f64..1.0,
            view in 100.0f64..2_000.0,
        ) {
            let rows = rows(count);
            let mut heights = Heights::default();
            for (place, height) in high {
                if let Some(row) = rows.get(place) {
                    heights.measured(*row, height);
                }
            }
            let top = part * heights.sum(&rows);
            let range = Range::around(&rows, &heights, top, view);
            let mut y = 0.0;
            for (place, row) in rows.iter().enumerate() {
                let height = heights.of(*row);
                let is_seen = y + height > top && y < top + view;
                prop_assert!(!is_seen || range.has(place), "{} at {} of {:?}", place, y, range);
                y += height;
            }
            let lowest = heights.usual.min(40.0);
            prop_assert!(range.of(&rows).len() <= (view / lowest) as usize + 2 * (MARGIN + STEP) + 3);
            let before = heights.sum(&rows[..range.start]);
            let after = heights.sum(&rows[range.end..]);
            let all = before + heights.sum(range.of(&rows)) + after;
            prop_assert!((all - heights.sum(&rows)).abs() < 0.01);
        }
    }
}
