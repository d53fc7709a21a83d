//! The question after several lines were pasted into a field for one.

use leptos::prelude::*;
use web_sys::ClipboardEvent;

use super::dynamic::{handler, part};
use crate::browser::page;
use crate::task::PastedLines;
use crate::texts::{common, paste};

/// Takes several lines from the clipboard in place of the browser, which would join them to one.
pub(super) fn take_lines(event: &ClipboardEvent, pasted: RwSignal<Option<PastedLines>>) {
    let text = event
        .clipboard_data()
        .and_then(|data| data.get_data("text").ok())
        .unwrap_or_default();
    if let Some(lines) = PastedLines::of(&text) {
        event.prevent_default();
        pasted.set(Some(lines));
    }
}

/// Offers what can be made of the lines.
#[component]
pub(super) fn PasteOffer(
    /// The lines; `None` when there is nothing to ask.
    pasted: RwSignal<Option<PastedLines>>,
    /// The id of the field they were pasted into, where the focus belongs when the question goes.
    field: &'static str,
    /// One task for each line.
    on_each: Callback<PastedLines>,
    /// One task: the first line its summary, the rest its description.
    on_one: Callback<PastedLines>,
) -> impl IntoView {
    let answer = move |callback: Callback<PastedLines>| {
        if let Some(lines) = pasted.try_update(Option::take).flatten() {
            callback.run(lines);
        }
    };
    let cancel = move |_| {
        pasted.set(None);
        page::focus(field);
    };
    part(move || {
        let count = pasted.with(|pasted| pasted.as_ref().map(|pasted| pasted.lines.len()))?;
        let offer = view! {
            <div class="offer" role="group" aria-labelledby="offer-title">
                <p id="offer-title" role="status">{paste::pasted(count)}</p>
                <div class="actions">
                    <button type="button" class="button primary" on:click=handler(move |_| answer(on_each))>
                        {paste::add_each(count)}
                    </button>
                    <button type="button" class="button" on:click=handler(move |_| answer(on_one))>
                        {paste::ADD_ONE.say()}
                    </button>
                    <button type="button" class="button quiet" on:click=handler(cancel)>{common::CANCEL.say()}</button>
                </div>
            </div>
        };
        Some(offer.into_any())
    })
}
