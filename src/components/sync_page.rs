//! The Sync page: what waits, why, and what can be done; what is on this device, and how to take it out.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::decide::button;
use super::dynamic::{dynamic, flag, handler, part};
use super::elsewhere::waits_elsewhere;
use super::header::{show, standing};
use super::keyed::{FocusKeeper, keyed};
use super::sync_entry::{CopyDialog, entry_item};
use super::task_detail::{BackLink, HEADING, focus_when_shown};
use crate::browser::{files, page, space};
use crate::face::ago;
use crate::routes::Route;
use crate::state::{Shared, TaskStore, shared};
use crate::sync::engine::Engine;
use crate::sync::entry::Change;
use crate::sync::{EntryKey, TaskRef};
use crate::texts::{self, Text, common, sync};

/// How many changes are shown: the first to be sent. More would slow the page, and nobody reads on.
const MOST_SHOWN: usize = 100;

/// How often "in 12 seconds" is counted anew, in milliseconds.
const TICK_MS: u32 = 1_000;

const DEVICE: &str = "device-heading";

/// The page.
#[component]
pub fn SyncPage() -> impl IntoView {
    let Shared {
        store,
        router,
        announcer,
        ..
    } = shared();
    let dialog = CopyDialog::new();
    let tick = RwSignal::new(0);
    let clock = StoredValue::new_local(Interval::new(TICK_MS, move || {
        tick.try_update(|tick| *tick += 1);
    }));
    on_cleanup(move || clock.dispose());
    focus_when_shown(router, || true);

    let keys = move || store.look(shown_keys).unwrap_or_default();
    let keeper = FocusKeeper::new(&[HEADING], move || {
        store.status();
    });
    let try_now = move |_| {
        announcer.say(sync::TRYING.say());
        store.try_now();
        store.refresh();
    };
    let age = move || {
        let text = match (store.is_device_only(), store.age()) {
            (true, _) => sync::DEVICE_ONLY,
            (false, Some(age)) => return sync::list_age(&ago(age)),
            (false, None) => sync::LIST_UNREAD,
        };
        text.say().to_owned()
    };
    let more = move || {
        let hidden = store.status().waiting.saturating_sub(MOST_SHOWN);
        let more = view! { <p class="quiet-text">{sync::more(hidden)}</p> };
        (hidden > 0).then(|| more.into_any())
    };
    let heading = move || match (store.is_device_only(), store.status().waiting) {
        (_, 0) => sync::NOTHING_WAITS.say().to_owned(),
        (true, number) => sync::waiting_for_server(number),
        (false, number) => sync::waiting(number),
    };
    let empty = move || {
        let where_it_is = match store.is_device_only() {
            true => sync::ALL_ON_DEVICE,
            false => sync::ALL_ON_SERVER,
        };
        let is_empty = store.status().waiting == 0 && store.look(Engine::is_loaded) == Some(true);
        is_empty.then(|| view! { <p class="quiet-text">{where_it_is.say()}</p> }.into_any())
    };

    view! {
        <BackLink/>
        <div class="sync-page">
            <h2 id=HEADING tabindex="-1">{common::SYNC.say()}</h2>
            <section class="sync-now" aria-label=sync::STANDING.say()>
                {part(|| Some(show(standing())))}
                <p class="quiet-text">{dynamic(age)}</p>
                {part(move || trouble(store))}
                {waits_elsewhere(HEADING)}
                <div class="actions" hidden=flag("", move || store.is_device_only())>
                    <button type="button" class="button" on:click=handler(try_now)>{sync::TRY_NOW.say()}</button>
                </div>
            </section>
            <section
                aria-labelledby="waiting-heading"
                on:focusin=handler(move |event| keeper.came(event))
                on:focusout=handler(move |event| keeper.went(event))
            >
                {keyed(move || store.look(twins).unwrap_or_default(), twin_item)}
                <h3 id="waiting-heading">{dynamic(heading)}</h3>
                {part(empty)}
                <ol class="entries" role="list">{keyed(keys, move |key| entry_item(key, dialog, tick))}</ol>
                {part(more)}
            </section>
            {on_this_device(store)}
            <p><a class="text-link" href=router.href(&Route::Done)>{common::RECENTLY_DONE.say()}</a></p>
        </div>
        {dialog.show()}
    }
}

fn shown_keys(engine: &Engine) -> Vec<EntryKey> {
    engine
        .entries()
        .iter()
        .filter(|entry| !matches!(entry.change, Change::Decide { .. }))
        .take(MOST_SHOWN)
        .map(|entry| entry.key)
        .collect()
}

/// Why nothing can be sent or kept, while that is so.
fn trouble(store: TaskStore) -> Option<AnyView> {
    let link = store
        .look(|engine| engine.link_error().map(|error| error.cause()))
        .flatten();
    let unkept = store.unkept().map(|error| error.sentence().to_owned());
    let notes: Vec<_> = [unkept, link]
        .into_iter()
        .flatten()
        .map(|sentence| view! { <div class="note problem"><p>{sentence}</p></div> }.into_any())
        .collect();
    (!notes.is_empty()).then(|| notes.into_any())
}

fn twins(engine: &Engine) -> Vec<EntryKey> {
    engine.twins().map(|(watch, _)| watch.key).collect()
}

/// The question about two tasks that the server may have made of one.
fn twin_item(key: EntryKey) -> AnyView {
    let store = shared().store;
    let found = |engine: &Engine| {
        let (watch, twin) = engine.twins().find(|(watch, _)| watch.key == key)?;
        Some((watch.summary.clone(), twin.clone()))
    };
    let Some((summary, twin)) = store.look_now(found).flatten() else {
        return ().into_any();
    };
    let remove = move || {
        page::focus(HEADING);
        store.finish(&TaskRef::Server(twin.clone()), || ());
        // That is waiting now; the question is answered.
        store.keep_twins(key);
    };
    let keep = move || {
        page::focus(HEADING);
        store.keep_twins(key);
    };
    view! {
        <div class="note">
            <p dir="auto">{sync::twins(&summary)}</p>
            <div class="actions">
                {button(sync::TWINS_REMOVE.say().to_owned(), "button small", remove)}
                {button(sync::TWINS_KEEP.say().to_owned(), "button small", keep)}
            </div>
        </div>
    }
    .into_any()
}

/// What is kept here, whether the browser will keep it, and all of it as a file.
fn on_this_device(store: TaskStore) -> AnyView {
    let announcer = shared().announcer;
    let promise = RwSignal::new(String::new());
    let can_ask = RwSignal::new(false);
    spawn_local(async move {
        tell(
            space::is_persisted().await,
            sync::MAY_BE_CLEARED,
            promise,
            can_ask,
        );
    });
    let ask = move |_| {
        spawn_local(async move {
            let is_kept = space::persist().await;
            if is_kept {
                // The button goes.
                page::focus(DEVICE);
            }
            announcer.say(tell(is_kept, sync::PERSIST_REFUSED, promise, can_ask));
        });
    };
    let unreadable = move || {
        let count = store.look(|engine| engine.unreadable().len()).unwrap_or_default();
        let note = || view! { <div class="note problem"><p>{sync::unreadable(count)}</p></div> };
        (count > 0).then(|| note().into_any())
    };
    let export_problem = RwSignal::new(String::new());
    let not_all = move || {
        let sentence = export_problem.get();
        (!sentence.is_empty()).then(|| view! { <div class="note problem"><p>{sentence}</p></div> }.into_any())
    };
    let take_out = move |_| {
        store.export(move |export| {
            let said = match (
                files::save_file("strikethrough-export.json", &export.json()),
                export.problem,
            ) {
                (false, _) => sync::EXPORT_BLOCKED,
                (true, None) => sync::EXPORTED,
                (true, Some(_)) => sync::EXPORT_PARTIAL,
            };
            announcer.say(said.say());
            let problem = export.problem;
            let problem = problem.map(|problem| texts::both(sync::EXPORT_PARTIAL.say().to_owned(), problem));
            export_problem.try_set(problem.unwrap_or_default());
        });
    };
    view! {
        <section class="sync-device" aria-labelledby=DEVICE>
            <h3 id=DEVICE tabindex="-1">{sync::DEVICE.say()}</h3>
            {part(unreadable)}
            {part(not_all)}
            <p class="quiet-text">{dynamic(move || promise.get())}</p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(take_out)>{sync::EXPORT.say()}</button>
                <button type="button" class="button quiet" hidden=flag("", move || !can_ask.get()) on:click=handler(ask)>
                    {sync::ASK_TO_PERSIST.say()}
                </button>
            </div>
            <p>
                <a class="text-link" href=shared().router.href(&Route::Transfer)>
                    {sync::TRANSFER.say()}
                </a>
            </p>
        </section>
    }
    .into_any()
}

/// Shows whether the browser keeps what is here, and gives back the words for it.
fn tell(is_kept: bool, otherwise: Text, promise: RwSignal<String>, can_ask: RwSignal<bool>) -> &'static str {
    let words = match is_kept {
        true => sync::PERSISTED,
        false => otherwise,
    };
    let words = words.say();
    promise.try_set(words.to_owned());
    can_ask.try_set(!is_kept);
    words
}
