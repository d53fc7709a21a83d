//! What `index.html` shows until the app has something to show: a skeleton, or what `start.js` has drawn.

use leptos::prelude::document;
use web_sys::{Element, Event};

/// The id of the shell.
const SHELL: &str = "shell";

/// The tasks that `start.js` has drawn.
const DRAWN: &str = "#shell .rows";

/// Says which API the tasks are from.
const OF: &str = "data-api";

/// The event that tells `start.js` that the app's rows are there.
const LEFT: &str = "left";

fn shell() -> Option<Element> {
    document().get_element_by_id(SHELL)
}

fn taken_away() -> Option<Element> {
    shell().inspect(Element::remove)
}

/// How many tasks `start.js` has drawn.
pub fn drawn() -> usize {
    let list = document().query_selector(DRAWN).ok().flatten();
    list.map_or(0, |list| list.child_element_count() as usize)
}

/// The app is about to be there. A skeleton it can draw itself.
pub fn begin() {
    if drawn() == 0 {
        drop_it();
    }
}

/// Takes the shell away when what is drawn in it is of another API than this; none is the device alone.
pub fn leave_unless_of(api: Option<&str>) {
    let drawn = shell().and_then(|shell| shell.get_attribute(OF));
    if drawn.is_some_and(|drawn| drawn != api.unwrap_or_default()) {
        drop_it();
    }
}

/// Takes the shell away, and what was clicked in it is not done: it was of something else, or there was nothing.
pub fn drop_it() {
    taken_away();
}

/// Takes the shell away: the app shows the same, or what has come of it. Nothing when it is gone already.
pub fn leave() {
    if let Some(shell) = taken_away() {
        // Only a click on what was drawn waits for it, which can be made again.
        let _ = Event::new(LEFT).and_then(|left| shell.dispatch_event(&left));
    }
}
