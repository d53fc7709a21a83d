//! What persons do, on what they are shown, and what other clients of the server do.

use std::collections::BTreeSet;

use strikethrough::sync::List;
use strikethrough::sync::engine::{Command, Event, Request};
use strikethrough::sync::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use strikethrough::sync::merge::Edit;
use strikethrough::sync::view;

use super::met::Met;
use super::network::For;
use super::plan::What;
use super::world::World;

/// A list that is older than this many milliseconds is read again when the page comes to the front.
const FRESH_MS: u64 = 15_000;

impl World {
    /// A text that nobody has typed before, so that the oracle knows it again.
    pub(crate) fn new_text(&mut self) -> Text {
        self.texts += 1;
        Text {
            summary: format!("s{}", self.texts),
            description: format!("d{}", self.texts),
        }
    }

    fn new_key(&mut self) -> String {
        format!("k{:x}", self.random.draw())
    }

    pub(crate) fn person(&mut self, device: usize, wanted: usize, what: &What) {
        match what {
            What::OtherEdit { pick } => return self.other_edit(*pick),
            What::OtherDone { pick } => return self.other_done(*pick),
            What::OtherCreate => {
                let text = self.new_text();
                self.server.create(text, None, self.now);
                return self.counts.met(Met::OtherCreate);
            }
            _ => {}
        }
        let Some(tab) = self.devices[device].usable(wanted) else {
            return;
        };
        match what {
            What::Create { same } => self.create(device, tab, *same),
            What::Edit {
                pick,
                summary,
                description,
                back,
            } => {
                self.edit(device, tab, *pick, (*summary, *description), *back);
            }
            What::Done { pick } => self.done(device, tab, *pick),
            What::Undo => self.undo(device, tab),
            What::Refresh => self.refresh(device, tab),
            What::Open { pick } => {
                if let Some(TaskRef::Server(id)) = self.pick(device, tab, *pick) {
                    let since = self.devices[device].tabs[tab].engine.begin_read();
                    self.send(
                        device,
                        tab,
                        For::Task(since, id.clone(), self.clock(device)),
                        Request::Get(id),
                        None,
                    );
                }
            }
            What::Hint => {
                self.hinted(device, tab);
                let read_at = self.devices[device].tabs[tab].engine.listed_at();
                if self.clock(device).saturating_sub(read_at) > FRESH_MS {
                    self.refresh(device, tab);
                }
            }
            What::Decide { pick } => {
                let open = self.undecided(device, tab);
                if !open.is_empty() {
                    let entry = open[(*pick % open.len() as u64) as usize].clone();
                    self.decide(device, tab, &entry);
                }
            }
            _ => {}
        }
    }

    /// Somebody asks to try now, so that no wait binds.
    pub(crate) fn impatient(&mut self, device: usize) {
        self.devices[device].impatient_until = self.now + 30_000;
        for tab in &mut self.devices[device].tabs {
            tab.hints += 1;
        }
    }

    fn pick(&self, device: usize, tab: usize, pick: u64) -> Option<TaskRef> {
        let engine = &self.devices[device].tabs[tab].engine;
        let list = List::everything(engine);
        let rows: Vec<_> = list
            .keys()
            .iter()
            .filter_map(|key| view::row_of(engine, *key))
            .collect();
        let mut open = rows.into_iter().filter(|row| !row.is_done);
        let count = open.clone().count() as u64;
        open.nth((pick % count.max(1)) as usize).map(|row| row.task)
    }

    fn shown(&self, device: usize, tab: usize, task: &TaskRef) -> Option<(String, Option<String>)> {
        let shown = view::task(&self.devices[device].tabs[tab].engine, task)?;
        Some((shown.row.summary, shown.description))
    }

    fn command(&mut self, device: usize, tab: usize, command: Command) {
        self.handle(device, tab, Event::Command(command));
    }

    fn create(&mut self, device: usize, tab: usize, same: bool) {
        let last = self.devices[device].last_create.clone().filter(|_| same);
        let text = match last {
            Some(text) => text,
            None => self.new_text(),
        };
        self.devices[device].last_create = Some(text.clone());
        let idempotency_key = self.new_key();
        let command = Command::Create {
            text,
            idempotency_key,
            refused: None,
        };
        self.command(device, tab, command);
    }

    fn edit(&mut self, device: usize, tab: usize, pick: u64, which: (bool, bool), back: bool) {
        let Some(task) = self.pick(device, tab, pick) else {
            return;
        };
        let Some((summary, description)) = self.shown(device, tab, &task) else {
            return;
        };
        let knows = description.is_some();
        let base = Text {
            summary,
            description: description.unwrap_or_default(),
        };
        let mut text = self.new_text();
        if !which.0 {
            text.summary = base.summary.clone();
        } else if back && let Some(old) = self.oracle.before(&base.summary) {
            text.summary = old;
        }
        if !which.1 || !knows {
            text.description = base.description.clone();
        } else if back && let Some(old) = self.oracle.before(&base.description) {
            text.description = old;
        }
        self.oracle.typed(&text, &base);
        self.command(device, tab, Command::Edit(task, Edit::between(&base, &text)));
    }

    fn done(&mut self, device: usize, tab: usize, pick: u64) {
        let Some(task) = self.pick(device, tab, pick) else {
            return;
        };
        let Some((summary, description)) = self.shown(device, tab, &task) else {
            return;
        };
        let before = self.newest_done(device, tab);
        self.command(device, tab, Command::Done(task.clone()));
        let after = self.newest_done(device, tab);
        if let Some(key) = after.filter(|_| after != before) {
            let text = Text {
                summary,
                description: description.unwrap_or_default(),
            };
            self.devices[device].tabs[tab].done.push((key, task, text));
        }
    }

    fn newest_done(&self, device: usize, tab: usize) -> Option<EntryKey> {
        let entries = self.devices[device].tabs[tab].engine.entries();
        let mut dones = entries.iter().filter(|entry| entry.change == Change::Done);
        dones.next_back().map(|entry| entry.key)
    }

    fn undo(&mut self, device: usize, tab: usize) {
        if let Some((of, task, text)) = self.devices[device].tabs[tab].done.pop() {
            let idempotency_key = self.new_key();
            self.command(
                device,
                tab,
                Command::Undo {
                    of,
                    task,
                    text,
                    idempotency_key,
                },
            );
        }
    }

    fn undecided(&self, device: usize, tab: usize) -> Vec<Entry> {
        let entries = self.devices[device].tabs[tab].engine.entries();
        let is_decided = |key: EntryKey| {
            let decides = |entry: &Entry| matches!(entry.change, Change::Decide { of, .. } if of == key);
            entries.iter().any(decides)
        };
        let open = entries
            .iter()
            .filter(|entry| !matches!(entry.change, Change::Decide { .. }));
        open.filter(|entry| entry.durable && !is_decided(entry.key))
            .cloned()
            .collect()
    }

    /// Decides about an entry, if there is something to decide.
    fn decide(&mut self, device: usize, tab: usize, entry: &Entry) {
        let dice = self.below(10);
        let decision = match (&entry.state, &entry.change) {
            (EntryState::Unsure(ids), _) => match (dice, ids.first()) {
                (0..6, Some(id)) => Decision::Adopt(id.clone()),
                (6..8, _) => Decision::Retry,
                _ => Decision::Drop,
            },
            (EntryState::Parked(Why::Conflict(theirs)), Change::Edit(edit)) => match dice {
                0..3 => Decision::Drop,
                3..7 => {
                    let mut mine = theirs.clone();
                    edit.apply(&mut mine);
                    self.oracle.typed(&mine, theirs);
                    Decision::Save(mine)
                }
                _ => {
                    let mut text = self.new_text();
                    if dice == 7 {
                        text.description = theirs.description.clone();
                    }
                    self.oracle.typed(&text, theirs);
                    Decision::Save(text)
                }
            },
            (EntryState::Parked(Why::Gone), Change::Edit(_)) if dice < 5 => Decision::Save(self.new_text()),
            (EntryState::Parked(Why::Gone), _) => Decision::Drop,
            (EntryState::Parked(_), change) => match (dice, change) {
                (0..2, _) => Decision::Drop,
                (2..4, Change::Create { .. } | Change::Edit(_)) => match self.corrected(device, tab, entry) {
                    Some(text) => Decision::Save(text),
                    None => Decision::Retry,
                },
                _ => Decision::Retry,
            },
            // One that waits may be let go of, or hurried.
            (EntryState::Pending, _) if entry.attempts > 0 => match dice {
                0 => Decision::Drop,
                _ => Decision::Retry,
            },
            _ => return,
        };
        let lets_go = matches!(decision, Decision::Drop | Decision::Adopt(_))
            || matches!(
                (&decision, &entry.state),
                (Decision::Retry, EntryState::Unsure(_))
            );
        if lets_go {
            self.oracle.excuse_with_task(entry.key);
            self.oracle.excuse_parts(&entry.change);
        } else if matches!(decision, Decision::Save(_)) {
            self.oracle.replaced(entry.key, &entry.change);
        }
        self.impatient(device);
        self.command(device, tab, Command::Decide(entry.key, decision));
    }

    /// Another summary for an entry that was refused.
    fn corrected(&mut self, device: usize, tab: usize, entry: &Entry) -> Option<Text> {
        let (summary, description) = self.shown(device, tab, &entry.task)?;
        let base = Text {
            summary,
            description: description?,
        };
        let text = Text {
            description: base.description.clone(),
            ..self.new_text()
        };
        self.oracle.typed(&text, &base);
        Some(text)
    }

    /// Persons settle what needs a person, in the first tab that shows it: one that has read a damaged record shows less
    /// than one that knows what stood there.
    pub(crate) fn settle(&mut self) {
        for device in 0..self.devices.len() {
            let mut shown = BTreeSet::new();
            for tab in 0..self.devices[device].tabs.len() {
                if self.devices[device].usable(tab) != Some(tab) {
                    continue;
                }
                for entry in self.undecided(device, tab) {
                    if entry.needs_person() && !shown.contains(&entry.key) {
                        self.decide(device, tab, &entry);
                    }
                }
                let entries = self.devices[device].tabs[tab].engine.entries();
                shown.extend(entries.iter().map(|entry| entry.key));
            }
        }
    }

    /// The senders read the list, to look for twins, and then once more, or all tabs do. What was done here all know before.
    pub(crate) fn last_look(&mut self, is_last: bool) {
        if !is_last {
            self.check_known();
        }
        let all_look = is_last && self.setting.all_look;
        for device in 0..self.devices.len() {
            for tab in 0..self.devices[device].tabs.len() {
                let it = &self.devices[device];
                if it.holder == Some(tab) || all_look && it.tabs[tab].is_alive {
                    self.refresh(device, tab);
                }
            }
        }
    }

    fn other(&self, pick: u64) -> Option<strikethrough::task::TaskId> {
        let count = self.server.live().count() as u64;
        let mut live = self.server.live();
        live.nth((pick % count.max(1)) as usize).map(|(id, _)| id.clone())
    }

    fn other_edit(&mut self, pick: u64) {
        let Some(id) = self.other(pick) else { return };
        let mut text = self.new_text();
        let Some(row) = self.server.rows.get_mut(&id) else {
            return;
        };
        row.by_others = true;
        let before = row.text.clone();
        if pick.is_multiple_of(2) {
            text.description.clone_from(&before.description);
        }
        self.oracle.typed(&text, &before);
        self.say(|| format!("another client writes {text:?} to {id}"));
        self.server.write(&id, text, self.now);
        self.counts.met(Met::OtherEdit);
    }

    fn other_done(&mut self, pick: u64) {
        let Some(id) = self.other(pick) else { return };
        if let Some(row) = self.server.rows.get_mut(&id) {
            row.by_others = true;
        }
        self.say(|| format!("another client finishes {id}"));
        self.server.finish(&id);
        self.counts.met(Met::OtherDone);
    }
}
