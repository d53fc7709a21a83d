//! Sorting in steps, so that the page answers between them: a natural merge sort (Knuth, The Art of Computer
//! Programming, volume 3, 5.2.4). What is in order already, such as all that was sorted before and did not change, costs one
//! comparison a row.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Range;

use crate::sync::RowKey;

/// How two rows compare. Those that are equal stay as they were.
pub type Compare<'a> = &'a mut dyn FnMut(RowKey, RowKey) -> Ordering;

/// A few rows are put among many by looking for their places when they are fewer than one in so many: a search takes
/// about as many comparisons in a list of 100,000.
const FEW: usize = 16;

/// Rows on their way into order.
#[derive(Debug, Default)]
pub struct Sorter {
    rows: Vec<RowKey>,
    /// How many rows are in the runs.
    cut: usize,
    /// Runs that are in order: those of this pass, then those that the pass has made. All are of `rows`.
    runs: VecDeque<Range<usize>>,
    /// How many runs this pass has still to merge.
    left: usize,
    merge: Option<Merge>,
}

/// Two runs that are becoming one. What is merged is beside them until all is.
#[derive(Debug)]
struct Merge {
    one: Range<usize>,
    other: Range<usize>,
    merged: Vec<RowKey>,
    start: usize,
    few: bool,
}

impl Sorter {
    /// Begins to sort rows.
    pub fn new(rows: Vec<RowKey>) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Begins to sort rows of which most were sorted before: `before` is what came of that, and `is_same` says of which
    /// the place among each other is still right. The others are sorted and put among them, which takes few
    /// comparisons. Rows that are equal are then not as they were in `rows`: let `compare` decide by the place in the list
    /// if that matters.
    pub fn again(before: &[RowKey], rows: &[RowKey], is_same: &dyn Fn(RowKey) -> bool) -> Self {
        let most = |rows: &[RowKey]| rows.iter().map(|row| row.number() + 1).max().unwrap_or_default();
        let mut is_there = vec![false; most(rows)];
        let mut set = |row: RowKey, to: bool| {
            is_there
                .get_mut(row.number())
                .is_some_and(|is_there| std::mem::replace(is_there, to))
        };
        for row in rows {
            set(*row, true);
        }
        // Each is taken once, from one list or the other.
        let mut all: Vec<_> = before
            .iter()
            .copied()
            .filter(|row| is_same(*row) && set(*row, false))
            .collect();
        all.extend(rows.iter().copied().filter(|row| set(*row, false)));
        Self::new(all)
    }

    /// Goes on for about `most` comparisons. Whether it is done.
    pub fn step(&mut self, mut most: usize, compare: Compare) -> bool {
        while self.cut < self.rows.len() {
            if most == 0 {
                return false;
            }
            most = self.cut_run(most, compare);
        }
        loop {
            if let Some(mut merge) = self.merge.take() {
                most = merge.step(&self.rows, most, compare);
                if !merge.is_over() {
                    self.merge = Some(merge);
                    return false;
                }
                self.runs.push_back(merge.write(&mut self.rows));
                continue;
            }
            if self.runs.len() < 2 && self.left < 2 {
                return true;
            }
            if most == 0 {
                return false;
            }
            self.begin_merge();
        }
    }

    /// What came of it, after the last step.
    pub fn sorted(self) -> Vec<RowKey> {
        self.rows
    }

    /// Looks for the end of a run, for about `most` comparisons; gives back what is left of them.
    fn cut_run(&mut self, mut most: usize, compare: Compare) -> usize {
        let mut run = self.runs.pop_back().unwrap_or(0..0);
        while let Some(next) = self.rows.get(run.end).copied() {
            let last = run
                .end
                .checked_sub(1)
                .and_then(|last| self.rows.get(last).copied());
            if let Some(last) = last.filter(|_| !run.is_empty()) {
                if most == 0 {
                    break;
                }
                most -= 1;
                if compare(last, next) == Ordering::Greater {
                    self.runs.push_back(run.clone());
                    run = run.end..run.end;
                }
            }
            run.end += 1;
        }
        self.cut = run.end;
        self.left = self.runs.len() + 1;
        self.runs.push_back(run);
        most
    }

    fn begin_merge(&mut self) {
        if self.left < 2 {
            // The odd one goes to the end, as the last of the next pass.
            self.runs.rotate_left(self.left);
            self.left = self.runs.len();
        }
        if let (Some(one), Some(other)) = (self.runs.pop_front(), self.runs.pop_front()) {
            self.left -= 2;
            self.merge = Some(Merge::new(one, other));
        }
    }
}

impl Merge {
    fn new(one: Range<usize>, other: Range<usize>) -> Self {
        Self {
            start: one.start,
            merged: Vec::with_capacity(one.len() + other.len()),
            few: other.len() < one.len() / FEW,
            one,
            other,
        }
    }

    fn is_over(&self) -> bool {
        self.one.is_empty() || self.other.is_empty()
    }

    /// For about `most` comparisons; gives back what is left of them.
    fn step(&mut self, rows: &[RowKey], mut most: usize, compare: Compare) -> usize {
        while most > 0
            && let Some(next) = rows.get(self.other.start).copied().filter(|_| !self.is_over())
        {
            let one = rows.get(self.one.clone()).unwrap_or_default();
            let mut is_before = |row: &RowKey| {
                most = most.saturating_sub(1);
                compare(*row, next) != Ordering::Greater
            };
            let before = if self.few {
                one.partition_point(is_before)
            } else {
                // One at a time: a step ends where it must.
                usize::from(one.first().is_some_and(&mut is_before))
            };
            self.merged.extend(one.iter().take(before));
            self.one.start += before;
            if self.few || before == 0 {
                self.merged.push(next);
                self.other.start += 1;
            }
        }
        most
    }

    /// Puts what was merged in its place; where that is.
    fn write(self, rows: &mut [RowKey]) -> Range<usize> {
        let end = self.start + self.merged.len() + self.one.len() + self.other.len();
        // What is left of the first goes to the end; what is left of the second is there.
        if !self.one.is_empty() {
            rows.copy_within(self.one.clone(), end - self.one.len());
        }
        let merged = rows.get_mut(self.start..self.start + self.merged.len());
        if let Some(merged) = merged {
            merged.copy_from_slice(&self.merged);
        }
        self.start..end
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(count: usize) -> Vec<RowKey> {
        (0..count as u32).map(RowKey::from_number).collect()
    }

    /// Sorts by the values of rows, and counts what it takes.
    fn sorted(mut sorter: Sorter, values: &[u8], most: usize) -> (Vec<RowKey>, usize) {
        let mut all = 0;
        loop {
            let mut now = 0;
            let is_over = sorter.step(most, &mut |a, b| {
                now += 1;
                values[a.number()].cmp(&values[b.number()])
            });
            all += now;
            // A search for a place goes on to its end.
            assert!(now <= most + 24, "{now} comparisons in a step of {most}");
            if is_over {
                return (sorter.sorted(), all);
            }
        }
    }

    #[test]
    fn what_is_in_order_costs_a_look() {
        let values: Vec<u8> = (0..=255).collect();
        let (order, cost) = sorted(Sorter::new(rows(256)), &values, 100);
        assert_eq!((order, cost), (rows(256), 255));
        assert!(Sorter::default().step(1, &mut |_, _| Ordering::Equal));
    }

    #[test]
    fn a_row_more_costs_a_search() {
        let mut values: Vec<u8> = (0..=255).collect();
        let before = rows(256);
        values.push(100);
        values[7] = 200;
        let sorter = Sorter::again(&before, &rows(257), &|row| row.number() != 7);
        let (order, cost) = sorted(sorter, &values, 1_000);
        assert!(order.is_sorted_by_key(|row| values[row.number()]));
        assert!(cost < 255 + 2 * 10, "{cost}");
    }

    proptest! {
        #[test]
        fn it_is_the_stable_sort(values in prop::collection::vec(any::<u8>(), 0..300), most in 1usize..50) {
            let (order, _) = sorted(Sorter::new(rows(values.len())), &values, most);
            let mut wanted = rows(values.len());
            wanted.sort_by_key(|row| values[row.number()]);
            prop_assert_eq!(order, wanted);
        }

        #[test]
        fn sorting_again_takes_in_what_has_changed(
            values in prop::collection::vec((any::<u8>(), any::<u8>(), 0u8..8), 0..300), most in 1usize..50,
        ) {
            let all = rows(values.len());
            let is_there = |row: &RowKey| values[row.number()].2 > 0;
            let is_new = |row: &RowKey| values[row.number()].2 == 1;
            let is_same = |row: RowKey| values[row.number()].2 > 2;
            let was: Vec<u8> = values.iter().map(|(was, _, _)| *was).collect();
            let now: Vec<u8> = values
                .iter()
                .map(|(was, now, kind)| if *kind > 2 { *was } else { *now })
                .collect();
            let before = all.iter().copied().filter(|row| !is_new(row)).collect();
            let (before, _) = sorted(Sorter::new(before), &was, most);
            let rows: Vec<_> = all.iter().copied().filter(is_there).collect();
            let (order, _) = sorted(Sorter::again(&before, &rows, &is_same), &now, most);
            prop_assert!(order.is_sorted_by_key(|row| now[row.number()]));
            let mut names = order;
            names.sort_unstable();
            prop_assert_eq!(names, rows);
        }
    }
}
