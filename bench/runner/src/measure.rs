//! What is measured, and what it is called.

/// Which app. The order is that of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum App {
    /// The one that this repository is about.
    Ours,
    /// The DOM by hand.
    Vanilla,
    Solid,
    React,
}

impl App {
    pub(crate) const ALL: [Self; 4] = [Self::Ours, Self::Vanilla, Self::Solid, Self::React];

    /// As it is named in options and folders.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Vanilla => "vanilla",
            Self::Solid => "solid",
            Self::React => "react",
        }
    }

    /// As it is called where there is little room.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Self::Vanilla => "plain JS",
            Self::Solid => "Solid",
            Self::React => "React",
            Self::Ours => self.title(),
        }
    }

    /// As the table has it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Ours => "Strikethrough",
            Self::Vanilla => "plain JavaScript",
            Self::Solid => "Solid 1.9",
            Self::React => "React 19",
        }
    }
}

/// What is done to an app in one go, in a browser of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Five tasks: the first visit and the second.
    Start,
    /// Five tasks over a slow line.
    Throttled,
    /// 1,000 tasks.
    Thousand,
    /// 100,000 tasks.
    Large,
    /// 100,000 tasks, emptied and filled again and again.
    Refill,
    /// A million tasks.
    Million,
}

impl Group {
    pub(crate) const ALL: [Self; 6] = [
        Self::Start,
        Self::Throttled,
        Self::Thousand,
        Self::Large,
        Self::Refill,
        Self::Million,
    ];

    /// As it is named in options.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Throttled => "throttled",
            Self::Thousand => "thousand",
            Self::Large => "large",
            Self::Refill => "refill",
            Self::Million => "million",
        }
    }

    /// As the table has it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Start => "5 tasks",
            Self::Throttled => "5 tasks, 1.6 Mbit/s, 150 ms, CPU ÷ 4",
            Self::Thousand => "1,000 tasks",
            Self::Large => "100,000 tasks in one answer",
            Self::Refill => "100,000 tasks, emptied and filled again 20 times",
            Self::Million => "1,000,000 tasks in one answer",
        }
    }

    /// How many tasks the server has.
    pub(crate) fn tasks(self) -> u64 {
        match self {
            Self::Start | Self::Throttled => 5,
            Self::Thousand => 1000,
            Self::Large | Self::Refill => 100_000,
            Self::Million => 1_000_000,
        }
    }

    /// How often it is done, when this is asked for. What takes minutes is done once all the same.
    pub(crate) fn runs(self, asked: Option<usize>) -> usize {
        match self {
            Self::Start | Self::Throttled => asked.unwrap_or(11),
            Self::Thousand | Self::Large => asked.unwrap_or(5),
            Self::Refill | Self::Million => 1,
        }
    }
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    Bytes,
    FirstPaint,
    ListPainted,
    SecondVisit,
    /// The first rows of a long list.
    FirstRows,
    LaidOut,
    LongestTask,
    AddPaint,
    EditPaint,
    TickPaint,
    AddWork,
    EditWork,
    TickWork,
    FinishWork,
    Keystroke,
    KeystrokeP95,
    ScrollP95,
    ScrollBlank,
    Memory,
    Growth,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Measure {
    pub(crate) group: Group,
    pub(crate) what: What,
}

impl What {
    /// What it is called, with its unit.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Bytes => "over the wire until the list is painted, kB Brotli",
            Self::FirstPaint => "first contentful paint, ms",
            Self::ListPainted => "list painted, ms",
            Self::SecondVisit => "second visit: list painted, ms",
            Self::FirstRows => "first rows painted, ms",
            Self::LaidOut => "whole list laid out, ms",
            Self::LongestTask => "longest task after first paint, ms",
            Self::AddPaint => "add: Enter → painted, ms",
            Self::EditPaint => "edit: Enter → painted, ms",
            Self::TickPaint => "tick: click → painted, ms",
            Self::AddWork => "add: script + layout, ms",
            Self::EditWork => "edit: script + layout, ms",
            Self::TickWork => "tick: script + layout until painted, ms",
            Self::FinishWork => "finish: script + layout until it is gone, ms",
            Self::Keystroke => "search: keystroke → painted, ms",
            Self::KeystrokeP95 => "search: keystroke → painted, 95th percentile, ms",
            Self::ScrollP95 => "scroll: main thread in a frame, 95th percentile, ms",
            Self::ScrollBlank => "scroll: blank frames of 300",
            Self::Memory => "memory, MB",
            Self::Growth => "memory afterwards, × before",
        }
    }

    /// Digits behind the point.
    pub(crate) fn digits(self) -> usize {
        match self {
            Self::FirstPaint | Self::ListPainted | Self::SecondVisit | Self::FirstRows => 0,
            Self::LaidOut | Self::LongestTask | Self::ScrollBlank => 0,
            Self::Growth => 2,
            _ => 1,
        }
    }
}

impl Group {
    /// What is measured in it, in the table's order.
    pub(crate) fn measures(self) -> Vec<Measure> {
        use What::*;
        const ACTIONS: [What; 7] = [
            AddPaint, EditPaint, TickPaint, AddWork, EditWork, TickWork, FinishWork,
        ];
        const SEARCH: [What; 2] = [Keystroke, KeystrokeP95];
        let whats = match self {
            Self::Start => vec![Bytes, FirstPaint, ListPainted, SecondVisit],
            Self::Throttled => vec![FirstPaint, ListPainted],
            Self::Thousand => [&[FirstRows, LaidOut][..], &ACTIONS, &SEARCH, &[Memory]].concat(),
            Self::Large => [
                &[FirstRows, LaidOut, LongestTask][..],
                &ACTIONS,
                &SEARCH,
                &[ScrollP95, ScrollBlank, Memory],
            ]
            .concat(),
            Self::Refill => vec![Growth],
            Self::Million => [&[FirstRows, LaidOut, LongestTask][..], &SEARCH, &[Memory]].concat(),
        };
        whats
            .into_iter()
            .map(|what| Measure { group: self, what })
            .collect()
    }
}
