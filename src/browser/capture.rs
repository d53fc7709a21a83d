//! Clicks, before anything on the page hears of them.

use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MouseEvent;

use super::part;

/// Listens to an event of the mouse anywhere on the page in its capture phase (DOM standard, "dispatch"): what it stops
/// reaches no element. Nothing is heard after it is dropped.
pub struct Capture {
    event: &'static str,
    callback: Closure<dyn FnMut(MouseEvent)>,
}

impl Capture {
    /// Listens.
    pub fn of(event: &'static str, heard: Box<dyn FnMut(MouseEvent)>) -> Self {
        let callback = Closure::wrap(heard);
        let function = callback.as_ref().unchecked_ref();
        // It throws for an event that it has no room for, which none is.
        let _ = window().add_event_listener_with_callback_and_bool(event, function, true);
        Self { event, callback }
    }
}

/// Whether a click is of a mouse, a pen or a finger, and not of a key or a script (UI Events, `detail`; Pointer Events,
/// `pointerId`, which is -1 then. Firefox counts a click that Enter makes as one, and Safari has no such number).
pub fn is_by_pointer(click: &MouseEvent) -> bool {
    let pointer = part(click, "pointerId").and_then(|pointer| pointer.as_f64());
    click.detail() > 0 && pointer != Some(-1.0)
}

impl Drop for Capture {
    fn drop(&mut self) {
        let function = self.callback.as_ref().unchecked_ref();
        let _ = window().remove_event_listener_with_callback_and_bool(self.event, function, true);
    }
}
