//! One schedule from its first step to the verdict: a queue of what happens next, and no clock but its own.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use strikethrough::sync::record::StoreError;
use strikethrough::sync::retry::Random;

use super::bugs::Bug;
use super::device::{Device, Input, Op};
use super::met::{Counts, Met};
use super::network::Flight;
use super::oracle::{Check, Failure, Oracle};
use super::plan::{Fault, Plan, Point, Setting, What};
use super::server::Server;

/// The first moment, in milliseconds since 1970.
const BEGIN: u64 = 1_700_000_000_000;
/// How long the client waits for an answer.
pub(crate) const TIME_LIMIT: u64 = 20_000;
/// When queues must be empty after the faults end: a minute (GUARANTEES.md), and what hung when they ended.
const DRAIN: u64 = 60_000 + TIME_LIMIT;

pub(crate) enum Next {
    Step(usize),
    Store(usize, Op),
    Tell(usize, usize, u32, Input),
    Arrive(usize),
    Commit(usize),
    Answer(usize),
    Limit(usize),
    Thaw(usize, usize, u32),
    Steal(usize, usize, u32),
    Open(usize, usize, u32),
    Beat(usize),
    FaultsEnd,
    Settle,
    LastLook(bool),
}

pub(crate) struct World {
    pub(crate) setting: Setting,
    pub(crate) now: u64,
    /// The times of what happens next, in order, and where in `planned` it is.
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    queued: u64,
    planned: Vec<Option<Next>>,
    free: Vec<usize>,
    pub(crate) random: Random,
    pub(crate) server: Server,
    pub(crate) devices: Vec<Device>,
    pub(crate) flights: Vec<Flight>,
    pub(crate) oracle: Oracle,
    pub(crate) counts: Counts,
    pub(crate) bug: Option<Bug>,
    pub(crate) down: Option<(u16, u64)>,
    pub(crate) faults_over: bool,
    /// The server has carried out a write when nobody waited for it any more.
    pub(crate) has_late_writes: bool,
    pub(crate) texts: u64,
    pub(crate) tab_numbers: u32,
    pub(crate) asked: u64,
    story: Option<Vec<String>>,
}

/// What came of a schedule.
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) failure: Option<Failure>,
    /// What happened, if it was asked for.
    pub(crate) story: Vec<String>,
}

/// Runs a schedule.
pub(crate) fn run(plan: &Plan, bug: Option<Bug>, tell: bool) -> Outcome {
    let mut world = World::new(plan, bug, tell);
    world.go(plan);
    Outcome {
        counts: world.counts,
        failure: world.oracle.failure,
        story: world.story.unwrap_or_default(),
    }
}

impl World {
    fn new(plan: &Plan, bug: Option<Bug>, tell: bool) -> Self {
        let mut world = Self {
            setting: plan.setting.clone(),
            now: BEGIN,
            queue: BinaryHeap::new(),
            queued: 0,
            planned: Vec::new(),
            free: Vec::new(),
            random: Random(plan.seed),
            server: Server::new(&plan.setting),
            devices: Vec::new(),
            flights: Vec::new(),
            oracle: Oracle::default(),
            counts: Counts {
                schedules: 1,
                ..Counts::default()
            },
            bug,
            down: None,
            faults_over: false,
            has_late_writes: false,
            texts: 0,
            tab_numbers: 0,
            asked: 0,
            story: tell.then(Vec::new),
        };
        for _ in 0..plan.setting.tasks {
            let text = world.new_text();
            world.server.create(text, None, BEGIN);
        }
        for device in 0..plan.setting.devices {
            world.devices.push(Device::default());
            for _ in 0..plan.setting.tabs {
                let opened = world.new_tab(0);
                world.devices[device].tabs.push(opened);
            }
            for tab in 0..plan.setting.tabs {
                world.opened(device, tab);
            }
        }
        world
    }

    fn go(&mut self, plan: &Plan) {
        for (at, step) in plan.steps.iter().enumerate() {
            self.at(BEGIN + step.at, Next::Step(at));
        }
        let end = BEGIN + plan.steps.last().map_or(0, |step| step.at) + 1_000;
        self.at(end, Next::FaultsEnd);
        let mut settle = end + 500;
        while settle < end + DRAIN - 15_000 {
            self.at(settle, Next::Settle);
            settle += 3_000;
        }
        // Slow servers are at the end of what they began before anybody looks for twins.
        self.at(end + DRAIN, Next::LastLook(false));
        self.at(end + DRAIN + 4_000, Next::LastLook(true));
        let last = end + DRAIN + 10_000;
        while let Some(Reverse((at, _, place))) = self.queue.pop() {
            self.free.push(place);
            let Some(next) = self.planned[place].take() else {
                continue;
            };
            if at > last || self.oracle.failure.is_some() {
                break;
            }
            self.now = at;
            self.counts.events += 1;
            self.happen(plan, next);
        }
        if self.oracle.failure.is_none() {
            self.verdict();
        }
    }

    fn happen(&mut self, plan: &Plan, next: Next) {
        match next {
            Next::Step(at) => {
                if let Some(step) = plan.steps.get(at) {
                    self.say(|| format!("-- {step}"));
                    self.step(step.device, step.tab, &step.what);
                }
            }
            Next::Store(device, op) => self.store_does(device, op),
            Next::Tell(device, tab, life, input) => self.tell(device, tab, life, input),
            Next::Arrive(flight) => self.arrive(flight),
            Next::Commit(flight) => self.carry_out(flight),
            Next::Answer(flight) => self.answer(flight),
            Next::Limit(flight) => self.time_limit(flight),
            Next::Thaw(device, tab, life) => self.thaw(device, tab, life),
            Next::Steal(device, tab, life) => self.steal(device, tab, life),
            Next::Open(device, tab, life) => self.open(device, tab, life),
            Next::Beat(device) => self.beat(device),
            Next::FaultsEnd => self.end_faults(),
            Next::Settle => self.settle(),
            Next::LastLook(is_last) => self.last_look(is_last),
        }
    }

    fn step(&mut self, device: usize, tab: usize, what: &What) {
        let ends_at = |ms: &u64| self.now + ms;
        match what {
            What::Net { fault, writes, count } => {
                self.devices[device].faults.push((*fault, *writes, *count));
            }
            What::Offline { ms } => self.devices[device].offline_until = ends_at(ms),
            What::Down { status, ms } => self.down = Some((*status, ends_at(ms))),
            What::Store { error, ms } => {
                self.devices[device].store_fault = Some((*error, ends_at(ms)));
            }
            What::Abort { count } => self.devices[device].aborts += count,
            What::Clock { ms } => {
                let met = if *ms > 0 { Met::ClockAhead } else { Met::ClockBack };
                self.counts.met(met);
                self.devices[device].offset += ms;
                for tab in &mut self.devices[device].tabs {
                    tab.quiet_until = 0;
                }
            }
            What::Kill(Point::Now) => self.kill(device, tab, Met::KillNow),
            What::Kill(point) => self.devices[device].tabs[tab].kill_at = Some(*point),
            What::Freeze { ms } => self.freeze(device, tab, *ms),
            What::Corrupt { pick } => self.corrupt(device, *pick),
            What::Newer => self.newer(device),
            person => self.person(device, tab, person),
        }
    }

    fn end_faults(&mut self) {
        self.say(|| "-- the faults end".to_owned());
        self.faults_over = true;
        self.down = None;
        for device in 0..self.devices.len() {
            let it = &mut self.devices[device];
            it.faults.clear();
            it.offline_until = 0;
            it.aborts = 0;
            it.store_fault = None;
            for tab in 0..it.tabs.len() {
                let it = &mut self.devices[device].tabs[tab];
                it.kill_at = None;
                let life = it.life;
                self.thaw(device, tab, life);
            }
            // People reload, get the newer version, and it knows what to do with its record.
            let it = &mut self.devices[device];
            if let Some(name) = it.newer.take() {
                it.store.records.remove(&name);
                for tab in 0..it.tabs.len() {
                    self.kill(device, tab, Met::KillNow);
                }
            }
        }
    }

    /// Whether the store refuses now, and how.
    pub(crate) fn store_error(&mut self, device: usize) -> Option<StoreError> {
        let it = &mut self.devices[device];
        if let Some((error, until)) = it.store_fault {
            if self.now < until {
                let met = if error == StoreError::Full {
                    Met::Full
                } else {
                    Met::Closed
                };
                self.counts.met(met);
                return Some(error);
            }
            it.store_fault = None;
        }
        if it.aborts > 0 {
            it.aborts -= 1;
            self.counts.met(Met::Aborted);
            return Some(StoreError::Aborted);
        }
        None
    }

    /// The fault that the next request of a device meets.
    pub(crate) fn draw_fault(&mut self, device: usize, is_write: bool) -> Option<Fault> {
        let faults = &mut self.devices[device].faults;
        let at = faults.iter().position(|(_, writes, _)| is_write || !writes)?;
        let (fault, _, count) = &mut faults[at];
        let fault = *fault;
        *count -= 1;
        if *count == 0 {
            faults.remove(at);
        }
        Some(fault)
    }

    pub(crate) fn at(&mut self, time: u64, next: Next) {
        self.queued += 1;
        let place = self.free.pop().unwrap_or_else(|| {
            self.planned.push(None);
            self.planned.len() - 1
        });
        self.planned[place] = Some(next);
        self.queue.push(Reverse((time, self.queued, place)));
    }

    pub(crate) fn after(&mut self, ms: u64, next: Next) {
        self.at(self.now + ms, next);
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.random.draw() % n
    }

    /// The device's own clock, in milliseconds since 1970.
    pub(crate) fn clock(&self, device: usize) -> u64 {
        self.now.saturating_add_signed(self.devices[device].offset)
    }

    pub(crate) fn fail(&mut self, check: Check, what: String) {
        self.say(|| format!("FAILED {check:?}: {what}"));
        self.oracle.failure.get_or_insert(Failure { check, what });
    }

    pub(crate) fn say(&mut self, what: impl FnOnce() -> String) {
        let seconds = (self.now - BEGIN) as f64 / 1_000.0;
        if let Some(story) = &mut self.story {
            story.push(format!("{seconds:8.3}  {}", what()));
        }
    }
}
