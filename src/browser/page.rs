//! The page around the app: its title, its focus, what is in view.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{FocusOptions, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition, VisibilityState};

/// Names the page.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Moves the focus to the element with this id, if it is there and can have it. Whether it got it.
pub fn focus(id: &str) -> bool {
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| {
        // An element that is not shown refuses without an error.
        let _ = element.focus();
        document()
            .active_element()
            .is_some_and(|active| active.id() == id)
    })
}

/// Gives the focus to an element wherever it is: nothing is scrolled.
pub fn focus_where_it_is(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // An element that is not shown refuses without an error.
        let _ = element.focus_with_options(&options);
    }
}

/// [`focus`], unless the person is typing somewhere.
pub fn focus_unless_typing(id: &str) {
    let typing = document().active_element().is_some_and(|active| {
        let name = active.tag_name();
        name == "INPUT" || name == "TEXTAREA"
    });
    if !typing {
        focus(id);
    }
}

/// Gives the element with this id an attribute, or takes it away.
pub fn set_attribute(id: &str, name: &str, value: Option<&str>) {
    if let Some(element) = document().get_element_by_id(id) {
        // The names are allowed in HTML.
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// The id of the element that has the focus.
pub fn focused() -> Option<String> {
    document().active_element().map(|element| element.id())
}

/// Whether the page is in front.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Scrolls no more than it takes for the element with this id to be seen.
pub fn bring_into_view(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether this is one of Apple's systems, where Cmd takes the place of Ctrl.
pub fn is_apple() -> bool {
    let name = window().navigator().platform().unwrap_or_default();
    ["Mac", "iP"].iter().any(|start| name.starts_with(start))
}

/// Whether the person asked for less movement.
pub fn wants_less_motion() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
