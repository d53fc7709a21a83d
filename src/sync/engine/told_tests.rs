//! What the simulator has found in what tabs tell each other, and in lists that are older than what was done meanwhile.

use super::tests::{Bench, id, lost, read, server_task, text};
use super::*;
use crate::api::{ErrorKind, Method};
use crate::task::ListedTask;

fn rows(tasks: &[(u32, &str)]) -> Vec<ListedTask> {
    let rows = tasks.iter().map(|(n, summary)| ListedTask {
        id: id(*n),
        summary: (*summary).to_owned(),
    });
    rows.collect()
}

/// The rows of a tab: their ids and what they say.
fn shown(engine: &Engine) -> Vec<(u32, String)> {
    let snapshot = engine.snapshot();
    let rows = snapshot.order().filter_map(|id| {
        let number = id.path_text().parse().ok()?;
        Some((number, snapshot.summary(id)?.to_owned()))
    });
    rows.collect()
}

fn are(tasks: &[(u32, &str)]) -> Vec<(u32, String)> {
    let tasks = tasks.iter().map(|(n, summary)| (*n, (*summary).to_owned()));
    tasks.collect()
}

const KEYS: Capabilities = Capabilities {
    sends_keys: true,
    honours_keys: true,
    sends_versions: false,
    honours_versions: false,
};

impl Bench {
    /// A server that keeps keys, and a list that is read.
    fn keyed(tasks: &[(u32, &str)]) -> Self {
        let mut bench = Self::new(KEYS);
        bench.listed(tasks);
        bench
    }

    fn all(&self) -> Vec<(String, String)> {
        self.records.clone().into_iter().collect()
    }

    /// Another tab, which has read the store.
    fn other(&mut self) -> Engine {
        self.told.clear();
        let mut engine = Engine::new("s", 2, 2);
        let records = self.all();
        engine.handle(Event::Loaded { records, fence: None }, 1_000_000);
        engine
    }

    /// The other tab hears what was written since it was opened.
    fn tells(&mut self, other: &mut Engine) {
        let told = std::mem::take(&mut self.told);
        other.handle(Event::Observed(told), 1_000_000);
    }

    /// The other tab takes the place of the sender.
    fn follows(&mut self, other: Engine) {
        self.engine = other;
        let (records, fence) = (self.all(), Some("g".to_owned()));
        self.does(Event::Loaded { records, fence });
        self.keeps();
    }

    /// A task is made, and the server has it by this id.
    fn makes(&mut self, summary: &str, n: u32) {
        self.create(summary);
        self.answered(Ok(Reply::Created {
            id: id(n),
            key_honoured: true,
        }));
    }

    fn finishes(&mut self, n: u32, summary: &str) {
        self.wants(Command::Done(server_task(n)));
        self.answered(read(n, summary));
        self.answered(Ok(Reply::Written(None)));
    }

    /// The request fails in the server, which may have carried it out.
    fn fails(&mut self, method: Method) {
        let error = ApiError {
            status: Some(500),
            kind: ErrorKind::ServerFailed,
            ..lost(method)
        };
        self.answered(Err(error));
    }

    /// What a new tab makes of the store.
    fn stored_rows(&self) -> Vec<(u32, String)> {
        let mut engine = Engine::new("s", 9, 9);
        let records = self.all();
        engine.handle(Event::Loaded { records, fence: None }, 1_000_000);
        shown(&engine)
    }
}

/// A list that was asked for at `since` arrives.
fn list_arrives(engine: &mut Engine, since: u64, tasks: &[(u32, &str)]) {
    let list = rows(tasks);
    engine.handle(Event::Listed { since, list }, 1_000_000);
}

#[test]
fn a_list_hides_nothing_that_another_tab_has_confirmed_meanwhile() {
    let mut bench = Bench::keyed(&[(1, "a"), (2, "b")]);
    let mut other = bench.other();
    let since = other.begin_read();
    bench.makes("mine", 3);
    bench.finishes(1, "a");
    bench.tells(&mut other);
    list_arrives(&mut other, since, &[(1, "a"), (2, "b")]);
    assert_eq!(shown(&other), are(&[(2, "b"), (3, "mine")]));
}

#[test]
fn a_list_that_may_be_older_than_the_one_that_was_told_is_not_taken() {
    let mut bench = Bench::keyed(&[(1, "a")]);
    let mut other = bench.other();
    let since = other.begin_read();
    bench.listed(&[(1, "b"), (2, "c")]);
    bench.tells(&mut other);
    list_arrives(&mut other, since, &[(1, "a")]);
    assert_eq!(shown(&other), are(&[(1, "b"), (2, "c")]));
    assert!(!other.has_list_of(since));
    // Nor is one that was asked for before the tab was told to read the store.
    let since = other.begin_read();
    other.handle(Event::Untold, 1_000_000);
    list_arrives(&mut other, since, &[(1, "a")]);
    assert!(!other.has_list_of(since));
}

#[test]
fn a_new_task_is_the_last_of_a_tabs_own_list() {
    let mut bench = Bench::keyed(&[(1, "a"), (2, "b")]);
    let mut other = bench.other();
    let since = other.begin_read();
    let own = [(1, "a"), (2, "b"), (5, "e"), (6, "f"), (7, "g")];
    list_arrives(&mut other, since, &own);
    bench.makes("mine", 8);
    bench.tells(&mut other);
    assert_eq!(shown(&other), are(&[&own[..], &[(8, "mine")]].concat()));
}

#[test]
fn a_whole_list_that_is_told_takes_the_place_of_a_tabs_own() {
    let mut bench = Bench::keyed(&[]);
    let mut other = bench.other();
    let since = other.begin_read();
    list_arrives(&mut other, since, &[(1, "a")]);
    assert!(other.has_own_list());
    let many: Vec<_> = (0..2_000).map(|n| (n, "a")).collect();
    bench.listed(&many);
    bench.tells(&mut other);
    assert_eq!(shown(&other), are(&many));
    assert!(!other.has_own_list() && other.knows_rows());
}

#[test]
fn what_a_closed_tab_has_done_and_not_told_is_known_to_the_next_sender() {
    let mut bench = Bench::keyed(&[(1, "a"), (2, "b")]);
    let mut other = bench.other();
    let since = other.begin_read();
    list_arrives(&mut other, since, &[(1, "a"), (2, "b")]);
    let reading = other.begin_read();
    bench.wants(Command::Done(server_task(1)));
    bench.tells(&mut other);
    bench.answered(read(1, "a"));
    bench.answered(Ok(Reply::Written(None)));
    bench.makes("mine", 3);
    bench.follows(other);
    let now = are(&[(2, "b"), (3, "mine")]);
    assert_eq!(shown(&bench.engine), now);
    assert_eq!(bench.stored_rows(), now);
    // The same for a list that was on its way then.
    list_arrives(&mut bench.engine, reading, &[(1, "a"), (2, "b")]);
    assert_eq!(shown(&bench.engine), now);
}

#[test]
fn what_a_page_has_read_is_kept_though_the_sender_is_closed_before() {
    let many: Vec<_> = (0..2_000).map(|n| (n, "a")).collect();
    let mut bench = Bench::keyed(&many);
    let mut other = bench.other();
    let since = other.begin_read();
    let Ok(Reply::Task(task, etag)) = read(5, "new") else {
        panic!("no task");
    };
    other.handle(Event::Described { since, task, etag }, 1_000_000);
    assert!(other.knows_rows());
    bench.engine = other;
    let rows = stored::rows_prefix("s");
    let mut records = bench.all();
    records.retain(|(name, _)| !name.starts_with(&rows));
    let fence = "g".to_owned();
    bench.does(Event::Promoted { records, fence });
    bench.keeps();
    assert_eq!(bench.stored_rows(), shown(&bench.engine));
    assert_eq!(bench.engine.snapshot().summary(&id(5)), Some("new"));
}

#[test]
fn what_a_page_has_read_does_not_bring_back_what_was_finished_since() {
    let mut bench = Bench::keyed(&[(1, "a"), (2, "b")]);
    let mut other = bench.other();
    let since = other.begin_read();
    let Ok(Reply::Task(task, etag)) = read(1, "a") else {
        panic!("no task");
    };
    let effects = other.handle(Event::Described { since, task, etag }, 1_000_000);
    bench.finishes(1, "a");
    for effect in effects {
        if let Effect::Share(writes) = effect {
            bench.does(Event::Observed(writes));
        }
    }
    bench.keeps();
    assert_eq!(shown(&bench.engine), are(&[(2, "b")]));
    assert_eq!(bench.stored_rows(), are(&[(2, "b")]));
    // The other tab hears so.
    bench.tells(&mut other);
    assert_eq!(shown(&other), are(&[(2, "b")]));
}

#[test]
fn a_list_says_nothing_of_an_edit_that_was_found_to_be_there() {
    let mut bench = Bench::keyed(&[(1, "a")]);
    let since = bench.engine.begin_read();
    bench.rename(&server_task(1), "a", "b");
    // The answer was lost, say.
    bench.answered(read(1, "b"));
    assert!(bench.engine.entries().is_empty());
    list_arrives(&mut bench.engine, since, &[(1, "a")]);
    assert_eq!(shown(&bench.engine), are(&[(1, "b")]));
}

#[test]
fn a_create_that_is_confirmed_late_takes_back_nothing() {
    for is_finished in [false, true] {
        let mut bench = Bench::keyed(&[]);
        bench.create("a");
        bench.fails(Method::Post);
        bench.listed(&[(1, "a")]);
        if is_finished {
            bench.finishes(1, "a");
        } else {
            bench.rename(&server_task(1), "a", "b");
            bench.answered(read(1, "a"));
            bench.answered(Ok(Reply::Written(None)));
        }
        bench.does(Event::Hint);
        bench.keeps();
        assert!(matches!(bench.last(), Request::Create { .. }));
        bench.answered(Ok(Reply::Created {
            id: id(1),
            key_honoured: true,
        }));
        assert!(bench.engine.entries().is_empty());
        let expected = if is_finished { are(&[]) } else { are(&[(1, "b")]) };
        assert_eq!(shown(&bench.engine), expected);
        assert_eq!(bench.stored_rows(), expected);
    }
}

#[test]
fn what_is_wanted_of_a_task_that_was_finished_under_another_name_is_shown() {
    let mut bench = Bench::keyed(&[]);
    let key = bench.create("a");
    bench.fails(Method::Post);
    bench.listed(&[(1, "a")]);
    bench.finishes(1, "a");
    let described = Text {
        description: "d".to_owned(),
        ..text("a")
    };
    let edit = Edit::between(&text("a"), &described);
    bench.wants(Command::Edit(TaskRef::Local(key), edit));
    bench.does(Event::Hint);
    bench.keeps();
    bench.answered(Ok(Reply::Created {
        id: id(1),
        key_honoured: true,
    }));
    let list = crate::sync::List::everything(&bench.engine);
    let rows = list.keys().iter();
    let rows = rows.filter_map(|key| crate::sync::view::row_of(&bench.engine, *key));
    assert_eq!(rows.map(|row| row.summary).collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_page_of_a_first_list_does_not_bring_back_what_was_finished_meanwhile() {
    let mut bench = Bench::new(Capabilities::default());
    let since = bench.engine.begin_read();
    bench.does(Event::Page(rows(&[(1, "a")])));
    bench.finishes(2, "b");
    bench.does(Event::Page(rows(&[(2, "b"), (3, "c")])));
    assert_eq!(shown(&bench.engine), are(&[(1, "a"), (3, "c")]));
    bench.does(Event::PagesEnded { since });
    bench.keeps();
    assert_eq!(bench.stored_rows(), are(&[(1, "a"), (3, "c")]));
}

#[test]
fn an_undo_of_what_may_never_have_been_done_looks_at_the_list() {
    for (is_there, is_reloaded) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut bench = Bench::keyed(&[(1, "a")]);
        let of = bench.wants(Command::Done(server_task(1)));
        bench.answered(read(1, "a"));
        bench.fails(Method::Delete);
        bench.wants(Command::Undo {
            of,
            task: server_task(1),
            text: text("a"),
            idempotency_key: "u".to_owned(),
        });
        bench.wants(Command::Decide(of, crate::sync::entry::Decision::Drop));
        if is_reloaded {
            bench = Bench::with(KEYS, std::mem::take(&mut bench.records));
        }
        bench.keeps();
        assert_eq!(*bench.last(), Request::List);
        let list = if is_there { rows(&[(1, "a")]) } else { Vec::new() };
        bench.answered(Ok(Reply::List(list)));
        if is_there {
            assert!(bench.engine.entries().is_empty());
            assert_eq!(*bench.last(), Request::List);
        } else {
            assert!(matches!(bench.last(), Request::Create { .. }));
        }
    }
}

#[test]
fn what_a_relieved_sender_has_read_is_kept_when_it_sends_again() {
    for is_told in [false, true] {
        keeps_what_it_has_read(is_told);
    }
}

/// With a list of the other sender's that it is told of meanwhile, or without.
fn keeps_what_it_has_read(is_told: bool) {
    let mut bench = Bench::keyed(&[(1, "a")]);
    let since = bench.engine.begin_read();
    let Ok(Reply::Task(task, etag)) = read(1, "a") else {
        panic!("no task");
    };
    bench.does(Event::Described { since, task, etag });
    bench.refuses(StoreError::Fenced);
    bench.does(Event::Untold);
    if is_told {
        let clear = |table: stored::Table| Write::Clear(table.name("s", ""));
        let rows = stored::Stored::Rows(0, 0, rows(&[(1, "a")])).write("s");
        let list = stored::Stored::List(1_000_000).write("s");
        let told = [
            clear(stored::Table::Tasks),
            clear(stored::Table::Rows),
            rows,
            list,
        ];
        bench.does(Event::Observed(told.to_vec()));
    }
    let (records, fence) = (bench.all(), Some("g".to_owned()));
    bench.does(Event::Loaded { records, fence });
    bench.keeps();
    let mut new = Engine::new("s", 9, 9);
    let records = bench.all();
    new.handle(Event::Loaded { records, fence: None }, 1_000_000);
    assert_eq!(
        new.snapshot().opened(&id(1)),
        bench.engine.snapshot().opened(&id(1))
    );
    assert!(new.snapshot().opened(&id(1)).is_some());
}

/// An edit of a task that is gone, which may have been sent before, and that a person makes a new task of.
fn anew(bench: &mut Bench) -> EntryKey {
    let key = bench.rename(&server_task(1), "a", "b");
    bench.answered(read(1, "a"));
    bench.fails(Method::Put);
    bench.does(Event::Hint);
    bench.keeps();
    let missing = ApiError {
        status: Some(404),
        kind: ErrorKind::NotFound,
        ..lost(Method::Get)
    };
    bench.answered(Err(missing));
    key
}

fn save(key: EntryKey, summary: &str) -> Command {
    Command::Decide(key, crate::sync::entry::Decision::Save(text(summary)))
}

#[test]
fn what_was_wanted_before_a_new_task_is_not_about_it() {
    let mut bench = Bench::keyed(&[(1, "a")]);
    let key = anew(&mut bench);
    // Another tab has finished the task before it had heard of the edit.
    let earlier = EntryKey { tab: 0, ..key };
    let done = Entry::new(earlier, server_task(1), crate::sync::entry::Change::Done, 0);
    bench.does(Event::Observed(vec![stored::Stored::Entry(done).write("s")]));
    bench.keeps();
    bench.wants(save(key, "c"));
    let about = |key| bench.engine.entry(key).map(|entry| entry.task.clone());
    assert_eq!(about(earlier), Some(server_task(1)));
    assert_eq!(about(key), Some(TaskRef::Local(key)));
}

#[test]
fn what_is_typed_over_a_text_that_was_saved_anew_is_sent_with_it() {
    let mut bench = Bench::new(Capabilities::default());
    bench.listed(&[(1, "a")]);
    let key = anew(&mut bench);
    // The server is not there.
    bench.does(Event::Server(None));
    bench.wants(save(key, "c"));
    bench.rename(&TaskRef::Local(key), "c", "d");
    bench.does(Event::Server(Some(KEYS)));
    bench.keeps();
    let Request::Create { text, .. } = bench.last() else {
        panic!("{:?}", bench.last());
    };
    assert_eq!(text.summary, "d");
}
