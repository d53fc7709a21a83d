//! The list, which stays alive while a task is open beside it.

use leptos::prelude::*;

use super::QuickAdd;
use super::dynamic::{dynamic, effect, flag, handler, part};
use super::first_rows::keep_first_rows;
use super::icon::{Glyph, Icon};
use super::no_server::no_server;
use super::note::{failure, skeleton, stale_note};
use super::row_window::{PANE, RowWindow};
use super::search_field::{SearchField, found_by_search};
use super::task_row::{HEADING, TaskRow};
use crate::browser::pane::before_next_frame;
use crate::browser::{early, page, shell};
use crate::face::{Content, Face, face};
use crate::routes::Route;
use crate::state::keyboard::Rows;
use crate::state::{Server, Shared, TaskStore, reading, shared};
use crate::texts::{self, common, list as said, selection};

/// The id of the button that begins to select rows.
pub(super) const SELECT: &str = "select-tasks";

/// The list page: heading, tasks, and the line for new ones.
#[component]
pub fn TaskList() -> impl IntoView {
    let Shared {
        store,
        connection,
        router,
        later,
        ..
    } = shared();
    let list = reading(move || store.read_list());
    let face = Memo::new(move |_| {
        let content = match (store.has_rows(), store.is_list_known()) {
            (true, _) => Content::Something,
            (false, true) => Content::Empty,
            (false, false) => Content::Unknown,
        };
        let failure = list.get().and_then(Result::err);
        face(
            content,
            store.loading().phase(),
            failure.as_ref(),
            store.age().unwrap_or_default(),
        )
    });
    let says_something = move || !matches!(face.get(), Face::Blank | Face::Loading);
    later.ask_after_paint(says_something);
    // A list that comes in parts may have fewer rows at first than are drawn. With a note it has waited for long enough.
    let is_enough = move || {
        let is_coming = face.get() == Face::Shown(None);
        !is_coming || store.is_list_known() || store.list().keys().len() >= shell::drawn()
    };
    effect(move || {
        if says_something() && is_enough() {
            // The rows are there by then, and not on the screen yet.
            before_next_frame(Box::new(shell::leave));
        }
    });
    effect(move || match connection.server() {
        Server::At(client) => shell::leave_unless_of(Some(client.base().as_str())),
        Server::DeviceOnly => shell::leave_unless_of(None),
        Server::Misconfigured(_) => {
            // What was drawn is of the time before, and what was asked for may be of any other.
            shell::drop_it();
            early::forget();
        }
        Server::Unknown | Server::Unreadable(_) => {}
    });
    let retry = Callback::new(move |()| {
        // The button goes; the focus must not go with it.
        page::focus(HEADING);
        store.refresh();
    });
    let count = move || match store.open_count() {
        _ if !store.is_list_known() => String::new(),
        n => {
            let found = store.found().map(|list| texts::number(list.open_count()));
            found.map_or_else(|| said::count(n), |found| said::count_found(n, &found))
        }
    };
    keep_first_rows(move || said::count(store.open_count()));
    let window = RowWindow::new(store);
    shared().keyboard.rows.set_value(Some(Rows {
        focused: Callback::new(move |()| window.focused()),
        focus: Callback::new(move |row| window.focus(row)),
    }));
    let has_focus = RwSignal::new(false);
    follow_focus(store, window);

    view! {
        <section id=PANE.scroller class="list-pane" aria-label=common::TASKS.say() on:scroll=handler(move |_| window.scrolled())>
            <div class="list-head">
                <h1 id=HEADING tabindex="-1">{common::TASKS.say()}</h1>
                <span class="count">{dynamic(count)}</span>
                {select_button()}
                <button
                    type="button"
                    class="icon-button"
                    aria-label=said::REFRESH.say()
                    title=said::REFRESH.say()
                    on:click=handler(move |_| store.refresh())
                >
                    <Icon glyph=Glyph::Refresh/>
                </button>
                <SearchField has_focus/>
            </div>
            {found_by_search(has_focus, window)}
            {part(move || match connection.server() {
                server @ Server::Misconfigured(_) => no_server(&server),
                Server::Unknown | Server::Unreadable(_) | Server::At(_) | Server::DeviceOnly => show_face(face.get(), untrack(|| store.age()), retry),
            })}
            <ul
                id=PANE.list
                class="rows"
                class:windowed=dynamic(move || window.is_windowed())
                aria-label=common::TASKS.say()
                hidden=flag("", move || !store.has_rows())
                style:padding-top=dynamic(move || window.room().0)
                style:padding-bottom=dynamic(move || window.room().1)
                on:focusin=handler(move |_| window.focus_came())
                on:focusout=handler(move |_| window.focus_left())
                on:keydown=handler(move |_| window.key_pressed())
            >
                <For each=move || window.slots() key=|number| *number let(number)>
                    <TaskRow number window/>
                </For>
            </ul>
            <p class="done-link" hidden=flag("", move || store.look(|engine| engine.finished().is_empty()) != Some(false))>
                <a class="text-link" href=router.href(&Route::Done)>{common::RECENTLY_DONE.say()}</a>
            </p>
            {part(move || connection.has_tasks().then(|| view! { <QuickAdd/> }.into_any()))}
        </section>
    }
}

/// Begins to select rows, and ends it: the way without keys or a mouse. Whether it is pressed, `components/selection` says.
fn select_button() -> AnyView {
    let Shared { store, selecting, .. } = shared();
    view! {
        <button
            type="button"
            id=SELECT
            class="icon-button"
            aria-label=selection::SELECT.say()
            title=selection::SELECT.say()
            aria-pressed="false"
            hidden=flag("", move || !store.has_rows())
            on:click=handler(move |_| selecting.turn(!selecting.is_on_now()))
        >
            <Icon glyph=Glyph::Select/>
        </button>
    }
    .into_any()
}

/// Everything the list says about itself, apart from its rows.
fn show_face(face: Face, age: Option<f64>, retry: Callback<()>) -> Option<AnyView> {
    let shown = match face {
        Face::Blank | Face::Shown(None) => return None,
        Face::Loading => skeleton(said::LOADING.say(), false),
        Face::Slow => skeleton(said::LOADING.say(), true),
        Face::Failed(error) => {
            let settings = shared().router.href(&Route::Settings);
            view! {
                {failure(&error, retry)}
                <p class="face quiet-text">
                    {said::OTHER_SERVER.say()} " " <a href=settings>{said::CHOOSE_SERVER.say()}</a>
                </p>
            }
            .into_any()
        }
        Face::Shown(Some(note)) => stale_note(note, age, retry),
        Face::Empty(note) => view! {
            {note.map(|note| stale_note(note, age, retry))}
            <div class="face empty">
                <span class="empty-mark" aria-hidden="true"></span>
                <h2>{said::EMPTY.say()}</h2>
                <p>{said::EMPTY_HELP.say()}</p>
            </div>
        }
        .into_any(),
    };
    Some(shown)
}

/// Coming back to the list, the focus returns to the task that was open.
fn follow_focus(store: TaskStore, window: RowWindow) {
    let router = shared().router;
    let mut before = None::<Route>;
    effect(move || {
        let route = router.route();
        if let Some(before) = before.replace(route.clone())
            && route == Route::List
            && router.has_navigated()
        {
            let shown = before.task().and_then(|task| store.task_now(task));
            if !shown.is_some_and(|shown| window.focus(shown.row.key)) {
                page::focus(HEADING);
            }
        }
    });
}
