//! One change on the Sync page: what it is, how it stands, and what can be done about it.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{FocusEvent, HtmlTextAreaElement};

use super::decide::choices;
use super::discard_dialog::ask_to_discard;
use super::dynamic::{dynamic, handler, part};
use super::task_detail::HEADING;
use crate::browser::{clock, files};
use crate::face::ago;
use crate::routes::Route;
use crate::state::{Shared, shared};
use crate::sync::curl::{curl, endpoint};
use crate::sync::engine::Engine;
use crate::sync::entry::{Change, Decision, Entry, EntryState, Why};
use crate::sync::loss::summary;
use crate::sync::view::problem;
use crate::sync::{EntryKey, TaskRef};
use crate::texts::{self, Text, Unit, common, entry as said};

/// The page's dialog with a command to copy, which all changes share. Native and modal: it keeps the focus, Escape
/// closes it, and the focus returns to the button that opened it.
#[derive(Clone, Copy)]
pub(super) struct CopyDialog {
    copy: NodeRef<Dialog>,
    command: RwSignal<String>,
}

/// What is shown of an entry.
struct Line {
    task: TaskRef,
    summary: String,
    what: Text,
    state: Text,
    facts: String,
    problem: String,
    needs_person: bool,
    is_conflict: bool,
    can_edit: bool,
    /// Whether it has an address that a command could go to.
    has_address: bool,
}

/// A change. `tick` follows the clock.
pub(super) fn entry_item(key: EntryKey, dialog: CopyDialog, tick: RwSignal<u32>) -> AnyView {
    let store = shared().store;
    let line = move || store.look(|engine| line(engine, key)).flatten();
    view! { <li class="entry" id=format!("entry-{key}")>{part(move || Some(show(key, line()?, dialog, tick)))}</li> }
        .into_any()
}

fn show(key: EntryKey, line: Line, dialog: CopyDialog, tick: RwSignal<u32>) -> AnyView {
    let Shared { store, router, .. } = shared();
    let when = move || {
        tick.track();
        store.look_now(|engine| timing(engine, key)).unwrap_or_default()
    };
    let summary = line.summary;
    let act = |label: &str, run: Box<dyn Fn()>| {
        let name = common::action_on(label, &summary);
        view! {
            <button type="button" class="button small quiet" aria-label=name on:click=handler(move |_| run())>
                {label.to_owned()}
            </button>
        }
        .into_any()
    };
    let mut actions = Vec::new();
    if line.has_address && !line.needs_person {
        let retry = move || {
            store.decide(key, Decision::Retry);
            store.try_now();
        };
        actions.push(act(said::RETRY.say(), Box::new(retry)));
    }
    if line.can_edit && !line.needs_person {
        let name = common::action_on(common::EDIT.say(), &summary);
        let address = router.href(&Route::Edit(line.task));
        let link =
            view! { <a class="button small quiet" aria-label=name href=address>{common::EDIT.say()}</a> };
        actions.push(link.into_any());
    }
    if line.has_address {
        actions.push(act(
            said::COPY_CURL.say(),
            Box::new(move || copy_as_curl(key, dialog)),
        ));
    }
    if !line.needs_person || line.is_conflict {
        actions.push(act(
            common::DISCARD.say(),
            Box::new(move || ask_to_discard(key, HEADING)),
        ));
    }
    let problem_class = match line.needs_person {
        true => "entry-problem",
        false => "quiet-text",
    };
    view! {
        <p class="entry-what">
            <strong>{line.what.say()}</strong>
            " "
            <span dir="auto">{summary.clone()}</span>
        </p>
        <p class="quiet-text"><span class="entry-state">{line.state.say()}</span> {line.facts} " · " {dynamic(when)}</p>
        <p class=problem_class>{line.problem}</p>
        {choices(key, HEADING)}
        <div class="actions">{actions}</div>
    }
    .into_any()
}

fn line(engine: &Engine, key: EntryKey) -> Option<Line> {
    let entry = engine.entry(key)?;
    let client = shared().connection.client_now();
    let address = client.and_then(|client| endpoint(entry, client.base()));
    let request = match &address {
        Some(address) => format!(" · {} {}", entry.method(), address.path()),
        None => format!(" · {}", entry.method()),
    };
    let attempts = match entry.attempts {
        0 => said::NOT_SENT.say().to_owned(),
        number => said::sent(number as usize),
    };
    let age = clock::now_ms() as f64 - entry.made_at as f64;
    let what = match entry.change {
        Change::Create { .. } => said::ADD,
        Change::Edit(_) => said::CHANGE,
        Change::Done => said::FINISH,
        Change::Undo { .. } => said::PUT_BACK,
        Change::Decide { .. } => return None,
    };
    let problem = match &entry.error {
        _ if entry.needs_person() => problem(entry),
        Some(trouble) => said::last_time(&trouble.sentence()),
        None => String::new(),
    };
    Some(Line {
        task: entry.task.clone(),
        summary: summary(engine, entry)
            .unwrap_or_else(|| common::A_TASK.say())
            .to_owned(),
        what,
        state: state(engine, entry),
        facts: format!("{request} · {attempts} · {}", said::made(&ago(age))),
        problem,
        needs_person: entry.needs_person(),
        is_conflict: matches!(entry.state, EntryState::Parked(Why::Conflict(_))),
        can_edit: matches!(entry.change, Change::Create { .. } | Change::Edit(_)),
        has_address: address.is_some(),
    })
}

fn state(engine: &Engine, entry: &Entry) -> Text {
    let decided = engine
        .entries()
        .iter()
        .rev()
        .find_map(|other| match &other.change {
            Change::Decide { of, decision } if *of == entry.key => Some(decision),
            _ => None,
        });
    match (&entry.state, decided) {
        (_, Some(Decision::Drop)) => said::TO_BE_DISCARDED,
        (_, Some(_)) | (EntryState::Pending, None) if entry.durable => said::WAITING,
        (_, Some(_)) | (EntryState::Pending, None) => said::BEING_KEPT,
        (EntryState::Sending, None) => said::SENDING,
        (EntryState::Parked(Why::Refused), None) => said::REFUSED,
        (EntryState::Parked(Why::Conflict(_)), None) => said::CONFLICT,
        (EntryState::Parked(Why::Gone), None) => said::GONE,
        (EntryState::Unsure(_), None) => said::UNSURE,
    }
}

/// When it is sent.
fn timing(engine: &Engine, key: EntryKey) -> String {
    let Some(entry) = engine.entry(key) else {
        return String::new();
    };
    let now = clock::now_ms();
    let wait = engine.next_try(entry, now).saturating_sub(now).div_ceil(1_000);
    let waits_for_other = || {
        let before = engine.entries().iter().take_while(|other| other.key < key);
        before.into_iter().any(|other| other.task == entry.task)
    };
    let text = match (&entry.state, wait) {
        _ if shared().connection.client_now().is_none() => said::ONCE_SERVER,
        (EntryState::Sending, _) => said::ON_ITS_WAY,
        (EntryState::Parked(_) | EntryState::Unsure(_), _) => said::WAITS_FOR_YOU,
        _ if waits_for_other() => said::AFTER_OTHER,
        (EntryState::Pending, 0) if engine.link_error().is_some() => said::NEXT_SOON,
        (EntryState::Pending, 0) => said::NEXT_NOW,
        (EntryState::Pending, 1..=90) => return next_in(wait, Unit::Second),
        (EntryState::Pending, _) => return next_in(wait.div_ceil(60), Unit::Minute),
    };
    text.say().to_owned()
}

fn next_in(wait: u64, unit: Unit) -> String {
    said::next_in(&texts::relative(i64::try_from(wait).unwrap_or(i64::MAX), unit))
}

/// Copies the command, or shows it where the browser does not let it be copied.
fn copy_as_curl(key: EntryKey, dialog: CopyDialog) {
    let Shared {
        store,
        connection,
        announcer,
        ..
    } = shared();
    let Some(client) = connection.client_now() else {
        return;
    };
    let command = store
        .look_now(|engine| curl(engine.entry(key)?, engine.snapshot(), client.base()))
        .flatten();
    let Some(command) = command else { return };
    spawn_local(async move {
        if files::copy_text(&command).await {
            announcer.say(said::COPIED.say());
            return;
        }
        dialog.command.try_set(command);
        // What gets the focus is selected, and must hold the command by then.
        request_animation_frame(move || {
            if let Some(dialog) = dialog.copy.try_get_untracked().flatten() {
                // It can only fail when it is open already.
                drop(dialog.show_modal());
            }
        });
    });
}

impl CopyDialog {
    /// None is open.
    pub(super) fn new() -> Self {
        Self {
            copy: NodeRef::new(),
            command: RwSignal::new(String::new()),
        }
    }

    /// The dialog.
    pub(super) fn show(self) -> AnyView {
        let close = move |_| {
            if let Some(dialog) = self.copy.get_untracked() {
                dialog.close();
            }
        };
        let select = |event: FocusEvent| event_target::<HtmlTextAreaElement>(&event).select();
        view! {
            <dialog node_ref=self.copy class="dialog" aria-labelledby="copy-heading">
                <h2 id="copy-heading">{said::COPY_HEADING.say()}</h2>
                <p>{said::COPY_HELP.say()}</p>
                <textarea
                    class="field code"
                    readonly
                    rows="6"
                    aria-label=said::COMMAND.say()
                    dir="ltr"
                    prop:value=dynamic(move || self.command.get())
                    on:focus=handler(select)
                ></textarea>
                <div class="actions">
                    <button type="button" class="button primary" on:click=handler(close)>{common::CLOSE.say()}</button>
                </div>
            </dialog>
        }
        .into_any()
    }
}
