//! The store's records: what is read back, and all together or nothing.

use std::rc::Rc;

use js_sys::Reflect;
use strikethrough::browser::store::{SCHEMA, Store};
use strikethrough::sync::record::{StoreError, Transaction, Write};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{IdbDatabase, IdbIndexParameters};

use super::fresh;
use super::raw::{Database, RECORDS, Transactions};

/// A transaction that keeps these.
pub(super) fn puts(records: &[(&str, &str)]) -> Transaction {
    let put = |(name, text): &(&str, &str)| Write::Put((*name).to_owned(), (*text).to_owned());
    Transaction {
        fence: None,
        writes: Rc::new(records.iter().map(put).collect()),
    }
}

fn fenced(fence: (&str, &str), transaction: Transaction) -> Transaction {
    Transaction {
        fence: Some((fence.0.to_owned(), fence.1.to_owned())),
        ..transaction
    }
}

async fn names(store: &Store, prefix: &str) -> Vec<String> {
    let records = store.load(prefix).await.unwrap();
    records.into_iter().map(|(name, _)| name).collect()
}

#[wasm_bindgen_test]
async fn records_come_back_in_order_by_the_start_of_their_names() {
    let store = Store::open(&fresh("order")).await.unwrap();
    assert_eq!(store.load("").await, Ok(vec![]));
    store
        .commit(&puts(&[
            ("b", "other"),
            ("a\nx/2", "two"),
            ("a\nx/10", ""),
            ("a\nx/1", "one \u{1f600}\n\0"),
            ("a\ny/1", "another table"),
            ("a", "a scope"),
            ("a\nx", "its start"),
        ]))
        .await
        .unwrap();
    let of_one_table = [
        ("a\nx/1", "one \u{1f600}\n\0"),
        ("a\nx/10", ""),
        ("a\nx/2", "two"),
    ];
    let of_one_table = of_one_table.map(|(name, text)| (name.to_owned(), text.to_owned()));
    assert_eq!(store.load("a\nx/").await.unwrap(), of_one_table);
    assert_eq!(names(&store, "a\n").await.len(), 5);
    assert_eq!(names(&store, "a").await.len(), 6);
    assert_eq!(names(&store, "b").await, ["b"]);
    assert_eq!(names(&store, "c").await, [""; 0]);
    assert_eq!(names(&store, "").await.len(), 7);
    assert_eq!(store.get("a\nx/10").await, Ok(Some(String::new())));
    assert_eq!(store.get("a\nx/").await, Ok(None), "a start is no name");
}

#[wasm_bindgen_test]
async fn a_name_may_start_with_the_last_characters_there_are() {
    let store = Store::open(&fresh("last characters")).await.unwrap();
    let all = [
        "\u{ffff}",
        "\u{ffff}\u{ffff}z",
        "\u{d7ff}x",
        "\u{1f600}",
        "\u{1f600}a",
        "\u{1f601}",
    ];
    store.commit(&puts(&all.map(|name| (name, "")))).await.unwrap();
    for (prefix, expected) in [
        ("\u{ffff}", vec!["\u{ffff}", "\u{ffff}\u{ffff}z"]),
        ("\u{ffff}\u{ffff}", vec!["\u{ffff}\u{ffff}z"]),
        ("\u{d7ff}", vec!["\u{d7ff}x"]),
        ("\u{1f600}", vec!["\u{1f600}", "\u{1f600}a"]),
        ("\u{1f601}\u{ffff}", vec![]),
    ] {
        assert_eq!(names(&store, prefix).await, expected, "{prefix:?}");
    }
}

#[wasm_bindgen_test]
async fn some_records_can_be_left_out() {
    let store = Store::open(&fresh("left out")).await.unwrap();
    let records = ["s\na/1", "s\nl", "s\nl/1", "s\nl/2", "s\nl0", "s\nm/1", "t\na/1"];
    store
        .commit(&puts(&records.map(|name| (name, "x"))))
        .await
        .unwrap();
    let loaded = store.load_but("s\n", Some("s\nl/")).await.unwrap();
    let names: Vec<_> = loaded.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["s\na/1", "s\nl", "s\nl0", "s\nm/1"]);
}

#[wasm_bindgen_test]
async fn ten_thousand_records_in_one_transaction() {
    let name = fresh("ten thousand");
    let store = Store::open(&name).await.unwrap();
    let put = |n: u32| {
        Write::Put(
            format!("s\nentry/{n:05}"),
            format!("text {n} {}", "x".repeat(200)),
        )
    };
    let all = Transaction {
        fence: None,
        writes: Rc::new((0..10_000).map(put).collect()),
    };
    store.commit(&all).await.unwrap();
    drop(store);
    let store = Store::open(&name).await.unwrap();
    let loaded = store.load("s\n").await.unwrap();
    let loaded: Vec<Write> = loaded
        .into_iter()
        .map(|(name, text)| Write::Put(name, text))
        .collect();
    assert!(loaded == *all.writes, "{} records", loaded.len());
    let gone = Transaction {
        fence: None,
        writes: Rc::new(
            loaded
                .iter()
                .map(|write| Write::Delete(write.name().to_owned()))
                .collect(),
        ),
    };
    store.commit(&gone).await.unwrap();
    assert_eq!(store.load("").await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn changes_are_made_in_their_order() {
    let store = Store::open(&fresh("changes")).await.unwrap();
    let put = |text: &str| Write::Put("a".to_owned(), text.to_owned());
    let gone = Write::Delete("a".to_owned());
    for (writes, left) in [
        (vec![put("1"), put("2")], Some("2")),
        (vec![gone.clone(), put("3")], Some("3")),
        (vec![], Some("3")),
        (vec![put("4"), gone.clone()], None),
        (vec![gone], None),
        (vec![put("5"), Write::Clear("b/".to_owned())], Some("5")),
        (vec![Write::Clear("".to_owned()), put("6")], Some("6")),
    ] {
        let writes = writes.into();
        store.commit(&Transaction { fence: None, writes }).await.unwrap();
        assert_eq!(store.get("a").await.unwrap().as_deref(), left);
    }
}

#[wasm_bindgen_test]
async fn a_fence_that_does_not_hold_leaves_everything_as_it_was() {
    let store = Store::open(&fresh("fence")).await.unwrap();
    let change = || Transaction {
        fence: None,
        writes: vec![
            Write::Put("a".to_owned(), "new".to_owned()),
            Write::Put("sender".to_owned(), "me".to_owned()),
            Write::Delete("b".to_owned()),
        ]
        .into(),
    };
    store
        .commit(&puts(&[("a", "old"), ("b", "stays")]))
        .await
        .unwrap();
    let before = store.load("").await;
    let missing = store.commit(&fenced(("sender", "me"), change())).await;
    assert_eq!(missing, Err(StoreError::Fenced));
    assert_eq!(store.load("").await, before);

    store.commit(&puts(&[("sender", "another")])).await.unwrap();
    let before = store.load("").await;
    for fence in ["me", "", "another "] {
        let other = store.commit(&fenced(("sender", fence), change())).await;
        assert_eq!(other, Err(StoreError::Fenced));
        assert_eq!(store.load("").await, before);
    }
    let nothing = fenced(("sender", "me"), Transaction::default());
    assert_eq!(store.commit(&nothing).await, Err(StoreError::Fenced));

    let holds = fenced(("sender", "another"), change());
    assert_eq!(store.commit(&holds).await, Ok(()));
    assert_eq!(names(&store, "").await, ["a", "sender"]);
    assert_eq!(store.get("sender").await.unwrap().as_deref(), Some("me"));
}

#[wasm_bindgen_test]
async fn a_change_the_database_refuses_takes_the_others_with_it() {
    let name = fresh("refused");
    // No two texts of one length: the standard lets an index look at a string's length.
    let one_of_each_length = |database: &IdbDatabase| {
        let unique = IdbIndexParameters::new();
        unique.set_unique(true);
        let records = database.create_object_store(RECORDS).unwrap();
        records
            .create_index_with_str_and_optional_parameters("length", "length", &unique)
            .unwrap();
    };
    drop(Database::open(&name, SCHEMA, one_of_each_length).await);
    let store = Store::open(&name).await.unwrap();
    let refused = store
        .commit(&puts(&[("a", "1"), ("b", "22"), ("c", "3"), ("d", "444")]))
        .await;
    assert_eq!(refused, Err(StoreError::Aborted));
    assert_eq!(store.load("").await, Ok(vec![]));
    assert_eq!(
        store.commit(&puts(&[("a", "1")])).await,
        Ok(()),
        "the store goes on"
    );
}

#[wasm_bindgen_test]
async fn a_change_is_kept_only_once_its_transaction_is_complete() {
    let name = fresh("complete");
    let store = Store::open(&name).await.unwrap();
    let transactions = Transactions::noted();
    store.commit(&puts(&[("a", "1")])).await.unwrap();
    let transaction = transactions.last(&name);
    let property = |name: &str| Reflect::get(&transaction, &name.into()).unwrap();
    assert_eq!(property("isComplete"), JsValue::TRUE);
    assert_eq!(property("durability"), JsValue::from("strict"));
}

#[wasm_bindgen_test]
async fn what_is_begun_later_comes_after() {
    let name = fresh("later");
    let (one, other) = (
        Store::open(&name).await.unwrap(),
        Store::open(&name).await.unwrap(),
    );
    let (first, second) = (puts(&[("a", "1"), ("b", "1")]), puts(&[("a", "2")]));
    let third = fenced(("a", "2"), puts(&[("c", "3")]));
    let mut first = Box::pin(one.commit(&first));
    let mut second = Box::pin(other.commit(&second));
    let mut third = Box::pin(one.commit(&third));
    assert!(
        [&mut first, &mut second, &mut third]
            .into_iter()
            .all(super::is_pending)
    );
    let all = other.load("").await.unwrap();
    let expected = [("a", "2"), ("b", "1"), ("c", "3")];
    assert_eq!(
        all,
        expected.map(|(name, text)| (name.to_owned(), text.to_owned()))
    );
    // Asked in the other direction, they have ended all the same.
    assert_eq!((third.await, second.await, first.await), (Ok(()), Ok(()), Ok(())));
}

#[wasm_bindgen_test]
async fn an_abort_on_the_way_is_no_success() {
    let name = fresh("abort");
    let store = Store::open(&name).await.unwrap();
    store.commit(&puts(&[("a", "old")])).await.unwrap();
    let transactions = Transactions::noted();
    let change = puts(&[("a", "new"), ("b", "new")]);
    let mut commit = Box::pin(store.commit(&change));
    assert!(super::is_pending(&mut commit));
    transactions.last(&name).abort().unwrap();
    assert_eq!(commit.await, Err(StoreError::Aborted));
    assert_eq!(names(&store, "").await, ["a"]);
    assert_eq!(store.get("a").await.unwrap().as_deref(), Some("old"));
}

#[wasm_bindgen_test]
async fn what_is_no_text_is_passed_over_and_stays() {
    let name = fresh("no text");
    let store = Store::open(&name).await.unwrap();
    store.commit(&puts(&[("a", "1"), ("c", "3")])).await.unwrap();
    let other = Database::as_it_is(&name).await;
    other.put(RECORDS, "b", &JsValue::from(2)).await;
    assert_eq!(names(&store, "").await, ["a", "c"]);
    assert_eq!(store.get("b").await, Ok(None));
    let (whole, damaged) = store.salvage("").await.unwrap();
    assert_eq!(whole, store.load("").await.unwrap());
    assert_eq!(damaged, ["b"]);
    store.commit(&puts(&[("a", "4")])).await.unwrap();
    assert_eq!(other.get(RECORDS, "b").await, JsValue::from(2));
}
