//! What is to happen in one schedule: the setting and the steps at their times, all drawn from a seed.

use std::fmt;

use strikethrough::sync::record::StoreError;
use strikethrough::sync::retry::Random;

/// What kind of server it is (CONTRACT.md, "Extensions").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerKind {
    /// It honours keys and versions, and the app knows.
    Helpful,
    /// It honours them, and the app has to find out.
    Unproven,
    /// It takes the headers and ignores them.
    Ignorant,
    /// The five calls and nothing else.
    Baseline,
}

impl ServerKind {
    pub(crate) fn is_helpful(self) -> bool {
        matches!(self, Self::Helpful | Self::Unproven)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) server: ServerKind,
    /// Ids are strings.
    pub(crate) text_ids: bool,
    pub(crate) devices: usize,
    pub(crate) tabs: usize,
    /// How many tasks the server has at the beginning.
    pub(crate) tasks: u64,
    /// At the end every tab reads the list, not the sender alone.
    pub(crate) all_look: bool,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    ResetBefore,
    LostAnswer,
    CutBody,
    /// Not carried out; with the seconds of a `Retry-After`.
    Status(u16, Option<u32>),
    /// Carried out, and answered with 500.
    FailedAfter,
    Malformed,
    Html,
    Redirect,
    /// It never arrives, and nothing is said for 30 s.
    Silence,
    /// It is carried out this many milliseconds later, given up or not.
    SlowCommit(u64),
    /// A create that the browser sends twice by itself.
    SentTwice,
    /// It is answered this many milliseconds later.
    SlowAnswer(u64),
}

/// Where a tab is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Point {
    Now,
    BeforeCommit,
    AfterCommit,
    AfterSending,
    AfterAnswer,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    // Persons.
    Create {
        same: bool,
    },
    Edit {
        pick: u64,
        summary: bool,
        description: bool,
        back: bool,
    },
    Done {
        pick: u64,
    },
    Undo,
    Refresh,
    Open {
        pick: u64,
    },
    Hint,
    Decide {
        pick: u64,
    },
    // Another client of the same server.
    OtherEdit {
        pick: u64,
    },
    OtherDone {
        pick: u64,
    },
    OtherCreate,
    // Faults.
    Net {
        fault: Fault,
        writes: bool,
        count: u32,
    },
    Offline {
        ms: u64,
    },
    Down {
        status: u16,
        ms: u64,
    },
    Kill(Point),
    Freeze {
        ms: u64,
    },
    Clock {
        ms: i64,
    },
    Store {
        error: StoreError,
        ms: u64,
    },
    Abort {
        count: u32,
    },
    Corrupt {
        pick: u64,
    },
    Newer,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Milliseconds since the beginning.
    pub(crate) at: u64,
    pub(crate) device: usize,
    pub(crate) tab: usize,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) setting: Setting,
    pub(crate) steps: Vec<Step>,
}

pub(crate) const DAY: i64 = 86_400_000;

impl Plan {
    pub(crate) fn new(seed: u64) -> Self {
        let random = &mut Random(seed ^ 0x5eed_0f5e_ed00);
        let mut below = |n: u64| random.draw() % n;
        // Drawn apart, so that schedules that are known by their seeds stay as they are.
        let more = &mut Random(seed ^ 0x0a11_100c);
        let setting = Setting {
            server: [
                ServerKind::Helpful,
                ServerKind::Baseline,
                ServerKind::Unproven,
                ServerKind::Baseline,
                ServerKind::Ignorant,
            ][below(5) as usize],
            text_ids: below(2) == 0,
            devices: 1 + (below(3) == 0) as usize,
            tabs: 1 + (below(2) == 0) as usize,
            // Some lists are more than one record.
            tasks: below(4)
                + if more.draw().is_multiple_of(10) {
                    3 + more.draw() % 12
                } else {
                    0
                },
            all_look: more.draw().is_multiple_of(2),
        };
        let count = 4 + below(19);
        let mut at = 500;
        let mut steps = Vec::new();
        for _ in 0..count {
            at += match below(10) {
                0..6 => below(150),
                6..9 => below(3_000),
                _ => below(25_000),
            };
            let device = below(setting.devices as u64) as usize;
            let tab = below(setting.tabs as u64) as usize;
            let what = what(&mut below);
            steps.push(Step {
                at,
                device,
                tab,
                what,
            });
        }
        Self { seed, setting, steps }
    }

    /// The same with these steps alone.
    pub(crate) fn keep(&self, indices: &[usize]) -> Self {
        let kept = indices.iter().filter_map(|at| self.steps.get(*at).cloned());
        Self {
            seed: self.seed,
            setting: self.setting.clone(),
            steps: kept.collect(),
        }
    }
}

fn what(below: &mut impl FnMut(u64) -> u64) -> What {
    match below(100) {
        0..15 => What::Create { same: below(4) == 0 },
        15..30 => {
            let which = below(4);
            What::Edit {
                pick: below(8),
                summary: which != 0,
                description: which <= 1,
                back: below(8) == 0,
            }
        }
        30..38 => What::Done { pick: below(8) },
        38..43 => What::Undo,
        43..47 => What::Refresh,
        47..52 => What::Open { pick: below(8) },
        52..55 => What::Decide { pick: below(8) },
        55..56 => What::Hint,
        56..59 => What::OtherEdit { pick: below(8) },
        59..61 => What::OtherDone { pick: below(8) },
        61..62 => What::OtherCreate,
        62..80 => What::Net {
            fault: fault(below),
            writes: below(3) != 0,
            count: 1 + below(3) as u32,
        },
        80..83 => What::Offline {
            ms: 100 + below(20_000),
        },
        83..85 => What::Down {
            status: if below(2) == 0 { 500 } else { 503 },
            ms: 100 + below(20_000),
        },
        85..91 => What::Kill(
            [
                Point::Now,
                Point::BeforeCommit,
                Point::AfterCommit,
                Point::AfterSending,
                Point::AfterAnswer,
            ][below(5) as usize],
        ),
        91..94 => What::Freeze {
            ms: 15_000 + below(40_000),
        },
        94..96 => What::Clock {
            ms: [DAY, -DAY, 3_652 * DAY, -3_652 * DAY][below(4) as usize],
        },
        96..97 => What::Abort {
            count: 1 + below(3) as u32,
        },
        97..98 => What::Store {
            error: if below(2) == 0 {
                StoreError::Full
            } else {
                StoreError::Unavailable
            },
            ms: 100 + below(20_000),
        },
        98..99 => What::Corrupt { pick: below(1_000) },
        _ => What::Newer,
    }
}

fn fault(below: &mut impl FnMut(u64) -> u64) -> Fault {
    let wait = |below: &mut dyn FnMut(u64) -> u64| (below(2) == 0).then_some(0).map(|_| 1 + below(15) as u32);
    match below(20) {
        0 => Fault::ResetBefore,
        1..4 => Fault::LostAnswer,
        4 => Fault::CutBody,
        5 => Fault::Status(500, None),
        6 => Fault::Status(503, wait(below)),
        7 => Fault::Status(429, wait(below)),
        8 => Fault::Status(401, None),
        9 => Fault::Status(if below(2) == 0 { 422 } else { 403 }, None),
        10 => Fault::Status(412, None),
        11 => Fault::FailedAfter,
        12 => Fault::Malformed,
        13 => Fault::Html,
        14 => Fault::Redirect,
        15 => Fault::Silence,
        16 => Fault::SentTwice,
        17 => Fault::SlowCommit(1_000 + below(45_000)),
        _ => Fault::SlowAnswer(500 + below(25_000)),
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            device,
            tab,
            what,
        } = self;
        let (seconds, millis) = (at / 1_000, at % 1_000);
        write!(f, "{seconds:3}.{millis:03} s  device {device}, tab {tab}: {what}")
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create { same: false } => write!(f, "adds a task"),
            Self::Create { same: true } => write!(f, "adds the same task as last time"),
            Self::Edit {
                pick,
                summary,
                description,
                back,
            } => write!(
                f,
                "edits row {pick}:{}{}{}",
                if *summary { " summary" } else { "" },
                if *description { " description" } else { "" },
                if *back { ", back to what it was" } else { "" }
            ),
            Self::Done { pick } => write!(f, "finishes row {pick}"),
            Self::Undo => write!(f, "takes back that it finished the last task"),
            Self::Refresh => write!(f, "reads the list"),
            Self::Open { pick } => write!(f, "opens row {pick}"),
            Self::Hint => write!(f, "comes to the front"),
            Self::Decide { pick } => write!(f, "decides about entry {pick}"),
            Self::OtherEdit { pick } => write!(f, "(another client edits task {pick})"),
            Self::OtherDone { pick } => write!(f, "(another client finishes task {pick})"),
            Self::OtherCreate => write!(f, "(another client adds a task)"),
            Self::Net { fault, writes, count } => write!(
                f,
                "the next {count} {} meet {fault:?}",
                if *writes { "writes" } else { "requests" }
            ),
            Self::Offline { ms } => write!(f, "offline for {ms} ms"),
            Self::Down { status, ms } => write!(f, "the server says {status} for {ms} ms"),
            Self::Kill(point) => write!(f, "killed: {point:?}"),
            Self::Freeze { ms } => write!(f, "frozen for {ms} ms"),
            Self::Clock { ms } => write!(f, "the clock jumps by {ms} ms"),
            Self::Store { error, ms } => write!(f, "the store says {error:?} for {ms} ms"),
            Self::Abort { count } => write!(f, "the next {count} transactions are aborted"),
            Self::Corrupt { pick } => write!(f, "record {pick} is damaged"),
            Self::Newer => write!(f, "a newer version of the app writes a record"),
        }
    }
}
