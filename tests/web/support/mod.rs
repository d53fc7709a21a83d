//! What the tests share.

pub(crate) mod database;
pub(crate) mod screen;
pub(crate) mod servers;

pub(crate) use screen::Screen;
pub(crate) use servers::{Scripted, bundled};

use gloo_timers::future::TimeoutFuture;

/// Longer than anything takes that is going to happen, in milliseconds.
const DEADLINE_MS: f64 = 10_000.0;

/// Milliseconds on a clock that is never set.
pub(crate) fn now() -> f64 {
    leptos::prelude::window().performance().expect("a clock").now()
}

/// Waits until `look` sees something, and returns it.
pub(crate) async fn until_some<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = now() + DEADLINE_MS;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(now() < deadline, "never came: {what}\n{}", screen::shown());
        TimeoutFuture::new(5).await;
    }
}

/// Waits until a condition holds.
pub(crate) async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    until_some(what, || condition().then_some(())).await;
}

/// Lets everything run that is ready to: effects, answers that have arrived, events that are queued.
pub(crate) async fn settle() {
    for _ in 0..3 {
        TimeoutFuture::new(0).await;
    }
}
