//! Room on the device, and the wish that the browser keeps what is there (Storage standard).

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{navigator_part, part};

/// What the site uses and what it may use, in bytes. Browsers blur both on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// What is used now.
    pub usage: u64,
    /// What may be used in all.
    pub quota: u64,
}

/// Asks the browser not to clear the data when the device runs short of space, and says whether it agreed. Some
/// browsers decide by themselves, at once. Firefox asks the person, and this waits for the answer, maybe for ever: call it
/// when it is clear to them why, and let nothing wait for it. `false`, too, where there is no such wish to be had (no
/// secure context).
pub async fn persist() -> bool {
    ask("persist").await.is_some_and(|granted| granted.is_truthy())
}

/// Whether the browser has agreed before.
pub async fn is_persisted() -> bool {
    ask("persisted").await.is_some_and(|granted| granted.is_truthy())
}

/// The room there is, where the browser tells.
pub async fn estimate() -> Option<Space> {
    let estimate = ask("estimate").await?;
    let bytes = |name| part(&estimate, name)?.as_f64().map(|bytes| bytes as u64);
    Some(Space {
        usage: bytes("usage")?,
        quota: bytes("quota")?,
    })
}

/// What a method of `navigator.storage` without arguments answers.
async fn ask(method: &str) -> Option<JsValue> {
    let manager = navigator_part("storage")?;
    let promise: Promise = part(&manager, method)?
        .dyn_into::<Function>()
        .ok()?
        .call0(&manager)
        .ok()?
        .dyn_into()
        .ok()?;
    JsFuture::from(promise).await.ok()
}
