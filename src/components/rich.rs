//! Sentences with something in them that is more than text. Where in the sentence it stands is for each language to say.

use leptos::prelude::*;

/// Stands on either side of a value that becomes an element (ASCII, "unit separator"). It is never shown.
const MARK: char = '\u{1f}';

/// A value for a text, to be found again by [`rich`].
pub(super) fn marked(value: &str) -> String {
    format!("{MARK}{value}{MARK}")
}

/// A text with an element in the place of each value that is [`marked`].
pub(super) fn rich(text: &str, element: impl Fn(&str) -> AnyView) -> Vec<AnyView> {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => part.to_owned().into_any(),
        _ => element(part),
    };
    text.split(MARK).enumerate().map(part).collect()
}

/// The same where each of them is something to be typed.
pub(super) fn with_code(text: &str) -> Vec<AnyView> {
    rich(text, |code| view! { <code>{code.to_owned()}</code> }.into_any())
}
