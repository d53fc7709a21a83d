//! What the simulator (`tests/simulation`) has found, each in as few steps as show it.

use super::*;
use crate::api::{ErrorKind, Method, Said};
use crate::sync::entry::{Change, EntryState};
use crate::sync::stored::Stored;
use crate::task::ListedTask;

/// An engine that is the sender, and a store that keeps what it is given.
struct Bench {
    engine: Engine,
    records: BTreeMap<String, String>,
    sent: Vec<(Ticket, Request)>,
    /// The transactions that wait for [`Bench::keeps`].
    asked: Vec<(Option<EntryKey>, Transaction)>,
    now: u64,
}

impl Bench {
    fn new(server: Capabilities) -> Self {
        Self::with(server, BTreeMap::new())
    }

    fn with(server: Capabilities, records: BTreeMap<String, String>) -> Self {
        let mut bench = Self {
            engine: Engine::new("s", 1, 1),
            records,
            sent: Vec::new(),
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
    fn does(&mut self, event: Event) {
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
    fn keeps(&mut self) {
        while !self.asked.is_empty() {
            let (key, transaction) = self.asked.remove(0);
            for write in transaction.writes {
                match write {
                    Write::Put(name, value) => self.records.insert(name, value),
                    Write::Delete(name) => self.records.remove(&name),
                };
            }
            self.does(match key {
                Some(key) => Event::Appended(key, Ok(())),
                None => Event::Committed(Ok(())),
            });
        }
    }

    fn wants(&mut self, command: Command) -> EntryKey {
        self.does(Event::Command(command));
        let key = self.asked.last().unwrap().0.unwrap();
        self.keeps();
        key
    }

    fn create(&mut self, summary: &str) -> EntryKey {
        self.wants(Command::Create {
            text: text(summary),
            idempotency_key: "k".to_owned(),
            refused: None,
        })
    }

    fn rename(&mut self, task: &TaskRef, from: &str, to: &str) -> EntryKey {
        self.wants(Command::Edit(task.clone(), Edit::between(&text(from), &text(to))))
    }

    /// The last request is answered.
    fn answered(&mut self, result: Result<Reply, ApiError>) {
        let (ticket, _) = self.sent.last().unwrap().clone();
        self.does(Event::Answered(ticket, result));
        self.keeps();
    }

    fn last(&self) -> &Request {
        &self.sent.last().unwrap().1
    }

    fn stored(&self, key: EntryKey) -> Option<Entry> {
        let entries = crate::sync::stored::Table::Entries.name("s", &key.to_string());
        match Stored::read("s", &entries, self.records.get(&entries)?) {
            Ok(Stored::Entry(entry)) => Some(entry),
            _ => None,
        }
    }
}

fn text(summary: &str) -> Text {
    Text {
        summary: summary.to_owned(),
        description: String::new(),
    }
}

fn id(n: u32) -> TaskId {
    TaskId::Number(n.to_string().into())
}

fn server_task(n: u32) -> TaskRef {
    TaskRef::Server(id(n))
}

fn read(n: u32, summary: &str) -> Result<Reply, ApiError> {
    let task = Task {
        id: id(n),
        summary: summary.to_owned(),
        description: String::new(),
    };
    Ok(Reply::Task(task, None))
}

const HELPFUL: Capabilities = Capabilities {
    sends_keys: true,
    honours_keys: true,
    sends_versions: true,
    honours_versions: true,
};

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
