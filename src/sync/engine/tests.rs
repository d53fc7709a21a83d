//! What the simulator (`tests/simulation`) has found, each in as few steps as show it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::*;
use crate::api::{ErrorKind, Method, Said};
use crate::sync::entry::{Change, EntryState};
use crate::sync::stored::Stored;
use crate::task::ListedTask;

/// An engine that is the sender, and a store that keeps what it is given.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) records: BTreeMap<String, String>,
    sent: Vec<(Ticket, Request)>,
    /// What was kept, as other tabs hear it.
    pub(super) told: Vec<Write>,
    /// The transactions that wait for [`Bench::keeps`].
    asked: Vec<(Option<EntryKey>, Transaction)>,
    pub(super) now: u64,
}

impl Bench {
    pub(super) fn new(server: Capabilities) -> Self {
        Self::with(server, BTreeMap::new())
    }

    pub(super) fn with(server: Capabilities, records: BTreeMap<String, String>) -> Self {
        let mut bench = Self {
            engine: Engine::new("s", 1, 1),
            records,
            sent: Vec::new(),
            told: Vec::new(),
            asked: Vec::new(),
            now: 1_000_000,
        };
        let records = bench.records.clone().into_iter().collect();
        let fence = Some("f".to_owned());
        bench.does(Event::Loaded { records, fence });
        bench.does(Event::Server(Some(server)));
        bench
    }

    /// An event whose transactions wait.
    pub(super) fn does(&mut self, event: Event) {
        for effect in self.engine.handle(event, self.now) {
            match effect {
                Effect::Append(key, transaction) => self.asked.push((Some(key), transaction)),
                Effect::Commit(transaction) => self.asked.push((None, transaction)),
                Effect::Send(ticket, request) => self.sent.push((ticket, request)),
                Effect::Share(_) | Effect::WakeAt(_) => {}
            }
        }
    }

    /// The store keeps what it was asked to, and what follows from that.
    pub(super) fn keeps(&mut self) {
        while !self.asked.is_empty() {
            let (key, transaction) = self.asked.remove(0);
            self.told.extend(transaction.writes.iter().cloned());
            for write in Rc::unwrap_or_clone(transaction.writes) {
                match write {
                    Write::Put(name, value) => self.records.insert(name, value),
                    Write::Delete(name) => self.records.remove(&name),
                    Write::Clear(prefix) => {
                        self.records.retain(|name, _| !name.starts_with(&prefix));
                        None
                    }
                };
            }
            self.does(match key {
                Some(key) => Event::Appended(key, Ok(())),
                None => Event::Committed(Ok(())),
            });
        }
    }

    /// The store refuses what it was asked to.
    pub(super) fn refuses(&mut self, error: StoreError) {
        for (key, _) in std::mem::take(&mut self.asked) {
            self.does(match key {
                Some(key) => Event::Appended(key, Err(error)),
                None => Event::Committed(Err(error)),
            });
        }
    }

    pub(super) fn wants(&mut self, command: Command) -> EntryKey {
        self.does(Event::Command(command));
        let key = self.asked.last().unwrap().0.unwrap();
        self.keeps();
        key
    }

    pub(super) fn create(&mut self, summary: &str) -> EntryKey {
        self.wants(Command::Create {
            text: text(summary),
            idempotency_key: "k".to_owned(),
            refused: None,
        })
    }

    pub(super) fn rename(&mut self, task: &TaskRef, from: &str, to: &str) -> EntryKey {
        self.wants(Command::Edit(task.clone(), Edit::between(&text(from), &text(to))))
    }

    /// The task is finished, the answer is lost, and it is tried again.
    fn finishes_in_doubt(&mut self) -> EntryKey {
        let done = self.wants(Command::Done(server_task(1)));
        self.answered(read(1, "a"));
        self.answered(Err(lost(Method::Delete)));
        self.now += 60_000;
        self.does(Event::Woke);
        self.keeps();
        done
    }

    /// The last request is answered.
    pub(super) fn answered(&mut self, result: Result<Reply, ApiError>) {
        let (ticket, _) = self.sent.last().unwrap().clone();
        self.does(Event::Answered(ticket, result));
        self.keeps();
    }

    pub(super) fn last(&self) -> &Request {
        &self.sent.last().unwrap().1
    }

    fn stored(&self, key: EntryKey) -> Option<Entry> {
        let entries = crate::sync::stored::Table::Entries.name("s", &key.to_string());
        match Stored::read("s", &entries, self.records.get(&entries)?) {
            Ok(Stored::Entry(entry)) => Some(entry),
            _ => None,
        }
    }

    pub(super) fn listed(&mut self, tasks: &[(u32, &str)]) {
        let since = self.engine.begin_read();
        let list = tasks.iter().map(|(n, summary)| ListedTask {
            id: id(*n),
            summary: (*summary).to_owned(),
        });
        let list = list.collect();
        self.does(Event::Listed { since, list });
        self.keeps();
    }
}

pub(super) fn lost(method: Method) -> ApiError {
    ApiError {
        method,
        path: "/tasks/".to_owned(),
        status: None,
        kind: ErrorKind::Unreachable,
        said: Said::default(),
        retry_after: None,
    }
}

pub(super) fn text(summary: &str) -> Text {
    Text {
        summary: summary.to_owned(),
        description: String::new(),
    }
}

pub(super) fn id(n: u32) -> TaskId {
    TaskId::Number(n.to_string().into())
}

pub(super) fn server_task(n: u32) -> TaskRef {
    TaskRef::Server(id(n))
}

pub(super) fn read(n: u32, summary: &str) -> Result<Reply, ApiError> {
    let task = Task {
        id: id(n),
        summary: summary.to_owned(),
        description: String::new(),
    };
    Ok(Reply::Task(task, None))
}

/// The answer of a server that keeps no keys.
pub(super) fn created(n: u32) -> Result<Reply, ApiError> {
    Ok(Reply::Created {
        id: id(n),
        key_honoured: false,
    })
}

#[test]
fn a_write_is_sent_once_the_store_knows_that_it_is() {
    let mut bench = Bench::new(Capabilities::default());
    let key = bench.rename(&server_task(1), "a", "b");
    bench.answered(read(1, "a"));
    assert!(matches!(bench.last(), Request::Put { .. }));
    assert_eq!(bench.stored(key).unwrap().state, EntryState::Sending);
    // Whoever opens the app next must not take it back without the server.
    let mut next = Bench::with(Capabilities::default(), bench.records);
    next.rename(&server_task(1), "b", "a");
    assert_eq!(next.engine.entries().len(), 2);
}

#[test]
fn nothing_is_written_once_a_newer_version_has_written() {
    let mut bench = Bench::new(Capabilities::default());
    bench.rename(&server_task(1), "a", "b");
    bench.answered(read(1, "a"));
    let newer = crate::sync::stored::Table::Meta.name("s", "new");
    bench.does(Event::Observed(vec![Write::Put(newer, "{\"v\":3}".to_owned())]));
    let (ticket, _) = bench.sent.last().unwrap().clone();
    bench.does(Event::Answered(ticket, Ok(Reply::Written(None))));
    assert_eq!(bench.asked, []);
    assert_eq!(bench.engine.store_error(), Some(StoreError::Newer));
}

#[test]
fn a_twin_that_turns_up_after_its_sibling_was_finished_is_told() {
    let mut bench = Bench::new(Capabilities::default());
    bench.create("a");
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(Err(lost(Method::Post)));
    bench.now += 60_000;
    bench.does(Event::Woke);
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(created(2));
    bench.wants(Command::Done(server_task(2)));
    bench.answered(Ok(Reply::Written(None)));
    bench.listed(&[(1, "a")]);
    assert_eq!(bench.engine.twins().count(), 1);
    bench.listed(&[(1, "a")]);
    assert_eq!(bench.engine.twins().count(), 1, "it is told until it is settled");
    bench.listed(&[]);
    assert_eq!(bench.engine.twins().count(), 0);
}

#[test]
fn news_of_an_entry_that_is_settled_comes_too_late() {
    let mut bench = Bench::new(Capabilities::default());
    let key = bench.rename(&server_task(1), "a", "b");
    let news = Write::Put(
        crate::sync::stored::Table::Entries.name("s", &key.to_string()),
        bench
            .records
            .values()
            .find(|value| value.contains("edit"))
            .unwrap()
            .clone(),
    );
    bench.answered(read(1, "a"));
    bench.answered(Ok(Reply::Written(None)));
    bench.does(Event::Observed(vec![news]));
    assert_eq!(bench.engine.entries(), []);
}

#[test]
fn edits_that_did_not_see_each_other_are_not_put_together() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Server(None));
    bench.rename(&server_task(1), "a", "b");
    bench.rename(&server_task(1), "a", "c");
    assert_eq!(bench.engine.entries().len(), 2);
    bench.rename(&server_task(1), "c", "d");
    assert_eq!(
        bench.engine.entries().len(),
        3,
        "in order: the first two are not one"
    );
}

#[test]
fn the_text_of_a_task_that_is_gone_is_kept_whole() {
    let mut bench = Bench::new(Capabilities::default());
    bench.listed(&[(1, "a")]);
    let edit = Edit::between(
        &text("a"),
        &Text {
            description: "x".to_owned(),
            ..text("a")
        },
    );
    let key = bench.wants(Command::Edit(server_task(1), edit));
    bench.listed(&[]);
    let missing = ApiError {
        status: Some(404),
        kind: ErrorKind::NotFound,
        ..lost(Method::Get)
    };
    bench.answered(Err(missing));
    let entry = bench.stored(key).unwrap();
    assert_eq!(entry.state, EntryState::Parked(crate::sync::entry::Why::Gone));
    let list = crate::sync::List::everything(&bench.engine);
    let shown = crate::sync::view::row_of(&bench.engine, list.keys()[0]);
    assert_eq!(shown.map(|row| row.summary), Some("a".to_owned()));
}

#[test]
fn the_next_try_is_not_before_the_server_is_asked_again() {
    let mut bench = Bench::new(Capabilities {
        sends_keys: true,
        honours_keys: true,
        ..Capabilities::default()
    });
    let (_, second) = (bench.create("a"), bench.create("b"));
    let busy = ApiError {
        status: Some(503),
        kind: ErrorKind::ServerFailed,
        retry_after: Some(60),
        ..lost(Method::Post)
    };
    bench.answered(Err(busy));
    let entry = bench.engine.entry(second).unwrap();
    assert_eq!(entry.next_try, 0, "it was not sent yet");
    assert_eq!(bench.engine.next_try(entry, bench.now), bench.now + 60_000);
}

#[test]
fn each_new_try_looks_for_what_an_earlier_one_may_have_made() {
    let mut bench = Bench::new(Capabilities::default());
    let key = bench.create("a");
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(Err(lost(Method::Post)));
    bench.now += 60_000;
    bench.does(Event::Woke);
    bench.answered(Ok(Reply::List(Vec::new())));
    let sign_in = ApiError {
        status: Some(401),
        kind: ErrorKind::SignInNeeded,
        ..lost(Method::Post)
    };
    bench.answered(Err(sign_in));
    // The server makes the first one now, and a page reads the list.
    bench.listed(&[(1, "a")]);
    bench.now += 60_000;
    bench.does(Event::Woke);
    assert_eq!(bench.last(), &Request::Get(id(1)));
    bench.answered(read(1, "a"));
    assert_eq!(bench.engine.resolve(&TaskRef::Local(key)), server_task(1));
}

#[test]
fn what_is_wanted_of_a_task_that_will_never_be_is_for_a_person() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Server(None));
    let key = bench.create("a");
    bench.wants(Command::Done(TaskRef::Local(key)));
    assert_eq!(bench.engine.entries(), [], "never sent, and done");
    // A tab that has not heard of it yet.
    let late = bench.rename(&TaskRef::Local(key), "a", "b");
    let entry = bench.stored(late).unwrap();
    assert_eq!(entry.state, EntryState::Parked(crate::sync::entry::Why::Gone));
}

#[test]
fn what_was_never_kept_can_not_be_undone() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Server(None));
    bench.does(Event::Command(Command::Done(server_task(1))));
    let done = bench.asked.pop().unwrap().0.unwrap();
    let undo = || Command::Undo {
        of: done,
        task: server_task(1),
        text: text("a"),
        idempotency_key: "k".to_owned(),
    };
    bench.does(Event::Command(undo()));
    bench.does(Event::Appended(done, Err(StoreError::Full)));
    bench.keeps();
    assert_eq!(bench.engine.entries(), [], "the undo is let go of");
    bench.does(Event::Command(undo()));
    assert_eq!(bench.asked, []);
}

#[test]
fn a_sender_that_stood_still_asks_the_store_before_it_sends() {
    let mut bench = Bench::new(Capabilities::default());
    bench.rename(&server_task(1), "a", "b");
    let (ticket, _) = bench.sent.last().unwrap().clone();
    bench.does(Event::Answered(ticket, read(1, "a")));
    bench.now += 30_000;
    bench.asked.clear();
    bench.does(Event::Committed(Ok(())));
    assert_eq!(bench.sent.len(), 1, "the update is held back");
    assert_eq!(bench.asked.len(), 1, "until the fence was compared");
    bench.does(Event::Committed(Err(StoreError::Fenced)));
    assert_eq!(bench.sent.len(), 1);
    assert!(!bench.engine.is_sender());
}

#[test]
fn reading_the_store_again_writes_nothing_back() {
    let mut bench = Bench::new(Capabilities::default());
    bench.listed(&[(1, "a"), (2, "b")]);
    let records = bench.records.clone().into_iter().collect();
    bench.does(Event::Loaded { records, fence: None });
    assert_eq!(bench.asked, []);
}

#[test]
fn a_task_that_may_be_finished_is_not_taken_for_open() {
    let mut bench = Bench::new(Capabilities::default());
    let done = bench.finishes_in_doubt();
    let refused = ApiError {
        status: Some(422),
        kind: ErrorKind::Invalid,
        ..lost(Method::Delete)
    };
    bench.answered(Err(refused));
    bench.wants(Command::Undo {
        of: done,
        task: server_task(1),
        text: text("a"),
        idempotency_key: "k".to_owned(),
    });
    assert_eq!(bench.engine.entries().len(), 2);
}

#[test]
fn two_edits_of_a_task_that_is_gone_can_both_become_new_tasks() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Server(None));
    let key = bench.create("a");
    bench.wants(Command::Done(TaskRef::Local(key)));
    let edits = [
        bench.rename(&TaskRef::Local(key), "a", "b"),
        bench.rename(&TaskRef::Local(key), "a", "c"),
    ];
    for (edit, saved) in edits.into_iter().zip(["b", "c"]) {
        bench.wants(Command::Decide(edit, Decision::Save(text(saved))));
    }
    let tasks: Vec<_> = bench
        .engine
        .entries()
        .iter()
        .map(|entry| entry.task.clone())
        .collect();
    assert_eq!(tasks, edits.map(TaskRef::Local));
}

#[test]
fn an_edit_of_a_task_that_the_store_refused_is_for_a_person() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Command(Command::Create {
        text: text("a"),
        idempotency_key: "k".to_owned(),
        refused: None,
    }));
    let key = bench.asked.pop().unwrap().0.unwrap();
    let edit = Edit::between(&text("a"), &text("b"));
    bench.does(Event::Command(Command::Edit(TaskRef::Local(key), edit)));
    bench.does(Event::Appended(key, Err(StoreError::Full)));
    bench.keeps();
    let states: Vec<_> = bench.engine.entries().iter().map(|entry| &entry.state).collect();
    assert_eq!(states, [&EntryState::Parked(crate::sync::entry::Why::Gone)]);
}

#[test]
fn a_transaction_says_the_last_of_each_record_alone() {
    let mut bench = Bench::new(Capabilities::default());
    bench.does(Event::Server(None));
    let key = bench.create("a");
    let edit = Edit::between(&text("a"), &text("b"));
    bench.does(Event::Command(Command::Edit(TaskRef::Local(key), edit)));
    bench.does(Event::Command(Command::Done(TaskRef::Local(key))));
    let appended: Vec<_> = bench.asked.drain(..).filter_map(|(key, _)| key).collect();
    for key in appended.into_iter().rev() {
        bench.does(Event::Appended(key, Ok(())));
    }
    let (_, transaction) = bench.asked.last().unwrap();
    let mut names: Vec<_> = transaction.writes.iter().map(Write::name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn what_was_read_before_the_tab_was_frozen_is_read_again() {
    let mut bench = Bench::new(Capabilities::default());
    bench.rename(&server_task(1), "a", "b");
    bench.now += 30_000;
    bench.answered(read(1, "a"));
    assert_eq!(bench.last(), &Request::Get(id(1)));
    bench.answered(read(1, "theirs"));
    assert!(bench.engine.entries().first().unwrap().needs_person());
}

#[test]
fn a_task_that_stands_for_one_create_is_not_given_to_another() {
    let mut bench = Bench::new(Capabilities {
        sends_keys: true,
        ..Capabilities::default()
    });
    let (first, second) = (bench.create("a"), bench.create("a"));
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.does(Event::Command(Command::Decide(first, Decision::Adopt(id(1)))));
    bench.keeps();
    bench.answered(Err(lost(Method::Post)));
    for _ in 0..3 {
        bench.now += 60_000;
        bench.does(Event::Woke);
        bench.keeps();
        match bench.last() {
            Request::List => bench.answered(Ok(Reply::List(Vec::new()))),
            _ => break,
        }
    }
    bench.answered(Ok(Reply::Created {
        id: id(1),
        key_honoured: true,
    }));
    assert!(bench.engine.entry(second).is_some(), "it makes one more");
}

#[test]
fn an_update_that_waited_for_room_reads_again() {
    let mut bench = Bench::new(Capabilities::default());
    bench.rename(&server_task(1), "a", "b");
    let (ticket, _) = bench.sent.last().unwrap().clone();
    bench.does(Event::Answered(ticket, read(1, "a")));
    bench.asked.clear();
    bench.does(Event::Committed(Err(StoreError::Full)));
    bench.now += 60_000;
    bench.does(Event::Woke);
    bench.keeps();
    assert_eq!(bench.last(), &Request::Get(id(1)));
}

#[test]
fn a_list_from_before_another_tab_has_sent_decides_nothing() {
    let mut other = Bench::new(Capabilities::default());
    other.listed(&[]);
    other.create("One");
    other.keeps();
    assert!(matches!(other.last(), Request::Create { .. }));

    let mut engine = Engine::new("s", 2, 2);
    let records = Vec::new();
    engine.handle(Event::Loaded { records, fence: None }, other.now);
    engine.handle(Event::Server(Some(Capabilities::default())), other.now);
    let since = engine.begin_read();
    engine.handle(
        Event::Listed {
            since,
            list: Vec::new(),
        },
        other.now,
    );
    let records = other.records.into_iter().collect();
    let fence = Some("mine".to_owned());
    let effects = engine.handle(Event::Loaded { records, fence }, other.now);
    let sends: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(_, request) => Some(request),
            _ => None,
        })
        .collect();
    assert_eq!(sends, [&Request::List]);
}

#[test]
fn a_list_that_came_by_pages_is_kept() {
    let mut bench = Bench::new(Capabilities::default());
    let page = || {
        let listed = [1, 2].map(|n| ListedTask {
            id: id(n),
            summary: format!("task {n}"),
        });
        listed.to_vec()
    };
    let since = bench.engine.begin_read();
    bench.does(Event::Page(page()));
    bench.does(Event::Listed { since, list: page() });
    bench.keeps();
    for name in ["s\nt/1", "s\nt/2", "s\nm/list"] {
        assert!(
            bench.records.contains_key(name),
            "{name} is not in {:?}",
            bench.records
        );
    }
}

#[test]
fn pages_that_came_before_the_store_was_read_stay() {
    let mut engine = Engine::new("s", 1, 1);
    let page = vec![ListedTask {
        id: id(1),
        summary: "task 1".to_owned(),
    }];
    engine.handle(Event::Page(page), 1);
    for fence in [None, Some("f".to_owned())] {
        let records = Vec::new();
        engine.handle(Event::Loaded { records, fence }, 2);
        assert_eq!(engine.snapshot().order().collect::<Vec<_>>(), [&id(1)]);
    }
}

#[test]
fn tasks_are_made_in_the_order_in_which_they_were_typed_after_an_outage_too() {
    let keys = Capabilities {
        sends_keys: true,
        honours_keys: true,
        ..Capabilities::default()
    };
    let mut bench = Bench::new(keys);
    bench.create("first");
    bench.create("second");
    bench.answered(Err(lost(Method::Post)));
    // The wait of the server as a whole is over; how long one of its own would last depends on chance.
    bench.does(Event::Hint);
    bench.answered(Err(lost(Method::Post)));
    for _ in 0..20 {
        bench.now += crate::sync::retry::LONGEST_WAIT_MS + 1;
        bench.does(Event::Woke);
        bench.keeps();
        bench.answered(Err(lost(Method::Post)));
    }
    let made = bench.sent.iter().filter_map(|(_, request)| match request {
        Request::Create { text, .. } => Some(text.summary.as_str()),
        _ => None,
    });
    let made: Vec<_> = made.skip(2).collect();
    assert!(
        !made.is_empty() && made.iter().all(|made| *made == "first"),
        "{made:?}"
    );
    // What finds out in the end is a list, so that nothing that always fails stands in the way of all.
    assert_eq!(*bench.last(), Request::List);
}

#[test]
fn a_request_that_the_browser_sent_twice_is_told() {
    let mut bench = Bench::new(Capabilities::default());
    bench.create("a");
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(created(2));
    bench.listed(&[(1, "a"), (2, "a")]);
    assert_eq!(bench.engine.twins().count(), 1);
}

#[test]
fn a_task_of_the_same_name_much_later_is_no_twin() {
    let mut bench = Bench::new(Capabilities::default());
    bench.create("a");
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(created(2));
    bench.now += 60_000;
    bench.listed(&[(2, "a")]);
    bench.listed(&[(2, "a"), (3, "a")]);
    assert_eq!(bench.engine.twins().count(), 0);
}

#[test]
fn what_the_store_refused_is_not_there_for_another_reason() {
    let mut bench = Bench::new(Capabilities {
        sends_keys: true,
        honours_keys: true,
        ..Capabilities::default()
    });
    let key = bench.create("a");
    let edit = Edit::between(&text("a"), &text("b"));
    bench.does(Event::Command(Command::Edit(TaskRef::Local(key), edit)));
    let (edit, _) = bench.asked.remove(0);
    let edit = edit.unwrap();
    // The answer rewrites the edit to be about the server's task.
    let (ticket, _) = bench.sent.last().unwrap().clone();
    let created = Reply::Created {
        id: id(2),
        key_honoured: true,
    };
    bench.does(Event::Answered(ticket, Ok(created)));
    bench.does(Event::Appended(edit, Err(StoreError::Full)));
    bench.keeps();
    assert_eq!((bench.engine.entry(edit), bench.stored(edit)), (None, None));
}

#[test]
fn a_wait_that_the_server_asks_for_is_kept_when_another_request_succeeds() {
    let mut bench = Bench::new(Capabilities {
        sends_versions: true,
        ..Capabilities::default()
    });
    bench.rename(&server_task(1), "a", "b");
    bench.rename(&server_task(2), "c", "d");
    let [(one, _), (two, _)] = bench.sent.clone().try_into().unwrap();
    let busy = ApiError {
        status: Some(503),
        kind: ErrorKind::ServerFailed,
        retry_after: Some(12),
        ..lost(Method::Get)
    };
    bench.does(Event::Answered(one, Err(busy)));
    bench.keeps();
    bench.does(Event::Answered(two, read(2, "c")));
    bench.keeps();
    let is_about_one = |request: &Request| matches!(request, Request::Get(of) if *of == id(1));
    assert_eq!(
        bench
            .sent
            .iter()
            .filter(|(_, request)| is_about_one(request))
            .count(),
        1
    );
}

#[test]
fn one_that_always_fails_holds_nobody_up() {
    let mut bench = Bench::new(Capabilities {
        sends_keys: true,
        honours_keys: true,
        ..Capabilities::default()
    });
    bench.create("poison");
    bench.create("good");
    let mut made = Vec::new();
    for _ in 0..200 {
        for (ticket, request) in std::mem::take(&mut bench.sent) {
            let result = match request {
                Request::List => Ok(Reply::List(Vec::new())),
                Request::Create { text, .. } if text.summary == "good" => {
                    made.push(text.summary);
                    let (id, key_honoured) = (id(2), true);
                    Ok(Reply::Created { id, key_honoured })
                }
                _ => Err(lost(Method::Post)),
            };
            bench.does(Event::Answered(ticket, result));
            bench.keeps();
        }
        bench.now += 5_000;
        bench.does(Event::Woke);
        bench.keeps();
    }
    assert_eq!(made, ["good"]);
}

#[test]
fn a_task_that_was_wanted_twice_is_no_twin() {
    let mut bench = Bench::new(Capabilities::default());
    bench.create("a");
    bench.answered(Ok(Reply::List(Vec::new())));
    bench.answered(created(1));
    bench.now += 1_000;
    bench.create("a");
    let (ticket, request) = bench.sent.last().unwrap().clone();
    assert!(matches!(request, Request::Create { .. }), "{request:?}");
    // The server has made the second, and its answer is on its way.
    bench.listed(&[(1, "a"), (2, "a")]);
    bench.does(Event::Answered(ticket, created(2)));
    bench.keeps();
    bench.listed(&[(1, "a"), (2, "a")]);
    assert_eq!(bench.engine.twins().count(), 0);
}

const HONOURS_KEYS: Capabilities = Capabilities {
    sends_keys: true,
    honours_keys: true,
    sends_versions: false,
    honours_versions: false,
};

fn undo(of: EntryKey, task: TaskRef) -> Command {
    Command::Undo {
        of,
        task,
        text: text("a"),
        idempotency_key: "u".to_owned(),
    }
}

#[test]
fn an_undo_of_what_the_store_refused_makes_no_second_task() {
    let mut bench = Bench::new(HONOURS_KEYS);
    bench.listed(&[(1, "a")]);
    bench.does(Event::Command(Command::Done(server_task(1))));
    let done = bench.asked.pop().unwrap().0.unwrap();
    bench.does(Event::Command(undo(done, server_task(1))));
    let (taken_back, _) = bench.asked.pop().unwrap();
    bench.does(Event::Appended(done, Err(StoreError::Aborted)));
    // The store has the undo, and not yet that it is to be let go of.
    bench.does(Event::Appended(taken_back.unwrap(), Ok(())));
    assert!(
        bench
            .asked
            .iter()
            .all(|(_, transaction)| transaction.fence.is_none())
    );
    bench.keeps();
    assert_eq!(
        (bench.engine.entries(), bench.sent.as_slice()),
        (&[][..], &[][..])
    );
}

#[test]
fn an_edit_after_an_undo_goes_into_the_task_that_comes_back() {
    let mut bench = Bench::new(HONOURS_KEYS);
    bench.does(Event::Server(None));
    let key = bench.create("a");
    let done = bench.wants(Command::Done(TaskRef::Local(key)));
    assert_eq!(bench.engine.entries(), []);
    bench.does(Event::Command(undo(done, TaskRef::Local(key))));
    let taken_back = bench.asked.pop().unwrap();
    bench.rename(&TaskRef::Local(key), "a", "b");
    bench.asked.push(taken_back);
    bench.keeps();
    let [entry] = bench.engine.entries() else {
        panic!("one create")
    };
    assert!(matches!(&entry.change, Change::Create { text, .. } if text.summary == "b"));
    assert_eq!(entry.state, EntryState::Pending);
}

#[test]
fn what_waits_for_the_store_leaves_after_the_wait_that_the_server_asks_for() {
    let mut bench = Bench::new(Capabilities::default());
    bench.rename(&server_task(1), "a", "b");
    bench.rename(&server_task(2), "c", "d");
    let [(one, _), (two, _)] = bench.sent.clone().try_into().unwrap();
    bench.does(Event::Answered(one, read(1, "a")));
    let busy = ApiError {
        status: Some(429),
        kind: ErrorKind::TooManyRequests,
        retry_after: Some(8),
        ..lost(Method::Get)
    };
    bench.does(Event::Answered(two, Err(busy)));
    bench.keeps();
    bench.now += 7_000;
    bench.does(Event::Woke);
    bench.keeps();
    assert_eq!(bench.sent.len(), 2, "the update waits");
    bench.now += 1_000;
    bench.does(Event::Woke);
    assert_eq!(bench.sent.len(), 2, "until the fence was compared");
    bench.keeps();
    assert!(matches!(bench.last(), Request::Put { .. }));
}

#[test]
fn to_try_again_what_is_on_its_way_cuts_no_later_wait_short() {
    let mut bench = Bench::new(HONOURS_KEYS);
    let key = bench.create("a");
    bench.wants(Command::Decide(key, Decision::Retry));
    let busy = ApiError {
        status: Some(503),
        kind: ErrorKind::ServerFailed,
        retry_after: Some(8),
        ..lost(Method::Post)
    };
    bench.answered(Err(busy));
    assert_eq!(bench.sent.len(), 1);
    assert_eq!(bench.engine.entries().len(), 1, "the decision is carried out");
}

#[test]
fn a_list_from_before_a_task_was_made_ends_no_watch() {
    let mut bench = Bench::new(Capabilities::default());
    bench.listed(&[]);
    let since = bench.engine.begin_read();
    bench.create("a");
    bench.answered(created(2));
    // By a day: no time that is that far ahead is waited for.
    bench.now += 86_400_000;
    let list = Vec::new();
    bench.does(Event::Listed { since, list });
    bench.keeps();
    bench.listed(&[(1, "a"), (2, "a")]);
    assert_eq!(bench.engine.twins().count(), 1);
}

#[test]
fn what_is_wanted_of_a_task_under_its_old_name_is_wanted_of_the_one_that_came_back() {
    let mut bench = Bench::new(HONOURS_KEYS);
    bench.listed(&[(1, "a")]);
    let done = bench.wants(Command::Done(server_task(1)));
    bench.answered(read(1, "a"));
    bench.answered(Ok(Reply::Written(None)));
    bench.wants(undo(done, server_task(1)));
    // Another tab, which has not heard of the new task, finishes it once more.
    let key = EntryKey { time: 100, tab: 2 };
    let entry = Entry::new(key, server_task(1), Change::Done, 0);
    bench.does(Event::Observed(vec![Stored::Entry(entry).write("s")]));
    bench.answered(created(2));
    assert_eq!(bench.last(), &Request::Delete(id(2)));
}

#[test]
fn what_is_known_of_a_task_that_was_finished_in_vain_stays() {
    let mut bench = Bench::new(HONOURS_KEYS);
    bench.listed(&[(1, "a")]);
    let done = bench.wants(Command::Done(server_task(1)));
    let described = Task {
        id: id(1),
        summary: "a".to_owned(),
        description: "long".to_owned(),
    };
    bench.answered(Ok(Reply::Task(described, None)));
    let (ticket, _) = bench.sent.last().unwrap().clone();
    bench.does(Event::Answered(ticket, Ok(Reply::Written(None))));
    bench.asked.clear();
    bench.does(Event::Committed(Err(StoreError::Fenced)));
    let (records, fence) = (bench.records.clone().into_iter().collect(), Some("g".to_owned()));
    bench.does(Event::Loaded { records, fence });
    bench.keeps();
    let missing = ApiError {
        status: Some(404),
        kind: ErrorKind::NotFound,
        ..lost(Method::Delete)
    };
    bench.answered(Err(missing));
    bench.wants(undo(done, server_task(1)));
    assert!(matches!(bench.last(), Request::Create { text, .. } if text.description == "long"));
}

#[test]
fn a_task_that_is_to_be_finished_after_all_does_not_come_back_first() {
    let mut bench = Bench::new(HONOURS_KEYS);
    let done = bench.finishes_in_doubt();
    let refused = ApiError {
        status: Some(403),
        kind: ErrorKind::Forbidden,
        ..lost(Method::Delete)
    };
    bench.answered(Err(refused));
    bench.wants(undo(done, server_task(1)));
    bench.wants(Command::Done(server_task(1)));
    bench.sent.clear();
    bench.wants(Command::Decide(done, Decision::Drop));
    assert_eq!(bench.last(), &Request::Delete(id(1)));
}

#[test]
fn what_was_let_go_of_needs_no_undo() {
    let mut bench = Bench::new(HONOURS_KEYS);
    let done = bench.wants(Command::Done(server_task(1)));
    bench.answered(Err(lost(Method::Get)));
    bench.wants(Command::Decide(done, Decision::Drop));
    bench.sent.clear();
    bench.wants(undo(done, server_task(1)));
    bench.now += 60_000;
    bench.does(Event::Woke);
    bench.keeps();
    assert_eq!(
        (bench.engine.entries(), bench.sent.as_slice()),
        (&[][..], &[][..])
    );
}
