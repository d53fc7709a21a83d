//! What a screen reader says about things that happen elsewhere than where the focus is.

use leptos::prelude::*;

/// The text of the page's one polite live region.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Makes it; `App` does.
    pub fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// Says something once the reader has finished what it is saying.
    pub fn say(&self, text: impl Into<String>) {
        let mut text = text.into();
        // The same words twice are no change to a live region, so the second time they end differently.
        if self
            .0
            .try_with_untracked(|last| *last == text)
            .unwrap_or_default()
        {
            text.push('\u{a0}');
        }
        self.0.try_set(text);
    }

    /// What was said last.
    pub fn text(&self) -> String {
        self.0.get()
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}
