//! The form for a new task, and for one that exists.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::description_field::{DescriptionField, write_in};
use super::dynamic::{dynamic, effect, flag, handler, part};
use super::note::{failure as failed, skeleton};
use super::paste_offer::PasteOffer;
use super::summary_field::{SummaryField, checked};
use super::task_detail::{BackLink, HEADING, OpenedTask, focus_when_shown, gone_task};
use crate::browser::{history, page};
use crate::face::Face;
use crate::prefill::{added_to, prefill};
use crate::routes::Route;
use crate::state::drafts::Form;
use crate::state::{Shared, shared};
use crate::sync::record::StoreError;
use crate::sync::{RowState, TaskRef, Text};
use crate::task::PastedLines;
use crate::texts::{common, form as said};

const SUMMARY: &str = "form-summary";
const DESCRIPTION: &str = "form-description";

/// The page for a new task. The form is made anew when another text is put into it from elsewhere.
#[component]
pub fn NewTask() -> impl IntoView {
    let Shared { drafts, router, .. } = shared();
    let given = prefill(&history::query());
    if given.is_some() {
        // Loaded again, it would bring the same once more.
        history::replace(&router.href(&Route::New), history::index());
    }
    let given = StoredValue::new(given);
    let shown = move || {
        drafts.follow_replacements();
        let given = given.try_update_value(Option::take).flatten();
        Some(view! { <TaskForm form=Form::New saved=Text::default() given/> }.into_any())
    };
    view! {
        <BackLink/>
        {part(shown)}
    }
}

/// The page for a task that exists: reads it first.
#[component]
pub fn EditTask(
    /// Which task.
    task: TaskRef,
) -> impl IntoView {
    let router = shared().router;
    let opened = OpenedTask::read(task.clone());
    let task = StoredValue::new(task);
    let retry = Callback::new(move |()| opened.retry());
    // The form begins with what the server says now, never with an older copy; and from then on it stays,
    // whatever becomes of the task, because someone may be typing in it.
    let face = Memo::new(move |before: Option<&Face>| match opened.fresh_face() {
        _ if before == Some(&Face::Shown(None)) => Face::Shown(None),
        Face::Shown(_) => Face::Shown(None),
        _ if opened.is_gone() => Face::Empty(None),
        face => face,
    });
    focus_when_shown(router, move || face.get() == Face::Empty(None));
    let shown = move || {
        let body = match face.get() {
            Face::Loading => skeleton(common::LOADING_TASK.say(), false),
            Face::Slow => skeleton(common::LOADING_TASK.say(), true),
            Face::Failed(error) => failed(&error, retry),
            Face::Empty(_) => gone_task(),
            Face::Blank => return None,
            Face::Shown(_) => {
                let shown = untrack(|| opened.shown())?;
                let problem = match shown.row.state {
                    RowState::NeedsYou(_, sentence) => sentence,
                    _ => String::new(),
                };
                let saved = Text {
                    summary: shown.row.summary,
                    description: shown.description.unwrap_or_default(),
                };
                view! { <TaskForm form=Form::Edit(task.get_value()) saved problem/> }.into_any()
            }
        };
        Some(body)
    };
    view! {
        <BackLink/>
        {part(shown)}
    }
}

/// Summary and description. What is typed is a draft in this browser until the store of this device has it.
#[component]
pub fn TaskForm(
    /// Which form: it decides what "save" means and where the draft is kept.
    form: Form,
    /// The text as it was shown; for a new task it is empty.
    saved: Text,
    /// What is wrong with that text; empty when nothing is known to be.
    #[prop(optional)]
    problem: String,
    /// What the address brings along for it.
    #[prop(optional_no_strip)]
    given: Option<Text>,
) -> impl IntoView {
    let Shared {
        store,
        router,
        drafts,
        ..
    } = shared();
    let left = drafts.get(&form).filter(|left| *left != saved);
    let restored = RwSignal::new(left.is_some());
    let text = match (left, given) {
        (Some(left), Some(given)) if left != given => added_to(left, &given),
        (Some(left), _) => left,
        (None, given) => given.unwrap_or_else(|| saved.clone()),
    };
    let summary = RwSignal::new(text.summary);
    let description = RwSignal::new(text.description);
    let saving = RwSignal::new(false);
    let previewing = RwSignal::new(false);
    let finished = RwSignal::new(false);
    let pasted = RwSignal::new(None::<PastedLines>);
    let summary_problem = RwSignal::new(String::new());
    // What the server said about the text that is edited now, if it has refused it.
    let problem = RwSignal::new(problem);
    let not_kept = RwSignal::new(false);
    let form = StoredValue::new(form);
    let saved = StoredValue::new(saved);

    let typed = move || Text {
        summary: summary.get(),
        description: description.get(),
    };
    router.guard(move || !finished.get() && saved.with_value(|saved| typed() != *saved));
    effect(move || {
        let text = typed();
        let kept =
            form.with_value(|form| saved.with_value(|saved| drafts.keep_or_forget(form, &text, saved)));
        not_kept.set(!kept);
    });
    effect(|| page::focus_unless_typing(SUMMARY));

    let start_over = move |_| {
        let Text {
            summary: was,
            description: described,
        } = saved.get_value();
        summary.set(was);
        description.set(described);
        restored.set(false);
        page::focus(SUMMARY);
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if saving.get_untracked() {
            return;
        }
        let Some(text) = checked(SUMMARY, summary, summary_problem, description) else {
            return;
        };
        saving.set(true);
        problem.set(String::new());
        summary_problem.set(String::new());
        let form = form.get_value();
        let next = match &form {
            Form::Edit(task) => Route::Task(task.clone()),
            Form::New | Form::Line => Route::List,
        };
        let sent = form.clone();
        // The text leaves the form when this device has it, and not before.
        let then = Box::new(move |kept: Result<(), StoreError>| {
            let is_left = saving.try_set(false).is_some();
            match kept {
                Ok(()) => {
                    drafts.forget(&form);
                    // Nobody is here any more when the page was left in the meantime.
                    if !is_left {
                        finished.try_set(true);
                        router.replace(next);
                    }
                }
                Err(error) => {
                    problem.try_set(error.sentence().to_owned());
                    if !is_left {
                        page::focus("form-problem");
                    }
                }
            }
        });
        match sent {
            Form::Edit(task) => store.update(&task, saved.get_value(), text, then),
            Form::New | Form::Line => store.add(&text.summary, &text.description, then),
        }
    };
    let each = Callback::new(move |pasted: PastedLines| {
        let failed = move |line: String, error: StoreError| {
            problem.try_set(error.sentence().to_owned());
            // The page of the form is left by then: the lines wait in its draft.
            drafts.add_to_new(&line);
        };
        store.add_each(&pasted.lines, failed);
        router.go(Route::List);
    });
    let one = Callback::new(move |PastedLines { lines, rest }: PastedLines| {
        // What stands there already is added to.
        let first = lines.into_iter().next().unwrap_or_default();
        summary.update(|summary| *summary = [summary.trim(), &first].join(" ").trim().to_owned());
        description.update(|description| {
            *description = [description.trim_end(), &rest].join("\n").trim_start().to_owned()
        });
        write_in(DESCRIPTION, previewing);
    });
    let is_new = form.with_value(|form| *form == Form::New);
    let problem = move || match (problem.get(), not_kept.get()) {
        (problem, true) if problem.is_empty() => said::NO_ROOM_FOR_DRAFT.say().to_owned(),
        (problem, _) => problem,
    };
    let save = move || {
        let label = match (saving.get(), is_new) {
            (true, _) => common::SAVING,
            (false, true) => said::ADD_TASK,
            (false, false) => common::SAVE,
        };
        label.say().to_owned()
    };
    let note = move || {
        let note = view! {
            <div class="note" role="status">
                <p>{said::RESTORED.say()}</p>
                <button type="button" class="button small" on:click=handler(start_over)>{said::START_OVER.say()}</button>
            </div>
        };
        restored.get().then(|| note.into_any())
    };
    let back = match form.get_value() {
        Form::Edit(id) => Route::Task(id),
        Form::New | Form::Line => Route::List,
    };

    view! {
        <form class="task-form" on:submit=handler(submit) novalidate aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">{if is_new { common::NEW_TASK } else { said::EDIT_TASK }.say()}</h2>
            {part(note)}
            <label for=SUMMARY>{common::SUMMARY.say()}</label>
            <SummaryField id=SUMMARY value=summary problem=summary_problem pasted=is_new.then_some(pasted) readonly=saving/>
            {is_new.then(|| view! { <PasteOffer pasted field=SUMMARY on_each=each on_one=one/> })}
            <DescriptionField id=DESCRIPTION value=description previewing readonly=saving/>
            <div id="form-problem" tabindex="-1" role="alert" class="form-problem">
                {dynamic(problem)}
            </div>
            <div class="actions">
                <button type="submit" class="button primary" aria-disabled=flag("true", move || saving.get())>
                    {dynamic(save)}
                </button>
                <a class="button quiet" href=router.href(&back)>{common::CANCEL.say()}</a>
            </div>
        </form>
    }
}
