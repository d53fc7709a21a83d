//! The line below the list: type, Enter, type the next.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::dynamic::{effect, handler};
use super::paste_offer::PasteOffer;
use super::summary_field::SummaryField;
use crate::browser::page;
use crate::routes::Route;
use crate::state::drafts::Form;
use crate::state::{Shared, shared};
use crate::sync::Text;
use crate::sync::record::StoreError;
use crate::task::{PastedLines, Summary};
use crate::texts::{common, quick_add};

/// The id of the line.
pub(super) const FIELD: &str = "add-line";

/// Adds a task with each Enter. The text leaves the field at once, so that the next one can be typed, and stays
/// in the draft until the store of this device has it.
#[component]
pub fn QuickAdd() -> impl IntoView {
    let Shared {
        store,
        drafts,
        router,
        ..
    } = shared();
    let left = drafts.get(&Form::Line).unwrap_or_default();
    let line = RwSignal::new(left.summary);
    let pasted = RwSignal::new(None::<PastedLines>);
    let problem = RwSignal::new(String::new());
    let readonly = RwSignal::new(false);

    // What has left the field and is not in the store yet belongs to the draft: a reload could come between.
    let on_its_way = StoredValue::new(Vec::<String>::new());
    let keep = move |line: &str| {
        let mut words = on_its_way.try_get_value().unwrap_or_default();
        words.push(line.to_owned());
        let text = Text {
            summary: words.join(" ").trim().to_owned(),
            description: String::new(),
        };
        drafts.keep_or_forget(&Form::Line, &text, &Text::default());
    };
    effect(move || keep(&line.get()));
    // A text that the device did not keep goes back to where it was typed, before what is typed by now.
    let give_back_line = move |typed: String, error: StoreError| {
        problem.try_set(error.sentence().to_owned());
        line.try_update(|line| *line = [&typed, " ", line.as_str()].concat().trim().to_owned());
    };
    let give_back = move |typed: String, kept: Result<(), StoreError>| {
        on_its_way.try_update_value(|lines| {
            if let Some(at) = lines.iter().position(|line| *line == typed) {
                lines.remove(at);
            }
        });
        match (kept, line.try_get_untracked()) {
            (Err(error), _) => give_back_line(typed, error),
            (Ok(()), Some(line)) => keep(&line),
            (Ok(()), None) => {}
        }
    };
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = line.get_untracked();
        match Summary::from_typed(&typed) {
            Ok(summary) => {
                let typed = summary.as_str().to_owned();
                on_its_way.update_value(|lines| lines.push(typed.clone()));
                line.set(String::new());
                store.add(summary.as_str(), "", Box::new(move |kept| give_back(typed, kept)));
            }
            Err(error) => problem.set(error.sentence()),
        }
        page::focus(FIELD);
    };
    let add_each = Callback::new(move |pasted: PastedLines| {
        store.add_each(&pasted.lines, give_back_line);
        page::focus(FIELD);
    });
    let add_one = Callback::new(move |PastedLines { lines, rest }: PastedLines| {
        let summary = lines.into_iter().next().unwrap_or_default();
        if Summary::from_typed(&summary).is_ok() {
            let text = Text {
                summary: summary.clone(),
                description: rest.clone(),
            };
            let then = move |kept: Result<(), StoreError>| {
                // The form has room for both.
                if let Err(error) = kept {
                    problem.try_set(error.sentence().to_owned());
                    store.put_into_form(&text);
                }
            };
            store.add(&summary, &rest, Box::new(then));
            page::focus(FIELD);
        } else {
            // Too long for a summary: the form has room to shorten it.
            store.put_into_form(&Text {
                summary,
                description: rest,
            });
            router.go(Route::New);
        }
    });

    view! {
        <form class="quick-add" on:submit=handler(add) novalidate>
            <PasteOffer pasted field=FIELD on_each=add_each on_one=add_one/>
            <div class="quick-add-line">
                <label class="visually-hidden" for=FIELD>{quick_add::LABEL.say()}</label>
                <SummaryField id=FIELD value=line problem pasted=Some(pasted) placeholder=quick_add::LABEL.say() readonly/>
                <button type="submit" class="button primary">{common::ADD.say()}</button>
            </div>
        </form>
    }
}
