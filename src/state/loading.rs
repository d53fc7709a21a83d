//! Watches the clock of a load, so that a page can tell a moment from a wait and a wait from a long one.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::face::{NOTICEABLE_MS, Phase, SLOW_MS};

/// The [`Phase`] of a load that can run again and again.
#[derive(Clone, Copy)]
pub struct Loading {
    phase: RwSignal<Phase>,
    run: StoredValue<u32>,
    timers: StoredValue<Vec<Timeout>, LocalStorage>,
}

impl Loading {
    /// A load that has not begun.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Idle),
            run: StoredValue::new(0),
            timers: StoredValue::new_local(Vec::new()),
        }
    }

    /// How the load stands; follow it with [`Signal::get`].
    pub fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// It begins. Returns the number of this run, which [`is_current`](Self::is_current) and
    /// [`end`](Self::end) ask for: of two runs that overlap only the later one counts.
    pub fn begin(&self) -> u32 {
        let phase = self.phase;
        phase.try_set(Phase::Begun);
        let later = |milliseconds, next| {
            Timeout::new(milliseconds, move || {
                phase.try_set(next);
            })
        };
        self.timers.try_set_value(vec![
            later(NOTICEABLE_MS, Phase::Noticeable),
            later(SLOW_MS, Phase::Slow),
        ]);
        self.run
            .try_update_value(|run| {
                *run += 1;
                *run
            })
            .unwrap_or_default()
    }

    /// Whether no later run has begun, and the page that waits is still there.
    pub fn is_current(&self, run: u32) -> bool {
        self.run
            .try_with_value(|current| *current == run)
            .unwrap_or_default()
    }

    /// It ended, well or not.
    pub fn end(&self, run: u32) {
        if self.is_current(run) {
            self.timers.try_set_value(Vec::new());
            self.phase.try_set(Phase::Idle);
        }
    }
}

impl Default for Loading {
    fn default() -> Self {
        Self::new()
    }
}
