//! Lists of changes, and the focus in lists whose lines go away by themselves.

use std::sync::Arc;

use leptos::ev::FocusEvent;
use leptos::prelude::*;

use super::dynamic::effect;
use crate::browser::page;
use crate::sync::EntryKey;

/// Shows an item for each key, and keeps the items of the keys that stay.
pub(super) fn keyed(
    keys: impl Fn() -> Vec<EntryKey> + Send + 'static,
    item: impl Fn(EntryKey) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    fn boxed(
        keys: Box<dyn Fn() -> Vec<EntryKey> + Send>,
        item: Arc<dyn Fn(EntryKey) -> AnyView + Send + Sync>,
    ) -> AnyView {
        view! { <For each=keys key=|key: &EntryKey| *key children=move |key| item(key)/> }.into_any()
    }
    boxed(Box::new(keys), Arc::new(item))
}

/// Whether the focus is in a part of the page, so that it can be kept on the page when that part goes away.
/// Browsers give the focus to nobody then, and tell nobody.
#[derive(Clone, Copy)]
pub(super) struct FocusKeeper(StoredValue<bool>);

impl FocusKeeper {
    /// Moves the focus to the first of `homes` that can have it, when what had it is gone after a change that
    /// `follow` follows.
    pub(super) fn new(homes: &'static [&'static str], follow: impl Fn() + 'static) -> Self {
        let is_inside = StoredValue::new(false);
        effect(move || {
            follow();
            // The page is drawn anew by then.
            request_animation_frame(move || {
                if is_inside.try_get_value() == Some(true) && is_nowhere() {
                    is_inside.set_value(false);
                    homes.iter().any(|home| page::focus(home));
                }
            });
        });
        Self(is_inside)
    }

    /// For `focusin` of the part.
    pub(super) fn came(self, _: FocusEvent) {
        self.0.set_value(true);
    }

    /// For `focusout` of the part. Without a target it was the part that went, not the person.
    pub(super) fn went(self, event: FocusEvent) {
        if event.related_target().is_some() {
            self.0.set_value(false);
        }
    }
}

/// Whether nothing on the page has the focus.
pub(super) fn is_nowhere() -> bool {
    document()
        .active_element()
        .is_none_or(|active| active.tag_name() == "BODY")
}
