//! The choice of a look in Settings.

use leptos::ev;
use leptos::prelude::*;

use super::dynamic::{dynamic, handler};
use crate::browser::look;
use crate::look::{Density, Look, Scheme};
use crate::state::{Shared, shared};
use crate::texts::look as said;

/// What `look.js` reads at the next visit.
const KEY: &str = "look";

/// Colours and density.
pub(super) fn appearance_section() -> AnyView {
    let Shared {
        router, announcer, ..
    } = shared();
    let look = RwSignal::new(look::shown());
    // `look.js` has heard of it before, and has changed the page.
    let elsewhere = window_event_listener(ev::storage, move |_| look.set(look::shown()));
    on_cleanup(move || elsewhere.remove());
    let choose = Callback::new(move |change: fn(&mut Look)| {
        look.update(change);
        if !look::choose(look.get_untracked(), &router.base().stored_name(KEY)) {
            announcer.say(said::UNKEPT.say());
        }
    });
    view! {
        <section class="settings-part" aria-labelledby="look-part">
            <h3 id="look-part">{said::TITLE.say()}</h3>
            <div class="looks">
                <fieldset class="look-choice">
                    <legend>{said::COLOURS.say()}</legend>
                    <div class="look-options">
                        {option("colours", said::DEVICE.say(), move || look.get().scheme == Scheme::Device, move || choose.run(|look| look.scheme = Scheme::Device))}
                        {option("colours", said::LIGHT.say(), move || look.get().scheme == Scheme::Light, move || choose.run(|look| look.scheme = Scheme::Light))}
                        {option("colours", said::DARK.say(), move || look.get().scheme == Scheme::Dark, move || choose.run(|look| look.scheme = Scheme::Dark))}
                    </div>
                </fieldset>
                <fieldset class="look-choice" aria-describedby="look-help">
                    <legend>{said::DENSITY.say()}</legend>
                    <div class="look-options">
                        {option("density", said::COMFORTABLE.say(), move || look.get().density == Density::Comfortable, move || choose.run(|look| look.density = Density::Comfortable))}
                        {option("density", said::COMPACT.say(), move || look.get().density == Density::Compact, move || choose.run(|look| look.density = Density::Compact))}
                    </div>
                </fieldset>
            </div>
            <p id="look-help" class="quiet-text">
                {said::HELP.say()}
            </p>
        </section>
    }
    .into_any()
}

fn option(
    group: &'static str,
    label: &'static str,
    is_chosen: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class="look-option">
            <input
                type="radio"
                name=group
                prop:checked=dynamic(is_chosen)
                on:change=handler(move |_: ev::Event| choose())
            />
            {label}
        </label>
    }
    .into_any()
}
