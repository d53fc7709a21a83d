//! Many tasks finished at once, and wanted back at once.

use super::tests::{Bench, created, id, read, server_task, text};
use super::{Capabilities, Command, Engine, Reply};
use crate::sync::entry::EntryKey;
use crate::task::ListedTask;

const MANY: u32 = 300;

fn tasks() -> Vec<ListedTask> {
    let task = |n| ListedTask {
        id: id(n),
        summary: "a".to_owned(),
    };
    (1..=MANY).map(task).collect()
}

fn bench() -> Bench {
    let mut bench = Bench::new(Capabilities::default());
    let tasks: Vec<_> = (1..=MANY).map(|n| (n, "a")).collect();
    bench.listed(&tasks);
    bench
}

fn undo(of: EntryKey, n: u32) -> Command {
    Command::Undo {
        of,
        task: server_task(n),
        text: text("a"),
        idempotency_key: "k".to_owned(),
    }
}

fn is_wanted(engine: &Engine, n: u32) -> bool {
    engine.outbox().wants(&server_task(n))
}

#[test]
fn what_is_wanted_back_before_it_was_sent_is_not_sent_at_all() {
    let mut bench = bench();
    let done: Vec<_> = (1..=MANY)
        .map(|n| bench.wants(Command::Done(server_task(n))))
        .collect();
    for (n, of) in (1..=MANY).zip(done) {
        bench.wants(undo(of, n));
    }
    let on_its_way = (1..=MANY)
        .filter(|n| {
            let mut of_task = bench.engine.outbox().of_task(&server_task(*n));
            of_task.any(|entry| entry.attempts > 0)
        })
        .collect::<Vec<_>>();
    let last = *on_its_way.last().unwrap();
    assert!(on_its_way.len() < 10, "{on_its_way:?}");
    bench.answered(read(last, "a"));
    bench.answered(Ok(Reply::Written(None)));
    // It comes back as a new one, by a server that keeps no keys; then there is room for others.
    bench.answered(Ok(Reply::List(
        tasks().into_iter().filter(|task| task.id != id(last)).collect(),
    )));
    bench.answered(created(MANY + 1));
    for n in (1..=MANY).filter(|n| !on_its_way.contains(n)) {
        assert!(!is_wanted(&bench.engine, n), "task {n}");
        assert!(bench.engine.snapshot().summary(&id(n)).is_some());
    }
}

#[test]
fn many_that_were_finished_lately_can_all_be_taken_back() {
    let mut bench = bench();
    let finish = |bench: &mut Bench, n| {
        bench.wants(Command::Done(server_task(n)));
        bench.answered(read(n, "a"));
        bench.answered(Ok(Reply::Written(None)));
    };
    (1..MANY).for_each(|n| finish(&mut bench, n));
    assert_eq!(bench.engine.finished().len(), MANY as usize - 1);
    // Later there are as many as ever, and the store is rid of the others too.
    bench.now += 11 * 60 * 1_000;
    finish(&mut bench, MANY);
    assert_eq!(bench.engine.finished().len(), MANY as usize - 50);
    let stored = bench.records.keys().filter(|name| name.contains("h/"));
    assert_eq!(stored.count(), MANY as usize - 50);
}
