//! Working without a store, until one can be opened: everything is in memory, and this tab sends.

use super::Engine;
use crate::sync::entry::{Entry, EntryState};
use crate::sync::record::{RecordName, Write};
use crate::sync::stored::{self, Stored, Table};
use crate::task::TaskId;

/// The fence of a tab that works without a store.
const ALONE: &str = "";

impl Engine {
    /// Whether this tab works without a store.
    pub(super) fn is_alone(&self) -> bool {
        self.fence.as_deref() == Some(ALONE)
    }

    /// What a store may still have that was settled without it.
    pub fn settled_alone(&self) -> Vec<Write> {
        let keys = self.settled_alone.iter();
        keys.map(|key| stored::delete(&self.scope, Table::Entries, &key.to_string()))
            .collect()
    }

    /// There is no store. What is in memory stays, and this tab is the sender of it.
    pub(super) fn alone(&mut self, now: u64) {
        // A store that opens later may hold entries, and those that are made from now on come after them: counted
        // from 1 on, theirs do not reach the milliseconds since 1970.
        self.time = self.time.max(now);
        // What is on its way into a store is not in one.
        let records = self.records(self.changes(|entry| entry.durable).chain(self.settled()));
        // Nothing else can write what is in memory, so that any fence will do.
        let (unreadable, is_newer) = (std::mem::take(&mut self.unreadable), self.is_newer);
        self.loaded(records, Some(ALONE.to_owned()), false);
        (self.unreadable, self.is_newer) = (unreadable, is_newer);
    }

    /// The records of the changes that the store has.
    pub fn stored_names(&self) -> Vec<RecordName> {
        let stored = self.outbox.all().iter().filter(|entry| entry.durable);
        stored
            .map(|entry| Table::Entries.name(&self.scope, &entry.key.to_string()))
            .collect()
    }

    /// What a store must be given that could not be opened before: every change, and what is known of those that are
    /// settled. The server has the rest.
    pub fn in_memory(&self) -> Vec<(RecordName, String)> {
        self.records(self.changes(|_| true).chain(self.settled()))
    }

    /// The changes that are not in the store yet.
    pub fn not_durable(&self) -> Vec<(RecordName, String)> {
        self.records(self.changes(|entry| !entry.durable))
    }

    /// The tasks as the server had them last.
    pub fn tasks_in_memory(&self) -> Vec<(RecordName, String)> {
        let known = |id: &TaskId| Some(Stored::Task(id.clone(), self.snapshot.get(id)?.to_record()));
        self.records(self.snapshot.order().filter_map(known))
    }

    fn changes(&self, is_wanted: fn(&&Entry) -> bool) -> impl Iterator<Item = Stored> {
        self.outbox.all().iter().filter(is_wanted).map(|entry| {
            let mut entry = entry.clone();
            if entry.state == EntryState::Sending {
                // Whoever sends it next does not learn the answer.
                entry = Entry {
                    state: EntryState::Pending,
                    ambiguous: true,
                    ..entry
                };
            }
            Stored::Entry(entry)
        })
    }

    fn settled(&self) -> impl Iterator<Item = Stored> {
        let mappings = self.mappings.all();
        let mappings = mappings.map(|(local, id)| Stored::Mapping(local, id.clone()));
        let finished = self.finished.iter().cloned().map(Stored::Finished);
        let watches = self.watches.iter().cloned().map(Stored::Watch);
        mappings.chain(finished).chain(watches)
    }

    fn records(&self, stored: impl Iterator<Item = Stored>) -> Vec<(RecordName, String)> {
        stored
            .filter_map(|stored| match stored.write(&self.scope) {
                Write::Put(name, value) => Some((name, value)),
                Write::Delete(_) | Write::Clear(_) => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::sync::engine::{Capabilities, Command, Effect, Engine, Event, Request};
    use crate::sync::entry::{EntryKey, EntryState, Text};

    const NOW: u64 = 1_700_000_000_000;

    fn alone() -> Engine {
        let mut engine = Engine::new("s", 1, 1);
        let keys = Capabilities {
            sends_keys: true,
            honours_keys: true,
            ..Capabilities::default()
        };
        engine.handle(Event::Server(Some(keys)), NOW);
        engine.handle(Event::Alone, NOW);
        engine
    }

    fn create(engine: &mut Engine, summary: &str) -> (EntryKey, Vec<Effect>) {
        let create = Command::Create {
            text: Text {
                summary: summary.into(),
                ..Text::default()
            },
            idempotency_key: "k".into(),
            refused: None,
        };
        let effects = engine.handle(Event::Command(create), NOW);
        let key = effects.iter().find_map(|effect| match effect {
            Effect::Append(key, _) => Some(*key),
            _ => None,
        });
        let key = key.unwrap();
        engine.handle(Event::Appended(key, Ok(())), NOW);
        (key, engine.handle(Event::Committed(Ok(())), NOW))
    }

    #[test]
    fn without_a_store_it_sends() {
        let (mut engine, is_create) = (alone(), |effect: &Effect| {
            matches!(effect, Effect::Send(_, Request::Create { .. }))
        });
        assert!(engine.is_loaded() && engine.is_sender());
        let (_, effects) = create(&mut engine, "One");
        assert!(effects.iter().any(is_create), "{effects:?}");
    }

    #[test]
    fn a_store_that_opens_later_gets_what_is_in_memory_after_what_it_has() {
        let mut before = Engine::new("s", 2, 1);
        let records = Vec::new();
        before.handle(Event::Loaded { records, fence: None }, NOW);
        let (old, _) = create(&mut before, "Old");
        let mut engine = alone();
        let (key, _) = create(&mut engine, "One");
        assert_eq!(engine.entry(key).unwrap().state, EntryState::Sending);

        let mut records = engine.in_memory();
        records.extend(before.in_memory());
        engine.handle(Event::LostSender, NOW);
        engine.handle(Event::Loaded { records, fence: None }, NOW);
        let keys: Vec<_> = engine.entries().iter().map(|entry| entry.key).collect();
        assert_eq!(keys, [old, key]);
        let entry = engine.entry(key).unwrap();
        assert!(entry.ambiguous && entry.state == EntryState::Pending);
        // An older list says nothing of it.
        assert!(entry.lost_at > 0);
    }

    #[test]
    fn a_store_that_does_not_take_it_loses_nothing() {
        let mut engine = alone();
        let (key, _) = create(&mut engine, "One");
        engine.handle(Event::LostSender, NOW);
        engine.handle(Event::Alone, NOW);
        assert!(engine.entry(key).is_some() && engine.is_sender());
    }
}
