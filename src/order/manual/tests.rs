use proptest::prelude::*;

use super::*;
use crate::order::Sorter;
use crate::sync::EntryKey;
use crate::task::TaskId;

fn task(number: usize) -> TaskRef {
    match number % 3 {
        0 => TaskRef::Server(TaskId::Number(number.to_string().into())),
        1 => TaskRef::Server(TaskId::Text(format!("a \"b\"\n{number}").into())),
        _ => TaskRef::Local(local(number)),
    }
}

fn local(number: usize) -> EntryKey {
    EntryKey {
        time: number as u64,
        tab: 1,
    }
}

/// A list of as many rows, as it comes.
fn list(count: usize) -> (Names, Vec<RowKey>) {
    let mut names = Names::default();
    let rows = (0..count)
        .map(|number| names.find_or_give(&task(number)))
        .collect();
    (names, rows)
}

/// The list in the manual order.
fn ordered(manual: &Manual, names: &Names, rows: &[RowKey]) -> Vec<RowKey> {
    let mut ranks = Ranks::default();
    ranks.look(manual, names, rows);
    let mut sorter = Sorter::new(rows.to_vec());
    while !sorter.step(64, &mut |a, b| ranks.compare(a, b)) {}
    sorter.sorted()
}

/// What another page makes of what this one stores.
fn read_again(manual: &Manual) -> Manual {
    let mut other = Manual::default();
    let mut all = manual.clone();
    (0..all.parts()).for_each(|part| all.not_saved(part));
    for (part, text) in all.unsaved(usize::MAX) {
        if !text.is_empty() {
            assert_eq!(other.read(part, &text), Ok(0), "{text}");
        }
    }
    assert!(other.unsaved(usize::MAX).is_empty(), "what was read is stored");
    other
}

fn move_in(order: &mut Vec<RowKey>, row: RowKey, to: Target) {
    order.retain(|other| *other != row);
    let place = |row: RowKey| order.iter().position(|other| *other == row).unwrap();
    let at = match to {
        Target::Start => 0,
        Target::Before(next) => place(next),
        Target::After(last) => place(last) + 1,
        Target::End => order.len(),
    };
    order.insert(at, row);
}

#[test]
fn only_what_it_takes_gets_a_rank() {
    let (names, rows) = list(1_000);
    let mut manual = Manual::default();
    assert!(manual.put(&names, &rows, rows[5], Target::Before(rows[2])));
    assert_eq!(manual.by_task.len(), 3);
    let order = ordered(&manual, &names, &rows);
    assert_eq!(order[..6], [rows[0], rows[1], rows[5], rows[2], rows[3], rows[4]]);
    assert!(manual.put(&names, &order, rows[9], Target::Start));
    assert_eq!(manual.by_task.len(), 4);
    assert_eq!(manual.unsaved(usize::MAX).len(), 1, "one part");
}

#[test]
fn new_tasks_are_at_the_end_as_the_list_has_them() {
    let (names, rows) = list(8);
    let mut manual = Manual::default();
    manual.put(&names, &rows[..4], rows[0], Target::End);
    let order = ordered(&manual, &names, &rows);
    let wanted = [1, 2, 3, 0, 4, 5, 6, 7].map(|at: usize| rows[at]);
    assert_eq!(order, wanted);
}

#[test]
fn ranks_are_given_in_slices_beforehand() {
    let (names, rows) = list(1_000);
    let mut manual = Manual::default();
    let mut slices = 1;
    while !manual.prepare(&names, &rows, 900, 100) {
        slices += 1;
    }
    assert_eq!((slices, manual.by_task.len()), (9, 900));
    assert!(manual.prepare(&names, &rows, 5, 1));
    let mut straight = Manual::default();
    for manual in [&mut manual, &mut straight] {
        assert!(manual.put(&names, &rows, rows[3], Target::Before(rows[900])));
    }
    let order = ordered(&manual, &names, &rows);
    assert_eq!(order, ordered(&straight, &names, &rows));
    assert_eq!(manual.unsaved(3).len(), 3);
    assert_eq!(manual.unsaved(3).len(), 1);
    assert_eq!(ordered(&manual, &names, &rows), order);
}

#[test]
fn no_more_tasks_get_ranks_than_are_kept() {
    let (names, rows) = list(MOST + 2);
    let mut manual = Manual::default();
    assert!(!manual.put(&names, &rows, rows[0], Target::End));
    assert!(manual.is_empty());
    assert!(manual.put(&names, &rows, rows[0], Target::After(rows[MOST - 1])));
    assert_eq!(manual.by_task.len(), MOST);
    // One that has a rank can still be moved among those that have.
    let order = [&rows[1..MOST], &rows[..1], &rows[MOST..]].concat();
    assert!(manual.put(&names, &order, rows[7], Target::Start));
    assert!(!manual.put(&names, &order, rows[MOST], Target::Start));
    assert_eq!(manual.by_task.len(), MOST);
}

#[test]
fn what_can_t_be_put_changes_nothing() {
    let (names, rows) = list(3);
    let mut manual = Manual::default();
    assert!(!manual.put(&names, &rows[..2], rows[2], Target::Start));
    assert!(!manual.put(&names, &rows, rows[1], Target::Before(rows[1])));
    assert!(!manual.put(&names, &rows[..2], rows[1], Target::After(rows[2])));
    assert!(manual.is_empty() && manual.unsaved(usize::MAX).is_empty());
}

#[test]
fn a_task_keeps_its_place_when_the_server_names_it_and_loses_it_when_it_is_gone() {
    let (mut names, rows) = list(6);
    let mut manual = Manual::default();
    manual.put(&names, &rows, rows[5], Target::Start);
    manual.put(&names, &[&rows[5..], &rows[..5]].concat(), rows[4], Target::Start);
    manual.unsaved(usize::MAX);
    let named = TaskRef::Server(TaskId::from_path_text("new"));
    names.rename(&task(5), &named);
    manual.rename(&|task| {
        if *task == TaskRef::Local(local(5)) {
            named.clone()
        } else {
            task.clone()
        }
    });
    assert_eq!(ordered(&manual, &names, &rows)[..2], [rows[4], rows[5]]);
    assert_eq!(manual.unsaved(usize::MAX).len(), 1);
    for part in 0..manual.parts() {
        manual.forget(part, &|task| *task != named);
    }
    assert_eq!(ordered(&manual, &names, &rows)[..2], [rows[4], rows[0]]);
    assert_eq!(
        ordered(&read_again(&manual), &names, &rows)[..2],
        [rows[4], rows[0]]
    );
}

#[test]
fn ranks_are_spread_when_there_is_no_room() {
    let (names, rows) = list(600);
    let mut manual = Manual::default();
    let mut order = rows.clone();
    assert!(manual.put(&names, &order, rows[599], Target::End));
    let mut spread = 0;
    // Each goes between the first and the one that was put there before.
    for row in rows[2..500].iter().cycle().take(5_000) {
        let target = Target::After(order[usize::from(order[0] == *row)]);
        let before = manual.clone();
        assert!(manual.put(&names, &order, *row, target));
        move_in(&mut order, *row, target);
        let changed = (0..600)
            .filter(|at| before.slots[*at] != manual.slots[*at])
            .count();
        spread += usize::from(changed > 1);
        assert!(changed <= 64, "{changed} ranks for one move");
    }
    assert!(spread > 10, "the test must come to that: {spread}");
    assert_eq!(ordered(&manual, &names, &rows), order);
}

#[test]
fn ranks_from_the_store_that_leave_no_room_do_no_harm() {
    let (names, rows) = list(7);
    let line = |number: usize, rank: u64| format!("{rank:x} {number}\n");
    for ranks in [[u64::MAX, u64::MAX], [0, 0], [0, 1], [u64::MAX - 1, u64::MAX]] {
        for target in [
            Target::Start,
            Target::After(rows[0]),
            Target::End,
            Target::Before(rows[4]),
        ] {
            let mut manual = Manual::default();
            let text = format!("1\n{}{}", line(0, ranks[0]), line(3, ranks[1]));
            assert_eq!(manual.read(0, &text), Ok(0));
            let mut order = ordered(&manual, &names, &rows);
            assert!(manual.put(&names, &order, rows[6], target));
            move_in(&mut order, rows[6], target);
            assert_eq!(ordered(&manual, &names, &rows), order, "{ranks:?} {target:?}");
        }
    }
}

#[test]
fn what_is_stored_is_read_line_by_line() {
    let mut manual = Manual::default();
    assert_eq!(
        manual.read(0, "1\n80 7\nx 8\n90\n70 \"a\"\n60 [1]\n50 ~1-a\n"),
        Ok(3)
    );
    assert_eq!(manual.by_task.len(), 3);
    assert_eq!(manual.read(1, "2\n80 7\n"), Err(ReadError::Newer));
    assert_eq!(manual.read(1, "hello"), Err(ReadError::Unreadable));
    assert_eq!(manual.read(usize::MAX, "1\n80 7\n"), Err(ReadError::Unreadable));
    assert_eq!(manual.by_task.len(), 3);
    let many: String = (0..PART + 5).map(|at| format!("{at:x} {at}\n")).collect();
    assert_eq!(manual.read(1, &format!("1\n{many}")), Ok(5));
    // One was in the first part, which is another now.
    assert_eq!(manual.by_task.len(), PART + 2);
    let parts: Vec<_> = manual
        .unsaved(usize::MAX)
        .into_iter()
        .map(|(part, _)| part)
        .collect();
    assert_eq!(parts, [0]);
}

#[test]
fn what_is_stored_is_of_bounded_size() {
    let (names, rows) = list(3_000);
    let mut manual = Manual::default();
    manual.put(&names, &rows, rows[0], Target::End);
    let parts = manual.unsaved(usize::MAX);
    assert_eq!(parts.len(), 3_000usize.div_ceil(PART));
    let most = parts.iter().map(|(_, text)| text.len()).max().unwrap();
    assert!(most < PART * (16 + 2 + 24) + 2, "{most}");
    // And a move writes one part of them.
    let order = ordered(&manual, &names, &rows);
    manual.put(&names, &order, rows[2_000], Target::Start);
    assert_eq!(manual.unsaved(usize::MAX).len(), 1);
}

prop_compose! {
    fn any_move(count: usize)(row in 0..count, kind in 0u8..4, other in 0..count) -> (usize, u8, usize) {
        (row, kind, other)
    }
}

proptest! {
    /// Moves are those of a vector, also in another tab that reads what is stored, whatever comes and goes.
    #[test]
    fn moves_are_those_of_a_vector(
        moves in prop::collection::vec(any_move(12), 1..60), gone in prop::collection::vec(0usize..12, 0..4), known in 1usize..12,
    ) {
        let (names, rows) = list(12);
        let mut manual = Manual::default();
        let mut other = Manual::default();
        // The rest of the list comes later.
        let mut order = rows[..known].to_vec();
        for (at, (row, kind, target)) in moves.iter().enumerate() {
            if at == 20 {
                order.extend(&rows[known..]);
            }
            let target = match kind {
                0 => Target::Start,
                1 => Target::Before(rows[*target]),
                2 => Target::After(rows[*target]),
                _ => Target::End,
            };
            let row = rows[*row];
            let is_there = |row: &RowKey| order.contains(row);
            let may = is_there(&row) && match &target {
                Target::Before(other) | Target::After(other) => is_there(other) && *other != row,
                _ => true,
            };
            prop_assert_eq!(manual.put(&names, &order, row, target), may);
            if may {
                move_in(&mut order, row, target);
            }
            let mut listed = rows.clone();
            listed.retain(|row| order.contains(row));
            prop_assert_eq!(&ordered(&manual, &names, &listed), &order);
            for (part, text) in manual.unsaved(usize::MAX) {
                prop_assert_eq!(other.read(part, &text), Ok(0));
            }
            prop_assert_eq!(&ordered(&other, &names, &listed), &order);
            prop_assert!(other.unsaved(usize::MAX).is_empty());
        }
        prop_assert_eq!(&ordered(&read_again(&manual), &names, &order), &order);
        // The order of the others does not change.
        let is_gone = |row: &RowKey| gone.iter().any(|gone| rows[*gone] == *row);
        manual.forget(0, &|task| !is_gone(&names.find(task).unwrap()));
        order.retain(|row| !is_gone(row));
        let mut listed = rows.clone();
        listed.retain(|row| order.contains(row));
        prop_assert_eq!(ordered(&manual, &names, &listed), order);
    }

    #[test]
    fn no_text_from_the_store_panics(text in "(1\n)?([0-9a-f]{0,17} ?[0-9\"~a-]{0,4}\n?){0,8}", part in 0usize..3) {
        let (names, rows) = list(9);
        let mut manual = Manual::default();
        let _ = manual.read(part, &text);
        let order = ordered(&manual, &names, &rows);
        prop_assert!(manual.put(&names, &order, rows[3], Target::Before(rows[6])));
    }
}
