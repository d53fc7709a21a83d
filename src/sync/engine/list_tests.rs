//! The list as it is stored: many rows in a record, and what has changed since beside them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{Bench, id};
use super::{Capabilities, Engine, Event};
use crate::task::ListedTask;

/// What another tab, or the same after a reload, makes of what is stored.
fn read_back(records: &BTreeMap<String, String>) -> Engine {
    let mut engine = Engine::new("s", 9, 9);
    let records = records.clone().into_iter().collect();
    engine.handle(Event::Loaded { records, fence: None }, 0);
    engine
}

fn rows_of(engine: &Engine) -> Vec<ListedTask> {
    let snapshot = engine.snapshot();
    let rows = snapshot.listed_rows(snapshot.rows());
    rows.map(|(id, summary)| ListedTask {
        id: id.clone(),
        summary: summary.to_owned(),
    })
    .collect()
}

proptest! {
    /// Whatever lists come, and whatever is done between them: a few records hold the list, those beside them what has
    /// changed since, and nothing is left of tasks that are gone.
    #[test]
    fn a_long_list_is_a_few_records(
        lists in prop::collection::vec(prop::collection::vec(0u32..40, 0..40), 1..6),
        done in prop::collection::vec(0u32..40, 0..6),
    ) {
        let mut bench = Bench::new(Capabilities::default());
        bench.engine = std::mem::replace(&mut bench.engine, Engine::new("s", 1, 1)).with_rows_in_record(8);
        let mut other = read_back(&bench.records);
        for (round, numbers) in lists.into_iter().enumerate() {
            let mut list: Vec<ListedTask> = Vec::new();
            for n in numbers {
                let summary = format!("task {n}, {}", (n as usize + round) / 7);
                if list.iter().all(|row| row.id != id(n)) {
                    list.push(ListedTask { id: id(n), summary });
                }
            }
            let since = bench.engine.begin_read();
            bench.does(Event::Listed { since, list: list.clone() });
            prop_assert_eq!(rows_of(&bench.engine), list.clone());
            bench.keeps();
            for n in done.iter().filter(|n| **n as usize % 6 == round) {
                let since = bench.engine.begin_read();
                bench.does(Event::Missing { since, id: id(*n) });
                list.retain(|row| row.id != id(*n));
                bench.keeps();
            }
            prop_assert_eq!(rows_of(&read_back(&bench.records)), list.clone());
            other.handle(Event::Observed(std::mem::take(&mut bench.told)), 0);
            prop_assert_eq!(rows_of(&other), list.clone());
            prop_assert!(bench.records.len() <= 2 + list.len().div_ceil(8) + 2 + 6 + list.len());
        }
    }
}

#[test]
fn a_thousand_tasks_are_one_record() {
    let mut bench = Bench::new(Capabilities::default());
    let list: Vec<_> = (0..1_024)
        .map(|n| ListedTask {
            id: id(n),
            summary: format!("task {n}"),
        })
        .collect();
    let since = bench.engine.begin_read();
    bench.does(Event::Listed {
        since,
        list: list.clone(),
    });
    bench.keeps();
    let of_tasks = |name: &&String| name.starts_with("s\nl/") || name.starts_with("s\nt/");
    assert_eq!(
        bench.records.keys().filter(of_tasks).collect::<Vec<_>>(),
        ["s\nl/0"]
    );
    assert_eq!(rows_of(&read_back(&bench.records)), list);
}

#[test]
fn what_can_not_be_read_of_the_list_is_put_aside_and_not_wiped() {
    let damaged = ["s\nl/0", "s\nt/1"].map(|name| (name.to_owned(), "?".to_owned()));
    let mut bench = Bench::with(Capabilities::default(), damaged.into());
    let list = (0..1_024)
        .map(|n| ListedTask {
            id: id(n),
            summary: "a".to_owned(),
        })
        .collect();
    let since = bench.engine.begin_read();
    bench.does(Event::Listed { since, list });
    bench.keeps();
    for name in ["s\nx/l/0 ", "s\nx/t/1 "] {
        let aside = bench.records.iter().find(|(aside, _)| aside.starts_with(name));
        let (aside, value) = aside.unwrap();
        assert_eq!(value, "?");
        assert!(bench.engine.unreadable().iter().any(|(known, _)| known == aside));
    }
    assert!(bench.records.get("s\nl/0").is_some_and(|value| value != "?"));
}

#[test]
fn a_first_list_is_kept_when_its_last_page_has_come() {
    let mut bench = Bench::new(Capabilities::default());
    let rows = |numbers: std::ops::Range<u32>| -> Vec<_> {
        let row = |n| ListedTask {
            id: id(n),
            summary: format!("task {n}"),
        };
        numbers.map(row).collect()
    };
    assert!(bench.engine.takes_pages());
    let since = bench.engine.begin_read();
    for page in [0..900, 900..1_800] {
        bench.does(Event::Page(rows(page)));
    }
    assert!(!bench.engine.snapshot().is_complete());
    bench.does(Event::PagesEnded { since });
    bench.keeps();
    assert!(bench.engine.snapshot().is_complete() && !bench.engine.takes_pages());
    assert_eq!(rows_of(&read_back(&bench.records)), rows(0..1_800));
}
