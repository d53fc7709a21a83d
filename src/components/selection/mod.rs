//! Selecting rows, and what is done with all that are selected. The rows' own button is the box of each while it lasts
//! (`components/task_row.rs`); what decides is in [`crate::selection`].
//!
//! | module | what it is |
//! |---|---|
//! | `bar` | how many are selected, and what can be done with them |
//! | `pointer` | clicks on rows |
//! | `finishing` | finishing all of them, and taking that back |
//! | `words` | what is said |

mod bar;
mod finishing;
mod pointer;
mod words;

use std::rc::Rc;

use leptos::prelude::*;

use self::bar::bar;
use self::finishing::Finishing;
use super::dynamic::{effect, part};
use super::keyed::is_nowhere;
use super::task_list::SELECT;
use super::task_row::HEADING;
use crate::browser::page;
use crate::browser::pane::before_next_frame;
use crate::routes::Route;
use crate::selection::{Choice, Selection};
use crate::state::{Server, Shared, shared};
use crate::sync::RowKey;
use crate::texts::selection as said;

/// The id of the bar.
pub(super) const BAR: &str = "selection";

/// Follows clicks and what becomes of the list, and shows the bar: below the page, in a place of its own, so that it covers
/// no row.
pub(crate) fn selection() -> AnyView {
    let all = shared();
    let Shared {
        selecting,
        store,
        connection,
        announcer,
        ..
    } = all;
    pointer::follow(all);
    effect(move || {
        let list = store.list();
        selecting.keep(list.keys());
    });
    let mut was_on = false;
    effect(move || {
        let is_on = selecting.is_on();
        let pressed = if is_on { "true" } else { "false" };
        page::set_attribute(SELECT, "aria-pressed", Some(pressed));
        if std::mem::replace(&mut was_on, is_on) == is_on {
            return;
        }
        if !is_on {
            selecting.change(&Selection::clear);
        } else if selecting.look_now(Selection::is_empty) {
            announcer.say(said::BEGUN.say());
        }
    });
    // Rows of another server have other tasks.
    let mut server = None;
    effect(move || {
        let base = match connection.server() {
            Server::At(client) => Some(client.base().as_str().to_owned()),
            Server::DeviceOnly => Some(String::new()),
            Server::Unknown | Server::Unreadable(_) | Server::Misconfigured(_) => None,
        };
        let before = std::mem::replace(&mut server, base.clone());
        if before.is_some() && before != base {
            selecting.turn(false);
        }
    });
    let finishing = Finishing::new(all);
    selecting.finish_by(Rc::new(move || finishing.finish_selected()));
    view! {
        {part(move || selecting.is_on().then(|| bar(all)))}
        {part(move || finishing.shown())}
    }
    .into_any()
}

/// What a key or the palette asks for. Whether there was anything to do.
pub(super) fn select_focused(all: Shared, focused: Option<RowKey>) -> bool {
    let Some(row) = focused else { return false };
    choose(all, &|selection, shown| {
        selection.choose(row, Choice::Toggle, shown)
    });
    true
}

/// The focus goes `by` so many rows, and takes the selection with it.
pub(super) fn extend(all: Shared, from: RowKey, by: isize) -> Option<RowKey> {
    let list = all.store.shown_now();
    let place = list.place(from)?.checked_add_signed(by);
    let to = place.and_then(|place| list.keys().get(place));
    // At the end of the list it is the row itself.
    let to = to.copied().unwrap_or(from);
    choose(all, &|selection, shown| selection.step(from, to, shown));
    Some(to)
}

/// Selects all that are shown.
pub(super) fn select_all(all: Shared) -> bool {
    if all.store.shown_now().keys().is_empty() {
        return false;
    }
    choose(all, &|selection, shown| selection.select_all(shown));
    true
}

fn choose(all: Shared, change: &dyn Fn(&mut Selection, &[RowKey])) {
    let list = all.store.shown_now();
    all.selecting.turn(true);
    all.selecting.change(&|selection| change(selection, list.keys()));
    tell_number(all);
}

/// Says how many are selected by now.
fn tell_number(all: Shared) {
    all.announcer.say(words::selected(counts(all)));
}

/// How many rows are selected, and how many of them a search hides; to be looked at, now.
fn counts(all: Shared) -> (usize, usize) {
    let list = all.store.shown_now();
    all.selecting.look_now(|selection| {
        let seen = match all.store.found_now() {
            Some(_) => selection.of(list.keys()).count(),
            None => selection.count(),
        };
        (selection.count(), selection.count().saturating_sub(seen))
    })
}

/// Ends it with nothing done. The focus stays in its row; from the bar it goes to where the selection began.
pub(super) fn end(all: Shared) -> bool {
    if !all.selecting.is_on_now() {
        return false;
    }
    all.selecting.turn(false);
    all.announcer.say(said::ENDED.say());
    before_next_frame(Box::new(|| {
        if is_nowhere() {
            page::focus_where_it_is(SELECT);
        }
    }));
    true
}

/// Finishes all that are selected. Whether rows are being selected.
pub(super) fn finish(all: Shared) -> bool {
    let is_on = all.selecting.is_on_now();
    if is_on {
        all.selecting.finish();
    }
    is_on
}

/// Opens the page for exports with what is selected.
fn export(all: Shared) {
    if all.selecting.look_now(Selection::is_empty) {
        return all.announcer.say(said::NOTHING.say());
    }
    all.selecting.export();
    if !page::focus(super::transfer::EXPORT) {
        all.router.go(Route::Transfer);
    }
}

/// Gives the focus to the next row that stays, when all that are selected go: after the one with the focus, or the one that
/// was selected last; else the one before, and the list's heading when none stays.
fn focus_what_stays(all: Shared) {
    let list = all.store.shown_now();
    let rows = all.keyboard.rows.try_get_value().flatten();
    let focused = rows.and_then(|rows| rows.focused.try_run(()).flatten());
    let next = all.selecting.look_now(|selection| {
        let stays = |row: &&RowKey| !selection.has(**row);
        let at = focused.or(selection.anchor()).and_then(|row| list.place(row));
        let (before, after) = list.keys().split_at_checked(at.unwrap_or_default())?;
        let next = after.iter().find(stays);
        next.or_else(|| before.iter().rev().find(stays)).copied()
    });
    let has_focus = next
        .zip(rows)
        .is_some_and(|(row, rows)| rows.focus.try_run(row) == Some(true));
    if !has_focus {
        page::focus(HEADING);
    }
}
