//! The app's database as others may use it: another tab that is busy, another version of the app.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbObjectStore, IdbRequest, IdbTransactionMode};

use super::{DEADLINE_MS, now};

/// The name of the database of the app at `/`.
pub(crate) const NAME: &str = "strikethrough:/";

const RECORDS: &str = "records";

fn factory() -> IdbFactory {
    Reflect::get(&window(), &"indexedDB".into())
        .unwrap()
        .unchecked_into()
}

async fn answer(request: &IdbRequest) -> JsValue {
    let answered = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(answered).await.expect("an answer");
    request.result().unwrap()
}

/// Takes everything away that the app keeps. Connections of an app that is still there are given up.
pub(crate) async fn delete(name: &str) {
    answer(&factory().delete_database(name).unwrap()).await;
}

async fn open(name: &str, version: Option<u32>) -> IdbDatabase {
    let request = match version {
        Some(version) => factory().open_with_u32(name, version),
        None => factory().open(name),
    };
    answer(&request.unwrap()).await.unchecked_into()
}

/// Upgrades the database to a version that this app does not know, as a newer app does.
pub(crate) async fn upgrade(name: &str) {
    open(name, Some(1_000)).await.close();
}

/// A transaction of another tab that goes on and on, so that nobody else can write until it is dropped.
pub(crate) struct Busy {
    over: Rc<Cell<bool>>,
}

impl Busy {
    pub(crate) async fn begin(name: &str) -> Self {
        let database = open(name, None).await;
        let mode = IdbTransactionMode::Readwrite;
        let transaction = database.transaction_with_str_and_mode(RECORDS, mode).unwrap();
        let records = transaction.object_store(RECORDS).unwrap();
        let (over, began) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
        let deadline = now() + DEADLINE_MS;
        go_on(records, database, deadline, over.clone(), began.clone());
        // Not before it has its turn.
        while !began.get() {
            assert!(now() < deadline, "the transaction never began");
            TimeoutFuture::new(0).await;
        }
        Self { over }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.over.set(true);
    }
}

/// Makes one request after another; a transaction ends when none is left. Not for ever, because a test that panics
/// drops nothing.
fn go_on(
    records: IdbObjectStore,
    database: IdbDatabase,
    deadline: f64,
    over: Rc<Cell<bool>>,
    began: Rc<Cell<bool>>,
) {
    let request = records.get(&"nothing".into()).unwrap();
    let next = Closure::once_into_js(move || {
        began.set(true);
        if over.get() || now() > deadline {
            database.close();
        } else {
            go_on(records, database, deadline, over, began);
        }
    });
    request.set_onsuccess(Some(next.unchecked_ref()));
}
