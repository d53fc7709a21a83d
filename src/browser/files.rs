//! Taking data out, as a file or to the clipboard, and reading files that a person brings.

use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Promise, Uint8Array};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{navigator_part, part};

/// How long a file's address stays good, in milliseconds: some browsers read it only after they have asked where to
/// save it.
const ADDRESS_MS: u32 = 60_000;

/// Offers `text` as a file called `name` (File API; HTML, "downloading resources"), and says whether the browser took
/// it; where it went, and whether the person kept it, no page learns.
pub fn save_file(name: &str, text: &str) -> bool {
    let mut parts = FileParts::default();
    parts.push(text);
    parts.save(name)
}

/// A file that is made part by part, so that it need not be in the app's memory as a whole.
#[derive(Debug, Default)]
pub struct FileParts(Array);

impl FileParts {
    /// Adds a text at its end.
    pub fn push(&mut self, text: &str) {
        self.0.push(&JsValue::from(text));
    }

    /// Offers it, as [`save_file`] does.
    pub fn save(&self, name: &str) -> bool {
        match blob_of(&self.0) {
            Some(file) => offer(name, &file),
            None => false,
        }
    }
}

/// A text as a file that only the app has. `None` when the browser has no room for it.
pub fn text_file(text: &str) -> Option<Blob> {
    blob_of(&Array::of1(&JsValue::from(text)))
}

/// Reads the bytes of a file from `from` to `to`, or to its end when that comes first. `None` when it can't be read: it was
/// moved or changed since it was chosen, or may not be read.
pub async fn read_bytes(file: &Blob, from: f64, to: f64) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(from, to).ok()?;
    let buffer = JsFuture::from(slice.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

fn blob_of(parts: &Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    // A type that stands for no ending: the name's own is kept.
    options.set_type("application/octet-stream");
    Blob::new_with_str_sequence_and_options(parts, &options).ok()
}

fn offer(name: &str, file: &Blob) -> bool {
    let Ok(address) = Url::create_object_url_with_blob(file) else {
        return false;
    };
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    let clicked = link.is_some_and(|link| {
        link.set_href(&address);
        link.set_download(name);
        link.click();
        true
    });
    // To be done even if whoever asked for the file is gone by then.
    Timeout::new(ADDRESS_MS, move || drop(Url::revoke_object_url(&address))).forget();
    clicked
}

/// Puts `text` on the clipboard (Clipboard API). `false` when the browser has none here (no secure context) or refuses;
/// then the text must be shown, to be copied by hand. Call it from a person's click: some browsers refuse otherwise.
pub async fn copy_text(text: &str) -> bool {
    match write_text(text) {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}

fn write_text(text: &str) -> Option<Promise> {
    let clipboard = navigator_part("clipboard")?;
    part(&clipboard, "writeText")?
        .dyn_into::<Function>()
        .ok()?
        .call1(&clipboard, &JsValue::from(text))
        .ok()?
        .dyn_into()
        .ok()
}
