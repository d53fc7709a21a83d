//! The code that is loaded after the list: when it is asked for, and how that stands.

use std::pin::Pin;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Loading, effect};
use crate::browser::pane::before_next_frame;
use crate::face::Phase;
use crate::routes::Route;
use crate::sync::EntryKey;

/// The code could not be had: no network, or the server has another release by now.
pub type NotLoaded = leptos::wasm_split::SplitLoaderError;

/// What is in it, as functions: code that is reached through these alone need not be there before.
#[derive(Debug, Clone, Copy)]
pub struct Pages {
    /// Makes the page of a route.
    pub open: fn(Route) -> AnyView,
    /// Makes what comes over all of them or below: the offer to undo, and the dialogs.
    pub over: fn() -> AnyView,
    /// Makes the buttons for an entry that needs a person, and gives the focus to the element with this id when the one
    /// that was pressed goes away.
    pub choices: fn(EntryKey, &'static str) -> Option<AnyView>,
    /// Makes the search. It is told the ids of the texts that are in the document, and follows that.
    pub search: fn(Callback<(), Vec<String>>) -> AnyView,
}

/// Loads it; each call is a new attempt unless one has succeeded.
pub type Load = fn() -> Pin<Box<dyn Future<Output = Result<Pages, NotLoaded>>>>;

/// How the code stands, for whoever waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// It has been waited for so long.
    For(Phase),
    /// It could not be had.
    Failed,
}

/// The code that is loaded after the list, shared through context.
#[derive(Clone, Copy)]
pub struct Later {
    pages: StoredValue<Option<Pages>>,
    ready: RwSignal<bool>,
    failed: RwSignal<bool>,
    loading: Loading,
    load: Load,
}

impl Later {
    /// Knows how to load it, and has not begun.
    pub fn new(load: Load) -> Self {
        Self {
            pages: StoredValue::new(None),
            ready: RwSignal::new(false),
            failed: RwSignal::new(false),
            loading: Loading::new(),
            load,
        }
    }

    /// What was loaded; follows it.
    pub fn pages(&self) -> Option<Pages> {
        if self.ready.get() {
            self.pages.get_value()
        } else {
            None
        }
    }

    /// Whether it was loaded; follows it.
    pub fn is_ready(&self) -> bool {
        self.ready.get()
    }

    /// How it stands as long as nothing is loaded; follows it.
    pub fn wait(&self) -> Wait {
        match (self.loading.phase(), self.failed.get()) {
            // While a retry is younger than a flash the failure stays, so that the page doesn't jump.
            (Phase::Idle | Phase::Begun, true) => Wait::Failed,
            (phase, _) => Wait::For(phase),
        }
    }

    /// Asks for it, unless it is there or on its way.
    pub fn ask(self) {
        // The app may be gone by the time of a frame.
        let is_wanted = self.ready.try_get_untracked() == Some(false);
        if !is_wanted || untrack(|| self.loading.phase()) != Phase::Idle {
            return;
        }
        let run = self.loading.begin();
        spawn_local(async move {
            let loaded = (self.load)().await;
            self.failed.try_set(loaded.is_err());
            if let Ok(pages) = loaded {
                self.pages.try_update_value(|loaded| *loaded = Some(pages));
                self.ready.try_set(true);
            }
            self.loading.end(run);
        });
    }

    /// Asks for it whenever `is_needed` becomes true.
    pub fn ask_when(self, is_needed: impl Fn() -> bool + 'static) {
        effect(move || {
            if is_needed() {
                self.ask();
            }
        });
    }

    /// Asks for it once the frame is painted in which `is_calm` is true first: until then the network is for what
    /// that frame shows.
    pub fn ask_after_paint(self, is_calm: impl Fn() -> bool + 'static) {
        let mut was_calm = false;
        effect(move || {
            if !was_calm && is_calm() {
                was_calm = true;
                before_next_frame(Box::new(move || {
                    drop(Timeout::new(0, move || self.ask()).forget())
                }));
            }
        });
    }
}
