//! What `start.js` has asked for before this code was there.

use js_sys::{Object, Promise};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

use super::part;

/// Where `start.js` puts it: addresses, with the answer and its controller.
const EARLY: &str = "strikethroughEarly";

/// A request that is on its way, or answered.
#[derive(Debug)]
pub struct Early {
    /// Becomes a `Response`, or fails as `fetch` does.
    pub answer: Promise,
    /// Aborts it.
    pub controller: AbortController,
}

/// Drops what nobody has taken: from now on it would be old.
pub fn forget() {
    // Of a window any property can be set.
    let _ = js_sys::Reflect::set(&window(), &JsValue::from(EARLY), &JsValue::UNDEFINED);
}

/// The request for this address, if there is one; whoever asks again makes their own.
pub fn take(address: &str) -> Option<Early> {
    let all = part(&window(), EARLY)?;
    let early = part(&all, address)?;
    // Of a plain object any property can be taken away.
    let _ = js_sys::Reflect::delete_property::<Object>(all.unchecked_ref(), &JsValue::from(address));
    Some(Early {
        answer: part(&early, "answer")?.dyn_into().ok()?,
        controller: part(&early, "controller")?.dyn_into().ok()?,
    })
}
