//! Which rows a person has selected, and whether rows are being selected at all.

use std::rc::Rc;

use leptos::prelude::*;

use super::TaskStore;
use crate::selection::Selection;
use crate::state::Later;
use crate::sync::RowKey;

/// The selection, shared through context.
#[derive(Clone, Copy)]
pub struct Selecting {
    store: TaskStore,
    later: Later,
    is_wanted: RwSignal<bool>,
    /// Counts what has changed: what is shown of the selection follows it.
    changed: RwSignal<u32>,
}

/// What is not a signal.
#[derive(Default)]
pub(super) struct Selected {
    rows: Selection,
    finish: Option<Rc<dyn Fn()>>,
    is_exporting: bool,
}

impl Selecting {
    /// Nothing is selected.
    pub fn new(store: TaskStore, later: Later) -> Self {
        Self {
            store,
            later,
            is_wanted: RwSignal::new(false),
            changed: RwSignal::new(0),
        }
    }

    /// Whether rows are being selected: then a row's button selects it. Follows it. What that needs is loaded after the
    /// list, and nothing can be selected before.
    pub fn is_on(&self) -> bool {
        self.is_wanted.get() && self.later.is_ready()
    }

    /// The same, now.
    pub fn is_on_now(&self) -> bool {
        untrack(|| self.is_on())
    }

    /// Begins to select, or ends it.
    pub fn turn(&self, on: bool) {
        if on {
            self.later.ask();
        }
        self.is_wanted.try_set(on);
    }

    /// Whether a row is selected; follows it.
    pub fn has(&self, row: RowKey) -> bool {
        self.look(|selection| selection.has(row))
    }

    /// Looks at what is selected, and follows it.
    pub fn look<T>(&self, look: impl FnOnce(&Selection) -> T) -> T {
        self.changed.track();
        self.look_now(look)
    }

    /// Looks at what is selected, now.
    pub fn look_now<T>(&self, look: impl FnOnce(&Selection) -> T) -> T {
        self.store.memory.with_value(|memory| look(&memory.selected.rows))
    }

    fn update<T>(&self, change: impl FnOnce(&mut Selected) -> T) -> Option<T> {
        let memory = self.store.memory;
        memory.try_update_value(|memory| change(&mut memory.selected))
    }

    /// Selects other rows.
    pub fn change(&self, change: &dyn Fn(&mut Selection)) {
        self.update(|selected| change(&mut selected.rows));
        self.tell();
    }

    /// Takes out what is gone: `list` is every row there is.
    pub fn keep(&self, list: &[RowKey]) {
        if self.update(|selected| selected.rows.keep(list)) == Some(true) {
            self.tell();
        }
    }

    fn tell(&self) {
        self.changed
            .try_update(|changed| *changed = changed.wrapping_add(1));
    }

    /// Says what finishes all that are selected.
    pub fn finish_by(&self, finish: Rc<dyn Fn()>) {
        self.update(|selected| selected.finish = Some(finish));
    }

    /// Finishes all that are selected.
    pub fn finish(&self) {
        let finish = self.update(|selected| selected.finish.clone());
        if let Some(finish) = finish.flatten() {
            finish();
        }
    }

    /// The page for exports is about to get the focus, for what is selected.
    pub fn export(&self) {
        self.update(|selected| selected.is_exporting = true);
    }

    /// Whether it is; says so once.
    pub fn is_exporting(&self) -> bool {
        self.update(|selected| std::mem::take(&mut selected.is_exporting)) == Some(true)
    }
}
