//! What is shown, decided without a browser: the server's [`Snapshot`], the [`Outbox`] of changes that are
//! not confirmed, and the [`overlay`] of one on the other.

pub mod engine;
pub mod entry;
pub mod merge;
pub mod outbox;
pub mod overlay;
pub mod record;
pub mod retry;
pub mod snapshot;
pub mod stored;
pub mod view;

pub use outbox::{Change, Entry, EntryState, Outbox};
pub use overlay::{RowKey, RowState};
pub use snapshot::Snapshot;
