//! Tabs come and go: opened, killed, frozen, relieved; and records that are damaged or newer.

use strikethrough::sync::engine::{Capabilities, Engine, Event};
use strikethrough::sync::entry::EntryKey;
use strikethrough::sync::record::Write;
use strikethrough::sync::stored::Table;

use super::device::{Ask, DAMAGED, Input, Message, SCOPE, Tab};
use super::met::Met;
use super::plan::ServerKind;
use super::world::{Next, World};

/// How long a sender may be silent until another tab relieves it, in milliseconds.
const RELIEVED_AFTER: u64 = 10_000;

/// So few that lists of a handful of tasks are stored in such records, and their changes beside them.
pub(crate) const ROWS_IN_RECORD: usize = 8;

impl World {
    pub(crate) fn new_tab(&mut self, life: u32) -> Tab {
        self.tab_numbers += 1;
        let seed = self.random.draw();
        Tab {
            engine: Engine::new(SCOPE, self.tab_numbers, seed).with_rows_in_record(ROWS_IN_RECORD),
            life,
            is_alive: true,
            is_frozen: false,
            inbox: Default::default(),
            wake: 0,
            kill_at: None,
            survive: 0,
            is_committing: false,
            in_flight: 0,
            is_rereading: false,
            knows_newer: false,
            done: Vec::new(),
            never_read: Default::default(),
            quiet_until: 0,
            opened_at: self.now,
            retries: 0,
            writes_confirmed: 0,
            hints: 0,
            reads: Default::default(),
            has_company: false,
            has_withheld: false,
            reading: None,
            early_reads: Vec::new(),
            told: Default::default(),
        }
    }

    /// A tab has opened: it says so, reads the list, and the store, which may take its time to open.
    pub(crate) fn opened(&mut self, device: usize, tab: usize) {
        let kind = self.setting.server;
        let capabilities = Capabilities {
            sends_keys: kind != ServerKind::Baseline,
            honours_keys: kind == ServerKind::Helpful,
            sends_versions: kind != ServerKind::Baseline,
            honours_versions: kind == ServerKind::Helpful,
        };
        self.handle(device, tab, Event::Server(Some(capabilities)));
        self.post(device, tab, Message::Here);
        self.beats(device);
        self.refresh(device, tab);
        match self.below(4) {
            0 => {
                let ms = self.below(200);
                self.tell_later(device, tab, ms, Input::ReadAgain(None));
            }
            _ => self.ask(device, tab, Ask::Read(None, false)),
        }
    }

    pub(crate) fn open(&mut self, device: usize, tab: usize, life: u32) {
        let it = &self.devices[device].tabs[tab];
        if it.is_alive || it.life != life {
            return;
        }
        self.say(|| format!("d{device} t{tab} opens"));
        self.devices[device].tabs[tab] = self.new_tab(life + 1);
        self.opened(device, tab);
    }

    /// All that a tab has in memory is gone; it opens again after a while.
    pub(crate) fn kill(&mut self, device: usize, tab: usize, how: Met) {
        if !self.devices[device].tabs[tab].is_alive {
            return;
        }
        self.say(|| format!("d{device} t{tab} is killed ({how:?})"));
        self.counts.met(how);
        let survive = match how {
            Met::KillBeforeCommit => 0,
            _ if self.below(2) == 0 => 0,
            _ => u64::MAX,
        };
        let it = &mut self.devices[device].tabs[tab];
        it.is_alive = false;
        it.is_frozen = false;
        it.inbox.clear();
        it.kill_at = None;
        it.survive = survive;
        let life = it.life;
        self.devices[device].waiting.retain(|waiting| *waiting != tab);
        self.release(device, tab);
        let soon = 100 + self.below(3_000);
        self.after(soon, Next::Open(device, tab, life));
    }

    /// Waits for the lock that makes a tab the sender.
    pub(crate) fn join(&mut self, device: usize, tab: usize) {
        let it = &mut self.devices[device];
        if it.holder == Some(tab) || it.waiting.contains(&tab) {
            return;
        }
        it.waiting.push_back(tab);
        if it.holder.is_none() {
            self.grant(device);
        }
    }

    fn grant(&mut self, device: usize) {
        let Some(tab) = self.devices[device].waiting.pop_front() else {
            return;
        };
        self.devices[device].holder = Some(tab);
        let it = &self.devices[device].tabs[tab];
        let life = it.life;
        if it.is_frozen {
            self.after(RELIEVED_AFTER, Next::Steal(device, tab, life));
        }
        let soon = self.below(5);
        self.tell_later(device, tab, soon, Input::Granted);
    }

    pub(crate) fn release(&mut self, device: usize, tab: usize) {
        if self.devices[device].holder == Some(tab) {
            self.devices[device].holder = None;
            self.grant(device);
        }
    }

    pub(crate) fn freeze(&mut self, device: usize, tab: usize, ms: u64) {
        let it = &mut self.devices[device].tabs[tab];
        if !it.is_alive || it.is_frozen {
            return;
        }
        it.is_frozen = true;
        let life = it.life;
        self.counts.met(Met::Freeze);
        self.after(ms, Next::Thaw(device, tab, life));
        self.after(RELIEVED_AFTER, Next::Steal(device, tab, life));
    }

    /// Another tab takes the place of a frozen sender.
    pub(crate) fn steal(&mut self, device: usize, tab: usize, life: u32) {
        let it = &self.devices[device];
        let is_stuck = it.holder == Some(tab) && it.tabs[tab].is_frozen && it.tabs[tab].life == life;
        let Some(other) = it.usable(tab).filter(|other| is_stuck && *other != tab) else {
            return;
        };
        self.say(|| format!("d{device} t{other} relieves t{tab}"));
        self.counts.met(Met::Steal);
        self.devices[device].waiting.retain(|waiting| *waiting != other);
        self.devices[device].holder = Some(other);
        self.tell_later(device, tab, 0, Input::Stolen);
        self.tell_later(device, other, 0, Input::Granted);
    }

    pub(crate) fn thaw(&mut self, device: usize, tab: usize, life: u32) {
        let it = &mut self.devices[device].tabs[tab];
        if it.life != life || !it.is_frozen {
            return;
        }
        it.is_frozen = false;
        self.say(|| format!("d{device} t{tab} thaws"));
        if self.devices[device].tabs[tab].reading.is_some() {
            self.counts.met(Met::FrozenReading);
        }
        let inbox = std::mem::take(&mut self.devices[device].tabs[tab].inbox);
        for input in inbox {
            self.tell(device, tab, life, input);
        }
        // A browser says that it has frozen a page; nothing says that a computer was asleep.
        let it = &self.devices[device].tabs[tab];
        if it.life == life && it.is_alive && self.below(2) == 0 {
            self.hinted(device, tab);
        }
    }

    /// A record is damaged where it lies.
    pub(crate) fn corrupt(&mut self, device: usize, pick: u64) {
        let it = &mut self.devices[device];
        let count = it.store.records.len() as u64;
        if count == 0 {
            return;
        }
        let Some(name) = it.store.records.keys().nth((pick % count) as usize).cloned() else {
            return;
        };
        if it.newer.as_ref() == Some(&name) {
            return;
        }
        let entry = name
            .strip_prefix(&*Table::Entries.name(SCOPE, ""))
            .and_then(EntryKey::parse);
        let held = entry.and_then(|key| it.store.entries.get(&key)).cloned();
        it.store.apply(&Write::Put(name.clone(), DAMAGED.to_owned()));
        it.damaged.insert(name.clone());
        if let Some(key) = entry {
            self.oracle.excuse_with_task(key);
        }
        if let Some(held) = held {
            // Later edits of the task may have gone into it.
            self.oracle.excuse_parts(&held.change);
        }
        self.say(|| format!("d{device}: {name:?} is damaged"));
        self.counts.met(Met::Corrupt);
    }

    /// A newer version of the app, in another tab, writes a record.
    pub(crate) fn newer(&mut self, device: usize) {
        let name = Table::Meta.name(SCOPE, "of-a-newer-version");
        let value = "{\"v\":3}".to_owned();
        let it = &mut self.devices[device];
        it.store.records.insert(name.clone(), value.clone());
        it.newer = Some(name.clone());
        self.counts.met(Met::Newer);
        for tab in 0..self.devices[device].tabs.len() {
            let writes = vec![Write::Put(name.clone(), value.clone())];
            self.tell_later(device, tab, 3, Input::Event(Event::Observed(writes)));
        }
    }
}
