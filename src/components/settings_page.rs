//! Settings: where the API is, and whether it can be reached.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::appearance::appearance_section;
use super::dynamic::{dynamic, flag, handler, part};
use super::elsewhere::waits_elsewhere;
use super::task_detail::{BackLink, HEADING, focus_when_shown};
use crate::api::connection_check::{Finding, Level};
use crate::api::probe::probe;
use crate::browser::page;
use crate::config::Settings;
use crate::routes::Route;
use crate::state::keyboard::Sheet;
use crate::state::{Shared, shared};

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
                announcer.say(if kept {
                    "Saved. Tasks now come from this address."
                } else {
                    "Tasks now come from this address, but this browser can’t remember it for the next visit."
                });
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
        announcer.say("Tasks are kept on this device from now on.");
    };
    let reset = move |_| {
        connection.reset();
        typed.set(None);
        problem.set(String::new());
        findings.set(None);
        page::focus(ADDRESS);
        announcer.say("This site’s own address is used again.");
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
    let whose = move || match (connection.chosen(), site()) {
        _ if connection.is_device_only() => {
            "There is no server: tasks are kept on this device only. Choose one, and they are sent to it."
                .to_owned()
        }
        (Some(_), Some(site)) => format!("You chose this address in this browser. The site’s own is {site}"),
        (Some(_), None) => "You chose this address in this browser.".to_owned(),
        (None, _) => "This is the site’s own address.".to_owned(),
    };

    view! {
        <BackLink/>
        <form class="task-form" on:submit=handler(save) novalidate aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">"Settings"</h2>
            <label for=ADDRESS>"API address"</label>
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
                "What stands before " <code>"/tasks/"</code>
                ", such as " <code>"https://example.com/api"</code> ", or " <code>"/"</code> " for this site. " {dynamic(whose)}
            </p>
            {waits_elsewhere(HEADING)}
            <div class="actions">
                <button type="submit" class="button primary">"Save"</button>
                <button
                    type="button"
                    class="button"
                    aria-disabled=flag("true", move || checking.get())
                    on:click=handler(check)
                >
                    {dynamic(move || if checking.get() { "Checking…" } else { "Check connection" }.to_owned())}
                </button>
                {part(move || {
                    let button = view! {
                        <button type="button" class="button quiet" on:click=handler(stay_here)>
                            "Keep tasks on this device only"
                        </button>
                    };
                    (!connection.is_device_only()).then(|| button.into_any())
                })}
                {part(move || {
                    let button = view! {
                        <button type="button" class="button quiet" on:click=handler(reset)>"Use this site’s default"</button>
                    };
                    connection.chosen().is_some().then(|| button.into_any())
                })}
            </div>
        </form>
        <p class="settings-more">
            <a class="text-link" href=router.href(&Route::Transfer)>"Import and export"</a>
        </p>
        <section class="check-report" aria-label="Connection check" aria-live="polite">
            {part(move || {
                let items = findings.get()?.into_iter().map(|finding| finding_item(finding, typed)).collect_view();
                Some(view! { <ul class="findings">{items}</ul> }.into_any())
            })}
        </section>
        {appearance_section()}
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
        announcer.say(match (on, kept) {
            (true, _) => "Single-letter keys are on.",
            (false, true) => "Single-letter keys are off.",
            (false, false) => {
                "Single-letter keys are off, but this browser can’t remember it for the next visit."
            }
        });
    };
    view! {
        <section class="settings-part" aria-labelledby="keys-part">
            <h3 id="keys-part">"Keyboard"</h3>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=dynamic(move || keyboard.has_characters())
                    aria-describedby="keys-help"
                    on:change=handler(switch)
                />
                "Single-letter keys"
            </label>
            <p id="keys-help" class="quiet-text">
                "Such as N for a new task. Switch them off if you speak to this device or press keys by mistake."
            </p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(move |_| keyboard.sheet.set(Some(Sheet::Help)))>
                    "Show all keys"
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// One finding. Its level is said in words too, because colour alone says nothing to some.
fn finding_item(finding: Finding, typed: RwSignal<Option<String>>) -> AnyView {
    let (class, level) = match finding.level {
        Level::Good => ("finding good", "Good: "),
        Level::Warning => ("finding warning", "Warning: "),
        Level::Bad => ("finding bad", "Problem: "),
    };
    view! {
        <li class=class>
            <strong>{level}</strong>
            {finding.sentence}
            {finding.use_instead.map(|address| {
                let label = format!("Use {address}");
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
