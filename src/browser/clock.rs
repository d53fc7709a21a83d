//! What time it is, and being called at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::window;

/// Milliseconds since 1970 by the device's clock, which people and networks set: it may be wrong, and jump.
pub fn now_ms() -> u64 {
    js_sys::Date::now() as u64
}

/// Milliseconds since the page was opened, on a clock that nobody sets (High Resolution Time). It does not say how
/// long the device slept: some systems stop it then.
pub fn monotonic_ms() -> u64 {
    window().performance().map_or(0.0, |clock| clock.now()) as u64
}

/// The longest delay that `setTimeout` takes, in milliseconds; a longer one overflows and fires at once (HTML
/// standard, "timers": a `long`).
const LONGEST_MS: u64 = i32::MAX as u64;

/// Calls back after a while, one time for each [`Timer::set`]. A page in the background is called late: by a
/// second, later by a minute, and a frozen one when it is resumed. Nothing is called after it is dropped.
pub struct Timer {
    shared: Rc<Shared>,
}

struct Shared {
    callback: RefCell<Box<dyn FnMut()>>,
    timeout: RefCell<Option<Timeout>>,
    /// What is left of the delay when `timeout` fires, in milliseconds.
    rest: Cell<u64>,
}

impl Timer {
    /// A timer that is not set.
    pub fn new(callback: Box<dyn FnMut()>) -> Self {
        Self {
            shared: Rc::new(Shared {
                callback: RefCell::new(callback),
                timeout: RefCell::new(None),
                rest: Cell::new(0),
            }),
        }
    }

    /// Calls back in `delay_ms` milliseconds, and not when it was set to before. The callback may set it again.
    pub fn set(&self, delay_ms: u64) {
        arm(&self.shared, delay_ms);
    }

    /// Does not call back, until it is set again.
    pub fn cancel(&self) {
        self.shared.timeout.take();
    }

    /// Whether it is going to call back.
    pub fn is_set(&self) -> bool {
        self.shared.timeout.borrow().is_some()
    }
}

impl std::fmt::Debug for Timer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Timer").field("set", &self.is_set()).finish()
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn arm(shared: &Rc<Shared>, delay_ms: u64) {
    let step = delay_ms.min(LONGEST_MS);
    shared.rest.set(delay_ms - step);
    let fired = Rc::downgrade(shared);
    let timeout = Timeout::new(step as u32, move || {
        let Some(shared) = fired.upgrade() else { return };
        shared.timeout.take();
        match shared.rest.get() {
            0 => {
                // Only a callback that is running has it borrowed, and that one is never called from within.
                if let Ok(mut callback) = shared.callback.try_borrow_mut() {
                    callback();
                }
            }
            rest => arm(&shared, rest),
        }
    });
    shared.timeout.replace(Some(timeout));
}
