//! What components get from context: derived signals to read and commands to issue.

pub mod announcer;
pub mod connection;
pub mod drafts;
pub mod loading;
pub mod router;
pub mod tasks;

pub use announcer::Announcer;
pub use connection::{Connection, Server};
pub use drafts::Drafts;
pub use loading::Loading;
pub use router::Router;
pub use tasks::TaskStore;
