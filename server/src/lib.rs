//! A small task server: the five calls of Strikethrough's REST API over an SQLite file, and the built app
//! beside them.
//!
//! # The map
//!
//! | module | what it does |
//! |---|---|
//! | [`Options`] | the settings, from the command line and the environment |
//! | [`Server`], [`run`] | open everything, serve, shut down |
//! | [`api_router`] | the handlers, their wire types, `application/problem+json` |
//! | [`Store`] | the database, and nothing of it shows outside |
//! | [`preconditions`], [`idempotency`], [`pages`] | the HTTP extensions, as plain functions of headers |
//! | [`dist_router`] | the app's static files |
//!
//! A request goes from a handler to one method of the store and back. A handler reads headers and body
//! into checked types before it asks the store for anything; the store decides preconditions and
//! idempotency inside the transaction that writes.
//!
//! # What holds
//!
//! - An answer that reports a write is sent after its transaction is on disk: WAL, `synchronous=FULL`.
//! - With an `Idempotency-Key`, one create makes one task, whatever happens in between.
//! - An id is never used twice, so a late edit never meets a stranger.
//! - Every error answer is `application/problem+json`.
//!
//! There is deliberately no sign-in here: whoever reaches the server may read and write every task.

mod api;
mod cors;
mod dist;
mod error;
pub mod idempotency;
mod options;
pub mod pages;
pub mod preconditions;
mod security;
mod server;
mod store;
mod task;

pub use api::{BODY_LIMIT, api_router};
pub use dist::{Dist, DistProblem, dist_router};
pub use error::StartError;
pub use options::{CorsOrigin, NotAnOrigin, Options};
pub use server::{SHUTDOWN_LIMIT, Server, run};
pub use store::{
    Created, DatabaseProblem, List, ListedTask, NewTask, Store, StoreError, Task, Version, Written,
};
pub use task::{Draft, SUMMARY_MAX, Summary, SummaryError};
