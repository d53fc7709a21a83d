//! Rows are selected by clicks: with Ctrl or Cmd one more, with Shift all from the last one on, and while rows are being
//! selected by any click. Until then a row's link is the browser's, which opens it in a tab or a window of its own.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};

use super::tell_number;
use crate::browser::capture::{Capture, is_by_pointer};
use crate::browser::page;
use crate::components::row_window::PANE;
use crate::selection::Choice;
use crate::state::Shared;

/// Follows clicks on rows before the rows do. A link in a row is followed no longer then.
pub(super) fn follow(all: Shared) {
    let click = Capture::of(
        "click",
        Box::new(move |event| {
            if clicked(all, &event).is_some() {
                event.prevent_default();
                event.stop_propagation();
            }
        }),
    );
    // With Shift the browser would mark text from the last click on.
    let press = Capture::of(
        "mousedown",
        Box::new(move |event| {
            if event.shift_key() && target(all, &event).is_some() {
                event.prevent_default();
            }
        }),
    );
    StoredValue::new_local((click, press));
}

/// The row that was clicked on, and what of it; not what is offered for a problem, and not a link that is to be followed.
fn target(all: Shared, event: &MouseEvent) -> Option<(Element, Element)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let row = target.closest(&format!("#{} > li", PANE.list)).ok()??;
    let is_offer = target.closest(".row-problem").ok()?.is_some();
    let is_link = target.closest("a").ok()?.is_some() && !all.selecting.is_on_now();
    (!is_offer && !is_link).then_some((row, target))
}

/// Nothing when the click is the row's own.
fn clicked(all: Shared, event: &MouseEvent) -> Option<()> {
    let (row, target) = target(all, event)?;
    let is_on_link = target.closest("a").ok()?.is_some();
    let is_primary = match page::is_apple() {
        true => event.meta_key(),
        false => event.ctrl_key(),
    };
    let how = if event.shift_key() {
        Choice::Range
    } else if is_primary || all.selecting.is_on_now() {
        Choice::Toggle
    } else {
        return None;
    };
    // By Enter a link is followed, whatever is held with it.
    if event.alt_key() || is_on_link && !is_by_pointer(event) {
        return None;
    }
    let rows = all.keyboard.rows.try_get_value().flatten()?;
    let from = rows.focused.try_run(()).flatten();
    // Some browsers give the focus to no link and no button that is clicked on.
    let control = target.closest("button, a").ok()?;
    let control = control.or_else(|| row.query_selector("a").ok().flatten())?;
    page::focus_where_it_is(&control.id());
    let to = rows.focused.try_run(()).flatten()?;
    let list = all.store.shown_now();
    all.selecting.turn(true);
    all.selecting.change(&|selection| match (how, from) {
        (Choice::Range, Some(from)) => selection.step(from, to, list.keys()),
        _ => selection.choose(to, how, list.keys()),
    });
    tell_number(all);
    Some(())
}
