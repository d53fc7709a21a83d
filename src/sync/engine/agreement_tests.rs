//! Two tabs and their store: both show the same list, and it is the store's.

use std::collections::{BTreeMap, VecDeque};

use super::*;

type Records = BTreeMap<String, String>;

fn id(n: u32) -> TaskId {
    TaskId::Number(n.to_string().into())
}

fn row(n: u32) -> ListedTask {
    ListedTask {
        id: id(n),
        summary: format!("task {n}"),
    }
}

fn task(n: u32) -> Task {
    Task {
        id: id(n),
        summary: format!("task {n}"),
        description: "about it".into(),
    }
}

/// The rows of a tab, by their ids.
fn shown(engine: &Engine) -> Vec<u32> {
    let ids = engine.snapshot().order();
    ids.filter_map(|id| id.path_text().parse().ok()).collect()
}

/// The store, and what its tabs tell each other.
#[derive(Default)]
struct Device {
    records: Records,
    told: Vec<Write>,
    /// The texts that new tasks have, and the ids that the server gives them.
    makes: u32,
    sent: Vec<Request>,
}

impl Device {
    fn all(&self) -> Vec<(String, String)> {
        self.records.clone().into_iter().collect()
    }

    fn open(&self, tab: u32) -> Engine {
        let mut engine = Engine::new("s", tab, tab.into()).with_rows_in_record(8);
        let records = self.all();
        engine.handle(Event::Loaded { records, fence: None }, 1_000);
        engine
    }

    fn sender(&mut self, tab: u32) -> Engine {
        let mut engine = Engine::new("s", tab, tab.into()).with_rows_in_record(8);
        let (records, fence) = (self.all(), Some(format!("f{tab}")));
        self.does(&mut engine, Event::Loaded { records, fence });
        let keys = Capabilities {
            sends_keys: true,
            honours_keys: true,
            ..Capabilities::default()
        };
        self.does(&mut engine, Event::Server(Some(keys)));
        engine
    }

    /// An event, and all that follows from it with a store and a server that do what they are asked to.
    fn does(&mut self, engine: &mut Engine, event: Event) {
        let mut effects: VecDeque<_> = engine.handle(event, 1_000).into();
        while let Some(effect) = effects.pop_front() {
            let event = match effect {
                Effect::Append(key, transaction) => {
                    self.keeps(&transaction);
                    Event::Appended(key, Ok(()))
                }
                Effect::Commit(transaction) => {
                    self.keeps(&transaction);
                    Event::Committed(Ok(()))
                }
                Effect::Send(ticket, request) => {
                    self.sent.push(request.clone());
                    Event::Answered(ticket, Ok(self.answer(request)))
                }
                Effect::Share(writes) => {
                    self.told.extend(writes);
                    continue;
                }
                Effect::WakeAt(_) => continue,
            };
            effects.extend(engine.handle(event, 1_000));
        }
    }

    fn answer(&self, request: Request) -> Reply {
        match request {
            Request::List => Reply::List(Vec::new()),
            Request::Get(id) => {
                let summary = format!("task {id}");
                let description = String::new();
                Reply::Task(
                    Task {
                        id,
                        summary,
                        description,
                    },
                    None,
                )
            }
            Request::Create { .. } => Reply::Created {
                id: id(self.makes),
                key_honoured: true,
            },
            Request::Put { .. } | Request::Delete(_) => Reply::Written(None),
        }
    }

    fn keeps(&mut self, transaction: &Transaction) {
        for write in &*transaction.writes {
            match write.clone() {
                Write::Put(name, value) => drop(self.records.insert(name, value)),
                Write::Delete(name) => drop(self.records.remove(&name)),
                Write::Clear(prefix) => self.records.retain(|name, _| !name.starts_with(&prefix)),
            }
            self.told.push(write.clone());
        }
    }

    fn lists(&mut self, engine: &mut Engine, numbers: &[u32]) {
        let since = engine.begin_read();
        let list = numbers.iter().copied().map(row).collect();
        self.does(engine, Event::Listed { since, list });
    }

    fn describes(&mut self, engine: &mut Engine, n: u32) {
        let since = engine.begin_read();
        let (task, etag) = (task(n), None);
        self.does(engine, Event::Described { since, task, etag });
    }

    fn misses(&mut self, engine: &mut Engine, n: u32) {
        let (since, id) = (engine.begin_read(), id(n));
        self.does(engine, Event::Missing { since, id });
    }

    /// The tab hears what was told since the last time.
    fn hears(&mut self, engine: &mut Engine) {
        let told = std::mem::take(&mut self.told);
        self.does(engine, Event::Observed(told));
    }

    /// The tab hears that it was not told something, and reads the store.
    fn reads(&mut self, engine: &mut Engine) {
        self.does(engine, Event::Untold);
        let records = self.all();
        self.does(engine, Event::Loaded { records, fence: None });
    }
}

fn create() -> Event {
    Event::Command(Command::Create {
        text: Text {
            summary: "mine".into(),
            description: String::new(),
        },
        idempotency_key: "k".into(),
        refused: None,
    })
}

#[test]
fn a_tab_that_was_not_told_takes_the_store_for_its_own_list() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &[1, 2, 3]);
    let mut other = device.open(2);
    device.lists(&mut other, &[1, 2, 3]);
    device.makes = 99;
    device.does(&mut sender, create());
    device.misses(&mut sender, 2);
    device.reads(&mut other);
    assert_eq!(shown(&other), [1, 3, 99]);
    assert_eq!(shown(&sender), [1, 3, 99]);
}

#[test]
fn a_list_that_nobody_told_of_is_read_by_the_next_sender() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    let numbers: Vec<u32> = (0..20).collect();
    device.lists(&mut sender, &numbers);
    let other = device.open(2);
    let is_other = |(name, _): &(String, String)| !name.starts_with(&stored::rows_prefix("s"));
    let beside = |device: &Device| device.all().into_iter().filter(is_other).collect::<Vec<_>>();
    assert!(other.knows_rows_beside(&beside(&device)));
    let since = sender.begin_read();
    let list = numbers.iter().rev().copied().map(row).collect();
    let effects = sender.handle(Event::Listed { since, list }, 2_000);
    for effect in effects {
        if let Effect::Commit(transaction) = effect {
            device.keeps(&transaction);
        }
    }
    assert!(!other.knows_rows_beside(&beside(&device)));
}

#[test]
fn what_is_made_while_a_first_list_is_read_has_the_servers_place() {
    for is_on_a_page in [false, true] {
        let mut device = Device::default();
        let mut sender = device.sender(1);
        let since = sender.begin_read();
        device.does(&mut sender, Event::Page((0..5).map(row).collect()));
        device.makes = 99;
        device.does(&mut sender, create());
        let mut rest: Vec<_> = (5..8).map(row).collect();
        if is_on_a_page {
            rest.insert(1, row(99));
        }
        device.does(&mut sender, Event::Page(rest));
        device.does(&mut sender, Event::PagesEnded { since });
        let expected = match is_on_a_page {
            true => [0, 1, 2, 3, 4, 5, 99, 6, 7],
            false => [0, 1, 2, 3, 4, 5, 6, 7, 99],
        };
        assert_eq!(shown(&sender), expected);
        assert_eq!(shown(&device.open(9)), expected);
    }
}

#[test]
fn what_was_read_before_a_list_came_does_not_come_back() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &(0..12).collect::<Vec<_>>());
    for n in [3, 5, 11] {
        device.describes(&mut sender, n);
    }
    let records = device.all();
    let since = sender.begin_read();
    let list = [8, 9, 10, 11, 0, 1, 2].map(row).to_vec();
    let on_its_way = sender.handle(Event::Listed { since, list }, 1_000);
    sender.handle(Event::Loaded { records, fence: None }, 1_000);
    assert_eq!(shown(&sender), [8, 9, 10, 11, 0, 1, 2]);
    for effect in on_its_way {
        if let Effect::Commit(transaction) = effect {
            device.keeps(&transaction);
            device.does(&mut sender, Event::Committed(Ok(())));
        }
    }
    assert_eq!(shown(&device.open(9)), shown(&sender));
}

#[test]
fn the_senders_places_are_kept_whatever_another_tab_has() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &(0..12).collect::<Vec<_>>());
    let mut other = device.open(2);
    device.lists(&mut other, &(0..12).collect::<Vec<_>>());
    for n in 0..4 {
        device.misses(&mut sender, n);
    }
    device.hears(&mut other);
    let records = device.all();
    device.does(&mut other, Event::Loaded { records, fence: None });
    device.told.clear();
    device.describes(&mut other, 11);
    device.describes(&mut other, 5);
    // Meanwhile the list is written anew.
    device.told.reverse();
    let shared = std::mem::take(&mut device.told);
    device.lists(&mut sender, &(4..13).collect::<Vec<_>>());
    device.does(&mut sender, Event::Observed(shared));
    assert_eq!(shown(&sender), (4..13).collect::<Vec<_>>());
    assert_eq!(shown(&device.open(9)), shown(&sender));
}

#[test]
fn an_id_that_the_server_gives_out_again_is_another_task() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &[1, 7]);
    let seven = || TaskRef::Server(id(7));
    device.does(&mut sender, Event::Command(Command::Done(seven())));
    let of = sender.finished().last().map(|finished| finished.key);
    let undo = Command::Undo {
        of: of.unwrap(),
        task: seven(),
        text: Text {
            summary: "task 7".into(),
            description: String::new(),
        },
        idempotency_key: "u".into(),
    };
    device.makes = 8;
    device.does(&mut sender, Event::Command(undo));
    assert_eq!(shown(&sender), [1, 8]);
    // Another client's new task is 7 now.
    device.lists(&mut sender, &[1, 7, 8]);
    let mut other = device.open(2);
    device.told.clear();
    for effect in other.handle(Event::Command(Command::Done(seven())), 1_000) {
        if let Effect::Append(_, transaction) = effect {
            device.keeps(&transaction);
        }
    }
    device.sent.clear();
    device.hears(&mut sender);
    assert!(device.sent.contains(&Request::Delete(id(7))), "{:?}", device.sent);
}

#[test]
fn the_same_list_is_not_written_again() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    let numbers: Vec<u32> = (0..12).collect();
    device.lists(&mut sender, &numbers);
    for n in 0..5 {
        device.describes(&mut sender, n);
    }
    for _ in 0..3 {
        device.told.clear();
        device.lists(&mut sender, &numbers);
        let names: Vec<_> = device.told.iter().map(Write::name).collect();
        assert_eq!(names, ["s\nm/list"]);
    }
}

#[test]
fn what_another_tab_read_to_be_gone_is_gone_from_the_store() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &(0..12).collect::<Vec<_>>());
    let mut other = device.open(2);
    device.told.clear();
    device.misses(&mut other, 5);
    device.hears(&mut sender);
    assert!(!shown(&sender).contains(&5));
    assert_eq!(shown(&device.open(9)), shown(&sender));
}

#[test]
fn an_opened_task_that_no_list_has_stays_for_its_page() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &[1]);
    let mut other = device.open(2);
    device.describes(&mut other, 20);
    device.told.clear();
    device.lists(&mut sender, &(0..12).collect::<Vec<_>>());
    device.hears(&mut other);
    assert!(other.snapshot().opened(&id(20)).is_some());
    assert_eq!(shown(&other), shown(&sender));
}

#[test]
fn what_an_older_version_left_of_a_first_list_goes() {
    let mut device = Device::default();
    for n in 1..4 {
        let value = format!(r#"{{"v":1,"s":"task {n}","p":"{n}"}}"#);
        device.records.insert(format!("s\nt/{n}"), value);
    }
    let mut sender = device.sender(1);
    device.lists(&mut sender, &[1]);
    assert_eq!(shown(&device.open(9)), [1]);
}

#[test]
fn a_task_that_a_list_lacks_and_a_page_has_is_not_told_to_be_gone() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &[1, 20]);
    // The store is not read yet, nor a list.
    let mut new = Engine::new("s", 2, 2);
    device.told.clear();
    device.describes(&mut new, 20);
    device.hears(&mut sender);
    assert_eq!(shown(&sender), [1, 20]);
    // Another client's task, which the sender's list is too old for.
    let mut other = device.open(3);
    device.lists(&mut other, &[1, 20, 21]);
    device.told.clear();
    device.describes(&mut sender, 21);
    device.hears(&mut other);
    assert_eq!(shown(&other), [1, 20, 21]);
}

#[test]
fn what_is_read_elsewhere_while_a_list_is_on_its_way_is_kept() {
    let mut device = Device::default();
    let mut sender = device.sender(1);
    device.lists(&mut sender, &(0..12).collect::<Vec<_>>());
    let mut other = device.open(2);
    device.told.clear();
    let since = sender.begin_read();
    let list = (0..12).rev().map(row).collect();
    let on_its_way = sender.handle(Event::Listed { since, list }, 1_000);
    device.misses(&mut other, 5);
    device.hears(&mut sender);
    for effect in on_its_way {
        if let Effect::Commit(transaction) = effect {
            device.keeps(&transaction);
            device.does(&mut sender, Event::Committed(Ok(())));
        }
    }
    assert!(!shown(&sender).contains(&5));
    assert_eq!(shown(&device.open(9)), shown(&sender));
}
