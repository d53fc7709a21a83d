//! The keys and what they do, from the table that binds them.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::dynamic::{handler, part};
use super::leave_dialog::open_while;
use super::rich::{marked, rich};
use crate::browser::page;
use crate::keys::{Binding, Command, Group, Word, heading, say};
use crate::routes::Route;
use crate::state::keyboard::Sheet;
use crate::state::{Shared, shared};
use crate::texts::{common, keys};

const HEADING: &str = "keys-heading";

/// A dialog that is open while somebody looks something up.
pub(super) fn help_sheet() -> AnyView {
    let Shared { keyboard, router, .. } = shared();
    let dialog = NodeRef::<Dialog>::new();
    let is_open = move || keyboard.sheet.get() == Some(Sheet::Help);
    open_while(dialog, is_open);
    let close = move || {
        if is_open_now(keyboard.sheet) {
            keyboard.sheet.set(None);
        }
    };
    let body = move || {
        let characters = keyboard.has_characters();
        let groups = [Group::General, Group::Move, Group::Task, Group::Select, Group::Go];
        let groups: Vec<_> = groups
            .into_iter()
            .map(|group| part_of(group, characters))
            .collect();
        let settings = marked(common::SETTINGS.say());
        let note = match characters {
            true => keys::can_be_off(&settings),
            false => keys::are_off(&settings),
        };
        let address = router.href(&Route::Settings);
        let link = move |words: &str| {
            let (address, words) = (address.clone(), words.to_owned());
            view! { <a href=address on:click=handler(move |_| close())>{words}</a> }.into_any()
        };
        let body = view! {
            <div class="keys">{groups}</div>
            <p class="quiet-text">{rich(&note, link)}</p>
        };
        is_open().then(|| body.into_any())
    };
    view! {
        <dialog node_ref=dialog class="dialog keys-sheet" aria-labelledby=HEADING on:close=handler(move |_| close())>
            <h2 id=HEADING tabindex="-1" autofocus>{keys::KEYS.say()}</h2>
            {part(body)}
            <div class="actions">
                <button type="button" class="button primary" on:click=handler(move |_| close())>{common::CLOSE.say()}</button>
            </div>
        </dialog>
    }
    .into_any()
}

fn is_open_now(sheet: RwSignal<Option<Sheet>>) -> bool {
    sheet.get_untracked() == Some(Sheet::Help)
}

fn part_of(group: Group, characters: bool) -> AnyView {
    let works = move |binding: &&Binding| characters || !binding.is_character();
    let line = |command: Command| {
        let bindings = command.bindings().iter().filter(works);
        let ways: Vec<_> = bindings.map(way).collect();
        if ways.is_empty() {
            return None;
        }
        let words = say(Word::Command(command));
        Some(view! { <div class="key-line"><dt>{words}</dt><dd>{ways}</dd></div> }.into_any())
    };
    let commands = Command::all().filter(|command| command.group() == group);
    let lines: Vec<_> = commands.filter_map(line).collect();
    view! {
        <section>
            <h3>{heading(group).say()}</h3>
            <dl>{lines}</dl>
        </section>
    }
    .into_any()
}

/// One way to give a command: the keys of a step together, one step after the other.
pub(super) fn way(binding: &Binding) -> AnyView {
    let steps = binding.steps(page::is_apple());
    let step = |caps: Vec<_>| {
        let caps = caps.into_iter().map(|cap| {
            let word = say(Word::Cap(cap));
            view! { <kbd>{word}</kbd> }.into_any()
        });
        view! { <span class="key-step">{caps.collect::<Vec<_>>()}</span> }.into_any()
    };
    let mut ways = Vec::new();
    for caps in steps {
        if !ways.is_empty() {
            let then = say(Word::Then);
            ways.push(view! { <span class="key-then">" " {then} " "</span> }.into_any());
        }
        ways.push(step(caps));
    }
    view! { <span class="key-way">{ways}</span> }.into_any()
}
