//! What was finished from this device lately, and the way back.

use leptos::prelude::*;

use super::dynamic::{dynamic, handler, part};
use super::icon::{Glyph, Icon};
use super::keyed::{FocusKeeper, keyed};
use super::task_detail::{BackLink, HEADING, focus_when_shown};
use crate::browser::{clock, page};
use crate::face::ago;
use crate::state::{Shared, shared};
use crate::sync::EntryKey;
use crate::sync::engine::Engine;
use crate::sync::entry::Change;
use crate::sync::stored::Finished;
use crate::texts::{common, done};

/// The page.
#[component]
pub fn DonePage() -> impl IntoView {
    let Shared { store, router, .. } = shared();
    focus_when_shown(router, || true);
    let keys = move || store.look(shown_keys).unwrap_or_default();
    let keeper = FocusKeeper::new(&[HEADING], move || drop(keys()));
    let empty = move || {
        let is_empty = store.look(Engine::is_loaded) == Some(true) && keys().is_empty();
        let empty = view! {
            <div class="face empty">
                <span class="empty-mark" aria-hidden="true"></span>
                <p>{done::EMPTY.say()}</p>
            </div>
        };
        is_empty.then(|| empty.into_any())
    };
    view! {
        <BackLink/>
        <div class="sync-page">
            <h2 id=HEADING tabindex="-1">{common::RECENTLY_DONE.say()}</h2>
            {part(empty)}
            <ul
                class="entries"
                role="list"
                aria-labelledby=HEADING
                on:focusin=handler(move |event| keeper.came(event))
                on:focusout=handler(move |event| keeper.went(event))
            >
                {keyed(keys, done_item)}
            </ul>
        </div>
    }
}

/// How many are shown: more are kept for a while after many were finished at once.
const MOST: usize = 200;

/// What is done for sure and not being put back, newest first.
fn shown_keys(engine: &Engine) -> Vec<EntryKey> {
    let is_shown = |finished: &&Finished| {
        let is_open = |change: &Change| matches!(change, Change::Undo { of, .. } if *of == finished.key);
        engine.entry(finished.key).is_none() && !engine.entries().iter().any(|entry| is_open(&entry.change))
    };
    let shown = engine.finished().iter().rev().filter(is_shown);
    shown.map(|finished| finished.key).take(MOST).collect()
}

fn done_item(key: EntryKey) -> AnyView {
    let store = shared().store;
    let found = move |engine: &Engine| {
        let mut all = engine.finished().iter();
        all.find(|finished| finished.key == key).cloned()
    };
    let Some(finished) = store.look_now(found).flatten() else {
        return ().into_any();
    };
    let at = finished.at as f64;
    let when = move || {
        // It grows with the list's own age.
        let _ = store.age();
        done::finished(&ago(clock::now_ms() as f64 - at))
    };
    let name = common::action_on(done::RESTORE.say(), &finished.text.summary);
    let (summary, description) = (finished.text.summary.clone(), finished.text.description.clone());
    let restore = move |_| {
        page::focus(HEADING);
        store.restore(&finished);
    };
    view! {
        <li class="entry done" id=format!("done-{key}")>
            <p class="entry-what" dir="auto">{summary}</p>
            <p class="entry-text" dir="auto">{description}</p>
            <p class="quiet-text entry-when">{dynamic(when)}</p>
            <button type="button" class="button small" aria-label=name on:click=handler(restore)>
                <Icon glyph=Glyph::Undo/>
                {done::RESTORE.say()}
            </button>
        </li>
    }
    .into_any()
}
