//! The bar at the top: home, how things stand, new task, settings.

use leptos::prelude::*;

use super::dynamic::{effect, flag, part};
use super::icon::{Glyph, Icon};
use crate::routes::Route;
use crate::state::{Server, Shared, shared};
use crate::sync::engine::Engine;
use crate::texts::{self, common, header};

/// The page's banner. The bar in `index.html` has its place and its name, so that nothing moves when the app takes over.
#[component]
pub fn Header() -> impl IntoView {
    let router = shared().router;
    let current = move |route: Route| flag("page", move || router.route() == route);
    say_when_it_turns();
    view! {
        <header class="top">
            <a class="brand" href=router.href(&Route::List) aria-current=current(Route::List)>
                <span class="mark" aria-hidden="true"></span>
                "Strikethrough"
            </a>
            <nav aria-label=header::NAVIGATION.say()>
                <a class="sync-status" href=router.href(&Route::Sync) aria-current=current(Route::Sync)>
                    {part(|| Some(show(standing())))}
                </a>
                <a class="nav-link" href=router.href(&Route::New) aria-current=current(Route::New)>
                    <Icon glyph=Glyph::Plus/>
                    <span>{common::NEW_TASK.say()}</span>
                </a>
                <a class="nav-link" href=router.href(&Route::Settings) aria-current=current(Route::Settings)>
                    <Icon glyph=Glyph::Gear/>
                    <span>{common::SETTINGS.say()}</span>
                </a>
            </nav>
        </header>
    }
}

/// Where a person's changes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It is not known yet.
    Opening,
    /// There is nobody to ask.
    NoServer,
    /// On their way into the store of this device.
    Saving,
    Saved,
    Waiting,
    Offline,
    NeedsYou,
    OnDevice,
    NotKept,
}

/// The same in words, with how many changes it is about.
pub(super) struct Standing {
    kind: Kind,
    count: usize,
    pub(super) words: String,
}

/// How things stand. What a person can do something about comes first.
pub(super) fn standing() -> Standing {
    let Shared {
        store, connection, ..
    } = shared();
    let status = store.status();
    let is_loaded = store.look(Engine::is_loaded);
    let is_stored = |engine: &Engine| engine.entries().iter().all(|entry| entry.durable);
    let (kind, count) = if status.is_not_kept {
        (Kind::NotKept, status.waiting)
    } else if is_loaded != Some(true) {
        let kind = match connection.server() {
            Server::Misconfigured(_) | Server::Unreadable(_) => Kind::NoServer,
            Server::Unknown | Server::At(_) | Server::DeviceOnly => Kind::Opening,
        };
        (kind, 0)
    } else if status.needs_you > 0 {
        (Kind::NeedsYou, status.needs_you)
    } else if store.look(is_stored) == Some(false) {
        (Kind::Saving, 0)
    } else if store.is_device_only() {
        (Kind::OnDevice, 0)
    } else if status.is_offline {
        (Kind::Offline, status.waiting)
    } else if status.waiting > 0 {
        (Kind::Waiting, status.waiting)
    } else {
        (Kind::Saved, 0)
    };
    Standing {
        kind,
        count,
        words: words(kind, count),
    }
}

fn words(kind: Kind, count: usize) -> String {
    let text = match (kind, count) {
        (Kind::Opening, _) => header::OPENING,
        (Kind::NoServer, _) => header::NO_SERVER,
        (Kind::Saving, _) => common::SAVING,
        (Kind::Saved, _) => header::SAVED,
        (Kind::OnDevice, _) => header::ON_DEVICE,
        (Kind::NeedsYou, _) => return header::needs_you(count),
        (Kind::NotKept, 0) => header::NOT_KEPT,
        (Kind::NotKept, _) => return header::not_kept_waiting(count),
        (Kind::Offline, 0) => header::OFFLINE,
        (Kind::Offline, _) => return header::offline_waiting(count),
        (Kind::Waiting, _) => return header::waiting(count),
    };
    text.say().to_owned()
}

/// An icon and words; on a narrow screen the number stands for the words, which a screen reader still reads.
pub(super) fn show(standing: Standing) -> AnyView {
    let (class, glyph) = match standing.kind {
        Kind::Opening | Kind::Saving => ("standing", Glyph::Refresh),
        Kind::Saved => ("standing good", Glyph::Cloud),
        Kind::OnDevice => ("standing good", Glyph::Device),
        Kind::Waiting => ("standing", Glyph::Device),
        Kind::Offline | Kind::NoServer => ("standing warning", Glyph::CloudOff),
        Kind::NeedsYou | Kind::NotKept => ("standing bad", Glyph::Alert),
    };
    let short = match standing.count {
        0 => String::new(),
        1..=999 => texts::number(standing.count),
        _ => [&texts::number(999), "+"].concat(),
    };
    view! {
        <span class=class>
            <Icon glyph/>
            <span class="standing-words">{standing.words}</span>
            <span class="standing-count" aria-hidden="true">{short}</span>
        </span>
    }
    .into_any()
}

/// Says the turns that matter, once each. The status itself is no live region: its number changes with every
/// change that is sent, and a reader would speak without an end.
fn say_when_it_turns() {
    let announcer = shared().announcer;
    let mut told = Kind::Opening;
    effect(move || {
        let Standing { kind, words, .. } = standing();
        let is_trouble = |kind| matches!(kind, Kind::Offline | Kind::NeedsYou | Kind::NotKept);
        let is_over = is_trouble(told) && matches!(kind, Kind::Saved | Kind::OnDevice);
        if kind != told && (is_trouble(kind) || is_over) {
            announcer.say(words);
        }
        // What waits only for a moment does not end a trouble.
        if is_trouble(kind) || is_over || !is_trouble(told) {
            told = kind;
        }
    });
}
