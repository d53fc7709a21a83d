//! What is shown: the server's snapshot with the outbox laid over it.

use super::outbox::{Change, EntryState, Outbox};
use super::snapshot::Snapshot;
use crate::task::TaskId;

/// Names a row of the list for as long as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// A task that the server has.
    Listed(TaskId),
    /// A task on its way to the server: the outbox entry's key.
    Adding(u32),
}

/// How a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowState {
    /// As the server has it.
    Settled,
    /// On its way to the server for the first time.
    Saving,
    /// Done, and struck through until the server has confirmed it.
    Finishing,
    /// It needs a person; holds a sentence that says why.
    Refused(String),
}

/// The rows, in order: the server's, then the new ones as they were typed.
pub fn rows(snapshot: &Snapshot, outbox: &Outbox) -> Vec<RowKey> {
    let listed = snapshot.order().iter().cloned().map(RowKey::Listed);
    let adding = outbox
        .entries()
        .iter()
        .filter(|entry| matches!(entry.change, Change::Add { .. }))
        .map(|entry| RowKey::Adding(entry.key));
    listed.chain(adding).collect()
}

/// The text of a row.
pub fn summary<'a>(snapshot: &'a Snapshot, outbox: &'a Outbox, row: &RowKey) -> Option<&'a str> {
    match row {
        RowKey::Listed(id) => snapshot.summary(id),
        RowKey::Adding(key) => match &outbox.get(*key)?.change {
            Change::Add { summary, .. } => Some(summary),
            Change::Done(_) => None,
        },
    }
}

/// How a row stands.
pub fn state(outbox: &Outbox, row: &RowKey) -> RowState {
    let (entry, on_its_way) = match row {
        RowKey::Listed(id) => (outbox.finishing(id), RowState::Finishing),
        RowKey::Adding(key) => (outbox.get(*key), RowState::Saving),
    };
    match entry.map(|entry| &entry.state) {
        None => RowState::Settled,
        Some(EntryState::Waiting | EntryState::Sending) => on_its_way,
        Some(EntryState::Refused(sentence) | EntryState::Unsure(sentence)) => {
            RowState::Refused(sentence.clone())
        }
    }
}

/// How many tasks are still to do: those that are struck through are not.
pub fn open_count(snapshot: &Snapshot, outbox: &Outbox) -> usize {
    rows(snapshot, outbox)
        .iter()
        .filter(|row| state(outbox, row) != RowState::Finishing)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::ListedTask;

    fn id(n: u32) -> TaskId {
        TaskId::Number(n.to_string().into())
    }

    fn snapshot() -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.append(
            [1, 2]
                .map(|n| ListedTask {
                    id: id(n),
                    summary: format!("task {n}"),
                })
                .into(),
        );
        snapshot
    }

    #[test]
    fn a_refresh_never_hides_what_is_on_its_way() {
        let (mut snapshot, mut outbox) = (snapshot(), Outbox::default());
        let new = outbox.push(
            Change::Add {
                summary: "new".into(),
                description: String::new(),
            },
            EntryState::Waiting,
        );
        outbox.push(Change::Done(id(1)), EntryState::Sending);
        snapshot.replace(vec![ListedTask {
            id: id(1),
            summary: "task 1".into(),
        }]);
        assert_eq!(
            rows(&snapshot, &outbox),
            [RowKey::Listed(id(1)), RowKey::Adding(new)]
        );
        assert_eq!(state(&outbox, &RowKey::Listed(id(1))), RowState::Finishing);
        assert_eq!(state(&outbox, &RowKey::Adding(new)), RowState::Saving);
        assert_eq!(summary(&snapshot, &outbox, &RowKey::Adding(new)), Some("new"));
        assert_eq!(open_count(&snapshot, &outbox), 1);
    }

    #[test]
    fn a_refused_change_shows_its_sentence_on_its_row() {
        let mut outbox = Outbox::default();
        let key = outbox.push(Change::Done(id(2)), EntryState::Sending);
        outbox.set_state(key, EntryState::Refused("no".into()));
        assert_eq!(
            state(&outbox, &RowKey::Listed(id(2))),
            RowState::Refused("no".into())
        );
        assert_eq!(state(&outbox, &RowKey::Listed(id(1))), RowState::Settled);
        assert_eq!(open_count(&snapshot(), &outbox), 2);
    }
}
