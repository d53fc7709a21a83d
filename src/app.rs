//! The app: what is in context, and which page is shown where.

use gloo_timers::callback::Interval;
use leptos::ev::{self, MouseEvent};
use leptos::prelude::*;

use crate::browser::page;
use crate::components::{
    DiscardDialog, DonePage, EditTask, Header, LeaveDialog, NewTask, SettingsPage, SyncPage, TaskDetail,
    TaskList, UndoBar, dynamic, effect, handler, no_server, part, update_note,
};
use crate::routes::Route;
use crate::state::{Server, Shared, TaskStore, shared};

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
        ..
    } = Shared::provide();
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
        <a class="skip-link" href="#main" on:click=handler(skip)>"Skip to the tasks"</a>
        <Header/>
        {update_note()}
        <main id="main" tabindex="-1" class="panes" class:has-open=dynamic(move || router.route() != Route::List)>
            <TaskList/>
            {part(move || match router.route() {
                Route::List => None,
                route => Some(view! { <div class="open-pane">{open_page(route)}</div> }.into_any()),
            })}
        </main>
        <UndoBar/>
        <LeaveDialog/>
        <DiscardDialog/>
        <p class="visually-hidden" role="status">{dynamic(move || announcer.text())}</p>
    }
}

/// The page beside the list, or instead of it where there is no room for both.
fn open_page(route: Route) -> AnyView {
    match route {
        Route::New => with_server(|| view! { <NewTask/> }.into_any()),
        Route::Task(task) => with_server(move || view! { <TaskDetail task=task.clone()/> }.into_any()),
        Route::Edit(task) => with_server(move || view! { <EditTask task=task.clone()/> }.into_any()),
        Route::Sync => view! { <SyncPage/> }.into_any(),
        Route::Done => with_server(|| view! { <DonePage/> }.into_any()),
        Route::Settings => view! { <SettingsPage/> }.into_any(),
        Route::NotFound | Route::List => view! { <NotFound/> }.into_any(),
    }
}

/// A page about a task of the server: made anew when the server is another, and in its place what is wrong
/// when there is none.
fn with_server(page: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let connection = shared().connection;
    let shown = move || match connection.server() {
        Server::At(_) | Server::DeviceOnly => Some(page()),
        server => no_server(&server),
    };
    part(shown).into_any()
}

/// An address that leads nowhere.
#[component]
fn NotFound() -> impl IntoView {
    let router = shared().router;
    view! {
        <div class="face">
            <h2>"Page not found"</h2>
            <p>"There is no page at this address."</p>
            <a class="button primary" href=router.href(&Route::List)>"Back to all tasks"</a>
        </div>
    }
}

/// The document's title, the most specific part first, because that is what tabs and bookmarks show.
fn title(route: &Route, summary: impl Fn(&crate::sync::TaskRef) -> Option<String>) -> String {
    let page = match route {
        Route::List => "Tasks".to_owned(),
        Route::New => "New task".to_owned(),
        Route::Settings => "Settings".to_owned(),
        Route::NotFound => "Page not found".to_owned(),
        Route::Sync => "Sync".to_owned(),
        Route::Done => "Recently done".to_owned(),
        Route::Task(task) => summary(task).unwrap_or_else(|| "Task".to_owned()),
        Route::Edit(task) => format!("Edit: {}", summary(task).unwrap_or_else(|| "Task".to_owned())),
    };
    format!("{page} · Strikethrough")
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
