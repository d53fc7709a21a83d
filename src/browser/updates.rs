//! New releases of the app. The service worker fetches them and `start.js` hears of them, so that the wasm carries
//! nothing of it but the news.

use leptos::ev::Custom;
use leptos::prelude::{on_cleanup, window, window_event_listener};
use web_sys::Event;

/// The event that `start.js` sends to the window when the newest release on this device is another than the one that
/// runs in this tab.
const EVENT: &str = "new-release";

/// Calls back each time it is said that another release is ready. Ends with the reactive owner.
pub fn on_new_release(call: impl Fn() + 'static) {
    let heard = window_event_listener(Custom::<Event>::new(EVENT), move |_| call());
    on_cleanup(move || heard.remove());
}

/// Loads the page again, which opens the newest release.
pub fn load_again() {
    // It fails only on a page that is being left already.
    let _ = window().location().reload();
}
