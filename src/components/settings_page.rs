//! Settings: where the API is, and whether it can be reached.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::appearance::appearance_section;
use super::dynamic::{dynamic, flag, handler, part};
use super::elsewhere::waits_elsewhere;
use super::language_choice::language_section;
use super::rich::{marked, with_code};
use super::task_detail::{BackLink, HEADING, focus_when_shown};
use crate::api::connection_check::{Finding, Level};
use crate::api::probe::probe;
use crate::browser::page;
use crate::config::Settings;
use crate::routes::Route;
use crate::state::keyboard::Sheet;
use crate::state::{Shared, shared};
use crate::texts::{Text, common, keys, settings as said, transfer};

const ADDRESS: &str = "api-address";

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let Shared {
        connection,
        router,
        announcer,
        ..
    } = shared();
    let site = move || connection.site_default().and_then(|config| config.api);
    let in_force = move || {
        connection
            .chosen()
            .map_or_else(site, |chosen| chosen.api)
            .unwrap_or_default()
    };
    let typed = RwSignal::new(None::<String>);
    let address = move || typed.get().unwrap_or_else(in_force);
    let problem = RwSignal::new(String::new());
    let checking = RwSignal::new(false);
    let findings = RwSignal::new(None::<Vec<Finding>>);
    focus_when_shown(router, || true);

    let save = move |event: SubmitEvent| {
        event.prevent_default();
        match connection.read_address(&untrack(address)) {
            Ok(_) => {
                problem.set(String::new());
                let kept = connection.choose(Settings::with_api(&untrack(address)));
                typed.set(None);
                announcer.say(
                    match kept {
                        true => said::SAVED_SAID,
                        false => said::NOT_REMEMBERED_SAID,
                    }
                    .say(),
                );
            }
            Err(sentence) => {
                problem.set(sentence);
                page::focus(ADDRESS);
            }
        }
    };
    let stay_here = move |_| {
        connection.choose(Settings::device_only());
        typed.set(None);
        problem.set(String::new());
        findings.set(None);
        page::focus(ADDRESS);
        announcer.say(said::DEVICE_ONLY_SAID.say());
    };
    let reset = move |_| {
        connection.reset();
        typed.set(None);
        problem.set(String::new());
        findings.set(None);
        page::focus(ADDRESS);
        announcer.say(said::RESET_SAID.say());
    };
    let check = move |_| match connection.read_address(&untrack(address)) {
        _ if checking.get_untracked() => {}
        Ok(base) => {
            problem.set(String::new());
            findings.set(None);
            checking.set(true);
            spawn_local(async move {
                let observed = probe(&base).await;
                findings.try_set(Some(observed.findings()));
                checking.try_set(false);
            });
        }
        Err(sentence) => {
            problem.set(sentence);
            page::focus(ADDRESS);
        }
    };
    let whose = move || {
        let text = match (connection.chosen(), site()) {
            _ if connection.is_device_only() => said::NO_SERVER,
            (Some(_), Some(site)) => return said::chosen_not_site(&site),
            (Some(_), None) => said::CHOSEN,
            (None, _) => said::SITE_ADDRESS,
        };
        text.say().to_owned()
    };
    let [path, example, root] = ["/tasks/", "https://example.com/api", "/"].map(marked);
    let help = said::address_help(&path, &example, &root);

    view! {
        <BackLink/>
        <form class="task-form" on:submit=handler(save) novalidate aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">{common::SETTINGS.say()}</h2>
            <label for=ADDRESS>{said::ADDRESS.say()}</label>
            <input
                id=ADDRESS
                class="field"
                type="text"
                inputmode="url"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="ltr"
                aria-describedby="api-help api-problem"
                aria-invalid=flag("true", move || problem.with(|problem| !problem.is_empty()))
                prop:value=dynamic(address)
                on:input=handler(move |event: Event| {
                    typed.set(Some(event_target_value(&event)));
                    problem.set(String::new());
                })
            />
            <div id="api-problem" role="alert" class="field-problem">{dynamic(move || problem.get())}</div>
            <p id="api-help" class="quiet-text">
                {with_code(&help)} " " {dynamic(whose)}
            </p>
            {waits_elsewhere(HEADING)}
            <div class="actions">
                <button type="submit" class="button primary">{common::SAVE.say()}</button>
                <button
                    type="button"
                    class="button"
                    aria-disabled=flag("true", move || checking.get())
                    on:click=handler(check)
                >
                    {dynamic(move || if checking.get() { said::CHECKING } else { said::CHECK }.say().to_owned())}
                </button>
                {part(move || {
                    let button = view! {
                        <button type="button" class="button quiet" on:click=handler(stay_here)>
                            {said::DEVICE_ONLY.say()}
                        </button>
                    };
                    (!connection.is_device_only()).then(|| button.into_any())
                })}
                {part(move || {
                    let button = view! {
                        <button type="button" class="button quiet" on:click=handler(reset)>{said::RESET.say()}</button>
                    };
                    connection.chosen().is_some().then(|| button.into_any())
                })}
            </div>
        </form>
        <p class="settings-more">
            <a class="text-link" href=router.href(&Route::Transfer)>{transfer::TITLE.say()}</a>
        </p>
        <section class="check-report" aria-label=said::REPORT.say() aria-live="polite">
            {part(move || {
                let items = findings.get()?.into_iter().map(|finding| finding_item(finding, typed)).collect_view();
                Some(view! { <ul class="findings">{items}</ul> }.into_any())
            })}
        </section>
        {appearance_section()}
        {language_section()}
        {keys_section()}
    }
}

/// The switch for keys that are a single character, and the way to all of them.
fn keys_section() -> AnyView {
    let Shared {
        keyboard, announcer, ..
    } = shared();
    let switch = move |event: Event| {
        let on = event_target_checked(&event);
        let kept = keyboard.use_characters(on);
        let text = match (on, kept) {
            (true, _) => keys::LETTERS_ON,
            (false, true) => keys::LETTERS_OFF,
            (false, false) => keys::LETTERS_OFF_UNKEPT,
        };
        announcer.say(text.say());
    };
    view! {
        <section class="settings-part" aria-labelledby="keys-part">
            <h3 id="keys-part">{keys::KEYBOARD.say()}</h3>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=dynamic(move || keyboard.has_characters())
                    aria-describedby="keys-help"
                    on:change=handler(switch)
                />
                {keys::LETTERS.say()}
            </label>
            <p id="keys-help" class="quiet-text">
                {keys::LETTERS_HELP.say()}
            </p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| keyboard.sheet.set(Some(Sheet::Help)))>
                    {keys::SHOW_ALL.say()}
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// One finding. Its level is said in words too, because colour alone says nothing to some.
fn finding_item(finding: Finding, typed: RwSignal<Option<String>>) -> AnyView {
    let (class, level): (_, Text) = match finding.level {
        Level::Good => ("finding good", said::GOOD),
        Level::Warning => ("finding warning", said::WARNING),
        Level::Bad => ("finding bad", said::BAD),
    };
    view! {
        <li class=class>
            <strong>{level.say()}</strong>
            " "
            {finding.sentence}
            {finding.use_instead.map(|address| {
                let label = said::use_address(&address);
                view! {
                    <button type="button" class="button small" on:click=handler(move |_| typed.set(Some(address.clone())))>
                        {label}
                    </button>
                }
            })}
        </li>
    }
    .into_any()
}
