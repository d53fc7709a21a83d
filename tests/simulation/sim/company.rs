//! What the tabs of a device tell each other, as the app's driver does it (`src/state/driver.rs`): nothing where nobody is,
//! and where somebody is heard for the first time, to read the store.

use strikethrough::sync::engine::Event;
use strikethrough::sync::record::Write;
use strikethrough::sync::stored::list_name;

use super::bugs;
use super::device::{Ask, Input, Message, SCOPE};
use super::met::Met;
use super::world::{Next, World};

/// How often the sender says that it is there, in milliseconds.
const BEAT_MS: u64 = 4_000;

/// What is shown is looked at again so many milliseconds after something has changed.
const SOON_MS: u64 = 30;

impl World {
    /// Says something to the other tabs.
    pub(crate) fn post(&mut self, device: usize, tab: usize, message: Message) {
        for other in 0..self.devices[device].tabs.len() {
            if other == tab || !self.devices[device].tabs[other].is_alive {
                continue;
            }
            let arrives = self.now + self.below(12);
            let heard = self.devices[device].heard.entry((tab, other)).or_default();
            *heard = arrives.max(*heard);
            let (at, life) = (*heard, self.devices[device].tabs[other].life);
            self.at(at, Next::Tell(device, other, life, Input::Heard(message.clone())));
        }
    }

    /// Tells the other tabs what has changed.
    pub(crate) fn announce(&mut self, device: usize, tab: usize, message: Message) {
        let it = &mut self.devices[device].tabs[tab];
        if it.has_company {
            let message = match message {
                Message::Writes(writes) => Message::Writes(bugs::rewrite_told(self.bug, writes)),
                message => message,
            };
            self.post(device, tab, message);
        } else {
            it.has_withheld = true;
        }
    }

    pub(crate) fn hear(&mut self, device: usize, tab: usize, message: Message) {
        let it = &mut self.devices[device].tabs[tab];
        let has_withheld = it.has_withheld;
        if !std::mem::replace(&mut it.has_company, true) {
            self.post(device, tab, Message::Here);
            if has_withheld {
                self.counts.met(Met::Withheld);
                self.post(device, tab, Message::Read);
            }
        }
        let it = &self.devices[device].tabs[tab];
        match message {
            Message::Here if it.engine.is_sender() => {
                self.post(device, tab, Message::Beat);
                self.ask(device, tab, Ask::Read(None, true));
            }
            Message::Here => self.post(device, tab, Message::Also),
            Message::Beat | Message::Also => {}
            Message::Read => {
                let has_own = it.engine.has_own_list() && !it.engine.is_sender();
                self.say(|| format!("d{device} t{tab} is told to read the store"));
                if has_own {
                    self.tell_later(device, tab, SOON_MS, Input::WantsList);
                }
                self.untold(device, tab);
            }
            // Only the sender knows whether it is news.
            Message::Page(_) if !it.engine.is_sender() => {}
            Message::Writes(writes) | Message::Page(writes) => {
                let list = list_name(SCOPE);
                let tells_of_list = writes.iter().any(|write| write.name() == list);
                if it.reading.is_some() && tells_of_list {
                    self.counts.met(Met::ToldReading);
                }
                let names = || writes.iter().map(Write::name).collect::<Vec<_>>();
                self.say(|| format!("d{device} t{tab} is told of {:?}", names()));
                self.note_newer(device, tab, &writes);
                self.handle(device, tab, Event::Observed(writes));
                let engine = &self.devices[device].tabs[tab].engine;
                if tells_of_list && engine.has_own_list() && !engine.is_sender() {
                    self.counts.met(Met::OwnListOld);
                    self.untold(device, tab);
                }
            }
        }
    }

    /// What the tab knows of the list may not be what the store has, which it reads.
    fn untold(&mut self, device: usize, tab: usize) {
        self.handle(device, tab, Event::Untold);
        if self.devices[device].tabs[tab].engine.is_loaded() {
            self.ask(device, tab, Ask::Read(None, false));
        }
    }

    /// The sender says every few seconds that it is there, which is of interest while somebody does not know.
    pub(crate) fn beats(&mut self, device: usize) {
        let it = &mut self.devices[device];
        if it.tabs.len() > 1 && !std::mem::replace(&mut it.is_beating, true) {
            self.after(BEAT_MS, Next::Beat(device));
        }
    }

    pub(crate) fn beat(&mut self, device: usize) {
        let it = &mut self.devices[device];
        it.is_beating = false;
        if !it.tabs.iter().any(|tab| tab.is_alive && !tab.has_company) {
            return;
        }
        let is_sending = |at: &usize| !it.tabs[*at].is_frozen && it.tabs[*at].engine.is_sender();
        if let Some(tab) = it.holder.filter(is_sending) {
            self.post(device, tab, Message::Beat);
        }
        self.beats(device);
    }

    /// The page is in front again, or goes on after it was frozen.
    pub(crate) fn hinted(&mut self, device: usize, tab: usize) {
        self.impatient(device);
        self.handle(device, tab, Event::Hint);
        self.post(device, tab, Message::Here);
        if self.devices[device].tabs[tab].engine.is_loaded() {
            self.ask(device, tab, Ask::Read(None, false));
        }
    }
}
