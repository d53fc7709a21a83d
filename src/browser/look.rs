//! The look of the page: words in an attribute of its root, which the style sheets follow.

use leptos::prelude::{document, window};
use web_sys::Event;

use super::storage::Area;
use crate::look::Look;

/// The attribute; `look.js` writes it too, and tells what style sheets can't reach.
const WORDS: &str = "data-look";

/// The event by which `look.js` hears of a choice.
const CHOSEN: &str = "look";

/// The look that the page has.
pub fn shown() -> Look {
    let root = document().document_element();
    let words = root.and_then(|root| root.get_attribute(WORDS));
    Look::parse(&words.unwrap_or_default())
}

/// Gives the page a look, now and, under `key`, for later visits. `false` when this browser can't keep it for later.
pub fn choose(look: Look, key: &str) -> bool {
    let words = look.words();
    if let Some(root) = document().document_element() {
        // The name is one that HTML allows, and the event is a new one.
        let _ = root.set_attribute(WORDS, &words);
        let _ = Event::new(CHOSEN).and_then(|chosen| window().dispatch_event(&chosen));
    }
    if words.is_empty() {
        Area::Browser.remove(key);
        return true;
    }
    Area::Browser.set(key, &words)
}
