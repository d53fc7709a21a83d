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
    current: StoredValue<Run, LocalStorage>,
}

/// The run that counts.
struct Run {
    number: u32,
    timers: Vec<Timeout>,
    waker: Option<Waker>,
}

impl Loading {
    /// A load that has not begun.
    pub fn new() -> Self {
        Self {
            phase: RwSignal::new(Phase::Idle),
            current: StoredValue::new_local(Run {
                number: 0,
                timers: Vec::new(),
                waker: None,
            }),
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
        let timers = vec![
            later(NOTICEABLE_MS, Phase::Noticeable),
            later(SLOW_MS, Phase::Slow),
        ];
        self.current
            .try_update_value(|run| {
                run.timers = timers;
                run.number += 1;
                run.number
            })
            .unwrap_or_default()
    }

    /// Gives up the run that is going on: a resource starts the next one only when the last has ended, and
    /// nobody who asks again wants to wait for an answer that hangs.
    pub fn interrupt(&self) {
        let waker = self.current.try_update_value(|run| {
            run.number += 1;
            run.waker.take()
        });
        if let Some(waker) = waker.flatten() {
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
            let waker = context.waker().clone();
            self.current.try_update_value(|run| run.waker = Some(waker));
            work.as_mut().poll(context).map(Some)
        })
        .await
    }

    /// Whether no later run has begun, and the page that waits is still there.
    pub fn is_current(&self, run: u32) -> bool {
        self.current
            .try_with_value(|current| current.number == run)
            .unwrap_or_default()
    }

    /// It ended, well or not.
    pub fn end(&self, run: u32) {
        if self.is_current(run) {
            self.current.try_update_value(|run| run.timers.clear());
            self.phase.try_set(Phase::Idle);
        }
    }
}

impl Default for Loading {
    fn default() -> Self {
        Self::new()
    }
}
