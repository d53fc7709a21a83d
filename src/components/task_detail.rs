//! One task, opened.

use leptos::prelude::*;

use super::compare::compare;
use super::decide::choices;
use super::description::{Tick, Ticking, description};
use super::dynamic::{dynamic, effect, flag, handler, part};
use super::icon::{Glyph, Icon};
use super::note::{failure, skeleton, stale_note};
use crate::api::{ApiError, ErrorKind};
use crate::browser::page;
use crate::face::{Content, Face, Phase, face};
use crate::markdown;
use crate::routes::Route;
use crate::state::{Loading, Reading, Router, Shared, TaskStore, reading, shared};
use crate::sync::engine::Engine;
use crate::sync::record::StoreError;
use crate::sync::view::Shown;
use crate::sync::{RowState, TaskRef, Text};
use crate::texts::{common, description as said, task as texts};

/// The id of the heading of whatever is open, for the focus and for the title.
pub(super) const HEADING: &str = "pane-heading";

/// The id of the button that finishes the task.
pub(super) const FINISH: &str = "finish-task";

/// A task that is being read: its resource and its clock.
#[derive(Clone, Copy)]
pub(super) struct OpenedTask {
    resource: Reading,
    loading: Loading,
    task: StoredValue<TaskRef>,
    store: TaskStore,
}

impl OpenedTask {
    /// Begins to read the task.
    pub(super) fn read(task: TaskRef) -> Self {
        let store = shared().store;
        let loading = Loading::new();
        let task = StoredValue::new(task);
        let resource = reading(move || store.read_task(task.get_value(), loading));
        Self {
            resource,
            loading,
            task,
            store,
        }
    }

    /// The task as it is to be shown, when it is known.
    pub(super) fn shown(&self) -> Option<Shown> {
        self.task.with_value(|task| self.store.task(task))
    }

    fn failure(&self) -> Option<ApiError> {
        self.resource.get().and_then(Result::err)
    }

    /// Whether the server says that it has no such task.
    fn is_missing(&self) -> bool {
        self.failure()
            .is_some_and(|error| error.kind == ErrorKind::NotFound)
    }

    /// Whether there is no such task: neither the server has it, nor does anything wait for it here.
    pub(super) fn is_gone(&self) -> bool {
        // A copy that is all there is must not outlive the server's word that the task is gone.
        let is_wanted = |shown: Shown| shown.row.state != RowState::Settled || !self.is_missing();
        if self.store.look(Engine::is_loaded) != Some(true) || self.shown().is_some_and(is_wanted) {
            return false;
        }
        match self.resource.get() {
            Some(Err(_)) => self.is_missing(),
            Some(Ok(())) => self.loading.phase() == Phase::Idle,
            None => false,
        }
    }

    fn is_known(&self) -> bool {
        self.shown().is_some_and(|shown| shown.description.is_some())
    }

    /// What to show of it.
    pub(super) fn face(&self) -> Face {
        let content = if self.is_known() {
            Content::Something
        } else {
            Content::Unknown
        };
        face(content, self.loading.phase(), self.failure().as_ref(), 0.0)
    }

    /// The same for a page that would rather begin with what the server says now than with the copy on this
    /// device, and takes the copy when that takes longer than a moment or fails: an edit is merged with whatever
    /// the server has by then.
    pub(super) fn fresh_face(&self) -> Face {
        let face = self.face();
        // What waits on this device is part of the text, and the server may answer before the store does.
        let is_loaded = self.store.look(Engine::is_loaded) == Some(true);
        let waits = self.loading.phase() == Phase::Begun || self.resource.get().is_none() || !is_loaded;
        if matches!(face, Face::Shown(_)) && waits {
            return Face::Blank;
        }
        face
    }

    /// Whether a box in its description can be ticked: not while it is being finished, or while a person has to decide
    /// about its text first.
    fn can_be_ticked(&self) -> bool {
        let is_loaded = self.store.look(Engine::is_loaded) == Some(true);
        is_loaded
            && self
                .shown()
                .is_some_and(|shown| !shown.row.is_done && !shown.row.needs_you())
    }

    /// Keeps a tick as any other edit.
    fn tick(&self, tick: Tick) {
        let now = untrack(|| self.shown());
        let problem = tick.problem;
        let changed = now.and_then(|now| {
            let is_same = now.description.as_ref() == Some(&tick.source);
            let description = markdown::toggle(&tick.source, tick.at, tick.checked).filter(|_| is_same)?;
            Some((now.row.summary, description))
        });
        let Some((summary, description)) = changed else {
            // The box is not the one any more that was on the page.
            return problem.set(said::CHANGED_MEANWHILE.say().to_owned());
        };
        let before = Text {
            summary: summary.clone(),
            description: tick.source,
        };
        let after = Text { summary, description };
        let then = move |kept: Result<(), StoreError>| {
            if let Err(error) = kept {
                problem.try_set(error.sentence().to_owned());
            }
        };
        self.task
            .with_value(|task| self.store.update(task, before, after, Box::new(then)));
    }

    /// Reads it again.
    pub(super) fn retry(&self) {
        page::focus(HEADING);
        self.loading.interrupt();
        self.resource.refetch();
    }
}

/// The page of a task.
#[component]
pub fn TaskDetail(
    /// Which task.
    task: TaskRef,
) -> impl IntoView {
    let Shared { store, router, .. } = shared();
    let opened = OpenedTask::read(task.clone());
    let here = Route::Task(task.clone());
    let edit = router.href(&Route::Edit(task.clone()));
    let task = StoredValue::new(task);
    let summary = move || opened.shown().map(|shown| shown.row.summary);
    // What is typed about a conflict must not be made anew with each thing that happens elsewhere.
    let state = Memo::new(move |_| opened.shown().map(|shown| shown.row.state));
    let finishing = move || opened.shown().is_some_and(|shown| shown.row.is_struck());
    let face = Memo::new(move |_| opened.face());
    // Whether there is a task to show at all; an article that is shown stays while its face changes.
    let page = Memo::new(move |_| match opened.is_gone() {
        true => Face::Empty(None),
        false => Face::Shown(None),
    });
    let is_gone = move || page.with(|page| *page == Face::Empty(None));
    let retry = Callback::new(move |()| opened.retry());
    focus_when_shown(router, move || is_gone() || summary().is_some());

    let finish = move |_| {
        let here = here.clone();
        let leave = move || {
            if router.is_at(&here) {
                router.go(Route::List);
            }
        };
        task.with_value(|task| store.finish(task, leave));
    };
    let state_of_it = move || match face.get() {
        Face::Failed(error) => Some(failure(&error, retry)),
        Face::Loading => Some(skeleton(common::LOADING_TASK.say(), false)),
        Face::Slow => Some(skeleton(common::LOADING_TASK.say(), true)),
        Face::Shown(note) => note.map(|note| stale_note(note, None, retry)),
        Face::Blank | Face::Empty(_) => None,
    };
    // What is said about its age comes and goes, and the description stays: somebody may be reading, or be at a box.
    let is_shown = Memo::new(move |_| matches!(face.get(), Face::Shown(_)));
    let body = move || {
        if !is_shown.get() {
            return None;
        }
        let text = move || opened.shown().and_then(|shown| shown.description);
        let ticking = Ticking {
            is_possible: Box::new(move || opened.can_be_ticked()),
            keep: Box::new(move |tick| opened.tick(tick)),
        };
        let text = Box::new(move || text().unwrap_or_default());
        Some(description(text, common::NO_DESCRIPTION, Some(ticking)))
    };
    let problem = move || match state.get() {
        Some(RowState::NeedsYou(key, sentence)) => {
            let versions = compare(key);
            let choices = versions.is_none().then(|| choices(key, HEADING));
            let body = view! {
                <div class="form-problem" role="alert">
                    <p>{sentence}</p>
                    {choices}
                </div>
                {versions}
            };
            Some(body.into_any())
        }
        _ => None,
    };
    let article = move || {
        let edit = edit.clone();
        view! {
            <article class="detail" class:finishing=dynamic(finishing) aria-labelledby=HEADING>
                <h2 id=HEADING class="detail-summary" tabindex="-1" dir="auto">
                    <span class="strike">{dynamic(move || summary().unwrap_or_else(|| common::TASK.say().to_owned()))}</span>
                </h2>
                {part(state_of_it)}
                {part(body)}
                {part(problem)}
                <div class="actions" hidden=flag("", move || summary().is_none())>
                    <button
                        type="button"
                        id=FINISH
                        class="button primary"
                        aria-disabled=flag("true", finishing)
                        on:click=handler(finish.clone())
                    >
                        <Icon glyph=Glyph::Check/>
                        {texts::FINISH.say()}
                    </button>
                    <a class="button" href=edit>
                        <Icon glyph=Glyph::Pencil/>
                        {common::EDIT.say()}
                    </a>
                </div>
            </article>
        }
        .into_any()
    };
    view! {
        <BackLink/>
        {part(move || if is_gone() { Some(gone_task()) } else { Some(article()) })}
    }
}

/// The way back to the list.
#[component]
pub fn BackLink() -> impl IntoView {
    let router = shared().router;
    view! {
        <a class="back" href=router.href(&Route::List)><Icon glyph=Glyph::Back/> {common::ALL_TASKS.say()}</a>
    }
}

/// A task that the server does not have.
pub(super) fn gone_task() -> AnyView {
    let router = shared().router;
    view! {
        <div class="face" role="alert">
            <h2 id=HEADING tabindex="-1">{texts::GONE.say()}</h2>
            <p>{texts::GONE_HELP.say()}</p>
            <a class="button primary" href=router.href(&Route::List)>{common::BACK_TO_ALL_TASKS.say()}</a>
        </div>
    }
    .into_any()
}

/// Moves the focus to the heading of a page that was gone to, as soon as there is one. A page the app was
/// opened on leaves the focus where the browser put it.
pub(super) fn focus_when_shown(router: Router, is_shown: impl Fn() -> bool + 'static) {
    let mut done = !router.has_navigated();
    effect(move || done = done || (is_shown() && page::focus(HEADING)));
}
