//! **Strikethrough**: a to-do list in the browser for any server that speaks a five-call REST API.
//!
//! # The map
//!
//! Data goes one way:
//!
//! ```text
//! server ──► api ──► Snapshot ─┐
//!                              ├─► overlay ─► TaskList · TaskDetail · TaskForm
//!                     Outbox ──┘                         │
//!                        ▲                               ▼
//!                        └────────── TaskStore: add · update · finish
//! ```
//!
//! | module | what it is | runs |
//! |---|---|---|
//! | [`task`] | ids and summaries with their rules, tasks, pasted lines | anywhere |
//! | [`routes`] | the app's addresses, printed and parsed by one type | anywhere |
//! | [`face`] | which of its five faces a page shows | anywhere |
//! | [`config`] | `config.json` and the choice made in Settings | anywhere |
//! | [`sync`] | the server's snapshot, the outbox, and what is shown of both | anywhere |
//! | [`api`] | the typed client; all but `client` and `probe` is pure | anywhere, those two in a browser |
//! | [`browser`] | thin wrappers: addresses, history, storage, focus | in a browser |
//! | [`state`] | what components get from context: signals and commands | in a browser |
//! | [`components`] | what is on the screen | in a browser |
//! | [`app`] | puts it together | in a browser |
//!
//! # What always holds
//!
//! - Components hold no copy of a task, but for the form that edits it. What is shown is
//!   `overlay(snapshot, outbox)`.
//! - A task's text leaves a field only when it is somewhere else: on the server, in the outbox, or in the
//!   drafts.
//! - What is shown belongs to one API, and no command for it reaches another.
//! - Only `api` makes a request, and every URL of the API comes from [`api::Endpoint`].
//! - Bytes become values in [`api::codec`] alone.
//! - An id is never read as a number.
//! - What decides runs without a browser: `cargo test --no-default-features` builds that half with no web
//!   crate at all.

pub mod api;
pub mod config;
pub mod face;
pub mod routes;
pub mod sync;
pub mod task;

#[cfg(feature = "web")]
pub mod app;
#[cfg(feature = "web")]
pub mod browser;
#[cfg(feature = "web")]
pub mod components;
#[cfg(feature = "web")]
pub mod state;
