//! Telling the other tabs of this origin (HTML standard, `BroadcastChannel`).

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

type Listener = Closure<dyn FnMut(MessageEvent)>;

/// An end of a channel, open until it is dropped. Messages reach every other end of the same name in this browser,
/// in this tab too, but not the end that posted them. They are hints: a frozen tab gets them late, and a tab that is
/// being closed may not get them out.
#[derive(Debug)]
pub struct Channel {
    /// Nothing where the browser has none.
    open: Option<(BroadcastChannel, Listener)>,
}

impl Channel {
    /// Opens an end of the channel `name`. `on_message` gets what the other ends post; anything but text is passed
    /// over. Without `BroadcastChannel` nothing ever comes.
    pub fn open(name: &str, mut on_message: Box<dyn FnMut(String)>) -> Self {
        let open = BroadcastChannel::new(name).ok().map(|channel| {
            let listener = Listener::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    on_message(text);
                }
            });
            channel.set_onmessage(Some(listener.as_ref().unchecked_ref()));
            (channel, listener)
        });
        Self { open }
    }

    /// Whether the browser has such channels.
    pub fn is_supported(&self) -> bool {
        self.open.is_some()
    }

    /// Sends a text to the other ends.
    pub fn post(&self, text: &str) {
        if let Some((channel, _)) = &self.open {
            // It fails for what can't be copied, and a text can.
            let _ = channel.post_message(&JsValue::from(text));
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some((channel, _)) = &self.open {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}
