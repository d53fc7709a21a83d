//! The records on the device, in IndexedDB (Indexed Database API 3.0).
//!
//! One database with one object store, whose keys are the records' names and whose values are their texts.
//! What the names and the texts mean is nobody's business here (see [`record`](crate::sync::record)).

mod connection;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, JsString};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbKeyRange, IdbObjectStore, IdbTransactionMode};

use crate::sync::record::{RecordName, StoreError, Transaction, Write};
use connection::{Begun, Connection};

pub use connection::SCHEMA;

/// A connection to the records. Clones share it; the last one closes it.
///
/// A connection that the browser has lost is opened again, once, by whatever needs it next. One that was
/// given up for a newer version of the app ([`StoreError::Newer`]), or because the data was cleared
/// ([`StoreError::Unavailable`]), stays closed.
#[derive(Debug, Clone)]
pub struct Store {
    name: Rc<str>,
    link: Rc<RefCell<Link>>,
}

/// What there is of a connection.
#[derive(Debug)]
enum Link {
    Open(Connection),
    /// The browser closed it; another may be opened.
    Lost,
    /// It was given up, for the sake of what another tab does.
    GivenUp(StoreError),
}

/// Records, each with its name and its text.
pub type Records = Vec<(RecordName, String)>;

impl Store {
    /// How long [`Store::open`] waits, in milliseconds. Opening takes well under a second; what takes longer
    /// is another tab that does not close its older connection, and waiting would last as long as that tab.
    pub const PATIENCE_MS: u32 = 10_000;

    /// Opens the database `name`, making it or upgrading it where needed.
    ///
    /// # Errors
    ///
    /// * [`StoreError::Newer`]: its schema is newer than [`SCHEMA`] (`VersionError`). Nothing was written.
    /// * [`StoreError::Unavailable`]: there is no IndexedDB here (some private windows), it may not be used,
    ///   or it did not open within [`Store::PATIENCE_MS`].
    /// * [`StoreError::Corrupt`]: the browser can't read what it has on disk.
    /// * [`StoreError::Full`], [`StoreError::Aborted`]: it could not be made or upgraded.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        Self::open_within(name, Self::PATIENCE_MS).await
    }

    /// The same with another patience, in milliseconds.
    ///
    /// # Errors
    ///
    /// Those of [`Store::open`].
    pub async fn open_within(name: &str, patience_ms: u32) -> Result<Self, StoreError> {
        let store = Self {
            name: name.into(),
            link: Rc::new(RefCell::new(Link::Lost)),
        };
        store.connect(patience_ms).await?;
        Ok(store)
    }

    /// All records whose name starts with `prefix`, in the order of their names (by UTF-16 code units, as
    /// IndexedDB compares keys). What is no text is passed over, and kept.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when a single one of them can't be read ([`Store::salvage`] gets the others),
    /// and those of [`Store::open`].
    pub async fn load(&self, prefix: &str) -> Result<Records, StoreError> {
        self.load_but(prefix, None).await
    }

    /// The same without those whose name starts with `but`, which itself starts with `prefix`.
    ///
    /// # Errors
    ///
    /// Those of [`Store::load`].
    pub async fn load_but(&self, prefix: &str, but: Option<&str>) -> Result<Records, StoreError> {
        let ranges = match but {
            None => starting_with(prefix).map(|range| vec![range]),
            Some(but) => around(prefix, but),
        };
        let ranges = ranges.map_err(|_| StoreError::Aborted)?;
        let begun = self.begin(IdbTransactionMode::Readonly).await?;
        // Two calls for everything: a cursor would take one turn of the event loop for each record.
        let ask = |range: &JsValue| {
            let names = begun.records.get_all_keys_with_key(range)?;
            Ok::<_, JsValue>((names, begun.records.get_all_with_key(range)?))
        };
        let asked: Result<Vec<_>, _> = ranges.iter().map(ask).collect();
        let Ok(asked) = asked else {
            return Err(begun.abort().await);
        };
        begun.complete(StoreError::Corrupt).await?;
        let mut records = Records::new();
        for (names, texts) in asked {
            let names = Array::from(&names.result().unwrap_or_default());
            let texts = Array::from(&texts.result().unwrap_or_default());
            let pairs = names.iter().zip(texts.iter());
            records.extend(pairs.filter_map(|(name, text)| Some((name.as_string()?, text.as_string()?))));
        }
        Ok(records)
    }

    /// The text of the record `name`; `None` when there is no such record, or it is no text.
    ///
    /// # Errors
    ///
    /// [`StoreError::Corrupt`] when it can't be read, and those of [`Store::open`].
    pub async fn get(&self, name: &str) -> Result<Option<String>, StoreError> {
        let begun = self.begin(IdbTransactionMode::Readonly).await?;
        let Ok(text) = begun.records.get(&JsValue::from(name)) else {
            return Err(begun.abort().await);
        };
        begun.complete(StoreError::Corrupt).await?;
        Ok(text.result().unwrap_or_default().as_string())
    }

    /// The names of all records whose name starts with `prefix`, in their order.
    ///
    /// # Errors
    ///
    /// Those of [`Store::load`].
    pub async fn names(&self, prefix: &str) -> Result<Vec<RecordName>, StoreError> {
        let range = starting_with(prefix).map_err(|_| StoreError::Aborted)?;
        let begun = self.begin(IdbTransactionMode::Readonly).await?;
        let Ok(names) = begun.records.get_all_keys_with_key(&range) else {
            return Err(begun.abort().await);
        };
        begun.complete(StoreError::Corrupt).await?;
        let names = Array::from(&names.result().unwrap_or_default());
        Ok(names.iter().filter_map(|name| name.as_string()).collect())
    }

    /// What can be read when [`Store::load`] can't: the records that are still whole, and the names of those
    /// that are not (unreadable, or no text). It reads one record at a time, so it is slow.
    ///
    /// # Errors
    ///
    /// When not even the names can be read: those of [`Store::load`].
    pub async fn salvage(&self, prefix: &str) -> Result<(Records, Vec<RecordName>), StoreError> {
        let (mut whole, mut damaged) = (Records::new(), Vec::new());
        for name in self.names(prefix).await? {
            match self.get(&name).await {
                Ok(Some(text)) => whole.push((name, text)),
                Ok(None) | Err(StoreError::Corrupt) => damaged.push(name),
                Err(error) => return Err(error),
            }
        }
        Ok((whole, damaged))
    }

    /// Makes the changes, all together or none, and returns once the browser has written them to the disk:
    /// at the transaction's `complete` event, with `durability: "strict"`.
    ///
    /// All changes are handed over at once, without a pause: a transaction with a pause in it would commit its first half
    /// if the page failed there. The page does not answer meanwhile, for 30 to 40 µs a change on a slow machine, so what
    /// need not be kept together is better kept in pieces of at most 1,000.
    ///
    /// It begins when the future is first polled. What is begun later, over any connection, sees the changes and is made
    /// after them. A future that is dropped on the way leaves open whether they were made.
    ///
    /// # Errors
    ///
    /// No change was made:
    /// * [`StoreError::Fenced`] when the fence's record is missing or has another text;
    /// * [`StoreError::Full`] when there is no room (`QuotaExceededError`);
    /// * [`StoreError::Newer`] or [`StoreError::Unavailable`] when the connection was given up, or there is none and
    ///   it can't be opened again;
    /// * [`StoreError::Aborted`] for anything else.
    pub async fn commit(&self, transaction: &Transaction) -> Result<(), StoreError> {
        let begun = self.begin(IdbTransactionMode::Readwrite).await?;
        let fenced = Rc::new(Cell::new(false));
        // The requests run in order, so the fence is looked at first, and aborting takes back what follows.
        let guard = match &transaction.fence {
            Some((name, text)) => guard(&begun, name, text, fenced.clone()).map(Some),
            None => Ok(None),
        };
        let placed = guard.and_then(|guard| {
            transaction
                .writes
                .iter()
                .try_for_each(|write| place(&begun.records, write))
                .map(|()| guard)
        });
        let Ok(_guard) = placed else {
            return Err(begun.abort().await);
        };
        match begun.complete(StoreError::Aborted).await {
            Err(_) if fenced.get() => Err(StoreError::Fenced),
            outcome => outcome,
        }
    }

    /// Begins a transaction, over a new connection if the browser has closed the one there was.
    async fn begin(&self, mode: IdbTransactionMode) -> Result<Begun, StoreError> {
        for first in [true, false] {
            // The borrow ends before anything is waited for.
            let begun = match &*self.link.borrow() {
                Link::Open(connection) => connection.begin(mode)?,
                Link::Lost => None,
                Link::GivenUp(error) => return Err(*error),
            };
            match begun {
                Some(begun) => return Ok(begun),
                None if first => self.connect(Self::PATIENCE_MS).await?,
                None => break,
            }
        }
        Err(StoreError::Unavailable)
    }

    async fn connect(&self, patience_ms: u32) -> Result<(), StoreError> {
        let link = Rc::downgrade(&self.link);
        let ended = move |why| {
            if let Some(link) = link.upgrade() {
                *link.borrow_mut() = why;
            }
        };
        let connection = Connection::open(&self.name, patience_ms, Rc::new(ended)).await?;
        *self.link.borrow_mut() = Link::Open(connection);
        Ok(())
    }
}

/// The keys that start with `prefix`, up to the first that does not.
fn starting_with(prefix: &str) -> Result<JsValue, JsValue> {
    range(&JsValue::from(prefix), end_of(prefix))
}

/// The same in two parts: those before the keys that start with `but`, and those after.
fn around(prefix: &str, but: &str) -> Result<Vec<JsValue>, JsValue> {
    let before = range(&JsValue::from(prefix), Some(JsString::from(but)))?;
    match end_of(but) {
        Some(end) => Ok(vec![before, range(&end, end_of(prefix))?]),
        None => Ok(vec![before]),
    }
}

/// The keys from `lower` on to before `upper`.
fn range(lower: &JsValue, upper: Option<JsString>) -> Result<JsValue, JsValue> {
    match upper {
        Some(upper) => IdbKeyRange::bound_with_lower_open_and_upper_open(lower, &upper, false, true),
        None => IdbKeyRange::lower_bound(lower),
    }
    .map(Into::into)
}

/// The first key after all that start with `prefix`; `None` when there can be none.
fn end_of(prefix: &str) -> Option<JsString> {
    let mut units: Vec<u16> = prefix.encode_utf16().collect();
    // The end is the prefix with its last code unit one up; the highest unit can't, so the one before it.
    while let Some(last) = units.pop() {
        if last < u16::MAX {
            units.push(last + 1);
            return Some(JsString::from_char_code(&units));
        }
    }
    None
}

fn place(records: &IdbObjectStore, write: &Write) -> Result<(), JsValue> {
    match write {
        Write::Put(name, text) => records.put_with_key(&JsValue::from(text), &JsValue::from(name)),
        Write::Delete(name) => records.delete(&JsValue::from(name)),
        Write::Clear(prefix) => records.delete(&starting_with(prefix)?),
    }
    .map(drop)
}

/// Aborts the transaction, and says so in `fenced`, unless the record has this text. To be kept until the
/// transaction is over.
fn guard(
    begun: &Begun,
    name: &str,
    text: &str,
    fenced: Rc<Cell<bool>>,
) -> Result<Closure<dyn FnMut()>, JsValue> {
    let request = begun.records.get(&JsValue::from(name))?;
    let (seen, transaction, expected) = (request.clone(), begun.transaction.clone(), text.to_owned());
    let compare = Closure::<dyn FnMut()>::new(move || {
        let kept = seen.result().ok().and_then(|kept| kept.as_string());
        if kept.as_ref() != Some(&expected) {
            fenced.set(true);
            // It can't be over yet: it waits for this.
            let _ = transaction.abort();
        }
    });
    request.set_onsuccess(Some(compare.as_ref().unchecked_ref()));
    Ok(compare)
}
