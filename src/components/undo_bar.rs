//! The offer to undo what was done last.

use leptos::prelude::*;

use super::dynamic::{attribute, handler, part};
use super::icon::{Glyph, Icon};
use super::keyed::FocusKeeper;
use super::task_detail::HEADING;
use super::task_row;
use crate::browser::page;
use crate::keys::Command;
use crate::state::{Shared, shared};
use crate::texts::common;

/// Where the focus goes when the button goes: to the page that is open, or to the list.
const HOMES: &[&str] = &[HEADING, task_row::HEADING];

/// A bar below the page, in a place of its own so that it covers nothing. What was done is said by the store as
/// it is done, so that this is no live region too.
#[component]
pub fn UndoBar() -> impl IntoView {
    let Shared { store, keyboard, .. } = shared();
    let keeper = FocusKeeper::new(HOMES, move || drop(store.undoable()));
    let undo = move |_| {
        HOMES.iter().any(|home| page::focus(home));
        store.undo();
    };
    let keys = move || Command::Undo.aria(keyboard.has_characters(), page::is_apple());
    let bar = move || {
        let (_, label) = store.undoable()?;
        let bar = view! {
            <section class="undo-bar" aria-label=common::UNDO.say()>
                <p dir="auto">{label}</p>
                <button type="button" class="button" aria-keyshortcuts=attribute(keys) on:click=handler(undo)>
                    <Icon glyph=Glyph::Undo/>
                    {common::UNDO.say()}
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
