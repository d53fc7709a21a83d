//! The question before a change is thrown away, the same wherever that is wished.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::dynamic::{dynamic, handler};
use super::keyed::is_nowhere;
use super::leave_dialog::open_while;
use crate::browser::page;
use crate::state::{Shared, shared};
use crate::sync::EntryKey;
use crate::sync::entry::Decision;
use crate::sync::loss::loss;
use crate::texts::discard;

/// Asks whether a change is to be thrown away. `home` is the element that gets the focus when the button that was
/// pressed goes away.
pub(super) fn ask_to_discard(key: EntryKey, home: &'static str) {
    let Shared {
        store, discarding, ..
    } = shared();
    let loss = store.look_now(|engine| Some(loss(engine, engine.entry(key)?)));
    // What is settled by now is not there to be thrown away.
    if let Some(loss) = loss.flatten() {
        discarding.change.set_value(Some((key, home)));
        discarding.loss.set(loss);
    }
}

/// Names what will be thrown away. A native modal dialog: it keeps the focus, Escape means "keep it", and the focus
/// returns to the button that opened it.
#[component]
pub fn DiscardDialog() -> impl IntoView {
    let Shared {
        store,
        announcer,
        discarding,
        ..
    } = shared();
    let dialog = NodeRef::<Dialog>::new();
    open_while(dialog, move || discarding.loss.with(|loss| !loss.is_empty()));
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        discarding.loss.set(String::new());
        discarding.change.try_update_value(Option::take).flatten()
    };
    let keep = move || {
        let Some((_, home)) = close() else {
            return;
        };
        // The button may be gone: the change was settled while the question was open.
        if is_nowhere() {
            page::focus(home);
        }
    };
    // Told a moment later, when the next question may be open already.
    let closed = move |_| {
        if dialog.get_untracked().is_some_and(|dialog| !dialog.open()) {
            keep();
        }
    };
    let let_go = move |_| {
        // Closed first: as long as it is open nothing behind it can have the focus.
        if let Some((key, home)) = close() {
            page::focus(home);
            store.decide(key, Decision::Drop);
            announcer.say(discard::DISCARDED.say());
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="discard-heading"
            aria-describedby="discard-loss"
            on:close=handler(closed)
        >
            <h2 id="discard-heading">{discard::HEADING.say()}</h2>
            <p id="discard-loss" dir="auto">{dynamic(move || discarding.loss.get())}</p>
            <div class="actions">
                <button type="button" class="button primary" on:click=handler(move |_| keep())>{discard::KEEP.say()}</button>
                <button type="button" class="button danger" on:click=handler(let_go)>{discard::DISCARD.say()}</button>
            </div>
        </dialog>
    }
}
