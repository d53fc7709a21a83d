//! The choice of a language. The texts of a page are there when it begins, so that another language begins it anew.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;

use super::dynamic::handler;
use crate::browser::storage::Area;
use crate::browser::{page, updates, words};
use crate::state::{Shared, shared};
use crate::texts::{LANGUAGES, language};

const FIELD: &str = "language";

/// The value's name in this browser, after the app's own; `start.js` has the same.
const CHOSEN: &str = "language";

/// Stands in the tab's storage while the page is loaded again in another language.
const CHANGED: &str = "strikethrough.language";

/// What a language calls itself.
fn name(tag: &str) -> &'static str {
    let known = LANGUAGES.iter().find(|(known, _)| *known == tag);
    known.map_or("English", |(_, name)| name)
}

/// The part of Settings for it.
pub(super) fn language_section() -> AnyView {
    let Shared {
        router, announcer, ..
    } = shared();
    let key = StoredValue::new(router.base().stored_name(CHOSEN));
    let is_known = |tag: &String| LANGUAGES.iter().any(|(known, _)| known == tag);
    let now = key.with_value(|key| Area::Browser.get(key)).filter(is_known);
    let now = now.unwrap_or_default();
    if Area::Tab.get(CHANGED).is_some() {
        // The page was loaded again because of what was done here, and that is where it goes on.
        Area::Tab.remove(CHANGED);
        request_animation_frame(move || {
            page::focus(FIELD);
            announcer.say(language::changed(name(&words::language())));
        });
    }
    let automatic = language::automatic(name(&words::as_browser()));
    let chosen = StoredValue::new(now.clone());
    let options = LANGUAGES.iter().map(|(tag, name)| {
        let is_chosen = *tag == now;
        view! { <option value=*tag lang=*tag dir="auto" selected=is_chosen>{*name}</option> }
    });
    let options = options.collect_view();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let tag = chosen.get_value();
        let is_kept = key.with_value(|key| match tag.as_str() {
            "" => {
                Area::Browser.remove(key);
                true
            }
            tag => Area::Browser.set(key, tag),
        });
        match is_kept {
            true => {
                Area::Tab.set(CHANGED, "changed");
                updates::load_again();
            }
            false => announcer.say(language::NOT_KEPT.say()),
        }
    };
    let missing = words::missing().map(|tag| {
        let sentence = language::not_loaded(name(&tag));
        view! { <div class="note problem"><p>{sentence}</p></div> }
    });
    let choose = move |event: Event| chosen.set_value(event_target_value(&event));
    view! {
        <section class="settings-part" aria-labelledby="language-part">
            <h3 id="language-part">{language::LABEL.say()}</h3>
            {missing}
            <form class="language-choice" on:submit=handler(save)>
                <label for=FIELD class="visually-hidden">{language::LABEL.say()}</label>
                <select id=FIELD class="field" aria-describedby="language-help" on:change=handler(choose)>
                    <option value="">{automatic}</option>
                    {options}
                </select>
                <button type="submit" class="button">{language::APPLY.say()}</button>
            </form>
            <p id="language-help" class="quiet-text">{language::HELP.say()}</p>
        </section>
    }
    .into_any()
}
