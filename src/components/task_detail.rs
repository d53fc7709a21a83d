//! One task, opened.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dynamic::{dynamic, effect, flag, handler, part};
use super::icon::{Glyph, Icon};
use super::note::{failure, skeleton, stale_note};
use crate::api::{ApiError, ErrorKind};
use crate::browser::page;
use crate::face::{Content, Face, Phase, face};
use crate::routes::Route;
use crate::state::{Loading, Reading, Router, Shared, TaskStore, reading, shared};
use crate::sync::RowState;
use crate::task::TaskId;

/// The id of the heading of whatever is open, for the focus and for the title.
pub(super) const HEADING: &str = "pane-heading";

/// A task that is being read: its resource and its clock.
#[derive(Clone, Copy)]
pub(super) struct OpenedTask {
    resource: Reading,
    loading: Loading,
    id: StoredValue<TaskId>,
    store: TaskStore,
}

impl OpenedTask {
    /// Begins to read the task.
    pub(super) fn read(id: TaskId) -> Self {
        let store = shared().store;
        let loading = Loading::new();
        let id = StoredValue::new(id);
        let resource = reading(move || store.read_task(id.get_value(), loading));
        Self {
            resource,
            loading,
            id,
            store,
        }
    }

    fn failure(&self) -> Option<ApiError> {
        self.resource.get().and_then(Result::err)
    }

    /// Whether there is no such task: the server has said so, or it was read and then finished.
    pub(super) fn is_gone(&self) -> bool {
        match self.resource.get() {
            Some(Err(error)) => error.kind == ErrorKind::NotFound,
            Some(Ok(())) => self.loading.phase() == Phase::Idle && !self.is_known(),
            None => false,
        }
    }

    fn is_known(&self) -> bool {
        self.id.with_value(|id| self.store.opened(id).is_some())
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

    /// The same for a page that must not begin with an older copy.
    pub(super) fn fresh_face(&self) -> Face {
        match (self.face(), self.resource.get()) {
            (Face::Shown(_), Some(Ok(()))) => Face::Shown(None),
            _ => face(
                Content::Unknown,
                self.loading.phase(),
                self.failure().as_ref(),
                0.0,
            ),
        }
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
    id: TaskId,
) -> impl IntoView {
    let Shared { store, router, .. } = shared();
    let opened = OpenedTask::read(id.clone());
    let id = StoredValue::new(id);
    let summary = move || id.with_value(|id| store.summary_at(id));
    let description = move || {
        id.with_value(|id| store.opened(id))
            .map(|task| task.description)
            .unwrap_or_default()
    };
    let state = move || id.with_value(|id| store.state_at(id));
    let finishing = move || state() == RowState::Finishing;
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
        let id = id.get_value();
        spawn_local(async move {
            let here = Route::Task(id.clone());
            if store.finish(id, || ()).await.is_some() && router.is_at(&here) {
                router.go(Route::List);
            }
        });
    };
    let shown = move || {
        let body = match face.get() {
            Face::Failed(error) => failure(&error, retry),
            Face::Loading => skeleton("Loading the task…", false),
            Face::Slow => skeleton("Loading the task…", true),
            Face::Shown(note) => view! {
                {note.map(|note| stale_note(note, None, retry))}
                <div class="description" dir="auto">{dynamic(description)}</div>
                <p class="quiet-text none">"No description."</p>
            }
            .into_any(),
            Face::Blank | Face::Empty(_) => return None,
        };
        Some(body)
    };
    let problem = move || match state() {
        RowState::Refused(sentence) => sentence,
        _ => String::new(),
    };
    let article = move || {
        view! {
            <article class="detail" class:finishing=dynamic(finishing) aria-labelledby=HEADING>
                <h2 id=HEADING class="detail-summary" tabindex="-1" dir="auto">
                    <span class="strike">{dynamic(move || summary().unwrap_or_else(|| "Task".to_owned()))}</span>
                </h2>
                {part(shown)}
                <p class="form-problem" role="alert">{dynamic(problem)}</p>
                <div class="actions" hidden=flag("", move || summary().is_none())>
                    <button
                        type="button"
                        class="button primary"
                        aria-disabled=flag("true", finishing)
                        on:click=handler(finish)
                    >
                        <Icon glyph=Glyph::Check/>
                        "Finish task"
                    </button>
                    <a class="button" href=router.href(&Route::Edit(id.get_value()))>
                        <Icon glyph=Glyph::Pencil/>
                        "Edit"
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
pub(super) fn BackLink() -> impl IntoView {
    let router = shared().router;
    view! {
        <a class="back" href=router.href(&Route::List)><Icon glyph=Glyph::Back/> "All tasks"</a>
    }
}

/// A task that the server does not have.
pub(super) fn gone_task() -> AnyView {
    let router = shared().router;
    view! {
        <div class="face" role="alert">
            <h2 id=HEADING tabindex="-1">"This task isn’t there any more"</h2>
            <p>"It was finished here or somewhere else, or the address is not quite right."</p>
            <a class="button primary" href=router.href(&Route::List)>"Back to all tasks"</a>
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
