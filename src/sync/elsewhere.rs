//! Changes on this device that wait for another API than the one in use.

use std::collections::BTreeSet;

use super::entry::Change;
use super::stored::{Stored, Table};

/// The scopes other than `own` that have entries, by the names of all records.
pub fn scopes<'a>(names: impl Iterator<Item = &'a str>, own: &str) -> BTreeSet<&'a str> {
    names
        .filter_map(|name| name.split_once('\n'))
        .filter(|(scope, rest)| *scope != own && Table::Entries.is_of(rest))
        .map(|(scope, _)| scope)
        .collect()
}

/// How many changes these entries of a scope are. One that can't be read is one all the same.
pub fn count(scope: &str, records: &[(String, String)]) -> usize {
    let decides = |name: &str, value: &str| {
        matches!(
            Stored::read(scope, name, value),
            Ok(Stored::Entry(entry)) if matches!(entry.change, Change::Decide { .. })
        )
    };
    records
        .iter()
        .filter(|(name, value)| !decides(name, value))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::entry::{Decision, Entry};
    use crate::sync::record::Write;
    use crate::sync::{EntryKey, TaskRef};
    use crate::task::TaskId;

    fn record(scope: &str, time: u64, change: Change) -> (String, String) {
        let key = EntryKey { time, tab: 1 };
        let task = TaskRef::Server(TaskId::Number("1".into()));
        match Stored::Entry(Entry::new(key, task, change, 0)).write(scope) {
            Write::Put(name, value) => (name, value),
            Write::Delete(_) | Write::Clear(_) => unreachable!(),
        }
    }

    #[test]
    fn only_other_scopes_with_entries_count() {
        let names = [
            "https://a/\ne/1",
            "https://b/\ne/1",
            "https://b/\ne/2",
            "https://c/\nt/1",
            "no scope",
        ];
        let found = scopes(names.into_iter(), "https://a/");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["https://b/"]);
    }

    #[test]
    fn a_decision_is_no_change_of_its_own() {
        let of = EntryKey { time: 1, tab: 1 };
        let decide = Change::Decide {
            of,
            decision: Decision::Drop,
        };
        let damaged = (Table::Entries.name("s", "9"), "{".to_owned());
        let records = [record("s", 1, Change::Done), record("s", 2, decide), damaged];
        assert_eq!(count("s", &records), 2);
    }
}
