//! A typed client for the five calls of the task API, usable on its own by any Rust program that runs in a
//! browser.
//!
//! ```no_run
//! # #[cfg(all(feature = "web", target_arch = "wasm32"))]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use strikethrough::api::{ApiBase, ApiClient};
//! use strikethrough::task::Summary;
//!
//! let base = ApiBase::parse("https://example.com/api/").map_err(|e| e.sentence())?;
//! let api = ApiClient::new(base);
//! let milk = Summary::from_typed("Buy milk").map_err(|e| e.sentence())?;
//! let id = api.add_task(&milk, "").await.map_err(|e| e.sentence())?;
//! api.task_done(&id).await.map_err(|e| e.sentence())?;
//! # Ok(())
//! # }
//! ```
//!
//! Only [`client`] touches the network, and no other module uses gloo-net. All the rest is plain data
//! and functions that run anywhere.

#[cfg(feature = "web")]
pub mod client;
pub mod codec;
pub mod connection_check;
pub mod endpoint;
pub mod error;
pub mod link;
#[cfg(feature = "web")]
pub(crate) mod probe;
pub mod problem;
pub mod rows;
pub mod wire;

#[cfg(feature = "web")]
pub use client::ApiClient;
pub use endpoint::{ApiBase, ApiBaseError, Endpoint};
pub use error::{ApiError, ErrorKind, Method};
pub use problem::{Field, FieldMessage, Said};
