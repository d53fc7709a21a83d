//! What the list's first paint does without: every page but the list, the offer to undo, the dialogs, the search, and what can be
//! done about a change that did not go through. A production build has all code
//! that only these need in a wasm of its own, which [`state::later`](crate::state::later) asks for once the list is
//! there; any other build has it at hand.

use std::cell::Cell;

use leptos::prelude::*;

use crate::browser::style;
use crate::components::{
    DiscardDialog, DonePage, EditTask, LeaveDialog, NewTask, SettingsPage, SyncPage, TaskDetail,
    TransferPage, UndoBar, choices, keyboard, no_server, part, search_results, selection,
};
use crate::routes::Route;
use crate::state::later::{NotLoaded, Pages};
use crate::state::{Server, shared};
use crate::texts::{app, common};

/// The style of what only they show.
const STYLES: [&str; 7] = [
    include_str!("../style/sync-page.css"),
    include_str!("../style/keyboard.css"),
    include_str!("../style/markdown.css"),
    include_str!("../style/selection.css"),
    include_str!("../style/transfer.css"),
    include_str!("../style/look-pages.css"),
    include_str!("../style/language.css"),
];

/// Loads them. `xtask/src/split.rs` moves what is reachable from this function's body alone; what it returns must be
/// made here, so that nothing else names it.
///
/// # Errors
///
/// When the code can't be had.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, fallible)]
pub fn load() -> Result<Pages, NotLoaded> {
    Ok(Pages {
        open,
        over,
        choices,
        search: search_results,
    })
}

/// Has them at hand.
///
/// # Errors
///
/// Never.
#[cfg(not(feature = "split"))]
pub async fn load() -> Result<Pages, NotLoaded> {
    Ok(Pages {
        open,
        over,
        choices,
        search: search_results,
    })
}

thread_local! {
    /// Whether the document has the style sheet of what only pages show.
    static IS_STYLED: Cell<bool> = const { Cell::new(false) };
}

/// The page beside the list, or instead of it where there is no room for both.
fn open(route: Route) -> AnyView {
    match route {
        Route::New => with_server(|| view! { <NewTask/> }.into_any()),
        Route::Task(task) => with_server(move || view! { <TaskDetail task=task.clone()/> }.into_any()),
        Route::Edit(task) => with_server(move || view! { <EditTask task=task.clone()/> }.into_any()),
        Route::Sync => view! { <SyncPage/> }.into_any(),
        Route::Done => with_server(|| view! { <DonePage/> }.into_any()),
        Route::Settings => view! { <SettingsPage/> }.into_any(),
        Route::Transfer => with_server(|| view! { <TransferPage/> }.into_any()),
        Route::NotFound | Route::List => view! { <NotFound/> }.into_any(),
    }
}

/// What is offered below whatever is open, and the questions that are asked over it.
fn over() -> AnyView {
    // It is made with the first page, whichever that is.
    if !IS_STYLED.replace(true) {
        STYLES.into_iter().for_each(style::adopt);
    }
    view! {
        {selection()}
        <UndoBar/>
        <LeaveDialog/>
        <DiscardDialog/>
        {keyboard()}
    }
    .into_any()
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
            <h2>{common::PAGE_NOT_FOUND.say()}</h2>
            <p>{app::NO_SUCH_PAGE.say()}</p>
            <a class="button primary" href=router.href(&Route::List)>{common::BACK_TO_ALL_TASKS.say()}</a>
        </div>
    }
}
