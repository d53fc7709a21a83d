//! What takes a while, can be ended, and waits for others.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Counts what was begun: what belongs to an earlier one has been ended.
#[derive(Clone, Copy)]
pub(in super::super) struct Runs(StoredValue<Rc<Cell<u32>>, LocalStorage>);

impl Runs {
    /// Nothing was begun.
    pub(in super::super) fn new() -> Self {
        Self(StoredValue::new_local(Rc::default()))
    }

    /// Begins something that takes a while, and can be ended by beginning something else.
    pub(in super::super) fn begin(self) -> u32 {
        let count = self.count();
        count.set(count.get().wrapping_add(1));
        count.get()
    }

    /// Whether it was not ended yet, and the page is still there.
    pub(in super::super) fn is_running(self, run: u32) -> bool {
        self.0.try_get_value().is_some_and(|count| count.get() == run)
    }

    /// The count itself: what goes on after the page was left holds it, and so knows of an end that came just before.
    pub(in super::super) fn count(self) -> Rc<Cell<u32>> {
        self.0.try_get_value().unwrap_or_default()
    }
}

/// Waits until so many things have come to their end.
#[derive(Clone)]
pub(super) struct Latch(Rc<Waiting>);

struct Waiting {
    open: Cell<usize>,
    settled: Promise,
    settle: Option<Function>,
}

impl Latch {
    pub(super) fn new(open: usize) -> Self {
        let mut settle = None;
        let settled = Promise::new(&mut |resolve, _| settle = Some(resolve));
        Self(Rc::new(Waiting {
            open: Cell::new(open),
            settled,
            settle,
        }))
    }

    /// One of them has.
    pub(super) fn count_down(&self) {
        self.0.open.set(self.0.open.get().saturating_sub(1));
        if self.0.open.get() == 0
            && let Some(settle) = &self.0.settle
        {
            // It throws nothing.
            let _ = settle.call0(&JsValue::NULL);
        }
    }

    /// Waits for all of them.
    pub(super) async fn wait(&self) {
        if self.0.open.get() > 0 {
            let _ = JsFuture::from(self.0.settled.clone()).await;
        }
    }
}
