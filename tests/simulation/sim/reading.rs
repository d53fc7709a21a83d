//! How a tab reads the list for its pages, as the app does it (`src/state/tasks/reading.rs`): it comes in parts, a first one
//! is shown as it comes, and of two readings the later one counts.

use strikethrough::sync::engine::{Event, Request};
use strikethrough::task::ListedTask;

use super::bugs::Bug;
use super::device::Input;
use super::met::Met;
use super::network::For;
use super::world::World;

/// A list that is being read.
pub(crate) struct Reading {
    number: u64,
    since: u64,
    is_first: Option<bool>,
    list: Vec<ListedTask>,
}

impl World {
    /// A tab reads the list.
    pub(crate) fn refresh(&mut self, device: usize, tab: usize) {
        self.asked += 1;
        let number = self.asked;
        let it = &mut self.devices[device].tabs[tab];
        let since = it.engine.begin_read();
        let (is_first, list) = (None, Vec::new());
        it.reading = Some(Reading {
            number,
            since,
            is_first,
            list,
        });
        self.send(device, tab, For::List(number), Request::List, None);
    }

    /// The list reaches a tab in parts; with `is_cut` not to its end.
    pub(crate) fn rows_arrive(
        &mut self,
        (device, tab): (usize, usize),
        number: u64,
        mut list: Vec<ListedTask>,
        is_cut: bool,
    ) {
        // Parts of a list that is not shown before its end are nothing that anybody sees.
        let is_shown = !self.devices[device].tabs[tab].engine.snapshot().is_complete();
        let mut parts = if is_shown || is_cut { 1 + self.below(3) } else { 1 };
        let mut wait = 0;
        let longest = if self.below(6) == 0 && !self.faults_over {
            3_000
        } else {
            30
        };
        while !list.is_empty() {
            let size = match parts {
                1 => list.len(),
                _ => 1 + self.below(list.len() as u64) as usize,
            };
            parts = parts.max(2) - 1;
            let rest = list.split_off(size);
            if is_cut && rest.is_empty() {
                return;
            }
            self.tell_later(device, tab, wait, Input::Rows(number, list));
            wait += self.below(longest);
            list = rest;
        }
        if !is_cut {
            self.tell_later(device, tab, wait, Input::RowsEnd(number));
        }
    }

    pub(crate) fn has_rows(&mut self, device: usize, tab: usize, number: u64, rows: Vec<ListedTask>) {
        let it = &mut self.devices[device].tabs[tab];
        let Some(reading) = it.reading.as_mut().filter(|reading| reading.number == number) else {
            return;
        };
        let engine = &it.engine;
        let is_first = *reading.is_first.get_or_insert_with(|| engine.takes_pages());
        let wants_pages = is_first || !engine.snapshot().is_complete();
        if !is_first {
            reading.list.extend(rows.iter().cloned());
        }
        if wants_pages {
            self.counts.met(Met::Page);
            self.has_read(device, tab, Event::Page(rows));
        }
    }

    pub(crate) fn has_all_rows(&mut self, device: usize, tab: usize, number: u64) {
        let it = &mut self.devices[device].tabs[tab];
        let Some(reading) = it.reading.take_if(|reading| reading.number == number) else {
            return;
        };
        let is_first = reading.is_first == Some(true);
        let (mut since, list) = (reading.since, reading.list);
        self.say(|| {
            format!(
                "d{device} t{tab} has read the list{}",
                if is_first { " for the first time" } else { "" }
            )
        });
        let it = &self.devices[device].tabs[tab];
        if self.bug == Some(Bug::ListHidesNew) {
            since = it.engine.begin_read();
        }
        if is_first {
            self.has_read(device, tab, Event::PagesEnded { since });
        } else {
            self.has_read(device, tab, Event::Listed { since, list });
        }
        let engine = &self.devices[device].tabs[tab].engine;
        if !engine.has_list_of(since) {
            // Another tab has told of a list meanwhile.
            self.counts.met(Met::ReadTwice);
            self.refresh(device, tab);
        }
    }

    /// A tab has read something of the server; what it has read before the store was there, it is told again then.
    pub(crate) fn has_read(&mut self, device: usize, tab: usize, event: Event) {
        let it = &mut self.devices[device].tabs[tab];
        if !it.engine.is_loaded() {
            it.early_reads.push(event.clone());
        }
        self.handle(device, tab, event);
    }
}
