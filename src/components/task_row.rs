//! One line of the list.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dynamic::{attribute, dynamic, effect, flag, handler, part};
use super::icon::{Glyph, Icon};
use crate::browser::page;
use crate::routes::Route;
use crate::state::drafts::Text;
use crate::state::{Shared, TaskStore, shared};
use crate::sync::{Change, RowKey, RowState};

/// Where the focus goes when a row leaves and no other row is near.
pub(super) const HEADING: &str = "tasks-heading";

/// The id of a row's link, unique among the rows: `7` and `"7"` are two tasks.
pub(super) fn link_id(row: &RowKey) -> String {
    format!("open-{}", row_name(row))
}

fn finish_id(row: &RowKey) -> String {
    format!("finish-{}", row_name(row))
}

fn row_name(row: &RowKey) -> String {
    match row {
        RowKey::Listed(id @ crate::task::TaskId::Number(_)) => format!("n{id}"),
        RowKey::Listed(id) => format!("t{id}"),
        RowKey::Adding(key) => format!("adding-{key}"),
    }
}

/// A task, its way to be finished, and how it stands.
#[component]
pub fn TaskRow(
    /// Which row; its text and its state are looked up, never copied.
    row: RowKey,
) -> impl IntoView {
    let Shared { store, router, .. } = shared();
    let row = StoredValue::new(row);
    let summary = move || row.with_value(|row| store.summary(row));
    let state = move || row.with_value(|row| store.row_state(row));
    let finishing = move || state() == RowState::Finishing;
    let (check, text) = match row.get_value() {
        RowKey::Listed(id) => {
            let open = move || row.with_value(|row| router.with_route(|route| is_open(row, route)));
            let check = view! {
                <button
                    type="button"
                    id=row.with_value(finish_id)
                    class="check"
                    aria-label=attribute(move || Some(format!("Finish: {}", summary())))
                    aria-disabled=flag("true", finishing)
                    on:click=handler(move |_| finish(store, row.get_value()))
                >
                    <Icon glyph=Glyph::Check/>
                </button>
            };
            let text = view! {
                <a
                    id=row.with_value(link_id)
                    class="row-text"
                    dir="auto"
                    href=router.href(&Route::Task(id))
                    aria-current=flag("true", open)
                >
                    <span class="strike">{dynamic(summary)}</span>
                </a>
            };
            (Some(check), text.into_any())
        }
        RowKey::Adding(_) => {
            // It stands at the end of the list, where the line for the next one could cover what it says.
            effect(move || {
                state();
                page::bring_into_view(&row.with_value(row_name));
            });
            let text = view! { <span class="row-text" dir="auto">{dynamic(summary)}</span> };
            (None, text.into_any())
        }
    };
    view! {
        <li
            id=row.with_value(row_name)
            class="row"
            class:finishing=dynamic(finishing)
            class:saving=dynamic(move || state() == RowState::Saving)
        >
            {check}
            {text}
            {part(move || match state() {
                RowState::Saving => Some(view! { <span class="row-state">"Saving…"</span> }.into_any()),
                RowState::Refused(sentence) => row.with_value(|row| refused(row, sentence)),
                RowState::Settled | RowState::Finishing => None,
            })}
        </li>
    }
}

fn is_open(row: &RowKey, route: &Route) -> bool {
    match (row, route.task()) {
        (RowKey::Listed(id), Some(open)) => id.path_text() == open.path_text(),
        _ => false,
    }
}

/// Finishes a task. The focus was in its row, so it goes to the row that takes its place.
fn finish(store: TaskStore, row: RowKey) {
    let RowKey::Listed(id) = row.clone() else { return };
    let rows = store.rows_now();
    let at = rows.iter().position(|shown| *shown == row).unwrap_or_default();
    let next = rows
        .get(at + 1)
        .or_else(|| at.checked_sub(1).and_then(|before| rows.get(before)));
    let next = next.map_or_else(|| HEADING.to_owned(), finish_id);
    let mine = finish_id(&row);
    spawn_local(async move {
        let had_focus = || page::focused().as_deref() == Some(mine.as_str());
        if store.finish(id, had_focus).await == Some(true) && !page::focus(&next) {
            page::focus(HEADING);
        }
    });
}

/// What a person can do about a change that did not go through.
fn refused(row: &RowKey, sentence: String) -> Option<AnyView> {
    let Shared { store, router, .. } = shared();
    let is_new = matches!(row, RowKey::Adding(_));
    let key = store.entry_of(row)?;
    let edit = move |_| {
        if let Some(Change::Add { summary, description }) = store.take_back(key) {
            store.put_into_form(&Text { summary, description });
            router.go(Route::New);
        }
    };
    let retry = move |_| {
        // The button goes; the focus must not go with it.
        page::focus(HEADING);
        store.retry(key);
    };
    let take_back = move |_| {
        store.take_back(key);
        page::focus(HEADING);
    };
    let edit = is_new
        .then(|| view! { <button type="button" class="button small" on:click=handler(edit)>"Edit"</button> });
    let actions = view! {
        <div class="row-problem">
            <p role="alert">{sentence}</p>
            <div class="actions">
                <button type="button" class="button small" on:click=handler(retry)>"Try again"</button>
                {edit}
                <button type="button" class="button small quiet" on:click=handler(take_back)>
                    {if is_new { "Discard" } else { "Leave it open" }}
                </button>
            </div>
        </div>
    };
    Some(actions.into_any())
}
