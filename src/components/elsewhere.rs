//! The news that changes wait for a server that was chosen before.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::decide::button;
use super::dynamic::{effect, part};
use crate::browser::page;
use crate::config::Settings;
use crate::state::{Shared, shared};
use crate::sync::engine::Engine;
use crate::texts::elsewhere;

/// A note for each such server, with the way back to it. `home` gets the focus when the button goes.
pub(super) fn waits_elsewhere(home: &'static str) -> AnyView {
    let Shared {
        store, connection, ..
    } = shared();
    let found = StoredValue::new(Vec::new());
    let revision = RwSignal::new(0_u32);
    let mut asked = None;
    effect(move || {
        // Another choice, and what it begins with, change the answer; all else that happens does not.
        connection.server();
        let is_loaded = store.look(Engine::is_loaded) == Some(true);
        let asks = Some((connection.address_now(), is_loaded));
        if std::mem::replace(&mut asked, asks.clone()) == asks {
            return;
        }
        spawn_local(async move {
            let waiting = store.waits_elsewhere().await;
            found.try_set_value(waiting);
            revision.try_update(|revision| *revision += 1);
        });
    });
    let notes = move || {
        revision.track();
        let notes: Vec<_> = found
            .get_value()
            .into_iter()
            .map(|waiting| note(waiting, home))
            .collect();
        (!notes.is_empty()).then(|| notes.into_any())
    };
    part(notes).into_any()
}

fn note((address, count): (String, usize), home: &'static str) -> AnyView {
    let Shared {
        connection,
        announcer,
        ..
    } = shared();
    let sentence = elsewhere::waiting(count, &address);
    let label = elsewhere::use_again(&address);
    let go_back = move || {
        let is_default = connection
            .site_default()
            .and_then(|config| connection.read_address(&config.api?).ok())
            .is_some_and(|site| site.as_str() == address);
        match is_default {
            true => connection.reset(),
            false => drop(connection.choose(Settings::with_api(&address))),
        }
        page::focus(home);
        announcer.say(elsewhere::USED_AGAIN.say());
    };
    view! {
        <div class="note">
            <p>{sentence}</p>
            {button(label, "button small", go_back)}
        </div>
    }
    .into_any()
}
