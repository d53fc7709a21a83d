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
//! There is deliberately no sign-in here, no TLS and no limit on how often one may ask: whoever reaches the
//! server may read and write every task. It listens on the loopback address unless told otherwise; to put it
//! on a network, put a reverse proxy in front that does these things.
//!
//! # In another program
//!
//! Tests, for one, run the server on a free port of their own:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use strikethrough_server::{Options, run};
//!
//! let options = Options { database: "tasks.db".into(), ..Options::default() };
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! println!("http://{}", listener.local_addr()?);
//! run(listener, options, async { let _ = tokio::signal::ctrl_c().await; }).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Or they put the parts together themselves, here with the app below a prefix:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//! use strikethrough_server::{Dist, Store, api_router, dist_router};
//!
//! let store = Store::open(Path::new("tasks.db")).await?;
//! let app = dist_router(Dist::open(Path::new("dist"))?);
//! let router = api_router(store, &[]).nest_service("/app", app);
//! # let _ = router;
//! # Ok(())
//! # }
//! ```

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
