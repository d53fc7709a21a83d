//! What `index.html` shows until the app has something to show: a skeleton, or what `start.js` has drawn.

use leptos::prelude::document;
use web_sys::{Element, Event};

/// The id of the shell.
const SHELL: &str = "shell";

/// What `start.js` has drawn.
const DRAWN: &str = "#shell .rows";

/// The event that tells `start.js` that the app's rows are there.
const LEFT: &str = "left";

fn shell() -> Option<Element> {
    document().get_element_by_id(SHELL)
}

/// The app is about to be there. A skeleton it can draw itself.
pub fn begin() {
    let is_drawn = document().query_selector(DRAWN).ok().flatten().is_some();
    if !is_drawn {
        leave();
    }
}

/// Takes the shell away: the app shows at least as much. Nothing when it is gone already.
pub fn leave() {
    if let Some(shell) = shell() {
        shell.remove();
        // Only a click on what was drawn waits for it, which can be made again.
        let _ = Event::new(LEFT).and_then(|left| shell.dispatch_event(&left));
    }
}
