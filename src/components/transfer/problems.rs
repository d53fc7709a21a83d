//! What could not be read, line by line, and what to do about it.

use std::sync::Arc;

use leptos::ev::Event;
use leptos::prelude::*;

use super::super::dynamic::{dynamic, flag, handler};
use super::import::Import;
use super::words;
use crate::browser::page;
use crate::texts::{self, transfer as said};
use crate::transfer::{Format, Imported, Problem};

/// How many are shown at first, and how many more each time.
const SHOWN: usize = 50;

/// How much of a text is shown, in characters.
const TEXT_SHOWN: usize = 200;

/// The list, where there is a problem.
pub(super) fn problem_list(import: Import, found: &Arc<Imported>) -> Option<AnyView> {
    if found.problems.is_empty() {
        return None;
    }
    let (format, kept) = (import.format.get_untracked(), found.problems.len());
    let shown = RwSignal::new(SHOWN);
    let heading = said::problems(found.problem_count);
    let uncounted = found.problem_count - kept;
    let more = (uncounted > 0).then(|| {
        view! { <p class="quiet-text">{said::more_problems(uncounted)}</p> }
    });
    let items = {
        let found = found.clone();
        move |at: usize| match found.problems.get(at) {
            Some(problem) => problem_item(import, at, problem, format),
            None => ().into_any(),
        }
    };
    let mendable = found.clone();
    let list = view! {
        <h4 id="import-problems" tabindex="-1">{heading}</h4>
        <p class="quiet-text">
            {said::PROBLEMS_HELP.say()}
        </p>
        {all_of_them(import, mendable)}
        <ul class="entries" role="list" aria-labelledby="import-problems">
            <For each=move || 0..shown.get().min(kept) key=|at: &usize| *at children=items/>
        </ul>
        <button
            type="button"
            class="button"
            hidden=flag("", move || shown.get() >= kept)
            on:click=handler(move |_| {
                shown.update(|shown| *shown += SHOWN);
                if shown.get_untracked() >= kept {
                    // The button goes; the focus must not go with it.
                    page::focus("import-problems");
                }
            })
        >
            {dynamic(move || {
                let rest = kept.saturating_sub(shown.get());
                said::show_more(rest, &texts::number(rest.min(SHOWN)))
            })}
        </button>
        {more}
    };
    Some(list.into_any())
}

/// One choice for all that can become tasks, where there are several.
fn all_of_them(import: Import, found: Arc<Imported>) -> Option<AnyView> {
    let mendable = || {
        let all = found.problems.iter().enumerate();
        // What is finished is not made anew with all the others.
        all.filter(|(_, problem)| problem.is_mendable() && !problem.done)
            .map(|(at, _)| at)
            .collect::<Vec<_>>()
    };
    let all = mendable();
    let number = all.len();
    let change = move |event: Event| {
        let wanted = if event_target_checked(&event) {
            all.clone()
        } else {
            Vec::new()
        };
        import.mended.set(wanted);
    };
    let choice = view! {
        <label class="choice">
            <input
                type="checkbox"
                prop:checked=move || import.mended.with(Vec::len) == number
                on:change=handler(change)
            />
            <span>{said::mend_all(number)}</span>
        </label>
    };
    (number > 1).then(|| choice.into_any())
}

fn problem_item(import: Import, at: usize, problem: &Problem, format: Format) -> AnyView {
    let text = words::start(problem.text.trim(), TEXT_SHOWN);
    let text = (!text.is_empty()).then(|| view! { <p class="entry-text" dir="auto">{text}</p> });
    let change = move |event: Event| {
        let is_wanted = event_target_checked(&event);
        import.mended.update(|mended| match mended.binary_search(&at) {
            Err(place) if is_wanted => mended.insert(place, at),
            Ok(place) if !is_wanted => drop(mended.remove(place)),
            _ => {}
        });
    };
    let mended = problem.mended().map(|draft| {
        let label = match problem.done {
            true => said::add_again_as(draft.summary.as_str()),
            false => said::add_as(draft.summary.as_str()),
        };
        view! {
            <label class="choice" dir="auto">
                <input
                    type="checkbox"
                    prop:checked=move || import.mended.with(|mended| mended.binary_search(&at).is_ok())
                    on:change=handler(change)
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <li class="entry">
            <p class="entry-problem">
                <strong>{said::line_begin(&texts::number(problem.line as usize))}</strong>
                " "
                {words::problem(problem, format)}
            </p>
            {text}
            {mended}
        </li>
    }
    .into_any()
}
