//! One line of the list.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::dynamic::{attribute, dynamic, effect, flag, handler, part};
use super::icon::{Glyph, Icon};
use super::row_window::RowWindow;
use crate::browser::page;
use crate::routes::Route;
use crate::state::{TaskStore, shared};
use crate::sync::{EntryKey, Row, RowState};
use crate::texts::{common, row, selection};

/// Where the focus goes when a row leaves and no other row is near.
pub(super) const HEADING: &str = "tasks-heading";

/// The id of a slot's link, unique among the rows.
pub(super) fn focus_id(slot: u32) -> String {
    format!("open-{slot}")
}

/// The id of the button that finishes the task in a slot.
pub(super) fn finish_id(slot: u32) -> String {
    format!("finish-{slot}")
}

/// The id of a slot's row.
pub(super) fn row_id(slot: u32) -> String {
    format!("row-{slot}")
}

/// The slot whose row has this id.
pub(super) fn slot_of_row(id: &str) -> Option<u32> {
    id.strip_prefix("row-")?.parse().ok()
}

/// The slot that an element with this id belongs to.
pub(super) fn slot_of_id(id: &str) -> Option<u32> {
    let number = id.strip_prefix("open-").or_else(|| id.strip_prefix("finish-"))?;
    number.parse().ok()
}

/// The id of the same control in this slot.
pub(super) fn same_control(id: &str, slot: u32) -> String {
    if id.starts_with("finish-") {
        finish_id(slot)
    } else {
        focus_id(slot)
    }
}

/// The id of a slot's text.
pub(super) fn text_id(slot: u32) -> String {
    format!("text-{slot}")
}

/// A task, its way to be finished, and how it stands. While rows are being selected the button is the box that selects it;
/// `components/selection` takes the clicks then.
#[component]
pub fn TaskRow(
    /// Where in the document; what it shows comes from the window.
    number: u32,
    /// Where it is seen.
    window: RowWindow,
) -> impl IntoView {
    // A slot that is drawn is there.
    let slot = window.slot(number)?;
    let (shown, spot) = (slot.shown, slot.spot);
    let shared = shared();
    let (store, router, selecting) = (shared.store, shared.router, shared.selecting);
    let look =
        move |look: fn(&Row) -> String| shown.with(|(_, row)| row.as_ref().map(look)).unwrap_or_default();
    let is = move |look: fn(&Row) -> bool| shown.with(|(_, row)| row.as_ref().is_some_and(look));
    let summary = move || look(|row| row.summary.clone());
    let name = move || match selecting.is_on() {
        true => selection::select_task(&summary()),
        false => row::finish(&summary()),
    };
    let task = move || shown.with(|(_, row)| row.as_ref().map(|row| row.task.clone()));
    let address = move || task().map(|task| router.href(&Route::Task(task)));
    let open = move || {
        let shown = router.with_route(|route| route.task().cloned());
        shown.is_some_and(|shown| task() == Some(store.exact(&shown)))
    };
    // What is mostly absent is told by hand: two attributes of the view would be two more things to follow, in each row.
    let mut was_on = false;
    effect(move || {
        let is_on = selecting.is_on();
        if !std::mem::replace(&mut was_on, is_on) && !is_on {
            return;
        }
        let checked = is_on.then(|| match selecting.has(shown.with(|(row, _)| *row)) {
            true => "true",
            false => "false",
        });
        page::set_attribute(&finish_id(number), "role", checked.map(|_| "checkbox"));
        page::set_attribute(&finish_id(number), "aria-checked", checked);
    });
    // Each attribute that follows something is looked at whenever that changes, in each row: one for all classes.
    let class = move || {
        let mut class = "row".to_owned();
        if is(Row::is_struck) {
            class += " finishing";
        }
        if is(|row| row.state == RowState::Storing) {
            class += " saving";
        }
        if spot.with(|spot| spot.away.is_some()) {
            class += " away";
        }
        class
    };
    Some(view! {
        <li
            id=row_id(number)
            class=dynamic(class)
            style:top=attribute(move || spot.with(|spot| spot.away.clone()))
            aria-posinset=attribute(move || spot.with(|spot| spot.place.map(|place| place.to_string())))
            aria-setsize=attribute(move || window.total().map(|total| total.to_string()))
        >
            <button
                type="button"
                id=finish_id(number)
                class="check"
                aria-label=dynamic(name)
                aria-disabled=flag("true", move || is(Row::is_struck))
                on:click=handler(move |_: MouseEvent| finish(store, window, number))
            >
                <Icon glyph=Glyph::Check/>
            </button>
            <a
                id=focus_id(number)
                class="row-text"
                dir="auto"
                href=attribute(address)
                aria-current=flag("true", open)
            >
                <span id=text_id(number) class="strike">{dynamic(summary)}</span>
            </a>
            {part(move || state(shown.with(|(_, row)| row.as_ref().map(|row| row.state.clone()))?))}
        </li>
    })
}

/// How a row stands, in words and, for those who look, a mark.
fn state(state: RowState) -> Option<AnyView> {
    let is_device_only = shared().store.is_device_only();
    let (glyph, words) = match state {
        RowState::Settled => return None,
        RowState::Storing => (Glyph::Refresh, common::SAVING),
        // There is nobody to send it to.
        RowState::Waiting | RowState::Sending if is_device_only => return None,
        RowState::Waiting => (Glyph::Device, row::WAITING),
        RowState::Sending => (Glyph::Refresh, row::SENDING),
        RowState::NeedsYou(key, sentence) => return Some(needs_you(key, sentence)),
    };
    Some(view! { <span class="row-state"><Icon glyph/>{words.say()}</span> }.into_any())
}

fn needs_you(key: EntryKey, sentence: String) -> AnyView {
    let later = shared().later;
    view! {
        <div class="row-problem">
            <p role="alert"><Icon glyph=Glyph::Alert/>{sentence}</p>
            {part(move || (later.pages()?.choices)(key, HEADING))}
        </div>
    }
    .into_any()
}

/// Finishes a task. The focus was in its row, so it goes to the row that takes its place.
fn finish(store: TaskStore, window: RowWindow, slot: u32) {
    let Some(row) = window.slot(slot).map(|slot| slot.row()) else {
        return;
    };
    let Some(Row { task, .. }) = store.row_now(row) else {
        return;
    };
    store.finish(&task, move || {
        // The slot may be another's by now.
        let is_mine = window.slot_of(row).is_some_and(|shown| shown.number == slot);
        let Some(mine) = page::focused().filter(|id| is_mine && slot_of_id(id) == Some(slot)) else {
            return;
        };
        let list = store.shown_now();
        let Some(at) = list.place(row) else { return };
        let rows = list.keys();
        let next = rows
            .get(at + 1)
            .or_else(|| at.checked_sub(1).and_then(|before| rows.get(before)));
        let next = next.and_then(|next| window.slot_of(*next));
        if !next.is_some_and(|next| page::focus(&same_control(&mine, next.number))) {
            page::focus(HEADING);
        }
    });
}
