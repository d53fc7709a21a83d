//! The History API. Each entry carries its index, so that a step can be taken back exactly.

use leptos::prelude::window;
use wasm_bindgen::JsValue;

/// The path of the page, percent-encoded as the browser shows it.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The query of the page's address, with its question mark; empty without one.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// The index of the entry that is shown; entries the app did not make have none and count as the first.
pub fn index() -> i32 {
    window()
        .history()
        .ok()
        .and_then(|history| history.state().ok())
        .and_then(|state| state.as_f64())
        .unwrap_or(0.0) as i32
}

/// Goes to an address as a new entry.
pub fn push(href: &str, index: i32) {
    if let Ok(history) = window().history() {
        // Browsers refuse more than about a hundred a minute; then the page is right and the address late.
        let _ = history.push_state_with_url(&JsValue::from(index), "", Some(href));
    }
}

/// Puts an address in the place of the one that is shown.
pub fn replace(href: &str, index: i32) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::from(index), "", Some(href));
    }
}

/// Goes `steps` entries on, or back when negative; the browser answers with a `popstate` event.
pub fn go(steps: i32) {
    if let Ok(history) = window().history() {
        let _ = history.go_with_delta(steps);
    }
}
