//! The field for the search. What it finds is shown by code that is loaded after the list.

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;

use super::RowWindow;
use super::dynamic::{Dynamic, dynamic, flag, handler, part};
use crate::state::{Shared, shared};
use crate::texts::search;

/// The id of the field.
pub(super) const SEARCH: &str = "search-tasks";

/// Looks in the list for what is typed. Escape, and the browser's own cross, show all of it again.
#[component]
pub(super) fn SearchField(
    /// Whether it has the focus.
    has_focus: RwSignal<bool>,
) -> impl IntoView {
    let Shared { router, store, .. } = shared();
    let is_needed = move || store.has_rows() || !router.search().is_empty();
    view! {
        <div role="search" class="search" hidden=flag("", move || !is_needed())>
            <input
                id=SEARCH
                type="search"
                class="field"
                aria-label=search::LABEL.say()
                placeholder=search::PLACEHOLDER.say()
                autocomplete="off"
                enterkeyhint="search"
                prop:value=dynamic(move || router.search())
                on:input=handler(move |event: Event| router.set_search(event_target_value(&event)))
                on:focus=handler(move |_| has_focus.set(true))
                on:blur=handler(move |_| has_focus.set(false))
                on:keydown=handler(move |event: KeyboardEvent| {
                    // An input method takes back its own letters by the same key.
                    if event.key() == "Escape" && !event.is_composing() {
                        router.set_search(String::new());
                    }
                })
            />
        </div>
    }
}

/// What is found, while somebody searches or is about to: then the index is there by the first letter.
pub(super) fn found_by_search(has_focus: RwSignal<bool>, window: RowWindow) -> Dynamic<Option<AnyView>> {
    let Shared { router, later, .. } = shared();
    let is_wanted = Memo::new(move |_| has_focus.get() || !router.search().is_empty());
    later.ask_when(move || is_wanted.get());
    part(move || {
        let pages = is_wanted.get().then(|| later.pages()).flatten()?;
        Some((pages.search)(Callback::new(move |()| window.texts())))
    })
}
