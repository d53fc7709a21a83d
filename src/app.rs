//! The app: what is in context, and which page is shown where.

use gloo_timers::callback::Interval;
use leptos::ev::{self, MouseEvent};
use leptos::prelude::*;

use crate::browser::{page, updates};
use crate::components::{
    BackLink, Header, TaskList, button, dynamic, effect, handler, part, skeleton, update_note,
};
use crate::face::Phase;
use crate::pages;
use crate::routes::Route;
use crate::state::later::Wait;
use crate::state::{Later, Shared, TaskStore};
use crate::texts::{self, app, common};

/// How often ages such as "5 minutes ago" are counted anew, in milliseconds.
const TICK_MS: u32 = 30_000;

/// A list older than this many milliseconds is read again when the page comes to the front.
const FRESH_MS: f64 = 15_000.0;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    let Shared {
        router,
        announcer,
        store,
        later,
        ..
    } = Shared::provide(|| Box::pin(pages::load()));
    later.ask_when(move || router.route() != Route::List);
    store.follow_connection();
    keep_fresh(store);
    ask_before_loss(store);
    effect(move || {
        page::set_title(&title(&router.route(), |task| {
            Some(store.task(task)?.row.summary)
        }))
    });

    // Followed as a link it would be a step in the history.
    let skip = move |event: MouseEvent| {
        event.prevent_default();
        page::focus("main");
    };

    view! {
        <a class="skip-link" href="#main" on:click=handler(skip)>{app::SKIP.say()}</a>
        <Header/>
        {update_note()}
        <main id="main" tabindex="-1" class="panes" class:has-open=dynamic(move || router.route() != Route::List)>
            <TaskList/>
            {part(move || {
                let page = match router.route() {
                    Route::List => return None,
                    route => match later.pages() {
                        Some(pages) => (pages.open)(route),
                        None => view! { <BackLink/> {part(move || waiting(later))} }.into_any(),
                    }
                };
                Some(view! { <div class="open-pane">{page}</div> }.into_any())
            })}
        </main>
        {part(move || later.pages().map(|pages| (pages.over)()))}
        <p class="visually-hidden" role="status">{dynamic(move || announcer.text())}</p>
    }
}

/// What stands in the place of a page whose code is not there: nothing for a moment, then a skeleton, and when the code
/// can't be had, what to do.
fn waiting(later: Later) -> Option<AnyView> {
    let phase = match later.wait() {
        Wait::Failed => return Some(not_loaded(later)),
        Wait::For(phase) => phase,
    };
    match phase {
        Phase::Idle | Phase::Begun => None,
        Phase::Noticeable => Some(skeleton(app::LOADING_PAGE.say(), false)),
        Phase::Slow => Some(skeleton(app::LOADING_PAGE.say(), true)),
    }
}

/// Nothing that was typed is at stake in either of its buttons: drafts are kept.
fn not_loaded(later: Later) -> AnyView {
    let again = move || {
        // The button goes; the focus must not go with it.
        page::focus("main");
        later.ask();
    };
    view! {
        <div class="face" role="alert">
            <h2>{app::PAGE_NOT_LOADED.say()}</h2>
            <p>{app::PAGE_NOT_LOADED_HELP.say()}</p>
            <div class="actions">
                {button(common::TRY_AGAIN.say().to_owned(), "button primary", again)}
                {button(app::LOAD_AGAIN.say().to_owned(), "button", updates::load_again)}
            </div>
        </div>
    }
    .into_any()
}

/// The document's title, the most specific part first, because that is what tabs and bookmarks show.
fn title(route: &Route, summary: impl Fn(&crate::sync::TaskRef) -> Option<String>) -> String {
    let summary = |task| summary(task).unwrap_or_else(|| common::TASK.say().to_owned());
    let page = match route {
        Route::List => common::TASKS,
        Route::New => common::NEW_TASK,
        Route::Settings => common::SETTINGS,
        Route::NotFound => common::PAGE_NOT_FOUND,
        Route::Sync => common::SYNC,
        Route::Done => common::RECENTLY_DONE,
        Route::Transfer => texts::transfer::TITLE,
        Route::Task(task) => return app::title(&summary(task)),
        Route::Edit(task) => return app::title(&app::title_edit(&summary(task))),
    };
    app::title(page.say())
}

/// Lets the browser ask before the page is left, while this device does not have all that was done.
fn ask_before_loss(store: TaskStore) {
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if store.would_lose() {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
}

/// Reads the list again when the page comes back to the front or the network does, and lets ages grow.
fn keep_fresh(store: TaskStore) {
    let seen = window_event_listener(ev::visibilitychange, move |_| {
        if page::is_visible() {
            store.tick();
            store.refresh_if_older(FRESH_MS);
        }
    });
    let online = window_event_listener(ev::online, move |_| store.refresh());
    // What was sent has got through again: then what failed to be read can be read too.
    let mut was_offline = false;
    effect(move || {
        let is_offline = store.status().is_offline;
        if std::mem::replace(&mut was_offline, is_offline) && !is_offline {
            store.refresh();
        }
    });
    let clock = StoredValue::new_local(Interval::new(TICK_MS, move || store.tick()));
    on_cleanup(move || {
        seen.remove();
        online.remove();
        clock.dispose();
    });
}
