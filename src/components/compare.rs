//! Two versions of a task, side by side, and the choice between them.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;

use super::decide::button;
use super::dynamic::{attribute, dynamic, flag, handler, part};
use super::summary_field::{SummaryField, checked};
use super::task_detail::HEADING;
use crate::browser::page;
use crate::state::drafts::Form;
use crate::state::{Shared, TaskStore, effect, shared};
use crate::sync::engine::Engine;
use crate::sync::entry::{Change, Decision, EntryState, Why};
use crate::sync::record::StoreError;
use crate::sync::words::{Piece, differences};
use crate::sync::{EntryKey, TaskRef, Text};
use crate::texts::{Text as Label, common, compare, said};

const SUMMARY: &str = "both-summary";
const DESCRIPTION: &str = "both-description";
const EDIT: &str = "both-edit";

/// What a person chooses between.
struct Versions {
    task: TaskRef,
    mine: Text,
    theirs: Text,
    /// Later changes of the same text. They are part of `mine`, so that the choice is about them too.
    later: Vec<EntryKey>,
}

fn versions(engine: &Engine, key: EntryKey) -> Option<Versions> {
    let entry = engine.entry(key)?;
    let EntryState::Parked(Why::Conflict(theirs)) = &entry.state else {
        return None;
    };
    // A field that I did not touch is as they have it in my version too.
    let mut mine = theirs.clone();
    let mut later = Vec::new();
    let of_task = engine.entries().iter().filter(|other| other.task == entry.task);
    for other in of_task.skip_while(|other| other.key < key) {
        if let Change::Edit(edit) = &other.change {
            edit.apply(&mut mine);
            if other.key != key {
                later.push(other.key);
            }
        }
    }
    Some(Versions {
        task: entry.task.clone(),
        mine,
        theirs: theirs.clone(),
        later,
    })
}

/// Decides about the conflict and about the later changes of the text. Those come first: as long as the conflict
/// stands none of them is sent or put together with it, so that none can undo what was chosen.
fn decide(store: TaskStore, key: EntryKey, later: &[EntryKey], decision: &Decision) {
    for key in later.iter().chain([&key]) {
        store.decide(*key, decision.clone());
    }
}

/// Both versions and the ways to go on; `None` when the entry is no conflict.
pub(super) fn compare(key: EntryKey) -> Option<AnyView> {
    let Shared { store, announcer, .. } = shared();
    let found = move || store.look_now(|engine| versions(engine, key)).flatten();
    let Versions { task, mine, .. } = found()?;
    let editing = RwSignal::new(false);

    let columns = move || {
        let Versions { mine, theirs, .. } = store.look(|engine| versions(engine, key)).flatten()?;
        let (my_summary, their_summary) = differences(&mine.summary, &theirs.summary);
        let (my_text, their_text) = differences(&mine.description, &theirs.description);
        let columns = view! {
            <div class="versions">
                {column(compare::MINE, my_summary, my_text)}
                {column(compare::THEIRS, their_summary, their_text)}
            </div>
        };
        Some(columns.into_any())
    };
    let choose = move |said: Label, choice: fn(Text) -> Decision| {
        move || {
            let Some(versions) = found() else { return };
            page::focus(HEADING);
            announcer.say(said.say());
            decide(store, key, &versions.later, &choice(versions.mine));
        }
    };
    let mine_wins = choose(compare::MINE_KEPT, Decision::Save);
    let theirs_wins = choose(compare::THEIRS_KEPT, |_| Decision::Drop);
    let open = move |_| {
        editing.set(true);
        request_animation_frame(|| {
            page::focus(SUMMARY);
        });
    };
    let view = view! {
        <section class="compare" aria-label=compare::REGION.say()>
            {part(columns)}
            <div class="actions">
                {button(compare::KEEP_MINE.say().to_owned(), "button primary", mine_wins)}
                {button(compare::KEEP_THEIRS.say().to_owned(), "button", theirs_wins)}
                <button
                    type="button"
                    id=EDIT
                    class="button quiet"
                    aria-expanded=attribute(move || Some(editing.get().to_string()))
                    on:click=handler(open)
                >
                    {compare::EDIT.say()}
                </button>
            </div>
            {form(key, task, mine, editing)}
        </section>
    };
    Some(view.into_any())
}

fn column(title: Label, summary: Vec<Piece>, description: Vec<Piece>) -> AnyView {
    let title = title.say();
    let none = description.is_empty().then(|| common::NO_DESCRIPTION.say());
    view! {
        <section class="version" aria-label=title>
            <h3>{title}</h3>
            <p class="version-summary" dir="auto">{marked(summary)}</p>
            <div class="description" dir="auto">{marked(description)}</div>
            <p class="quiet-text">{none}</p>
        </section>
    }
    .into_any()
}

fn marked(pieces: Vec<Piece>) -> Vec<AnyView> {
    let show = |piece: Piece| match piece.is_changed {
        true => {
            let (begin, end) = (compare::CHANGED_BEGIN.say(), compare::CHANGED_END.say());
            view! { <mark data-begin=begin data-end=end>{piece.text}</mark> }.into_any()
        }
        false => view! { <span>{piece.text}</span> }.into_any(),
    };
    pieces.into_iter().map(show).collect()
}

/// A text of both versions. It begins with mine, and what is typed is kept as a draft of the task's text.
fn form(key: EntryKey, task: TaskRef, mine: Text, editing: RwSignal<bool>) -> AnyView {
    let Shared {
        store,
        router,
        drafts,
        announcer,
        ..
    } = shared();
    let of_task = StoredValue::new(Form::Edit(task));
    let began = of_task
        .with_value(|form| drafts.get(form))
        .unwrap_or_else(|| mine.clone());
    let summary = RwSignal::new(began.summary);
    let description = RwSignal::new(began.description);
    let problem = RwSignal::new(String::new());
    let readonly = RwSignal::new(false);
    let typed = move || Text {
        summary: summary.get(),
        description: description.get(),
    };
    let mine = StoredValue::new(mine);
    router.guard(move || editing.get() && mine.with_value(|mine| typed() != *mine));
    effect(move || {
        let text = typed();
        of_task.with_value(|form| mine.with_value(|mine| drafts.keep_or_forget(form, &text, mine)));
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(text) = checked(SUMMARY, summary, problem, description) else {
            return;
        };
        let later = store
            .look_now(|engine| versions(engine, key))
            .flatten()
            .map(|versions| versions.later);
        let Some(later) = later else { return };
        page::focus(HEADING);
        announcer.say(said::saved(&text.summary));
        for key in &later {
            store.decide(*key, Decision::Save(text.clone()));
        }
        let form = of_task.get_value();
        let kept = move |kept: Result<(), StoreError>| match kept {
            Ok(()) => drafts.forget(&form),
            Err(error) => drop(problem.try_set(error.sentence().to_owned())),
        };
        store.decide_text(key, Decision::Save(text), Box::new(kept));
    };
    let cancel = move |_| {
        page::focus(EDIT);
        editing.set(false);
    };
    view! {
        <form
            class="task-form"
            novalidate
            aria-label=compare::FORM.say()
            hidden=flag("", move || !editing.get())
            on:submit=handler(save)
        >
            <label for=SUMMARY>{common::SUMMARY.say()}</label>
            <SummaryField id=SUMMARY value=summary problem pasted=None readonly/>
            <label for=DESCRIPTION>{common::DESCRIPTION.say()}</label>
            <textarea
                id=DESCRIPTION
                class="field"
                dir="auto"
                rows="8"
                prop:value=dynamic(move || description.get())
                on:input=handler(move |event: Event| description.set(event_target_value(&event)))
            ></textarea>
            <div class="actions">
                <button type="submit" class="button primary">{compare::SAVE.say()}</button>
                <button type="button" class="button quiet" on:click=handler(cancel)>{common::CANCEL.say()}</button>
            </div>
        </form>
    }
    .into_any()
}
