//! The news that a newer version of the app is on this device.

use leptos::prelude::*;

use super::decide::button;
use super::dynamic::part;
use crate::browser::updates;
use crate::state::shared;
use crate::texts::update;

/// A line with the news and a button that opens the new version. Nothing else ever loads the page again, and while
/// there is unsaved text even the button is away.
pub(crate) fn update_note() -> AnyView {
    let router = shared().router;
    let ready = RwSignal::new(false);
    updates::on_new_release(move || ready.set(true));
    let note = move || {
        if !ready.get() {
            return None;
        }
        let (words, reload) = if router.is_guarded() {
            (update::READY_BUT_TYPING, None)
        } else {
            let reload = button(
                update::RELOAD.say().to_owned(),
                "button small",
                updates::load_again,
            );
            (update::READY, Some(reload))
        };
        Some(view! { <div class="offer update" role="status"><p>{words.say()}</p>{reload}</div> }.into_any())
    };
    part(note).into_any()
}
