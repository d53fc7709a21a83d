//! What a person can do about a change that did not go through: the same choices on a row, on the task's page
//! and on the Sync page.

use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::discard_dialog::ask_to_discard;
use super::dynamic::handler;
use crate::browser::page;
use crate::routes::Route;
use crate::state::shared;
use crate::sync::entry::{Change, Decision, Entry, EntryState, Why};
use crate::sync::loss::summary;
use crate::sync::{EntryKey, Text};
use crate::task::Summary;
use crate::texts::{Text as Label, common, decide};

/// A small button.
pub(crate) fn button(label: String, class: &'static str, run: impl Fn() + 'static) -> AnyView {
    named_button(label, None, class, run)
}

/// The same with a longer name for those who hear it; it begins with the label (WCAG 2.2, 2.5.3 "Label in Name").
fn named_button(
    label: String,
    name: Option<String>,
    class: &'static str,
    run: impl Fn() + 'static,
) -> AnyView {
    let run = handler(move |_: MouseEvent| run());
    view! { <button type="button" class=class aria-label=name on:click=run>{label}</button> }.into_any()
}

/// The buttons for an entry that needs a person. `home` is the element that gets the focus when the button that was
/// pressed goes away.
pub(crate) fn choices(key: EntryKey, home: &'static str) -> Option<AnyView> {
    let shared = shared();
    let (entry, summary) = shared
        .store
        .look_now(|engine| {
            let entry = engine.entry(key)?;
            Some((
                entry.clone(),
                summary(engine, entry)
                    .unwrap_or_else(|| common::A_TASK.say())
                    .to_owned(),
            ))
        })
        .flatten()?;
    // There may be many such rows, and to be heard apart each button says which it belongs to.
    let name = |label: &str| common::action_on(label, &summary);
    let press = move |label: &str, name: String, class: &'static str, decision: Decision| {
        named_button(label.to_owned(), Some(name), class, move || {
            page::focus(home);
            shared.store.decide(key, decision.clone());
        })
    };
    let say = |label: &str, class, decision| press(label, name(label), class, decision);
    let press = |label: Label, class, decision| say(label.say(), class, decision);
    let discard = || {
        let label = common::DISCARD.say();
        named_button(label.to_owned(), Some(name(label)), QUIET, move || {
            ask_to_discard(key, home)
        })
    };
    let link = |label: Label, route: &Route| {
        let label = label.say();
        view! { <a class=SMALL aria-label=name(label) href=shared.router.href(route)>{label}</a> }.into_any()
    };
    let edit = || link(common::EDIT, &Route::Edit(entry.task.clone()));
    let buttons = match (&entry.state, &entry.change) {
        (EntryState::Parked(Why::Conflict(_)), _) => {
            vec![link(decide::COMPARE, &Route::Task(entry.task.clone()))]
        }
        (EntryState::Parked(Why::Gone), _) => {
            let text = wanted(&entry).unwrap_or_default();
            vec![press(decide::SAVE_AS_NEW, SMALL, Decision::Save(text)), discard()]
        }
        (EntryState::Unsure(ids), _) => {
            let mut buttons: Vec<_> = ids
                .iter()
                .map(|id| {
                    let label = decide::adopt(&id.to_string());
                    say(&label, SMALL, Decision::Adopt(id.clone()))
                })
                .collect();
            buttons.push(press(decide::ADD_AGAIN, SMALL, Decision::Retry));
            buttons.push(discard());
            buttons
        }
        (EntryState::Parked(Why::Refused), Change::Done) => vec![
            press(common::TRY_AGAIN, SMALL, Decision::Retry),
            // Not asked about: no text goes with it, and "Finish" is there to wish it again.
            press(decide::LEAVE_OPEN, QUIET, Decision::Drop),
        ],
        (EntryState::Parked(Why::Refused), _) => {
            vec![
                press(common::TRY_AGAIN, SMALL, Decision::Retry),
                edit(),
                discard(),
            ]
        }
        _ => return None,
    };
    Some(view! { <div class="actions">{buttons}</div> }.into_any())
}

const SMALL: &str = "button small";
const QUIET: &str = "button small quiet";

/// The text that an entry wants a task to have, as far as the entry holds it.
fn wanted(entry: &Entry) -> Option<Text> {
    match &entry.change {
        Change::Create { text, .. } | Change::Undo { text, .. } => Some(text.clone()),
        Change::Edit(edit) => {
            let mut text = Text::default();
            edit.apply(&mut text);
            if text.summary.is_empty() {
                // Of a task that was never known here; a new one needs a summary.
                text.summary = Summary::from_start(&text.description);
            }
            Some(text)
        }
        Change::Done | Change::Decide { .. } => None,
    }
}
