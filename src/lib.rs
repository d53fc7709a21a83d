//! **Strikethrough**: a to-do list in the browser for any server that speaks a five-call REST API.
//!
//! # The map
//!
//! Data goes one way:
//!
//! ```text
//! server ──► api ──► snapshot ─┐
//!    ▲                         ├─► view ─► TaskList · TaskDetail · TaskForm · Sync page
//!    │       IndexedDB ◄──► outbox ─┘                       │
//!    │           ▲                                          ▼
//!    └── driver ◄── engine: persist first, then send ◄── command: add · update · finish · undo
//! ```
//!
//! | module | what it is | runs |
//! |---|---|---|
//! | [`task`] | ids and summaries with their rules, tasks, pasted lines | anywhere |
//! | [`routes`] | the app's addresses, printed and parsed by one type | anywhere |
//! | [`face`] | which of its five faces a page shows | anywhere |
//! | [`config`] | `config.json` and the choice made in Settings | anywhere |
//! | [`look`] | colours and density, as a person has chosen them | anywhere |
//! | [`search`] | which rows have the words that were typed | anywhere |
//! | [`keys`] | the table of commands, and what a key that is pressed asks for | anywhere |
//! | [`fuzzy`] | the best matches for a few letters of a command or a task | anywhere |
//! | [`order`] | the orders of the list: sorting in steps, and the manual order | anywhere |
//! | [`selection`] | which rows are selected | anywhere |
//! | [`markdown`] | descriptions as elements and texts, with links that are safe and boxes to tick | anywhere |
//! | [`transfer`] | import and export: tasks as files of five formats, and such files as tasks | anywhere |
//! | [`prefill`] | what an address brings along for a new task | anywhere |
//! | [`texts`] | what the app says, in the reader's language; made of `locales/` by the build | anywhere |
//! | [`viewport`] | which rows of a long list are in the document | anywhere |
//! | [`sync`] | the engine: what becomes of edits; the records it keeps; what is shown | anywhere |
//! | [`api`] | the typed client; all but `client` and `probe` is pure | anywhere, those two in a browser |
//! | [`browser`] | thin wrappers: store, locks, channel, clock, addresses, history, focus | in a browser |
//! | [`state`] | the driver of the engine, and what components get from context: signals and commands | in a browser |
//! | [`components`] | what is on the screen | in a browser |
//! | [`pages`] | every page but the list, with what only they need: loaded after the list | in a browser |
//! | [`app`] | puts it together | in a browser |
//!
//! # What always holds
//!
//! - Components hold no copy of a task, but for the form that edits it. What is shown is the server's
//!   snapshot with the outbox laid over it ([`sync::view`]); nothing that waits is ever written into the
//!   snapshot.
//! - A task's text leaves a field only when it is somewhere else: in the store of this device, whose
//!   transaction has completed, or in the drafts.
//! - Any tab adds an entry to the outbox; only the sender changes or removes one, and the store checks that it
//!   is the sender ([`sync::engine`]).
//! - What is shown belongs to one API, and no command for it reaches another.
//! - Only `api` makes a request, and every URL of the API comes from [`api::Endpoint`].
//! - Bytes become values in [`api::codec`] alone.
//! - An id is never read as a number.
//! - The engine has no clock, no randomness, no network and no store of its own: `engine.handle(event, now)`
//!   gives back effects, and `state::driver` carries them out.
//! - What decides runs without a browser: `cargo test --no-default-features` builds that half with no web
//!   crate at all.

pub mod api;
mod arena;
pub mod config;
pub mod face;
pub mod fuzzy;
pub mod keys;
pub mod look;
pub mod markdown;
pub mod order;
pub mod prefill;
pub mod routes;
pub mod search;
pub mod selection;
pub mod sync;
pub mod task;
pub mod texts;
pub mod transfer;
pub mod viewport;

#[cfg(feature = "web")]
pub mod app;
#[cfg(feature = "web")]
pub mod browser;
#[cfg(feature = "web")]
pub mod components;
#[cfg(feature = "web")]
pub mod pages;
#[cfg(feature = "web")]
pub mod state;
