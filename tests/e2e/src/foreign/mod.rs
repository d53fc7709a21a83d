//! Servers that speak the baseline of the API and nothing more, unlike the bundled one in everything the
//! contract leaves open.
//!
//! [`Scripted`] is ours: it answers as a journey wants, the wrong ways included. [`json_server`] and
//! [`django`] start servers that nobody here wrote.

pub mod answer;
mod calls;
mod listen;
mod real;
pub mod scripted;

pub use answer::{Answer, Gate};
pub use listen::serve;
pub(crate) use listen::serve_on;
pub use real::{RealServer, django, json_server};
pub use scripted::{Call, ListStyle, Scripted, Seen, foreign_task};
