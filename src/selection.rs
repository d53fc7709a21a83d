//! Which rows are selected. It is kept by the rows' keys, so that neither sorting nor searching changes it; what is gone
//! from the list leaves it.
//!
//! A range goes from the anchor, the row that was chosen last by itself, to another, in the order that is shown. The next
//! range from the same anchor takes the place of the one before, and leaves alone what was selected before that, as lists
//! do on Windows and macOS and as the ARIA Authoring Practices describe for list boxes.

use crate::sync::RowKey;

/// How a row is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// This one and no other.
    Only,
    /// This one too, or not any more: a click on its box, Ctrl or Cmd with a click, the key `x`.
    Toggle,
    /// All from the anchor to this one: Shift with a click, or with an arrow key once the focus has moved.
    Range,
}

/// How much of what is shown is selected, for a box that stands for all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Nothing, also when nothing is shown.
    None,
    /// Some: `aria-checked="mixed"`.
    Some,
    /// Everything.
    All,
}

/// The rows that are selected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    rows: Rows,
    /// What was selected when the anchor was set: what a range is laid over.
    base: Rows,
    anchor: Option<RowKey>,
}

/// A set of rows, a bit for each number: all of 100,000 are 12 kB.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Rows {
    bits: Vec<u64>,
    count: usize,
}

impl Rows {
    fn has(&self, row: RowKey) -> bool {
        let bits = self.bits.get(row.number() / 64);
        bits.is_some_and(|bits| bits & (1 << (row.number() % 64)) != 0)
    }

    fn set(&mut self, row: RowKey, is_in: bool) {
        if self.has(row) == is_in {
            return;
        }
        let (at, bit) = (row.number() / 64, 1 << (row.number() % 64));
        if self.bits.len() <= at {
            self.bits.resize(at + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(at) {
            *bits ^= bit;
        }
        self.count = if is_in { self.count + 1 } else { self.count - 1 };
    }

    /// Takes out all that are not in a list.
    fn keep(&mut self, list: &[RowKey]) {
        let mut kept = Self::default();
        list.iter()
            .filter(|row| self.has(**row))
            .for_each(|row| kept.set(*row, true));
        *self = kept;
    }
}

impl Selection {
    /// Chooses a row. `shown` is what is shown, in its order. Without an anchor that is shown, a range is the row alone,
    /// added to what is selected.
    pub fn choose(&mut self, row: RowKey, how: Choice, shown: &[RowKey]) {
        if how == Choice::Range && self.extend(row, shown) {
            return;
        }
        match how {
            Choice::Only => {
                self.rows = Rows::default();
                self.rows.set(row, true);
            }
            Choice::Toggle => self.rows.set(row, !self.rows.has(row)),
            Choice::Range => self.rows.set(row, true),
        }
        self.anchor_at(row);
    }

    /// The same by keyboard: the focus went from one row to the next and takes the range with it. The first such step
    /// begins at the row that it leaves.
    pub fn step(&mut self, from: RowKey, to: RowKey, shown: &[RowKey]) {
        if self.anchor.is_none_or(|anchor| !shown.contains(&anchor)) {
            self.anchor_at(from);
        }
        self.choose(to, Choice::Range, shown);
    }

    /// Selects all that are shown, beside what is selected already.
    pub fn select_all(&mut self, shown: &[RowKey]) {
        shown.iter().for_each(|row| self.rows.set(*row, true));
        self.base = self.rows.clone();
    }

    /// Takes out all that are shown, as when the box for all of them is cleared.
    pub fn deselect_all(&mut self, shown: &[RowKey]) {
        shown.iter().for_each(|row| self.rows.set(*row, false));
        self.base = self.rows.clone();
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Takes out what is gone: `list` is every row that can be selected, not only what a search shows. To be called
    /// whenever the list is another, because the number of a row that is gone may be given to another. Whether that has
    /// changed anything.
    pub fn keep(&mut self, list: &[RowKey]) -> bool {
        if self.is_empty() && self.anchor.is_none() {
            return false;
        }
        let before = self.rows.count;
        self.rows.keep(list);
        self.base.keep(list);
        self.anchor = self.anchor.filter(|anchor| list.contains(anchor));
        before != self.rows.count
    }

    /// The row that was chosen last by itself.
    pub fn anchor(&self) -> Option<RowKey> {
        self.anchor
    }

    /// Whether a row is selected.
    pub fn has(&self, row: RowKey) -> bool {
        self.rows.has(row)
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.rows.count == 0
    }

    /// How many are selected, shown or not.
    pub fn count(&self) -> usize {
        self.rows.count
    }

    /// The selected rows of a list, in its order: of the whole list for what is to be done with all of them, and of what is
    /// shown to tell how many of them are seen.
    pub fn of<'a>(&'a self, list: &'a [RowKey]) -> impl Iterator<Item = RowKey> + 'a {
        list.iter().copied().filter(|row| self.has(*row))
    }

    /// How much of what is shown is selected.
    pub fn share(&self, shown: &[RowKey]) -> Share {
        match self.of(shown).count() {
            0 => Share::None,
            count if count == shown.len() => Share::All,
            _ => Share::Some,
        }
    }

    fn anchor_at(&mut self, row: RowKey) {
        self.anchor = Some(row);
        self.base = self.rows.clone();
    }

    /// Whether there is an anchor for that.
    fn extend(&mut self, row: RowKey, shown: &[RowKey]) -> bool {
        let place = |row: RowKey| shown.iter().position(|other| *other == row);
        let Some((from, to)) = self.anchor.and_then(place).zip(place(row)) else {
            return false;
        };
        self.rows = self.base.clone();
        let range = shown.get(from.min(to)..=from.max(to)).unwrap_or_default();
        range.iter().for_each(|row| self.rows.set(*row, true));
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn rows(numbers: &[u32]) -> Vec<RowKey> {
        numbers.iter().copied().map(RowKey::from_number).collect()
    }

    fn selected(selection: &Selection) -> Vec<usize> {
        let all = rows(&(0..100).collect::<Vec<_>>());
        selection.of(&all).map(RowKey::number).collect()
    }

    #[test]
    fn a_range_goes_over_what_is_shown_and_takes_the_place_of_the_one_before() {
        let shown = rows(&[5, 3, 8, 1, 9]);
        let mut selection = Selection::default();
        selection.choose(shown[4], Choice::Toggle, &shown);
        selection.choose(shown[1], Choice::Toggle, &shown);
        selection.choose(shown[3], Choice::Range, &shown);
        assert_eq!(selected(&selection), [1, 3, 8, 9]);
        selection.choose(shown[0], Choice::Range, &shown);
        assert_eq!(selected(&selection), [3, 5, 9]);
        selection.choose(shown[2], Choice::Only, &shown);
        assert_eq!(selected(&selection), [8]);
    }

    #[test]
    fn shift_with_arrows_begins_where_the_focus_was() {
        let shown = rows(&[1, 2, 3, 4]);
        let mut selection = Selection::default();
        selection.step(shown[1], shown[2], &shown);
        assert_eq!(selected(&selection), [2, 3]);
        selection.step(shown[2], shown[3], &shown);
        assert_eq!(selected(&selection), [2, 3, 4]);
        selection.step(shown[3], shown[2], &shown);
        selection.step(shown[2], shown[1], &shown);
        selection.step(shown[1], shown[0], &shown);
        assert_eq!(selected(&selection), [1, 2]);
    }

    #[test]
    fn a_range_without_an_anchor_that_is_shown_is_one_row() {
        let all = rows(&[1, 2, 3]);
        let mut selection = Selection::default();
        selection.choose(all[1], Choice::Range, &all);
        assert_eq!(selected(&selection), [2]);
        // A search hides the anchor, and what is selected stays.
        selection.choose(all[2], Choice::Range, &all[2..]);
        assert_eq!(selected(&selection), [2, 3]);
        assert_eq!((selection.count(), selection.of(&all[2..]).count()), (2, 1));
    }

    #[test]
    fn what_is_gone_is_not_selected_when_its_number_comes_back() {
        let all = rows(&[1, 2, 3]);
        let mut selection = Selection::default();
        selection.select_all(&all);
        assert!(selection.keep(&all[1..]));
        assert!(!selection.keep(&all[1..]));
        assert_eq!(selected(&selection), [2, 3]);
        selection.choose(all[2], Choice::Range, &all);
        assert_eq!(selected(&selection), [2, 3]);
        assert_eq!(selection.share(&all), Share::Some);
        assert_eq!(selection.share(&all[1..]), Share::All);
        selection.deselect_all(&all);
        assert_eq!(selection.share(&all), Share::None);
        assert_eq!(selection.share(&[]), Share::None);
    }

    #[derive(Debug, Clone)]
    enum Act {
        Choose(usize, Choice),
        Step(usize, bool),
        All,
        Nothing,
        Shown(Vec<usize>),
        Gone(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let choice = prop::sample::select(&[Choice::Only, Choice::Toggle, Choice::Range]);
        prop_oneof![
            6 => (0usize..10, choice).prop_map(|(at, how)| Act::Choose(at, how)),
            4 => (0usize..10, any::<bool>()).prop_map(|(at, down)| Act::Step(at, down)),
            1 => Just(Act::All),
            1 => Just(Act::Nothing),
            2 => prop::collection::vec(0usize..10, 0..10).prop_map(Act::Shown),
            1 => (0usize..10).prop_map(Act::Gone),
        ]
    }

    proptest! {
        /// Beside sets that are written down as people would.
        #[test]
        fn it_is_the_set_that_people_expect(acts in prop::collection::vec(act(), 1..40)) {
            let mut list: Vec<u32> = (0..10).collect();
            let mut shown = list.clone();
            let mut selection = Selection::default();
            let (mut set, mut base, mut anchor) = (BTreeSet::new(), BTreeSet::new(), None::<u32>);
            for act in acts {
                let keys = rows(&shown);
                match act {
                    Act::Choose(at, how) if at < shown.len() => {
                        selection.choose(keys[at], how, &keys);
                        let from = anchor.and_then(|anchor| shown.iter().position(|row| *row == anchor));
                        match (how, from) {
                            (Choice::Range, Some(from)) => {
                                set = base.clone();
                                set.extend(&shown[from.min(at)..=from.max(at)]);
                            }
                            (Choice::Toggle, _) if set.contains(&shown[at]) => {
                                set.remove(&shown[at]);
                                (base, anchor) = (set.clone(), Some(shown[at]));
                            }
                            _ => {
                                if how == Choice::Only {
                                    set.clear();
                                }
                                set.insert(shown[at]);
                                (base, anchor) = (set.clone(), Some(shown[at]));
                            }
                        }
                    }
                    Act::Step(at, down) => {
                        let to = if down { at + 1 } else { at.wrapping_sub(1) };
                        if at < shown.len() && to < shown.len() {
                            selection.step(keys[at], keys[to], &keys);
                            let from = anchor.and_then(|anchor| shown.iter().position(|row| *row == anchor));
                            let from = from.unwrap_or_else(|| {
                                (base, anchor) = (set.clone(), Some(shown[at]));
                                at
                            });
                            set = base.clone();
                            set.extend(&shown[from.min(to)..=from.max(to)]);
                        }
                    }
                    Act::All => {
                        selection.select_all(&keys);
                        set.extend(&shown);
                        base = set.clone();
                    }
                    Act::Nothing => {
                        selection.clear();
                        (set, base, anchor) = Default::default();
                    }
                    Act::Shown(order) => {
                        shown = Vec::new();
                        for at in order {
                            if let Some(row) = list.get(at).filter(|row| !shown.contains(*row)) {
                                shown.push(*row);
                            }
                        }
                    }
                    Act::Gone(at) if at < list.len() => {
                        let gone = list.remove(at);
                        shown.retain(|row| *row != gone);
                        let was = set.remove(&gone);
                        base.remove(&gone);
                        anchor = anchor.filter(|anchor| *anchor != gone);
                        prop_assert_eq!(selection.keep(&rows(&list)), was);
                    }
                    _ => {}
                }
                let wanted: Vec<_> = set.iter().map(|row| *row as usize).collect();
                prop_assert_eq!(selected(&selection), wanted);
                prop_assert_eq!(selection.count(), set.len());
                prop_assert_eq!(selection.is_empty(), set.is_empty());
            }
        }
    }
}
