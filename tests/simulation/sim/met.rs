//! How often each fault was really met. A fault that no schedule meets proves nothing.

macro_rules! met {
    ($($name:ident: $words:literal,)*) => {
        /// Something that happened, and that a run must have met.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Met { $($name,)* }

        impl Met {
            pub(crate) const WORDS: &'static [&'static str] = &[$($words,)*];
        }
    };
}

met! {
    ResetBefore: "connection reset before the request arrived",
    LostAnswer: "answer lost after the server had committed a write",
    CutBody: "body of an answer cut",
    Status500: "500",
    FailedAfter: "500 after the server had committed a write",
    Status503: "503",
    Status503Wait: "503 with Retry-After",
    Status429: "429",
    Status429Wait: "429 with Retry-After",
    Status401: "401",
    Refused: "403 or 422",
    Stray412: "412 that nobody expects",
    Real412: "412 because the task has changed",
    KeyInFlight: "409 because the key is in flight",
    KeyReused: "the first answer again for a known key",
    Malformed: "malformed JSON",
    Html: "HTML instead of JSON",
    Redirect: "redirect of a write",
    Silence: "silence until the time limit",
    SlowCommit: "write committed after the client had given up",
    SlowAnswer: "slow answer",
    SentTwice: "create sent twice by the browser itself",
    Offline: "request while offline",
    LostOffline: "answer lost by going offline",
    Down: "request to a server that is down",
    KillNow: "tab killed",
    KillBeforeCommit: "tab killed before the local commit",
    KillAfterCommit: "tab killed after the local commit",
    KillAfterSending: "tab killed after sending",
    KillAfterAnswer: "tab killed after the answer",
    CutTransactions: "transactions gone with a killed tab",
    Freeze: "tab frozen",
    Steal: "frozen sender relieved",
    Fenced: "transaction of a relieved sender refused",
    ClockAhead: "clock ahead by a day or ten years",
    ClockBack: "clock back by a day or ten years",
    Full: "store full",
    Closed: "store closed",
    Aborted: "transaction aborted",
    Corrupt: "record damaged",
    Newer: "record of a newer version",
    OtherEdit: "edit by another client",
    OtherDone: "task finished by another client",
    OtherCreate: "task added by another client",
    Missing: "404 because the task is finished",
    Conflict: "conflict for a person",
    Gone: "edit of a task that is gone, for a person",
    Unsure: "create that a person has to settle",
    Refusal: "refusal for a person",
    Twins: "twins told to a person",
    Resent: "create sent again after an unclear outcome",
    Adopted: "create found in the list after its answer was lost",
    Page: "part of a list shown as it comes",
    CutList: "list that ends before its end",
    EarlyRead: "list read before the store was",
    FrozenReading: "tab frozen while it reads the list",
    LeadsReading: "tab becomes the sender while it reads the list",
    ToldReading: "tab told of another's list while it reads one",
    ReadTwice: "list read again, because another tab had one meanwhile",
    Withheld: "tab opened after something was not told to anybody",
    OwnListOld: "tab with a list of its own told of another's list",
    KnowsRows: "new sender knows the rows of the list",
    ReadRowsAfterAll: "new sender had to read the rows after all",
    ShownAlike: "tabs and server compared at the end",
    StoredAlike: "store and sender compared at the end",
    KnownBefore: "what was done here compared before the last list",
}

/// Counts, in the order of [`Met::WORDS`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) met: Vec<u64>,
    pub(crate) schedules: u64,
    pub(crate) events: u64,
    pub(crate) requests: u64,
    pub(crate) edits: u64,
}

impl Counts {
    pub(crate) fn met(&mut self, what: Met) {
        self.met.resize(Met::WORDS.len(), 0);
        self.met[what as usize] += 1;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.met.resize(Met::WORDS.len(), 0);
        for (sum, more) in self.met.iter_mut().zip(&other.met) {
            *sum += more;
        }
        self.schedules += other.schedules;
        self.events += other.events;
        self.requests += other.requests;
        self.edits += other.edits;
    }

    pub(crate) fn by_name(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let zeros = std::iter::repeat(&0);
        Met::WORDS
            .iter()
            .copied()
            .zip(self.met.iter().chain(zeros).copied())
    }

    pub(crate) fn never(&self) -> Vec<&'static str> {
        self.by_name()
            .filter(|(_, count)| *count == 0)
            .map(|(name, _)| name)
            .collect()
    }
}
