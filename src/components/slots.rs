//! The rows in the document, as places that show first one task and then another: making a row takes a browser longer
//! than changing what one says, and a long list that is scrolled quickly would be made anew in each frame.

use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;

use crate::state::TaskStore;
use crate::state::tasks::ShownRow;
use crate::sync::{Row, RowKey};

/// Where a row is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// Which row.
    pub(super) row: RowKey,
    /// Its place in the whole list, from 1 on, when not all rows are in the document.
    pub(super) place: Option<usize>,
    /// Where it stands, for the style sheet, when it is outside of what is seen.
    pub(super) away: Option<String>,
}

/// A row in the document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// Its name in the document.
    pub(super) number: u32,
    row: RowKey,
    /// What it shows.
    pub(super) shown: ShownRow,
    /// Where.
    pub(super) spot: RwSignal<Spot>,
}

impl Slot {
    /// Which row it shows.
    pub(super) fn row(&self) -> RowKey {
        self.row
    }
}

/// All of them.
#[derive(Clone, Copy)]
pub(super) struct Slots {
    store: TaskStore,
    /// What slots belong to, however often the list is drawn.
    owner: StoredValue<WeakOwner>,
    filled: StoredValue<Filled>,
}

#[derive(Default)]
struct Filled {
    /// In the order of the document.
    slots: Vec<Slot>,
    /// Those that are not in the document.
    spare: Vec<Slot>,
}

impl Slots {
    /// None yet, for as long as whoever asks is there.
    pub(super) fn new(store: TaskStore) -> Self {
        let owner = Owner::current().unwrap_or_default();
        Self {
            store,
            owner: StoredValue::new(owner.downgrade()),
            filled: StoredValue::new(Filled::default()),
        }
    }

    /// The slot with this number.
    pub(super) fn get(&self, number: u32) -> Option<Slot> {
        self.find(&|slot| slot.number == number)
    }

    /// The slot that shows a row.
    pub(super) fn of(&self, row: RowKey) -> Option<Slot> {
        self.find(&|slot| slot.row == row)
    }

    fn find(&self, is_it: &dyn Fn(&Slot) -> bool) -> Option<Slot> {
        let find = |filled: &Filled| filled.slots.iter().find(|slot| is_it(slot)).copied();
        self.filled.try_with_value(find).flatten()
    }

    /// Shows these rows: one that was shown stays in its slot, and another comes into the slot of one that has left, but for
    /// the slot with the focus, which must not become another task under a person's hands, and for a task that was
    /// struck through, which has gone and was not scrolled away. Gives back the numbers of the slots, in order.
    pub(super) fn fill(&self, spots: Vec<Spot>, focused: Option<u32>) -> Vec<u32> {
        let filled = self.filled.try_update_value(std::mem::take).unwrap_or_default();
        let is_wanted = |slot: &Slot| spots.iter().any(|spot| spot.row == slot.row);
        let (stay, left): (Vec<_>, Vec<_>) = filled.slots.into_iter().partition(is_wanted);
        let is_struck = |slot: &Slot| {
            slot.shown
                .with_untracked(|(_, row)| row.as_ref().is_some_and(Row::is_struck))
        };
        let may_change = |slot: &Slot| focused != Some(slot.number) && !is_struck(slot);
        let (free, gone): (Vec<_>, Vec<_>) = left.into_iter().partition(may_change);
        let (mut free, mut spare) = (free.into_iter(), filled.spare);
        let mut count = (stay.len() + free.len() + gone.len() + spare.len()) as u32;
        let mut slots = Vec::with_capacity(spots.len());
        for spot in spots {
            let known = stay.iter().find(|slot| slot.row == spot.row).copied();
            let slot = known.or_else(|| free.next()).or_else(|| spare.pop());
            let shown = match slot {
                Some(slot) => Some(self.change(slot, spot)),
                None => {
                    count += 1;
                    self.make(count, spot)
                }
            };
            slots.extend(shown);
        }
        spare.extend(free);
        spare.extend(gone);
        let numbers = slots.iter().map(|slot| slot.number).collect();
        self.filled
            .try_update_value(|filled| *filled = Filled { slots, spare });
        numbers
    }

    fn change(&self, slot: Slot, spot: Spot) -> Slot {
        let row = spot.row;
        if slot.row != row {
            self.store.show_in(slot.shown, row);
        }
        if slot.spot.with_untracked(|before| *before != spot) {
            slot.spot.set(spot);
        }
        Slot { row, ..slot }
    }

    /// Nothing when the list is gone.
    fn make(&self, number: u32, spot: Spot) -> Option<Slot> {
        let owner = self.owner.try_get_value()?.upgrade()?;
        Some(owner.with(|| Slot {
            number,
            row: spot.row,
            shown: self.store.row(spot.row),
            spot: RwSignal::new(spot),
        }))
    }
}
