//! What becomes of a person's edits, decided without a browser: the server's [`Snapshot`], the [`engine`] with its
//! [`outbox`] of [entries](entry), and the [`view`] of one laid over the other, in the order of the [`list`].

pub mod curl;
pub mod elsewhere;
pub mod engine;
pub mod entry;
pub mod export;
pub mod held;
pub mod list;
pub mod loss;
pub mod mappings;
pub mod merge;
pub mod names;
pub mod outbox;
pub mod record;
pub mod retry;
pub mod snapshot;
pub mod stored;
pub mod trouble;
pub mod view;
pub mod words;

pub use entry::{EntryKey, TaskRef, Text};
pub use list::List;
pub use names::RowKey;
pub use snapshot::Snapshot;
pub use trouble::Trouble;
pub use view::{Row, RowState};
