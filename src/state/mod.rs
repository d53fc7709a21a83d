//! What components get from context: derived signals to read and commands to issue.

pub mod announcer;
pub mod connection;
pub mod drafts;
mod effect;
pub mod loading;
pub mod router;
pub mod tasks;

pub use announcer::Announcer;
pub use connection::{Connection, Server};
pub use drafts::Drafts;
pub(crate) use effect::{Reading, effect, reading};
pub use loading::Loading;
pub use router::Router;
pub use tasks::TaskStore;
