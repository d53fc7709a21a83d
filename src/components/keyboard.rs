//! Keys from anywhere on the page: what they do is in [`crate::keys`], and here it is done.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::dynamic::effect;
use super::help_sheet::help_sheet;
use super::palette::palette;
use super::quick_add;
use super::row_window::PANE;
use super::search_field::SEARCH;
use super::selection;
use super::task_detail::FINISH;
use crate::browser::clock::monotonic_ms;
use crate::browser::page;
use crate::browser::pane::before_next_frame;
use crate::keys::{Command, Context, Keys, Outcome, Stroke, Where};
use crate::routes::Route;
use crate::state::keyboard::{Rows, Sheet};
use crate::state::{Shared, shared};
use crate::sync::{RowKey, TaskRef};

/// The handler of keys, the help sheet and the palette.
pub(crate) fn keyboard() -> AnyView {
    let all = shared();
    let keys = StoredValue::new_local(Keys::default());
    let heard = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() {
            return;
        }
        let outcome = keys.try_update_value(|keys| press(keys, &event, all));
        let is_ours = match outcome {
            Some(Outcome::Run(command)) => run(command, all),
            Some(Outcome::Pending(_)) => true,
            Some(Outcome::Nothing) | None => false,
        };
        if is_ours {
            event.prevent_default();
        }
    });
    on_cleanup(move || heard.remove());
    effect(move || {
        all.router.route();
        keys.update_value(Keys::cancel);
    });
    tell_assistive_technology(all);
    view! {
        {help_sheet()}
        {palette()}
    }
    .into_any()
}

fn press(keys: &mut Keys, event: &KeyboardEvent, all: Shared) -> Outcome {
    let (key, code) = (event.key(), event.code());
    let stroke = Stroke {
        key: &key,
        code: &code,
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
        repeat: event.repeat(),
        // Safari ends a composition by a key that says only that.
        composing: event.is_composing() || event.key_code() == 229,
    };
    let context = Context {
        at: place(all),
        is_typing: is_within(
            ":is(input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable])",
        ),
        characters: untrack(|| all.keyboard.has_characters()),
        is_apple: page::is_apple(),
    };
    keys.press(&stroke, monotonic_ms(), &context)
}

/// Where the focus is.
fn place(all: Shared) -> Where {
    if document().query_selector("dialog[open]").ok().flatten().is_some() {
        return Where::Dialog;
    }
    let is_beside = is_within(&format!("#{}", PANE.scroller));
    let is_selecting = all.selecting.is_on_now();
    match all.router.route_now() {
        _ if is_within(&format!("#{}", PANE.list)) => Where::Row,
        // Then the keys of a row are for those that are selected.
        _ if is_selecting && (is_beside || is_within(&format!("#{}", selection::BAR))) => Where::Row,
        Route::List if is_selecting => Where::Row,
        Route::List => Where::List,
        _ if is_beside => Where::List,
        Route::Task(_) | Route::Edit(_) | Route::New => Where::Task,
        _ => Where::Page,
    }
}

/// Whether the element with the focus is, or is in, one that the selector names.
fn is_within(selector: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|active| active.closest(selector).ok().flatten().is_some())
}

/// Does what a command says. Whether there was anything to do.
pub(super) fn run(command: Command, all: Shared) -> bool {
    let Shared {
        router,
        store,
        keyboard,
        ..
    } = all;
    let open = |sheet| {
        keyboard.sheet.set(Some(sheet));
        true
    };
    let go = |route| {
        router.go(route);
        true
    };
    let list = store.shown_now();
    let rows = list.keys();
    match command {
        Command::New => page::focus(quick_add::FIELD) || go(Route::New),
        Command::Search => {
            if !page::focus(SEARCH) {
                router.go(Route::List);
                before_next_frame(Box::new(|| {
                    page::focus(SEARCH);
                }));
            }
            true
        }
        Command::Palette => {
            // Before the dialog opens, which takes the focus.
            keyboard.palette_from.set_value(place(all));
            open(Sheet::Palette)
        }
        Command::Help => open(Sheet::Help),
        Command::Undo => store.undo(),
        Command::Next => step(all, 1),
        Command::Previous => step(all, -1),
        Command::First => rows.first().is_some_and(|row| focus(all, *row)),
        Command::Last => rows.last().is_some_and(|row| focus(all, *row)),
        Command::Open => task(all).is_some_and(|task| go(Route::Task(task))),
        Command::Edit => task(all).is_some_and(|task| go(Route::Edit(task))),
        Command::Done => finish(all),
        Command::Select => selection::select_focused(all, focused(all)),
        Command::SelectNext => extend(all, 1),
        Command::SelectPrevious => extend(all, -1),
        Command::SelectAll => selection::select_all(all),
        Command::Deselect => selection::end(all),
        Command::List | Command::Close => go(Route::List),
        Command::RecentlyDone => go(Route::Done),
        Command::Sync => go(Route::Sync),
        Command::Settings => go(Route::Settings),
    }
}

fn rows(all: Shared) -> Option<Rows> {
    all.keyboard.rows.try_get_value().flatten()
}

fn focused(all: Shared) -> Option<RowKey> {
    rows(all)?.focused.try_run(()).flatten()
}

fn focus(all: Shared, row: RowKey) -> bool {
    rows(all).is_some_and(|rows| rows.focus.try_run(row) == Some(true))
}

/// The task that is meant: that of the row with the focus, else the one that is open.
fn task(all: Shared) -> Option<TaskRef> {
    match focused(all) {
        Some(row) => Some(all.store.row_now(row)?.task),
        None => all.router.route_now().task().cloned(),
    }
}

/// Gives the focus to a row so many below the one that has it, or that is open; to the first when there is none.
fn step(all: Shared, by: isize) -> bool {
    let list = all.store.shown_now();
    let open = || {
        let task = all.router.route_now().task().cloned()?;
        Some(all.store.task_now(&task)?.row.key)
    };
    let at = focused(all).or_else(open).and_then(|row| list.place(row));
    let to = at.map_or(Some(0), |at| at.checked_add_signed(by));
    let row = to.and_then(|to| list.keys().get(to).copied());
    row.is_some_and(|row| focus(all, row))
}

/// The same, and what it goes over is selected.
fn extend(all: Shared, by: isize) -> bool {
    match focused(all).and_then(|from| selection::extend(all, from, by)) {
        Some(row) => focus(all, row),
        None => step(all, by),
    }
}

/// Finishes what is selected; else presses the button of the row with the focus, or of the page that is open, which know where the focus goes then.
fn finish(all: Shared) -> bool {
    let button = match place(all) {
        Where::Row if selection::finish(all) => return true,
        Where::Row => {
            let row = document()
                .active_element()
                .and_then(|active| active.closest("li").ok().flatten());
            row.and_then(|row| row.query_selector(".check").ok().flatten())
        }
        _ => document().get_element_by_id(FINISH),
    };
    press_button(button)
}

fn press_button(button: Option<Element>) -> bool {
    let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok());
    button.as_ref().inspect(|button| button.click()).is_some()
}

/// Writes the keys of the controls that are always there into `aria-keyshortcuts`, as long as they work.
fn tell_assistive_technology(all: Shared) {
    effect(move || {
        let characters = all.keyboard.has_characters();
        all.connection.has_tasks();
        before_next_frame(Box::new(move || {
            for (id, command) in [(quick_add::FIELD, Command::New), (SEARCH, Command::Search)] {
                let keys = command.aria(characters, page::is_apple());
                page::set_attribute(id, "aria-keyshortcuts", keys.as_deref());
            }
        }));
    });
}
