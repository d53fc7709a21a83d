//! Watches the clock of a load, so that a page can tell a moment from a wait and a wait from a long one.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Poll, Waker};

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::face::{NOTICEABLE_MS, Phase, SLOW_MS};

/// The [`Phase`] of a load that can run again and again.
#[derive(Clone, Copy)]
pub struct Loading {
    phase: RwSignal<Phase>,
    run: StoredValue<u32>,
    timers: StoredValue<Vec<Timeout>, LocalStorage>,
    waker: StoredValue<Option<Waker>>,
}

impl Loading {
    /// A load that has not begun.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Idle),
            run: StoredValue::new(0),
            timers: StoredValue::new_local(Vec::new()),
            waker: StoredValue::new(None),
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

    /// Gives up the run that is going on: a resource starts the next one only when the last has ended, and
    /// nobody who asks again wants to wait for an answer that hangs.
    pub fn interrupt(&self) {
        self.run.try_update_value(|run| *run += 1);
        if let Some(waker) = self.waker.try_update_value(Option::take).flatten() {
            waker.wake();
        }
    }

    /// Waits for `work`, or until the run is given up: then `None`, and `work` is dropped, which aborts
    /// its request.
    pub async fn unless_interrupted<T>(&self, run: u32, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if !self.is_current(run) {
                return Poll::Ready(None);
            }
            self.waker.try_set_value(Some(context.waker().clone()));
            work.as_mut().poll(context).map(Some)
        })
        .await
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
