//! One connection to the database, and one transaction over it.

use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomException, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbTransaction,
    IdbTransactionMode, IdbVersionChangeEvent,
};

use super::Link;
use crate::browser::part;
use crate::sync::record::StoreError;

/// The version of the database's schema: which object stores it has. The records have versions of their own.
pub const SCHEMA: u32 = 1;

const RECORDS: &str = "records";

/// Brings a database of the schema `from` up to [`SCHEMA`]; 0 is one that was not there. One step for each
/// version, and a step that was released is never changed.
fn upgrade(database: &IdbDatabase, from: u32) -> Result<(), JsValue> {
    if from < 1 {
        // Keys out of line, no key generator.
        database.create_object_store(RECORDS)?;
    }
    Ok(())
}

/// An open connection, which closes when it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    database: IdbDatabase,
    /// Kept for as long as the browser may call them.
    _on_close: Closure<dyn FnMut()>,
    _on_version_change: Closure<dyn FnMut(IdbVersionChangeEvent)>,
}

impl Connection {
    /// Opens the database. `ended` is told, once at most, when the connection is no more.
    pub(super) async fn open(
        name: &str,
        patience_ms: u32,
        ended: Rc<dyn Fn(Link)>,
    ) -> Result<Self, StoreError> {
        let factory = part(&js_sys::global(), "indexedDB")
            .and_then(|factory| factory.dyn_into::<IdbFactory>().ok())
            .ok_or(StoreError::Unavailable)?;
        let request = factory
            .open_with_u32(name, SCHEMA)
            .map_err(|error| refusal(error.dyn_ref(), StoreError::Unavailable))?;
        let upgrading = upgrades(&request);
        let opened = settled(|resolve, reject| {
            request.set_onsuccess(Some(resolve));
            request.set_onerror(Some(reject));
        });
        let first = Promise::race(&Array::of2(&opened, &timeout(patience_ms)));
        match JsFuture::from(first).await {
            // An event, and not the end of the patience.
            Ok(event) if event.is_object() => {
                let database = request.result().ok().and_then(|it| it.dyn_into().ok());
                database
                    .map(|database| Self::new(database, ended))
                    .ok_or(StoreError::Unavailable)
            }
            Ok(_) => {
                spawn_local(async move {
                    let late = JsFuture::from(opened).await;
                    drop(upgrading);
                    if let (Ok(_), Ok(database)) = (late, request.result()) {
                        // Nobody uses it, so it must not stand in another tab's way.
                        database.unchecked_into::<IdbDatabase>().close();
                    }
                });
                Err(StoreError::Unavailable)
            }
            Err(_) => Err(refusal(
                request.error().ok().flatten().as_ref(),
                StoreError::Corrupt,
            )),
        }
    }

    fn new(database: IdbDatabase, ended: Rc<dyn Fn(Link)>) -> Self {
        let lost = ended.clone();
        let on_close = Closure::<dyn FnMut()>::new(move || lost(Link::Lost));
        database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        let on_version_change = Closure::<dyn FnMut(_)>::new(move |event: IdbVersionChangeEvent| {
            // A new version upgrades; none deletes. The connection closes with its link.
            ended(Link::GivenUp(match event.new_version() {
                Some(_) => StoreError::Newer,
                None => StoreError::Unavailable,
            }));
        });
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Self {
            database,
            _on_close: on_close,
            _on_version_change: on_version_change,
        }
    }

    /// Begins a transaction; `None` when the connection turns out to be closed (`InvalidStateError`).
    pub(super) fn begin(&self, mode: IdbTransactionMode) -> Result<Option<Begun>, StoreError> {
        let begun = strict_transaction(&self.database, mode)
            .and_then(|transaction| Ok((transaction.object_store(RECORDS)?, transaction)));
        match begun {
            Ok((records, transaction)) => Ok(Some(Begun {
                over: settled(|resolve, reject| {
                    transaction.set_oncomplete(Some(resolve));
                    transaction.set_onabort(Some(reject));
                }),
                transaction,
                records,
            })),
            Err(error) => match error.dyn_ref::<DomException>() {
                Some(error) if error.name() == "InvalidStateError" => Ok(None),
                error => Err(refusal(error, StoreError::Unavailable)),
            },
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onclose(None);
        self.database.set_onversionchange(None);
        // Transactions that were begun still end as they would have.
        self.database.close();
    }
}

/// A transaction that was begun. It commits by itself once its requests are done and no more are made.
pub(super) struct Begun {
    pub(super) transaction: IdbTransaction,
    pub(super) records: IdbObjectStore,
    over: Promise,
}

impl Begun {
    /// Waits for `complete`. An `abort` for a reason that the standard leaves open is `unknown`.
    pub(super) async fn complete(self, unknown: StoreError) -> Result<(), StoreError> {
        match JsFuture::from(self.over).await {
            Ok(_) => Ok(()),
            Err(_) => Err(refusal(self.transaction.error().as_ref(), unknown)),
        }
    }

    /// Takes everything back.
    pub(super) async fn abort(self) -> StoreError {
        if self.transaction.abort().is_err() {
            // It is over already, and says how.
            return self
                .complete(StoreError::Aborted)
                .await
                .err()
                .unwrap_or(StoreError::Aborted);
        }
        // `abort` by the page gives the transaction no error.
        let _ = JsFuture::from(self.over).await;
        StoreError::Aborted
    }
}

/// The bindings of `durability` are unstable, so this calls `transaction` by its name. A browser that does not
/// know the option passes over it.
fn strict_transaction(database: &IdbDatabase, mode: IdbTransactionMode) -> Result<IdbTransaction, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into())?;
    Reflect::get(database, &"transaction".into())?
        .dyn_into::<Function>()?
        .call3(database, &RECORDS.into(), &mode.into(), &options)?
        .dyn_into()
}

/// Upgrades when asked to. An exception in the handler aborts the upgrade, and then the request fails.
fn upgrades(request: &IdbOpenDbRequest) -> Closure<dyn FnMut(IdbVersionChangeEvent) -> Result<(), JsValue>> {
    let upgrading = request.clone();
    let handler = Closure::<dyn FnMut(_) -> _>::new(move |event: IdbVersionChangeEvent| {
        // Versions are small whole numbers here.
        upgrade(&upgrading.result()?.dyn_into()?, event.old_version() as u32)
    });
    request.set_onupgradeneeded(Some(handler.as_ref().unchecked_ref()));
    handler
}

/// What the browser's reason means here (Indexed Database API 3.0, "Exceptions"). `unknown` stands for the ones
/// that say only that it did not work.
fn refusal(error: Option<&DomException>, unknown: StoreError) -> StoreError {
    let name = error.map(DomException::name).unwrap_or_default();
    match name.as_str() {
        "QuotaExceededError" => StoreError::Full,
        "VersionError" => StoreError::Newer,
        // The object store is missing, a record on disk is gone, or is no value any more.
        "NotFoundError" | "NotReadableError" | "DataError" => StoreError::Corrupt,
        "InvalidStateError" | "SecurityError" | "NotAllowedError" | "NotSupportedError" => {
            StoreError::Unavailable
        }
        "UnknownError" | "OperationError" => unknown,
        _ => StoreError::Aborted,
    }
}

/// A promise whose two ends `listen` gives to the browser: no Rust closure has to outlive the waiting.
fn settled(mut listen: impl FnMut(&Function, &Function)) -> Promise {
    Promise::new(&mut |resolve, reject| listen(&resolve, &reject))
}

/// Fulfilled with `undefined` after some milliseconds.
fn timeout(ms: u32) -> Promise {
    settled(|resolve, _| {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let _ = leptos::prelude::window().set_timeout_with_callback_and_timeout_and_arguments_0(resolve, ms);
    })
}
