//! Clocks and the timer.

use std::cell::RefCell;
use std::rc::Rc;

use strikethrough::browser::clock::{Timer, monotonic_ms, now_ms};
use wasm_bindgen_test::wasm_bindgen_test;

use super::Told;
use crate::support::until;

/// A timer that notes when it calls.
fn noting(told: &Told<&'static str>, what: &'static str) -> Timer {
    let listener = told.listener();
    Timer::new(Box::new(move || listener(what)))
}

#[wasm_bindgen_test]
async fn the_clocks_go() {
    let (wall, since) = (now_ms(), monotonic_ms());
    assert_eq!(wall / 1000, (js_sys::Date::now() / 1000.0) as u64);
    until("both clocks to go on", || {
        now_ms() > wall && monotonic_ms() > since
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_timer_calls_once_for_each_time_it_is_set() {
    let told = Told::new();
    let timer = noting(&told, "timer");
    assert!(!timer.is_set());
    timer.set(1_000_000);
    timer.set(1);
    assert!(timer.is_set());
    until("a call", || !told.all().is_empty()).await;
    assert!(!timer.is_set());
    let later = noting(&told, "later");
    later.set(20);
    until("the other’s call", || !later.is_set()).await;
    assert_eq!(told.all(), ["timer", "later"]);
    timer.set(0);
    until("one more call", || told.all().len() == 3).await;
}

#[wasm_bindgen_test]
async fn a_cancelled_dropped_or_far_timer_does_not_call() {
    let told = Told::new();
    let [cancelled, dropped] = ["cancelled", "dropped"].map(|what| noting(&told, what));
    cancelled.set(1);
    cancelled.cancel();
    dropped.set(1);
    drop(dropped);
    // Beyond what `setTimeout` takes: 25 days, and as long as there is.
    let far: Vec<Timer> = [1 << 31, 1 << 32, u64::MAX]
        .map(|delay| {
            let timer = noting(&told, "far");
            timer.set(delay);
            timer
        })
        .into();
    let witness = noting(&told, "witness");
    witness.set(30);
    until("the witness’ call", || !told.all().is_empty()).await;
    assert_eq!(told.all(), ["witness"]);
    assert!(far.iter().all(Timer::is_set) && !cancelled.is_set());
}

#[wasm_bindgen_test]
async fn a_timer_can_be_set_again_and_dropped_by_its_own_call() {
    let timer: Rc<RefCell<Option<Timer>>> = Rc::default();
    let (told, own) = (Told::new(), timer.clone());
    let (listener, mut left) = (told.listener(), 3);
    let callback = move || {
        listener("own");
        left -= 1;
        if left > 0 {
            own.borrow().as_ref().expect("the timer").set(0);
        } else {
            own.take();
        }
    };
    timer.replace(Some(Timer::new(Box::new(callback))));
    timer.borrow().as_ref().expect("the timer").set(0);
    until("the timer’s end", || timer.borrow().is_none()).await;
    assert_eq!(told.all(), ["own"; 3]);
}
