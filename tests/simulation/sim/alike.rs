//! What is checked when all is quiet: every tab shows the server's list, the store has what the sender knows, and what was
//! done on a device all its tabs know before anybody reads another list (GUARANTEES.md, 9 and 10).

use strikethrough::sync::List;
use strikethrough::sync::engine::{Engine, Event};
use strikethrough::sync::entry::{Change, Decision, TaskRef};
use strikethrough::sync::view;
use strikethrough::task::TaskId;

use super::device::{Device, SCOPE, Tab};
use super::life::ROWS_IN_RECORD;
use super::met::Met;
use super::oracle::Check;
use super::world::World;

/// The rows of a tab: which task, by its name there, and what it says.
fn shown(engine: &Engine) -> Vec<(TaskRef, String)> {
    let rows = List::everything(engine);
    let rows = rows.keys().iter().filter_map(|key| view::row_of(engine, *key));
    rows.map(|row| (row.task, row.summary)).collect()
}

fn alive(device: &Device) -> impl Iterator<Item = (usize, &Tab)> {
    device.tabs.iter().enumerate().filter(|(_, tab)| tab.is_alive)
}

/// Whether records of the list can't be read, so that what a tab knows depends on when it read them.
fn is_damaged(device: &Device) -> bool {
    let mut damaged = device.damaged.iter();
    damaged.any(|name| {
        ["s\nl/", "s\nt/", "s\nm/", "s\ni/", "s\ne/"]
            .iter()
            .any(|table| name.starts_with(table))
    })
}

impl World {
    /// Before a last list is read: what this device has made is shown, what it has finished is not, and what it has
    /// changed says so, whatever lists were on their way.
    pub(crate) fn check_known(&mut self) {
        let is_quiet = |device: &Device| {
            device.store.entries.is_empty() && alive(device).all(|(_, tab)| tab.engine.entries().is_empty())
        };
        // Another device changes tasks, and so does a request that nobody waits for any more or of which a person has
        // let go.
        let lets_go = |change: &Change| {
            matches!(
                change,
                Change::Decide {
                    decision: Decision::Drop,
                    ..
                }
            )
        };
        let is_sure = self.devices.len() == 1
            && !self.has_late_writes
            && !self.oracle.wishes.values().any(|wish| lets_go(&wish.change));
        let mut found = None;
        let mut compared = 0;
        for (at, device) in self.devices.iter().enumerate() {
            if !is_quiet(device) || is_damaged(device) {
                continue;
            }
            for (tab, it) in alive(device) {
                compared += 1;
                let rows = shown(&it.engine);
                let is_ours = |id: &&TaskId| {
                    let row = self.server.rows.get(*id);
                    row.is_some_and(|row| row.is_live && !row.by_others)
                };
                let is_shown = |id: &TaskId| {
                    let is_it =
                        |(task, _): &(TaskRef, String)| matches!(task, TaskRef::Server(other) if other == id);
                    rows.iter().any(is_it)
                };
                let ours = device.store.mappings.values().filter(is_ours);
                if let Some(id) = ours.clone().find(|id| !is_shown(id)) {
                    found = Some(format!("d{at} t{tab} does not show {id}, which was made here"));
                }
                for (task, summary) in rows.iter().filter(|_| is_sure) {
                    let TaskRef::Server(id) = task else { continue };
                    let Some(row) = self.server.rows.get(id).filter(|row| !row.by_others) else {
                        continue;
                    };
                    if !row.is_live {
                        found = Some(format!("d{at} t{tab} shows {id}, which was finished here"));
                    } else if row.text.summary != *summary {
                        let now = &row.text.summary;
                        found = Some(format!(
                            "d{at} t{tab} shows {id} as {summary:?}, and here it became {now:?}"
                        ));
                    }
                }
            }
        }
        for _ in 0..compared {
            self.counts.met(Met::KnownBefore);
        }
        if let Some(what) = found {
            self.fail(Check::Forgotten, what);
        }
    }

    /// After the last list: all tabs show it, and the store has it.
    pub(crate) fn check_alike(&mut self) {
        if self.oracle.failure.is_some() {
            return;
        }
        let live: Vec<_> = self
            .server
            .live()
            .map(|(id, row)| (TaskRef::Server(id.clone()), row.text.summary.clone()))
            .collect();
        let mut found = None;
        let (mut tabs, mut stores) = (0, 0);
        for (at, device) in self.devices.iter().enumerate() {
            for (tab, it) in alive(device) {
                // Another tab may have told of its list since.
                if device.holder != Some(tab) && is_damaged(device) {
                    continue;
                }
                tabs += 1;
                let rows = shown(&it.engine);
                if rows != live {
                    let what = format!("d{at} t{tab} shows {rows:?}, and the server has {live:?}");
                    found = found.or(Some((Check::Stale, what)));
                }
                if let Some(what) = self.wrong_version(&it.engine) {
                    found = found.or(Some((Check::WrongVersion, format!("d{at} t{tab} {what}"))));
                }
            }
            let sender = device.holder.map(|tab| &device.tabs[tab]);
            let Some(sender) = sender.filter(|_| !is_damaged(device)) else {
                continue;
            };
            stores += 1;
            let mut fresh = Engine::new(SCOPE, u32::MAX, 1).with_rows_in_record(ROWS_IN_RECORD);
            let records = device.store.records.clone().into_iter().collect();
            fresh.handle(Event::Loaded { records, fence: None }, self.clock(at));
            if let Some(what) = unlike(&fresh, &sender.engine) {
                found = found.or(Some((Check::Unstored, format!("d{at}: {what}"))));
            }
            if let Some(what) = self.wrong_version(&fresh) {
                found = found.or(Some((Check::WrongVersion, format!("the store of d{at} {what}"))));
            }
        }
        for _ in 0..tabs {
            self.counts.met(Met::ShownAlike);
        }
        for _ in 0..stores {
            self.counts.met(Met::StoredAlike);
        }
        if let Some((check, what)) = found {
            self.fail(check, what);
        }
    }

    /// A version that belongs to another text than the one that is known would let an edit overwrite what nobody saw
    /// (6); a description that the task never had was never the server's.
    fn wrong_version(&self, engine: &Engine) -> Option<String> {
        let snapshot = engine.snapshot();
        snapshot
            .order()
            .find_map(|id| {
                let (known, row) = (snapshot.get(id)?, self.server.rows.get(id)?);
                let version = known.etag?.trim_matches('"').parse::<usize>().ok();
                let text = version.and_then(|version| row.history.get(version.checked_sub(1)?));
                let is_right = text.is_some_and(|text| {
                    text.summary == known.summary
                        && known.description.is_none_or(|known| known == text.description)
                });
                (!is_right).then(|| format!("knows {id} as {known:?}, which was {text:?}"))
            })
            .or_else(|| {
                snapshot.order().find_map(|id| {
                    let (known, row) = (snapshot.get(id)?.description?, self.server.rows.get(id)?);
                    let is_right = row.history.iter().any(|text| text.description == known);
                    (!is_right).then(|| format!("knows {id} with {known:?}"))
                })
            })
    }
}

/// How what the store has is not what the sender knows.
fn unlike(store: &Engine, sender: &Engine) -> Option<String> {
    let ids = |engine: &Engine| engine.snapshot().order().cloned().collect::<Vec<_>>();
    let (stored, known) = (ids(store), ids(sender));
    if stored != known {
        return Some(format!("the store has {stored:?}, and the sender {known:?}"));
    }
    if store.snapshot().is_complete() != sender.snapshot().is_complete()
        || store.listed_at() != sender.listed_at()
    {
        return Some("the store has a list of another time".to_owned());
    }
    known.iter().find_map(|id| {
        let (stored, known) = (store.snapshot().get(id)?, sender.snapshot().get(id)?);
        let is_alike = stored.summary == known.summary && stored.description == known.description;
        (!is_alike).then(|| format!("{id} is {stored:?} in the store, and {known:?} for the sender"))
    })
}
