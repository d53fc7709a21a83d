//! A body in the parts in which it arrives (Streams standard), and pauses in which the page answers.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageChannel, ReadableStream, ReadableStreamDefaultReader};

use super::clock::monotonic_ms;
use super::{page, part};

/// The parts in which a body is best read, in bytes: few enough that a slow machine reads one in a few milliseconds.
const PART_BYTES: u32 = 32 * 1_024;

/// A frame is 16 ms long, and what draws it needs some of that.
const WORK_MS: u64 = 8;

/// The parts of a stream, none longer than [`PART_BYTES`].
#[derive(Debug)]
pub struct Parts {
    reader: ReadableStreamDefaultReader,
    /// What is left of what the stream gave last. It stays outside of wasm's memory, which never shrinks again: a body that came
    /// while nobody read may be whole in it.
    rest: Uint8Array,
}

impl Parts {
    /// The parts of a stream that nobody else reads.
    pub fn of(stream: &ReadableStream) -> Self {
        Self {
            reader: stream.get_reader().unchecked_into(),
            rest: Uint8Array::new_with_length(0),
        }
    }

    /// The next part; `None` at the end.
    ///
    /// # Errors
    /// What the browser says when the stream breaks off or is aborted.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
        while self.rest.length() == 0 {
            let read = JsFuture::from(self.reader.read()).await?;
            let bytes = part(&read, "value").and_then(|value| value.dyn_into::<Uint8Array>().ok());
            let Some(bytes) = bytes else { return Ok(None) };
            self.rest = bytes;
        }
        let length = self.rest.length();
        let end = length.min(PART_BYTES);
        let bytes = self.rest.subarray(0, end).to_vec();
        self.rest = self.rest.subarray(end, length);
        Ok(Some(bytes))
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
