//! The palette: commands and tasks, found by a few letters of theirs. A combobox with a list box (WAI-ARIA Authoring
//! Practices), in a dialog.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev::{Event, KeyboardEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::dynamic::{attribute, dynamic, effect, flag, handler, part};
use super::help_sheet::way;
use super::keyboard::run;
use super::leave_dialog::open_while;
use crate::browser::fold::fold;
use crate::browser::page;
use crate::browser::stream::Pause;
use crate::fuzzy::{Fuzzy, Needle};
use crate::keys::{Binding, Command, Where, Word, say};
use crate::routes::Route;
use crate::search::Index;
use crate::state::keyboard::Sheet;
use crate::state::{Shared, shared};
use crate::sync::view::texts_of;
use crate::sync::{List, RowKey};
use crate::texts::{common, keys};

const FIELD: &str = "palette-field";
const LIST: &str = "palette-list";

/// How many commands, and how many tasks, are offered.
const MOST: usize = 8;

/// How many rows are taken in, or looked at, between two looks at the clock.
const ROWS_A_STEP: usize = 1_024;

/// Something that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Offer {
    Command(Command),
    Task(RowKey, String),
}

impl Offer {
    fn text(&self) -> String {
        match self {
            Self::Command(command) => say(Word::Command(*command)),
            Self::Task(_, summary) => summary.clone(),
        }
    }
}

/// What is looked through, and for whom.
struct Look {
    all: Shared,
    /// Where the focus was before, and so what can be done.
    at: Where,
    list: std::sync::Arc<List>,
    index: RefCell<Index>,
    indexed: Cell<usize>,
    /// Counts what was typed: a look for something older ends.
    run: Cell<u32>,
    offers: RwSignal<Vec<Offer>>,
    /// Whether the offers are for what was typed before.
    is_late: RwSignal<bool>,
}

/// A dialog that is open while somebody looks for something.
pub(super) fn palette() -> AnyView {
    let keyboard = shared().keyboard;
    let dialog = NodeRef::<Dialog>::new();
    let is_open = move || keyboard.sheet.get() == Some(Sheet::Palette);
    open_while(dialog, is_open);
    let closed = move |_| {
        if keyboard.sheet.get_untracked() == Some(Sheet::Palette) {
            keyboard.sheet.set(None);
        }
    };
    view! {
        <dialog node_ref=dialog class="dialog palette" aria-label=keys::LABEL.say() on:close=handler(closed)>
            {part(move || is_open().then(|| body(dialog)))}
        </dialog>
    }
    .into_any()
}

fn body(dialog: NodeRef<Dialog>) -> AnyView {
    let all = shared();
    let look = Rc::new(Look {
        all,
        at: all.keyboard.palette_from.get_value(),
        list: untrack(|| all.store.list()),
        index: RefCell::default(),
        indexed: Cell::new(0),
        run: Cell::new(0),
        offers: RwSignal::new(Vec::new()),
        is_late: RwSignal::new(true),
    });
    let (offers, is_late) = (look.offers, look.is_late);
    let typed = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let look = StoredValue::new_local(look);
    effect(move || {
        let needle = Needle::new(&typed.get(), &fold);
        active.set(0);
        is_late.set(true);
        look.with_value(|look| Look::begin(look, needle));
    });
    let choose = move |at: usize| {
        let Some(offer) = offers.with_untracked(|offers| offers.get(at).cloned()) else {
            return;
        };
        // Closed first: the focus goes back to where it was, and that is where the command belongs.
        all.keyboard.sheet.set(None);
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        match offer {
            Offer::Command(command) => {
                run(command, all);
            }
            Offer::Task(row, _) => {
                if let Some(row) = all.store.row_now(row) {
                    all.router.go(Route::Task(row.task));
                }
            }
        }
    };
    // Enter means the best of what was typed, be it found by then or not.
    let is_awaited = RwSignal::new(false);
    effect(move || {
        if is_awaited.get() && !is_late.get() {
            is_awaited.set(false);
            choose(0);
        }
    });
    let pressed = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let count = offers.with_untracked(Vec::len);
        let to = |by: usize| {
            (active.get_untracked() + by)
                .checked_rem(count)
                .unwrap_or_default()
        };
        match event.key().as_str() {
            "ArrowDown" => active.set(to(1)),
            "ArrowUp" => active.set(to(count.saturating_sub(1))),
            "Enter" if is_late.get_untracked() => is_awaited.set(true),
            "Enter" => choose(active.get_untracked()),
            _ => return,
        }
        event.prevent_default();
        page::bring_into_view(&option_id(active.get_untracked()));
    };
    let options = move || {
        let needle = Needle::new(&typed.get_untracked(), &fold);
        let option = |(at, offer): (usize, Offer)| option(at, &offer, &needle, active, choose);
        let all: Vec<_> = offers.get().into_iter().enumerate().map(option).collect();
        Some(all.into_any())
    };
    let has_any = move || offers.with(|offers| !offers.is_empty());
    let count = move || match offers.with(Vec::len) {
        0 => keys::NOTHING_FOUND.say().to_owned(),
        count => keys::results(count),
    };
    view! {
        <input
            id=FIELD
            class="field"
            type="text"
            role="combobox"
            aria-label=keys::PALETTE.say()
            placeholder=keys::PALETTE.say()
            aria-expanded=dynamic(move || if has_any() { "true" } else { "false" }.to_owned())
            aria-autocomplete="list"
            aria-controls=LIST
            aria-activedescendant=attribute(move || has_any().then(|| option_id(active.get())))
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            autofocus
            on:input=handler(move |event: Event| typed.set(event_target_value(&event)))
            on:keydown=handler(pressed)
        />
        <p class="visually-hidden" role="status">{dynamic(count)}</p>
        <p class="palette-none quiet-text" aria-hidden="true" hidden=flag("", has_any)>
            {keys::NOTHING_FOUND.say()}
        </p>
        <ul id=LIST role="listbox" aria-label=keys::LABEL.say()>{part(options)}</ul>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    format!("palette-{at}")
}

fn option(
    at: usize,
    offer: &Offer,
    needle: &Needle,
    active: RwSignal<usize>,
    choose: impl Fn(usize) + Copy + 'static,
) -> AnyView {
    let text = offer.text();
    let mut pieces = Vec::new();
    let mut end = 0;
    for mark in needle.marks(&text, &fold).unwrap_or_default() {
        pieces.push(
            text.get(end..mark.start)
                .unwrap_or_default()
                .to_owned()
                .into_any(),
        );
        let marked = text.get(mark.clone()).unwrap_or_default().to_owned();
        pieces.push(view! { <mark>{marked}</mark> }.into_any());
        end = mark.end;
    }
    pieces.push(text.get(end..).unwrap_or_default().to_owned().into_any());
    let beside = match offer {
        Offer::Command(command) => {
            let has_characters = untrack(|| shared().keyboard.has_characters());
            let works = |binding: &&Binding| has_characters || !binding.is_character();
            command.bindings().iter().find(works).map(way)
        }
        Offer::Task(..) => Some(view! { <span class="quiet-text">{common::TASK.say()}</span> }.into_any()),
    };
    view! {
        <li
            id=option_id(at)
            role="option"
            aria-selected=dynamic(move || if active.get() == at { "true" } else { "false" }.to_owned())
            on:click=handler(move |_| choose(at))
        >
            <span class="palette-text" dir="auto">{pieces}</span>
            <span class="palette-beside" aria-hidden="true">{beside}</span>
        </li>
    }
    .into_any()
}

impl Look {
    /// Looks for this, and no more for what was typed before.
    fn begin(look: &Rc<Self>, needle: Needle) {
        let run = look.run.get().wrapping_add(1);
        look.run.set(run);
        let look = Rc::downgrade(look);
        spawn_local(async move {
            let mut pause = Pause::default();
            let Some(commands) = look.upgrade().map(|look| look.commands(&needle)) else {
                return;
            };
            let mut tasks = Fuzzy::new(needle, MOST);
            // The dialog may be closed in any of the pauses.
            while let Some(look) = look.upgrade().filter(|look| look.run.get() == run) {
                if look.step(&mut tasks) {
                    look.show(commands, &tasks);
                    return;
                }
                drop(look);
                pause.when_due().await;
            }
        });
    }

    /// The commands that match, the best first.
    fn commands(&self, needle: &Needle) -> Vec<Offer> {
        let all: Vec<_> = Command::in_palette(self.at).collect();
        if needle.is_empty() {
            return all.into_iter().map(Offer::Command).collect();
        }
        let mut best = Fuzzy::new(needle.clone(), MOST);
        for (number, command) in all.iter().enumerate() {
            let words = say(Word::Command(*command));
            best.offer(number as u32, &fold(&words), &fold, &mut || words.clone());
        }
        let best = best.best().iter();
        best.filter_map(|hit| all.get(hit.item as usize).copied())
            .map(Offer::Command)
            .collect()
    }

    /// Takes some rows in, or looks at some. Whether those were the last.
    fn step(&self, tasks: &mut Fuzzy) -> bool {
        let rows = self.list.keys();
        let mut index = self.index.borrow_mut();
        let begin = self.indexed.get();
        if begin < rows.len() {
            let end = (begin + ROWS_A_STEP).min(rows.len());
            self.all.store.look_now(|engine| {
                for row in rows.get(begin..end).unwrap_or_default() {
                    if let Some((summary, _)) = texts_of(engine, *row) {
                        index.put(*row, &[summary], &fold);
                    }
                }
            });
            index.settle(&fold);
            self.indexed.set(end);
            return false;
        }
        let summary = |row: RowKey| self.all.store.row_now(row).map(|row| row.summary);
        tasks.step(&index, rows, ROWS_A_STEP, &fold, &mut |row| {
            summary(row).unwrap_or_default()
        })
    }

    fn show(&self, commands: Vec<Offer>, tasks: &Fuzzy) {
        let mut offers = commands;
        // With nothing typed there are only commands: the first tasks are on the list.
        let hits = tasks.best().iter().filter(|_| !tasks.needle().is_empty());
        for hit in hits {
            let rows = self.list.keys().iter();
            let row = rows.copied().find(|row| row.number() as u32 == hit.item);
            let row = row.and_then(|row| Some((row, self.all.store.row_now(row)?.summary)));
            offers.extend(row.map(|(row, summary)| Offer::Task(row, summary)));
        }
        self.offers.try_set(offers);
        self.is_late.try_set(false);
    }
}
