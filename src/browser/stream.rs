//! A body in the parts in which it arrives (Streams standard), and pauses in which the page answers.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, ReadableStream, ReadableStreamDefaultReader};

use super::clock::monotonic_ms;
use super::{page, part};

/// The parts in which a body is best read, in bytes: few enough that a slow machine reads one in a few milliseconds.
pub const PART_BYTES: usize = 32 * 1_024;

/// A frame is 16 ms long, and what draws it needs some of that.
const WORK_MS: u64 = 8;

/// The parts of a stream.
#[derive(Debug)]
pub struct Parts(ReadableStreamDefaultReader);

impl Parts {
    /// The parts of a stream that nobody else reads.
    pub fn of(stream: &ReadableStream) -> Self {
        Self(stream.get_reader().unchecked_into())
    }

    /// The next part; `None` at the end.
    ///
    /// # Errors
    /// What the browser says when the stream breaks off or is aborted.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
        let read = JsFuture::from(self.0.read()).await?;
        let bytes = part(&read, "value").and_then(|value| value.dyn_into::<Uint8Array>().ok());
        Ok(bytes.map(|bytes| bytes.to_vec()))
    }
}

/// Gives the page time to answer, after a while of work.
#[derive(Debug)]
pub struct Pause {
    since: u64,
}

impl Default for Pause {
    fn default() -> Self {
        Self {
            since: monotonic_ms(),
        }
    }
}

impl Pause {
    /// Lets the page draw and answer, when the last time is a while ago. One that nobody sees works on: its timers are
    /// a second late.
    pub async fn when_due(&mut self) {
        if monotonic_ms() >= self.since + WORK_MS && page::is_visible() {
            next_task().await;
            self.since = monotonic_ms();
        }
    }
}

/// The browser's next task: by then it has answered what a person does, and drawn when a frame was due. A timer would be
/// four milliseconds late each time (HTML standard, "timers": nested ones).
pub async fn next_task() {
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let message = Promise::new(&mut |resolve: Function, _| channel.port1().set_onmessage(Some(&resolve)));
    // What can't be posted would be waited for for ever.
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        let _ = JsFuture::from(message).await;
    }
    channel.port1().close();
}
