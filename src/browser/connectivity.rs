//! Hints that it may be worth trying again, or that the page is put aside (HTML standard; Page Lifecycle). They decide
//! nothing: a browser that says "online" may reach nothing, and one that says "offline" may be wrong.

use std::rc::Rc;

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget, PageTransitionEvent};

use super::page;

/// What the browser hints at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// It has a network (`online`).
    Online,
    /// It has none (`offline`).
    Offline,
    /// The page came to the front (`visibilitychange`).
    Visible,
    /// The page went to the back. Often the last thing a page on a phone hears.
    Hidden,
    /// The page came back out of the back/forward cache, as it was (`pageshow` with `persisted`).
    Restored,
    /// The page is left, maybe for good (`pagehide`).
    Left,
    /// The browser stops the page's timers and tasks (`freeze`, where it exists).
    Frozen,
    /// It lets them go on (`resume`, where it exists).
    Resumed,
}

/// Whether the browser says that it has no network (`navigator.onLine`). When it says that it has one, that means
/// little.
pub fn says_offline() -> bool {
    !window().navigator().on_line()
}

/// Listens for as long as it lives.
#[derive(Debug)]
pub struct Watch {
    listener: Closure<dyn FnMut(Event)>,
}

impl Watch {
    /// Calls back with every hint.
    pub fn new(on_hint: Rc<dyn Fn(Hint)>) -> Self {
        let listener = Closure::<dyn FnMut(_)>::new(move |event: Event| {
            if let Some(hint) = hint(&event) {
                on_hint(hint);
            }
        });
        for (target, name) in events() {
            let _ = target.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
        Self { listener }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for (target, name) in events() {
            let _ = target.remove_event_listener_with_callback(name, self.listener.as_ref().unchecked_ref());
        }
    }
}

/// What is listened to, and where it is sent.
fn events() -> [(EventTarget, &'static str); 7] {
    let (window, document): (EventTarget, EventTarget) = (window().into(), document().into());
    [
        (window.clone(), "online"),
        (window.clone(), "offline"),
        (window.clone(), "pageshow"),
        (window, "pagehide"),
        (document.clone(), "visibilitychange"),
        (document.clone(), "freeze"),
        (document, "resume"),
    ]
}

fn hint(event: &Event) -> Option<Hint> {
    Some(match event.type_().as_str() {
        "online" => Hint::Online,
        "offline" => Hint::Offline,
        "visibilitychange" if page::is_visible() => Hint::Visible,
        "visibilitychange" => Hint::Hidden,
        // The first `pageshow` of a page only says that it has loaded.
        "pageshow" => event
            .dyn_ref::<PageTransitionEvent>()
            .filter(|event| event.persisted())
            .map(|_| Hint::Restored)?,
        "pagehide" => Hint::Left,
        "freeze" => Hint::Frozen,
        "resume" => Hint::Resumed,
        _ => return None,
    })
}
