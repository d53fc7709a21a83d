//! The bar: how many rows are selected, all of them at once, and what can be done with them.

use leptos::prelude::*;

use super::super::dynamic::{attribute, dynamic, flag, handler};
use super::super::icon::{Glyph, Icon};
use super::{BAR, counts, end, export, finish, select_all, tell_number, words};
use crate::browser::page;
use crate::keys::Command;
use crate::selection::{Selection, Share};
use crate::state::Shared;
use crate::texts::{common, selection, transfer};

/// Made when the selection begins. Each of its buttons says its key.
pub(super) fn bar(all: Shared) -> AnyView {
    let Shared { selecting, store, .. } = all;
    let number = move || {
        store.shown();
        selecting.look(|_| ());
        words::selected(counts(all))
    };
    let share = Memo::new(move |_| {
        let list = store.shown();
        match selecting.look(|selection| selection.share(list.keys())) {
            Share::None => 0,
            Share::Some => 1,
            Share::All => 2_u32,
        }
    });
    let checked = move || ["false", "mixed", "true"].get(share.get() as usize).copied();
    let is_empty = move || selecting.look(Selection::is_empty);
    let keys = move |command: Command| {
        let keys = move || command.aria(all.keyboard.has_characters(), page::is_apple());
        attribute(keys)
    };
    let all_or_none = move |_| {
        if share.get_untracked() == 2 {
            let list = store.shown_now();
            selecting.change(&|selection| selection.deselect_all(list.keys()));
            tell_number(all);
        } else {
            select_all(all);
        }
    };
    view! {
        <section id=BAR class="selection-bar" aria-label=selection::LABEL.say()>
            <button
                type="button"
                class="select-all"
                role="checkbox"
                aria-checked=attribute(move || checked().map(str::to_owned))
                aria-keyshortcuts=keys(Command::SelectAll)
                on:click=handler(all_or_none)
            >
                <span class="select-box" aria-hidden="true"><Icon glyph=Glyph::Check/></span>
                {selection::ALL.say()}
            </button>
            <p class="selection-number">{dynamic(number)}</p>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    aria-disabled=flag("true", is_empty)
                    aria-keyshortcuts=keys(Command::Done)
                    on:click=handler(move |_| {
                        finish(all);
                    })
                >
                    <Icon glyph=Glyph::Check/>
                    {selection::DONE.say()}
                </button>
                <button
                    type="button"
                    class="button"
                    aria-disabled=flag("true", is_empty)
                    on:click=handler(move |_| export(all))
                >
                    {transfer::EXPORT.say()}
                </button>
                <button
                    type="button"
                    class="button quiet"
                    aria-keyshortcuts=keys(Command::Deselect)
                    on:click=handler(move |_| {
                        end(all);
                    })
                >
                    {common::CANCEL.say()}
                </button>
            </div>
        </section>
    }
    .into_any()
}
