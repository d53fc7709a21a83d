//! What is said about a load: a wait, a failure, or that what is shown is old.

use leptos::prelude::*;

use super::dynamic::handler;
use crate::api::ApiError;
use crate::face::{Note, ago};
use crate::texts::{self, common, load};

/// A line above content that may not be the latest. `age` is the content's, in milliseconds; it does not go
/// on counting, because a reader would speak with every minute.
pub(super) fn stale_note(note: Note, age: Option<f64>, on_retry: Callback<()>) -> AnyView {
    let (class, role, words) = match note {
        Note::Slow => ("note", "status", load::SERVER_SLOW.say().to_owned()),
        Note::Failed(error) => ("note problem", "alert", error.sentence()),
        Note::Old => ("note", "status", String::new()),
    };
    let text = match age {
        Some(age) => texts::both(words, &load::last_updated(&ago(age))),
        None => words,
    };
    view! {
        <div class=class role=role>
            <p>{text}</p>
            <button type="button" class="button small" on:click=handler(move |_| on_retry.run(()))>{common::RETRY.say()}</button>
        </div>
    }
    .into_any()
}

/// What stands in the place of content that could not be had.
pub(super) fn failure(error: &ApiError, on_retry: Callback<()>) -> AnyView {
    view! {
        <div class="face" role="alert">
            <p class="face-title">{load::FAILED.say()}</p>
            <p>{error.sentence()}</p>
            <p class="technical"><code>{error.technical()}</code></p>
            <button type="button" class="button primary" on:click=handler(move |_| on_retry.run(()))>{common::RETRY.say()}</button>
        </div>
    }
    .into_any()
}

/// Grey lines where text will be, and, if the wait is long, a word about it. `label` says what is loaded.
pub(crate) fn skeleton(label: &'static str, slow: bool) -> AnyView {
    let (class, more) = if slow {
        ("", load::SLOW.say())
    } else {
        ("visually-hidden", "")
    };
    let words = texts::both(label.to_owned(), more);
    view! {
        <div class="loading" role="status">
            <p class=class>{words}</p>
            <div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i></div>
        </div>
    }
    .into_any()
}
