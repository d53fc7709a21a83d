//! The one-line field for a summary, with its counter, its problem, and its answer to pasted lines.

use leptos::prelude::*;
use web_sys::{ClipboardEvent, Event};

use super::dynamic::{dynamic, flag, handler};
use super::paste_offer::take_lines;
use crate::browser::page;
use crate::sync::Text;
use crate::task::{PastedLines, SUMMARY_MAX, Summary};
use crate::texts::{self, summary_field};

/// The text of a form that is submitted. When its summary breaks the rule, that is said and the field gets the focus.
pub(super) fn checked(
    id: &'static str,
    summary: RwSignal<String>,
    problem: RwSignal<String>,
    description: RwSignal<String>,
) -> Option<Text> {
    match Summary::from_typed(&summary.get_untracked()) {
        Ok(summary) => Some(Text {
            summary: summary.as_str().to_owned(),
            description: description.get_untracked(),
        }),
        Err(error) => {
            problem.set(error.sentence());
            page::focus(id);
            None
        }
    }
}

/// The field. Its label is the caller's; `id` ties them together.
#[component]
pub(super) fn SummaryField(
    /// The element's id.
    id: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it; empty when nothing is.
    problem: RwSignal<String>,
    /// Where several pasted lines go; without it the browser joins them.
    pasted: Option<RwSignal<Option<PastedLines>>>,
    /// Shown in the empty field.
    #[prop(optional)]
    placeholder: &'static str,
    /// While true, nothing can be typed.
    readonly: RwSignal<bool>,
) -> impl IntoView {
    let count = move || value.with(|text| text.trim().chars().count());
    let over = move || count() > SUMMARY_MAX;
    let most = texts::number(SUMMARY_MAX);
    view! {
        <div class="summary-field">
            <input
                id=id
                class="field"
                type="text"
                dir="auto"
                autocomplete="off"
                enterkeyhint="done"
                placeholder=placeholder
                aria-describedby=format!("{id}-counter {id}-problem")
                aria-invalid=flag("true", move || over() || problem.with(|problem| !problem.is_empty()))
                readonly=flag("", move || readonly.get())
                prop:value=dynamic(move || value.get())
                on:input=handler(move |event: Event| {
                    value.set(event_target_value(&event));
                    problem.set(String::new());
                })
                on:paste=handler(move |event: ClipboardEvent| {
                    if let Some(pasted) = pasted {
                        take_lines(&event, pasted);
                    }
                })
            />
            <span id=format!("{id}-counter") class="counter" class:over=dynamic(over)>
                {dynamic(move || summary_field::counter(&texts::number(count()), &most))}
                " "
                <span class="visually-hidden">{summary_field::COUNTER_UNIT.say()}</span>
            </span>
        </div>
        <div id=format!("{id}-problem") role="alert" class="field-problem">{dynamic(move || problem.get())}</div>
    }
}
