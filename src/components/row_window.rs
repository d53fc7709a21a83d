//! The window on a long list: which of its rows are in the document ([`crate::viewport`]), kept in step with the
//! scrolling, the sizes that rows turn out to have, and the focus. A row that leaves it becomes one that comes, which
//! takes a browser less time than making one.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::dynamic::effect;
use super::keyed::is_nowhere;
use super::slots::{Slot, Slots, Spot};
use super::task_row::{finish_id, focus_id, row_id, same_control, slot_of_id, slot_of_row, text_id};
use crate::browser::page;
use crate::browser::pane::{Pane, Resizes, before_next_frame};
use crate::browser::storage::Area;
use crate::state::TaskStore;
use crate::sync::{List, RowKey};
use crate::viewport::{ALL_UP_TO, FOUND_UP_TO, Heights, Range};

/// The ids of the part that scrolls and of its list.
pub(super) const PANE: Pane = Pane {
    scroller: "list-pane",
    list: "rows",
};

/// Where the place of the scrolling is kept for a reload of the tab; `start.js` looks there too.
const SCROLLED: &str = "strikethrough.scrolled";

/// What is in the document.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct InView {
    rows: Vec<RowKey>,
    range: Range,
    total: usize,
    /// The room that the rows before and after take, in CSS pixels.
    before: f64,
    after: f64,
    /// The row with the focus, when it is outside, and where it belongs, in CSS pixels.
    away: Option<(RowKey, usize, f64)>,
}

/// The window, for the list and its rows.
#[derive(Clone, Copy)]
pub struct RowWindow {
    store: TaskStore,
    sizes: StoredValue<Rc<RefCell<Sizes>>, LocalStorage>,
    slots: Slots,
    /// Counts what changes the range: scrolling, sizes, focus.
    moved: RwSignal<u32>,
    in_view: Memo<Arc<InView>>,
    /// What rows follow of it: each would look whenever anything of it is another.
    places: Memo<Arc<Places>>,
    total: Memo<Option<usize>>,
}

/// The rows in the document: the place of the first, those that are seen, and the one with the focus elsewhere.
#[derive(Debug, Clone, PartialEq)]
struct Places {
    start: usize,
    rows: Vec<RowKey>,
    away: Option<(RowKey, usize, f64)>,
}

#[derive(Default)]
struct Sizes {
    heights: Heights,
    /// Of the part that scrolls.
    width: f64,
    height: f64,
    /// Of the button in a row: another when the density or the size of text is.
    line: f64,
    /// How far the rows are scrolled up, in CSS pixels.
    top: f64,
    /// The id of the element in a row that has the focus, and the row.
    focused: Option<(String, RowKey)>,
    is_measuring: bool,
    watch: Option<Resizes>,
    /// Where to scroll to once there are rows enough.
    restore: Option<i32>,
}

impl RowWindow {
    pub(super) fn new(store: TaskStore) -> Self {
        let sizes = Rc::new(RefCell::new(Sizes {
            restore: Area::Tab.get(SCROLLED).and_then(|top| top.parse::<i32>().ok()),
            ..Sizes::default()
        }));
        let sizes = StoredValue::new_local(sizes);
        let moved = RwSignal::new(0);
        let in_view = Memo::new(move |_| {
            moved.track();
            let list = store.shown();
            Arc::new(sizes.with_value(|sizes| in_view(&list, &sizes.borrow())))
        });
        let places = Memo::new(move |_| {
            let places = in_view.with(|shown| Places {
                start: shown.range.start,
                rows: shown.rows.clone(),
                away: shown.away,
            });
            Arc::new(places)
        });
        let total = Memo::new(move |_| {
            in_view.with(|shown| Some(shown.total).filter(|total| *total > shown.rows.len()))
        });
        let window = Self {
            store,
            sizes,
            slots: Slots::new(store),
            moved,
            in_view,
            places,
            total,
        };
        // The rows are in the document by then, and not on the screen yet.
        effect(move || {
            in_view.track();
            window.keep_focus();
            window.measure_soon();
        });
        let kept = window_event_listener(leptos::ev::pagehide, move |_| {
            Area::Tab.set(SCROLLED, &(PANE.top() as i32).to_string());
        });
        on_cleanup(move || kept.remove());
        window
    }

    /// Whether some rows are not in the document.
    pub(super) fn is_windowed(&self) -> bool {
        self.total.get().is_some()
    }

    /// The slots to have in the document, in order; each is told what it shows.
    pub(super) fn slots(&self) -> Vec<u32> {
        let is_counted = self.total.get().is_some();
        let spots = self.places.with(|shown| {
            let inside = shown.rows.iter().enumerate().map(|(at, row)| Spot {
                row: *row,
                place: is_counted.then_some(shown.start + at + 1),
                away: None,
            });
            let mut spots: Vec<_> = inside.collect();
            if let Some((row, place, top)) = shown.away {
                // In the order of the list, so that the focus goes on from there.
                let at = if place < shown.start { 0 } else { spots.len() };
                let place = is_counted.then_some(place + 1);
                let away = Some(pixels(top));
                spots.insert(at, Spot { row, place, away });
            }
            spots
        });
        let focused = page::focused().and_then(|id| slot_of_id(&id));
        self.slots.fill(spots, focused)
    }

    /// The slot with this number.
    pub(super) fn slot(&self, number: u32) -> Option<Slot> {
        self.slots.get(number)
    }

    /// The slot that shows a row, when one does.
    pub(super) fn slot_of(&self, row: RowKey) -> Option<Slot> {
        self.slots.of(row)
    }

    /// The ids of the texts in the document.
    pub(super) fn texts(&self) -> Vec<String> {
        self.places.with(|shown| {
            let slots = shown.rows.iter().filter_map(|row| self.slots.of(*row));
            slots.map(|slot| text_id(slot.number)).collect()
        })
    }

    /// The room before and after them, for the style sheet.
    pub(super) fn room(&self) -> (String, String) {
        self.in_view
            .with(|shown| (pixels(shown.before), pixels(shown.after)))
    }

    /// How many rows there are, when not all are in the document.
    pub(super) fn total(&self) -> Option<usize> {
        self.total.get()
    }

    fn update<T>(&self, change: impl FnOnce(&mut Sizes) -> T) -> Option<T> {
        self.sizes
            .try_with_value(|sizes| sizes.try_borrow_mut().ok().map(|mut sizes| change(&mut sizes)))
            .flatten()
    }

    fn changed(&self) {
        self.moved.try_update(|moved| *moved = moved.wrapping_add(1));
    }

    /// For `scroll` of the part that scrolls.
    pub(super) fn scrolled(self) {
        // Also where all rows are there: a search ends, and the list is long again.
        self.update(|sizes| sizes.top = PANE.top() - PANE.list_top());
        if !is_all(&self.store.shown_now()) {
            self.changed();
        }
    }

    /// For `focusin` of the list: the row with the focus stays in the document wherever the list is scrolled to.
    pub(super) fn focus_came(self) {
        let focused = page::focused().and_then(|id| {
            let row = self.slots.get(slot_of_id(&id)?)?.row();
            Some((id, row))
        });
        let is_news = self.update(|sizes| std::mem::replace(&mut sizes.focused, focused.clone()) != focused);
        if is_news == Some(true) && !is_all(&self.store.shown_now()) {
            self.changed();
        }
    }

    /// For `focusout` of the list. Where the focus goes is known only after it.
    pub(super) fn focus_left(self) {
        before_next_frame(Box::new(move || {
            if self.in_view.try_with_untracked(|shown| shown.away.is_some()) == Some(true) {
                self.keep_focus();
            }
            self.focus_came();
        }));
    }

    /// For `keydown` of the list: a key goes on from the row with the focus, so that it and its neighbours are
    /// there.
    pub(super) fn key_pressed(self) {
        if let Some((row, _, _)) = self.in_view.with_untracked(|shown| shown.away) {
            self.bring_into_view(row);
        }
    }

    /// Scrolls so that a row is seen, if it is not.
    fn bring_into_view(self, row: RowKey) {
        let list = self.store.shown_now();
        let Some(place) = list.place(row) else { return };
        let list_top = PANE.list_top();
        let to = self.update(|sizes| {
            let before = list.keys().get(..place).unwrap_or_default();
            let (top, height) = (sizes.heights.sum(before), sizes.heights.of(row));
            let is_seen = top >= sizes.top && top + height <= sizes.top + sizes.height;
            if is_seen {
                return None;
            }
            sizes.top = (top - (sizes.height - height) / 2.0).max(0.0);
            Some(sizes.top + list_top)
        });
        if let Some(to) = to.flatten() {
            self.changed();
            PANE.scroll_to(to);
        }
    }

    /// The row that has the focus.
    pub(super) fn focused(self) -> Option<RowKey> {
        let element = document().active_element()?.closest("#rows > li").ok()??;
        let slot = self.slots.get(slot_of_row(&element.id())?)?;
        Some(slot.row())
    }

    /// Gives the focus to a row's link, wherever in the list it is. Whether there is such a row.
    pub(super) fn focus(self, row: RowKey) -> bool {
        let focus = move || {
            self.slots
                .of(row)
                .is_some_and(|slot| page::focus(&focus_id(slot.number)))
        };
        if focus() {
            return true;
        }
        let is_there = self.store.shown_now().place(row).is_some();
        if is_there {
            self.bring_into_view(row);
            before_next_frame(Box::new(move || {
                focus();
            }));
        }
        is_there
    }

    /// A row that goes to another place in the document loses the focus. Some browsers tell of it, and none says why.
    fn keep_focus(self) {
        if !is_nowhere() {
            return;
        }
        let Some(Some((id, row))) = self.update(|sizes| sizes.focused.clone()) else {
            return;
        };
        match self.slots.of(row) {
            Some(slot) => page::focus_where_it_is(&same_control(&id, slot.number)),
            // It is gone, and its slot may be another's by now.
            None => {
                self.update(|sizes| sizes.focused = None);
            }
        }
    }

    fn measure_soon(self) {
        if self.update(|sizes| std::mem::replace(&mut sizes.is_measuring, true)) == Some(false) {
            before_next_frame(Box::new(move || self.measure()));
        }
    }

    /// Takes in the sizes that there are, and keeps in its place on the screen what is seen when they are not those that
    /// were expected.
    fn measure(self) {
        // The page may be gone before the frame.
        let Some(shown) = self.in_view.try_get_untracked() else {
            return;
        };
        let list = self.store.shown_now();
        let rows = list.keys();
        let watch = || Resizes::of(&[PANE.scroller, PANE.list], Box::new(move || self.measure_soon()));
        let scroll = self.update(|sizes| {
            sizes.is_measuring = false;
            if sizes.watch.is_none() {
                sizes.watch = watch();
            }
            let (width, height) = PANE.size();
            if is_all(&list) {
                let restore = if rows.is_empty() {
                    None
                } else {
                    sizes.restore.take()
                };
                return restore.map(|top| (top.into(), false));
            }
            let list_top = PANE.list_top();
            let top = PANE.top() - list_top;
            let (seen, into) = sizes.heights.place_at(rows, top);
            let mut is_news = (sizes.height - height).abs() > 0.5;
            let first = shown.rows.first().and_then(|row| self.slots.of(*row));
            let line = first.and_then(|slot| Pane::height_of(&finish_id(slot.number)));
            let line = line.unwrap_or(sizes.line);
            if sizes.width != width || (sizes.line - line).abs() > 0.5 {
                sizes.heights = Heights::default();
                (sizes.width, sizes.line, is_news) = (width, line, true);
            }
            sizes.height = height;
            for row in &shown.rows {
                let height = self
                    .slots
                    .of(*row)
                    .and_then(|slot| Pane::height_of(&row_id(slot.number)));
                if let Some(height) = height {
                    is_news |= sizes.heights.measured(*row, height);
                }
            }
            let restored = sizes.restore.take();
            if !is_news && restored.is_none() {
                return None;
            }
            let anchored = sizes.heights.sum(rows.get(..seen).unwrap_or_default()) + into;
            // Above the first row there is nothing that could move.
            let to = restored.map_or(if top > 0.0 { anchored } else { top }, |top| {
                f64::from(top) - list_top
            });
            sizes.top = to;
            Some((to + list_top, true))
        });
        if let Some((to, has_moved)) = scroll.flatten() {
            if has_moved {
                self.changed();
            }
            let was = PANE.top();
            // The room for it is there only after that. Whoever has scrolled meanwhile knows better.
            before_next_frame(Box::new(move || {
                let is_still = (PANE.top() - was).abs() < 1.0;
                if is_still && (was - to).abs() >= 1.0 {
                    PANE.scroll_to(to);
                }
            }));
        }
    }
}

/// Whether all rows are in the document.
fn is_all(list: &List) -> bool {
    let up_to = if list.is_found() { FOUND_UP_TO } else { ALL_UP_TO };
    list.keys().len() <= up_to
}

fn in_view(list: &List, sizes: &Sizes) -> InView {
    let rows = list.keys();
    let is_all = is_all(list);
    let range = if is_all {
        Range::all(rows)
    } else {
        Range::around(rows, &sizes.heights, sizes.top, sizes.height.max(600.0))
    };
    let sum = |rows: Option<&[RowKey]>| sizes.heights.sum(rows.unwrap_or_default());
    let focused = sizes.focused.as_ref().map(|(_, row)| *row);
    let away = focused.and_then(|row| {
        let place = list.place(row).filter(|place| !range.has(*place))?;
        Some((row, place, sum(rows.get(..place))))
    });
    InView {
        rows: range.of(rows).to_vec(),
        range,
        total: rows.len(),
        before: if is_all { 0.0 } else { sum(rows.get(..range.start)) },
        after: if is_all { 0.0 } else { sum(rows.get(range.end..)) },
        away,
    }
}

/// Whole pixels: writing fractions takes 8 kB of code, and what is off by less than one is not seen.
fn pixels(length: f64) -> String {
    format!("{}px", length.round() as i64)
}
