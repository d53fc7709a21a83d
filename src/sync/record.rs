//! What is kept on the device: small records under names, changed together or not at all.
//!
//! A record's name says whose it is and what it is: `<scope>` LF `<table>/<key>`. The scope is one API and one
//! account, so that data of two never mixes (GUARANTEES.md, 14).

use std::rc::Rc;

use crate::texts::store;

/// Names a record in the store. Names sort by scope, then table, then key.
pub type RecordName = String;

/// One change of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The record now has this text.
    Put(RecordName, String),
    /// The record is gone.
    Delete(RecordName),
    /// All records are gone whose names start with this, which ends with a slash.
    Clear(String),
}

impl Write {
    /// The record that is changed, or what the names of those start with that are cleared.
    pub fn name(&self) -> &str {
        match self {
            Self::Put(name, _) | Self::Delete(name) | Self::Clear(name) => name,
        }
    }

    /// The change in two parts, to be told to other tabs: a name that ends with a slash is that of no record.
    pub fn parts(&self) -> (&str, Option<&str>) {
        match self {
            Self::Put(name, value) => (name, Some(value)),
            Self::Delete(name) | Self::Clear(name) => (name, None),
        }
    }

    /// The change from its [`parts`](Self::parts).
    pub fn from_parts(name: RecordName, value: Option<String>) -> Self {
        match value {
            Some(value) => Self::Put(name, value),
            None if name.ends_with('/') => Self::Clear(name),
            None => Self::Delete(name),
        }
    }
}

/// Changes that the store makes all together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transaction {
    /// When given, the store first compares this record with this text, inside the transaction, and makes no
    /// change when they differ: the writer is not the sender any more (GUARANTEES.md, 9).
    pub fence: Option<(RecordName, String)>,
    /// The changes, in order. Whoever asked for them keeps them too, in case that they are refused: a long list is
    /// there only once.
    pub writes: Rc<Vec<Write>>,
}

/// Why the store did not keep a transaction, or did not open. Nothing of the transaction was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// The browser has no store, does not allow one here, or has closed it.
    Unavailable,
    /// There is no room (`QuotaExceededError`).
    Full,
    /// A newer version of the app has written it; this one must not.
    Newer,
    /// It can't be read.
    Corrupt,
    /// Another tab is the sender now: the [`fence`](Transaction::fence) did not hold.
    Fenced,
    /// The transaction was aborted for another reason.
    Aborted,
}

impl StoreError {
    /// What happened and what to do next, for people. The typed text is still where it was typed.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Unavailable => store::UNAVAILABLE,
            Self::Full => store::FULL,
            Self::Newer => store::NEWER,
            Self::Corrupt => store::CORRUPT,
            Self::Fenced | Self::Aborted => store::ABORTED,
        }
        .say()
    }
}
