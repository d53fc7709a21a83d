//! The server from outside: over real sockets, with real files, and where it matters as a real process.

// Helpers count as tests here, but clippy's exception for tests does not reach them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod contract;
mod cors;
mod dist;
mod durability;
mod golden;
mod idempotency;
mod limits;
mod pages;
mod preconditions;
mod problems;
mod process;
// Signals are sent with `kill`.
#[cfg(unix)]
mod shutdown;
mod start;
mod support;
