//! IndexedDB as anybody may use it: other versions of the app, other tabs, other code.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode};

use super::soon;

pub(super) const RECORDS: &str = "records";

fn factory() -> IdbFactory {
    Reflect::get(&window(), &"indexedDB".into())
        .unwrap()
        .unchecked_into()
}

fn promise(request: &IdbRequest) -> Promise {
    Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    })
}

/// What a request answers.
pub(super) async fn answer(request: &IdbRequest) -> JsValue {
    let answer = soon("an answer", JsFuture::from(promise(request)));
    answer.await.expect("an answer");
    request.result().unwrap()
}

/// A database that is open, until it is dropped. It does not close for other versions.
pub(super) struct Database(pub(super) IdbDatabase);

impl Database {
    /// Opens a version, and lets `upgrade` make what it has.
    pub(super) async fn open(name: &str, version: u32, upgrade: fn(&IdbDatabase)) -> Self {
        let request = factory().open_with_u32(name, version).unwrap();
        let upgrading = request.clone();
        let handler = Closure::<dyn FnMut()>::new(move || {
            upgrade(upgrading.result().unwrap().unchecked_ref());
        });
        request.set_onupgradeneeded(Some(handler.as_ref().unchecked_ref()));
        Self(answer(&request).await.unchecked_into())
    }

    /// Opens whatever version there is.
    pub(super) async fn as_it_is(name: &str) -> Self {
        Self(answer(&factory().open(name).unwrap()).await.unchecked_into())
    }

    pub(super) fn stores(&self) -> Vec<String> {
        let names: JsValue = self.0.object_store_names().into();
        Array::from(&names)
            .iter()
            .filter_map(|name| name.as_string())
            .collect()
    }

    pub(super) async fn put(&self, store: &str, name: &str, value: &JsValue) {
        let mode = IdbTransactionMode::Readwrite;
        let transaction = self.0.transaction_with_str_and_mode(store, mode).unwrap();
        let records = transaction.object_store(store).unwrap();
        answer(&records.put_with_key(value, &name.into()).unwrap()).await;
    }

    pub(super) async fn get(&self, store: &str, name: &str) -> JsValue {
        let transaction = self.0.transaction_with_str(store).unwrap();
        let records = transaction.object_store(store).unwrap();
        answer(&records.get(&name.into()).unwrap()).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Starts to delete a database; it is done once nobody has it open.
pub(super) fn delete(name: &str) -> (IdbOpenDbRequest, JsFuture) {
    let request = factory().delete_database(name).unwrap();
    let done = promise(&request).into();
    (request, done)
}

/// Notes every transaction that the page begins, and when it is over, until it is dropped.
pub(super) struct Transactions {
    restore: Function,
}

/// The standard's own method, with a note taken of what it returns.
const NOTE: &str = "
    const own = IDBDatabase.prototype.transaction;
    const begun = [];
    IDBDatabase.prototype.transaction = function (...given) {
        const transaction = own.apply(this, given);
        transaction.addEventListener('complete', () => { transaction.isComplete = true; });
        begun.push(transaction);
        return transaction;
    };
    globalThis.begunTransactions = begun;
    return () => { IDBDatabase.prototype.transaction = own; delete globalThis.begunTransactions; };
";

impl Transactions {
    pub(super) fn noted() -> Self {
        let restore = Function::new_no_args(NOTE).call0(&JsValue::NULL).unwrap();
        Self {
            restore: restore.unchecked_into(),
        }
    }

    pub(super) fn all(&self) -> Vec<IdbTransaction> {
        let begun = Reflect::get(&js_sys::global(), &"begunTransactions".into()).unwrap();
        Array::from(&begun).iter().map(JsCast::unchecked_into).collect()
    }

    /// The last one of a database: an app that was closed a moment ago may still be writing into its own.
    pub(super) fn last(&self, database: &str) -> IdbTransaction {
        let mut all = self.all().into_iter().rev();
        all.find(|transaction| transaction.db().name() == database)
            .expect("a transaction")
    }
}

impl Drop for Transactions {
    fn drop(&mut self) {
        self.restore.call0(&JsValue::NULL).unwrap();
    }
}
