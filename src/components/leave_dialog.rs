//! The question before unsaved text is left.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::dynamic::{effect, handler};
use crate::state::drafts::Form;
use crate::state::{Shared, shared};
use crate::texts::{common, leave as said};

/// Keeps a modal dialog open for as long as something is to be asked.
pub(super) fn open_while(dialog: NodeRef<Dialog>, is_asking: impl Fn() -> bool + 'static) {
    effect(move || {
        let is_asking = is_asking();
        if let Some(dialog) = dialog.get() {
            match (is_asking, dialog.open()) {
                // It can only fail when it is open already.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
}

/// Asks while the router waits for an answer. A native modal dialog: it keeps the focus, and Escape means
/// "keep editing".
#[component]
pub fn LeaveDialog() -> impl IntoView {
    let Shared { router, drafts, .. } = shared();
    let dialog = NodeRef::<Dialog>::new();
    open_while(dialog, move || router.is_asking());
    // Closed before the page changes: as long as it is open nothing behind it can have the focus.
    let leave = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        router.leave();
    };
    // Told a moment later, when the next question may be open already.
    let closed = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            router.stay();
        }
    };
    let discard = move |_| {
        if let Some(form) = Form::on(&router.route_now()) {
            drafts.forget(&form);
        }
        leave();
    };
    view! {
        <dialog node_ref=dialog class="dialog" aria-labelledby="leave-heading" on:close=handler(closed)>
            <h2 id="leave-heading">{said::HEADING.say()}</h2>
            <p>{said::HELP.say()}</p>
            <div class="actions">
                <button type="button" class="button primary" on:click=handler(move |_| router.stay())>{said::STAY.say()}</button>
                <button type="button" class="button" on:click=handler(move |_| leave())>{said::KEEP_DRAFT.say()}</button>
                <button type="button" class="button danger" on:click=handler(discard)>{common::DISCARD.say()}</button>
            </div>
        </dialog>
    }
}
