//! The store among others: other tabs, other versions of the app, and browsers that refuse or close it.

use leptos::prelude::window;
use strikethrough::browser::store::{SCHEMA, Store};
use strikethrough::sync::record::StoreError;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Event, IdbDatabase};

use super::raw::{self, Database, RECORDS, Transactions};
use super::store::puts;
use super::{Without, fresh, soon};

/// What a later version might have in place of ours.
fn future(database: &IdbDatabase) {
    database.create_object_store("future").unwrap();
}

#[wasm_bindgen_test]
async fn a_new_database_has_the_one_object_store() {
    let name = fresh("new");
    let _store = Store::open(&name).await.unwrap();
    let database = Database::as_it_is(&name).await;
    assert_eq!(database.0.version(), f64::from(SCHEMA));
    assert_eq!(database.stores(), [RECORDS]);
}

#[wasm_bindgen_test]
async fn a_newer_schema_is_refused_and_untouched() {
    let name = fresh("newer");
    let newer = Database::open(&name, SCHEMA + 98, future).await;
    newer.put("future", "a", &JsValue::from("theirs")).await;
    drop(newer);
    assert_eq!(Store::open(&name).await.err(), Some(StoreError::Newer));
    let newer = Database::as_it_is(&name).await;
    assert_eq!(newer.0.version(), f64::from(SCHEMA + 98));
    assert_eq!(newer.stores(), ["future"]);
    assert_eq!(newer.get("future", "a").await, JsValue::from("theirs"));
}

#[wasm_bindgen_test]
async fn a_database_without_our_object_store_is_damaged() {
    let name = fresh("damaged");
    drop(Database::open(&name, SCHEMA, future).await);
    let store = Store::open(&name).await.unwrap();
    assert_eq!(store.load("").await, Err(StoreError::Corrupt));
    assert_eq!(store.get("a").await, Err(StoreError::Corrupt));
    assert_eq!(store.commit(&puts(&[("a", "1")])).await, Err(StoreError::Corrupt));
}

#[wasm_bindgen_test]
async fn two_connections_see_each_others_changes() {
    let name = fresh("two");
    let (one, other) = (
        Store::open(&name).await.unwrap(),
        Store::open(&name).await.unwrap(),
    );
    one.commit(&puts(&[("a", "1")])).await.unwrap();
    assert_eq!(other.get("a").await.unwrap().as_deref(), Some("1"));
    other.commit(&puts(&[("a", "2")])).await.unwrap();
    assert_eq!(one.get("a").await.unwrap().as_deref(), Some("2"));
}

#[wasm_bindgen_test]
async fn the_last_clone_closes_and_the_records_stay() {
    let name = fresh("clones");
    let store = Store::open(&name).await.unwrap();
    let clone = store.clone();
    drop(store);
    clone.commit(&puts(&[("a", "1")])).await.unwrap();
    drop(clone);
    let again = Store::open(&name).await.unwrap();
    assert_eq!(again.get("a").await.unwrap().as_deref(), Some("1"));
}

#[wasm_bindgen_test]
async fn a_newer_tab_is_let_through_and_then_nothing_is_written() {
    let name = fresh("upgraded");
    let store = Store::open(&name).await.unwrap();
    store.commit(&puts(&[("a", "1")])).await.unwrap();
    // Waits for as long as anybody keeps the older version open.
    let newer = Database::open(&name, SCHEMA + 1, future).await;
    assert_eq!(store.commit(&puts(&[("a", "2")])).await, Err(StoreError::Newer));
    assert_eq!(store.load("").await, Err(StoreError::Newer));
    assert_eq!(newer.get(RECORDS, "a").await, JsValue::from("1"));
}

#[wasm_bindgen_test]
async fn a_deleted_database_is_not_made_again() {
    let name = fresh("deleted");
    let store = Store::open(&name).await.unwrap();
    soon("the deletion", raw::delete(&name).1).await.unwrap();
    assert_eq!(
        store.commit(&puts(&[("a", "1")])).await,
        Err(StoreError::Unavailable)
    );
    assert_eq!(store.get("a").await, Err(StoreError::Unavailable));
}

#[wasm_bindgen_test]
async fn a_lost_connection_is_opened_again() {
    let name = fresh("lost");
    let store = Store::open(&name).await.unwrap();
    let transactions = Transactions::noted();
    store.commit(&puts(&[("a", "1")])).await.unwrap();
    let connection = transactions.last(&name).db();
    connection.close();
    store.commit(&puts(&[("b", "2")])).await.unwrap();
    let second = transactions.last(&name).db();
    assert_ne!(second, connection);
    // What the browser does when it closes a connection itself.
    second.close();
    second.dispatch_event(&Event::new("close").unwrap()).unwrap();
    assert_eq!(store.load("").await.unwrap().len(), 2);
    assert_ne!(transactions.last(&name).db(), second);
}

#[wasm_bindgen_test]
async fn what_can_not_be_opened_again_is_reported() {
    let name = fresh("lost for good");
    let store = Store::open(&name).await.unwrap();
    let transactions = Transactions::noted();
    store.commit(&puts(&[("a", "1")])).await.unwrap();
    transactions.last(&name).db().close();
    drop(Database::open(&name, SCHEMA + 1, future).await);
    assert_eq!(store.commit(&puts(&[("b", "2")])).await, Err(StoreError::Newer));
    let _none = Without::new(window(), "indexedDB");
    assert_eq!(store.load("").await, Err(StoreError::Unavailable));
}

#[wasm_bindgen_test]
async fn opening_does_not_wait_for_ever_and_leaves_nothing_in_the_way() {
    let name = fresh("blocked");
    let stubborn = Database::open(&name, SCHEMA, future).await;
    // The deletion waits for the stubborn one, and opening for the deletion.
    let (_request, deleted) = raw::delete(&name);
    assert_eq!(
        Store::open_within(&name, 50).await.err(),
        Some(StoreError::Unavailable)
    );
    drop(stubborn);
    soon("the deletion", deleted).await.unwrap();
    // It opens after all, with nobody to use it; were it left open, this would never be done.
    let newer = Database::open(&name, SCHEMA + 1, future).await;
    assert_eq!(newer.stores(), ["future", RECORDS]);
}

#[wasm_bindgen_test]
async fn a_browser_without_it_has_no_store() {
    let _none = Without::new(window(), "indexedDB");
    let opened = Store::open(&fresh("none")).await;
    assert_eq!(opened.err(), Some(StoreError::Unavailable));
}
