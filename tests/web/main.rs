//! The client, the browser's wrappers and the components, in a real browser against real servers.
//!
//! `cargo xtask test web` starts the servers, builds this, and runs it in headless Chromium. The
//! page comes from wasm-bindgen's test runner, so every API is on another origin, as for an app that is
//! configured with somebody else's server.
//!
//! | module | what it tries |
//! |---|---|
//! | [`api`] | the five calls: what they send, what they make of every kind of answer and of none |
//! | [`app`] | the whole app, mounted: what a person sees and does |
//! | [`browser`] | storage, addresses, history, focus |
//! | [`device`] | the store, locks, channels, clocks, hints, downloads |
//! | [`support`] | servers to talk to, and a mounted app to look at |

#![cfg(target_arch = "wasm32")]
// Tests fail by panicking, and what helps them is no test to clippy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod api;
mod app;
mod browser;
mod device;
mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
