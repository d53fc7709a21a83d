//! The offer to undo what was done last, and the keys for it.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;

use super::dynamic::{handler, part};
use super::icon::{Glyph, Icon};
use super::keyed::FocusKeeper;
use super::task_detail::HEADING;
use super::task_row;
use crate::browser::page;
use crate::state::{TaskStore, shared};

/// Where the focus goes when the button goes: to the page that is open, or to the list.
const HOMES: &[&str] = &[HEADING, task_row::HEADING];

/// A bar below the page, in a place of its own so that it covers nothing. What was done is said by the store as
/// it is done, so that this is no live region too.
#[component]
pub fn UndoBar() -> impl IntoView {
    let store = shared().store;
    follow_keys(store);
    let keeper = FocusKeeper::new(HOMES, move || drop(store.undoable()));
    let undo = move |_| {
        HOMES.iter().any(|home| page::focus(home));
        store.undo();
    };
    let bar = move || {
        let (_, label) = store.undoable()?;
        let bar = view! {
            <section class="undo-bar" aria-label="Undo">
                <p dir="auto">{label}</p>
                <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" on:click=handler(undo)>
                    <Icon glyph=Glyph::Undo/>
                    "Undo"
                </button>
            </section>
        };
        Some(bar.into_any())
    };
    view! {
        <div
            class="undo-place"
            on:focusin=handler(move |event| keeper.came(event))
            on:focusout=handler(move |event| keeper.went(event))
        >
            {part(bar)}
        </div>
    }
}

/// Ctrl+Z, or Cmd+Z, wherever it does not undo typing and no question is open.
fn follow_keys(store: TaskStore) {
    let keys = window_event_listener(ev::keydown, move |event| {
        if is_undo(&event) && !is_taken() && store.undo() {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
}

fn is_undo(event: &KeyboardEvent) -> bool {
    let key = event.key();
    // On a keyboard without Latin letters the shortcut is where Z would be.
    let is_z = key.eq_ignore_ascii_case("z") || !key.is_ascii() && event.code() == "KeyZ";
    is_z && (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key()
}

fn is_taken() -> bool {
    let is_typing = document()
        .active_element()
        .is_some_and(|active| active.matches("input, textarea, select").unwrap_or_default());
    is_typing || document().query_selector("dialog[open]").ok().flatten().is_some()
}
