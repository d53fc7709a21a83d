//! Import and export: tasks from files, and files from tasks.
//!
//! | module | what it is |
//! |---|---|
//! | `export` | choosing a format, reading what is not known yet, writing the file |
//! | `import` | how an import stands, and choosing what is read |
//! | `reading` | a file to what is in it, part by part |
//! | `preview` | what was found, and what of it is wanted |
//! | `problems` | what could not be read, and what to do |
//! | `adding` | what is wanted to the list, piece by piece, and back |
//! | `piece` | many changes on their way into the store, and which of them it has not taken |
//! | `runs` | what takes a while: how it is ended, and waited for |
//! | `words` | the sentences that more than one of them says |

mod adding;
mod export;
mod import;
pub(super) mod piece;
mod preview;
mod problems;
mod reading;
pub(super) mod runs;
mod words;

use leptos::ev::Event;
use leptos::prelude::*;

use self::export::export_section;
use self::import::import_section;
use super::dynamic::{dynamic, handler};
use super::task_detail::{BackLink, HEADING, focus_when_shown};
use crate::browser::page;
use crate::state::{Shared, shared};
use crate::texts::{common, transfer};
use crate::transfer::Format;

/// The id of the heading of the part for exports.
pub(super) const EXPORT: &str = "export-heading";

/// The page.
#[component]
pub fn TransferPage() -> impl IntoView {
    let Shared {
        router, selecting, ..
    } = shared();
    if selecting.is_exporting() {
        focus_soon(EXPORT);
    } else {
        focus_when_shown(router, || true);
    }
    view! {
        <BackLink/>
        <div class="sync-page transfer">
            <h2 id=HEADING tabindex="-1">{transfer::TITLE.say()}</h2>
            {import_section()}
            {export_section()}
        </div>
    }
}

/// Gives the focus to an element that is about to be drawn.
fn focus_soon(id: &'static str) {
    request_animation_frame(move || {
        page::focus(id);
    });
}

/// A choice among the formats.
fn format_choice(id: &'static str, format: RwSignal<Format>) -> AnyView {
    let chosen = format.get_untracked();
    let options = Format::ALL.into_iter().map(|one| {
        view! { <option value=one.extension() selected=one == chosen>{words::name(one)}</option> }
    });
    let options = options.collect_view();
    let choose = move |event: Event| {
        let value = event_target_value(&event);
        if let Some(chosen) = Format::ALL.into_iter().find(|one| one.extension() == value) {
            format.set(chosen);
        }
    };
    view! { <select id=id class="field" on:change=handler(choose)>{options}</select> }.into_any()
}

/// Something that takes a while: how far it is, in a bar and in words, and a button that ends it. The heading has this
/// id, and is the bar's name.
fn progress(
    id: &'static str,
    title: String,
    part: RwSignal<(f64, f64)>,
    words: impl Fn() -> String + Send + 'static,
    cancel: impl Fn() + 'static,
) -> AnyView {
    let text = |number: f64| number.to_string();
    view! {
        <div class="transfer-part">
            <h4 id=id tabindex="-1" dir="auto">{title}</h4>
            <progress
                aria-labelledby=id
                max=dynamic(move || text(part.get().1.max(1.0)))
                value=dynamic(move || text(part.get().0))
            ></progress>
            <p class="quiet-text">{dynamic(words)}</p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| cancel())>{common::CANCEL.say()}</button>
            </div>
        </div>
    }
    .into_any()
}
