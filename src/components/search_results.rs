//! What is found: the list shows it, and here is what stands around it.

use leptos::prelude::*;

use super::dynamic::{dynamic, effect, flag, handler};
use super::row_window::PANE;
use super::search_field::SEARCH;
use crate::browser::fold::fold;
use crate::browser::highlight::{Marks, text_of};
use crate::browser::page;
use crate::browser::pane::before_next_frame;
use crate::search::Query;
use crate::state::search::Search;
use crate::state::{Shared, shared};
use crate::texts::search;

/// The style sheet's name for what is marked.
const FOUND: &str = "found";

/// Searches while it is there, marks what was looked for in the rows that are seen, and says when there is nothing.
pub(crate) fn search_results(texts: Callback<(), Vec<String>>) -> AnyView {
    let Shared { router, store, .. } = shared();
    // From the best row on, not from where another search was left.
    let is_restored = page::focused().as_deref() != Some(SEARCH);
    Search::start(is_restored, || PANE.scroll_to(0.0));
    let mark = move || {
        // It may be over by the time of the frame.
        let Some(_) = store.found_now() else {
            return Marks::default().show(FOUND);
        };
        let Some(texts) = untrack(|| texts.try_run(())) else {
            return;
        };
        let query = Query::new(&untrack(|| router.search()), &fold);
        let marks = Marks::default();
        for (element, text) in texts.iter().filter_map(|id| text_of(id)) {
            for stretch in query.marks(&text, &fold) {
                marks.add(&element, &text, stretch);
            }
        }
        marks.show(FOUND);
    };
    effect(move || {
        texts.run(());
        store.shown();
        store.revision();
        router.search();
        before_next_frame(Box::new(mark));
    });
    on_cleanup(|| Marks::default().show(FOUND));
    // While there is no list yet, that is what the page says.
    let is_nothing = move || {
        store.is_list_known() && store.has_rows() && store.found().is_some_and(|list| list.keys().is_empty())
    };
    view! {
        <div class="face" hidden=flag("", move || !is_nothing())>
            <p>{dynamic(move || search::nothing(router.search().trim()))}</p>
            <button type="button" class="button" on:click=handler(move |_| {
                // The button goes; the focus must not go with it.
                page::focus(SEARCH);
                router.set_search(String::new());
            })>
                {search::SHOW_ALL.say()}
            </button>
        </div>
    }
    .into_any()
}
