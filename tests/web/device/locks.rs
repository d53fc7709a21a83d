//! One among the tabs.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::window;
use strikethrough::browser::locks::{Held, Unsupported, acquire};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{Told, Without, fresh, is_pending, soon};
use crate::support::{settle, until};

async fn held(name: &str, steal: bool) -> Held {
    let asked = acquire(name, steal).expect("locks");
    soon("the lock", asked).await.expect("the lock")
}

/// The browser's own account of who has (`held`) or wants (`pending`) the lock.
async fn count(which: &str, name: &str) -> usize {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap();
    let query: Function = Reflect::get(&locks, &"query".into()).unwrap().unchecked_into();
    let answer: Promise = query.call0(&locks).unwrap().unchecked_into();
    let answer = JsFuture::from(answer).await.unwrap();
    Array::from(&Reflect::get(&answer, &which.into()).unwrap())
        .iter()
        .filter(|lock| Reflect::get(lock, &"name".into()).unwrap() == name)
        .count()
}

#[wasm_bindgen_test]
async fn one_at_a_time_has_a_lock() {
    let name = fresh("exclusive");
    let first = held(&name, false).await;
    assert!(!first.is_stolen());
    let mut second = Box::pin(acquire(&name, false).unwrap());
    let elsewhere = held(&fresh("another lock"), false).await;
    settle().await;
    assert!(is_pending(&mut second));
    assert_eq!(
        (count("held", &name).await, count("pending", &name).await),
        (1, 1)
    );
    drop(first);
    let second = second.await.unwrap();
    assert_eq!(
        (count("held", &name).await, count("pending", &name).await),
        (1, 0)
    );
    drop((second, elsewhere));
    drop(held(&name, false).await);
}

#[wasm_bindgen_test]
async fn who_loses_a_lock_by_force_is_told() {
    let name = fresh("stolen");
    let told = Told::new();
    let first = held(&name, false).await;
    let listener = told.listener();
    first.on_stolen(move || listener("at the theft"));
    let second = held(&name, true).await;
    until("the theft", || first.is_stolen()).await;
    assert_eq!(told.all(), ["at the theft"]);
    let listener = told.listener();
    first.on_stolen(move || listener("afterwards"));
    assert_eq!(told.all(), ["at the theft", "afterwards"]);
    // Giving up what is lost takes nothing from the one who has it.
    drop(first);
    settle().await;
    assert!(!second.is_stolen());
    assert_eq!(count("held", &name).await, 1);
}

#[wasm_bindgen_test]
async fn who_gives_a_lock_back_is_told_nothing() {
    let name = fresh("given back");
    let told = Told::new();
    let first = held(&name, false).await;
    let listener = told.listener();
    first.on_stolen(move || listener(()));
    drop(first);
    drop(held(&name, true).await);
    drop(held(&name, false).await);
    assert_eq!(told.all(), []);
}

#[wasm_bindgen_test]
async fn a_wish_can_be_taken_back() {
    let name = fresh("taken back");
    let first = held(&name, false).await;
    let mut waiting = Box::pin(acquire(&name, false).unwrap());
    assert!(is_pending(&mut waiting));
    assert_eq!(count("pending", &name).await, 1);
    drop(waiting);
    drop(acquire(&name, false).unwrap());
    settle().await;
    assert_eq!(
        (count("held", &name).await, count("pending", &name).await),
        (1, 0)
    );
    drop(first);
    drop(held(&name, false).await);
}

#[wasm_bindgen_test]
async fn a_lock_that_nobody_takes_is_given_back() {
    let name = fresh("not taken");
    for steal in [false, true] {
        let granted = acquire(&name, steal).unwrap();
        settle().await;
        assert_eq!(count("held", &name).await, 1);
        drop(granted);
        // At once, too, before the browser has answered.
        drop(acquire(&name, steal).unwrap());
        drop(held(&name, false).await);
    }
}

#[wasm_bindgen_test]
fn a_browser_without_locks_says_so() {
    let _none = Without::new(window().navigator(), "locks");
    assert_eq!(acquire("any", false).err(), Some(Unsupported));
}
