//! The news that a newer version of the app is on this device.

use leptos::prelude::*;

use super::decide::button;
use super::dynamic::part;
use crate::browser::updates;
use crate::state::shared;

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
            (
                "A new version is ready. It can wait until you have saved what you are typing.",
                None,
            )
        } else {
            let reload = button("Reload".to_owned(), "button small", updates::load_again);
            ("A new version is ready.", Some(reload))
        };
        Some(view! { <div class="offer update" role="status"><p>{words}</p>{reload}</div> }.into_any())
    };
    part(note).into_any()
}
