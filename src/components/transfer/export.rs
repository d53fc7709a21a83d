//! All tasks, or those that are selected, as a file. Descriptions that this device does not know are read from the server
//! first, a few at a time.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::decide::button;
use super::super::dynamic::{Dynamic, dynamic, flag, handler, part};
use super::runs::{Latch, Runs};
use super::{EXPORT, focus_soon, format_choice, progress};
use crate::api::ApiError;
use crate::browser::files::FileParts;
use crate::browser::stream::Pause;
use crate::selection::Selection;
use crate::state::tasks::Batch;
use crate::state::{Announcer, Selecting, TaskStore, shared};
use crate::sync::RowKey;
use crate::texts::{self, common, sync, transfer};
use crate::transfer::{Entry, Format, Writer};

const FORMAT: &str = "export-format";
const STAGE: &str = "export-stage";
const BUTTON: &str = "export-button";
const WHICH: &str = "export-which";

/// How many descriptions are read at once: as many requests as a browser makes to one server, less room for what a person
/// does meanwhile.
const AT_ONCE: usize = 4;

/// How many tasks are in one part of the file.
const PART: usize = 500;

/// How far an export is.
#[derive(Clone, PartialEq)]
enum Stage {
    /// Nothing is exported.
    Choose,
    /// What is not known is read.
    Reading,
    /// So many descriptions could not be read, and why.
    Ask(usize, String),
}

/// An export.
#[derive(Clone, Copy)]
struct Export {
    store: TaskStore,
    announcer: Announcer,
    stage: RwSignal<Stage>,
    format: RwSignal<Format>,
    /// How many descriptions were read, of how many.
    part: RwSignal<(f64, f64)>,
    said: RwSignal<String>,
    runs: Runs,
    selecting: Selecting,
    /// Whether only what is selected is wanted, while anything is.
    is_part: RwSignal<bool>,
    /// What was selected when the export began, when only that is wanted.
    chosen: StoredValue<Option<Vec<RowKey>>>,
}

impl Export {
    /// How many tasks are selected; follows it.
    fn selected(self) -> usize {
        match self.selecting.is_on() {
            true => self.selecting.look(Selection::count),
            false => 0,
        }
    }

    /// How many tasks would be exported, and whether these are the selected ones; follows it.
    fn number(self) -> (usize, bool) {
        match self.selected() {
            selected if selected > 0 && self.is_part.get() => (selected, true),
            _ => (self.store.list().open_count(), false),
        }
    }

    /// Keeps what is to be exported: what is selected may be another before the file is written.
    fn choose(self) {
        let (_, is_part) = untrack(|| self.number());
        let chosen = is_part.then(|| {
            let list = untrack(|| self.store.list());
            self.selecting
                .look_now(|selection| selection.of(list.keys()).collect())
        });
        self.chosen.set_value(chosen);
    }

    /// The rows to be exported.
    fn rows(self, batch: &Batch) -> Vec<RowKey> {
        let chosen = self.chosen.try_get_value().flatten();
        chosen.unwrap_or_else(|| batch.rows())
    }

    fn show(self, stage: Stage, home: &'static str) {
        if self.stage.try_set(stage).is_none() {
            focus_soon(home);
        }
    }

    /// Writes the file; when descriptions are missing, these are read first.
    fn start(self) {
        let run = self.runs.begin();
        spawn_local(async move {
            let Some(batch) = self.store.batch().await else {
                return;
            };
            let mut pause = Pause::default();
            let missing = missing(&batch, self.rows(&batch), &mut pause).await;
            // The page may have been left, or the button pressed again.
            if !self.runs.is_running(run) {
                return;
            }
            if missing.is_empty() {
                return self.write(batch).await;
            }
            self.part.try_set((0.0, missing.len() as f64));
            self.show(Stage::Reading, STAGE);
            let error = self.describe(&batch, missing, run).await;
            if !self.runs.is_running(run) {
                return;
            }
            let missing = self::missing(&batch, self.rows(&batch), &mut pause).await.len();
            if missing == 0 {
                self.show(Stage::Choose, BUTTON);
                self.write(batch).await;
            } else {
                let why = error.map(|error| error.cause()).unwrap_or_default();
                self.show(Stage::Ask(missing, why), STAGE);
            }
        });
    }

    /// Reads descriptions until one can't be read.
    async fn describe(self, batch: &Batch, rows: Vec<RowKey>, run: u32) -> Option<ApiError> {
        let latch = Latch::new(AT_ONCE);
        let work = Rc::new(Work {
            rows: RefCell::new(rows.into_iter()),
            read: Cell::default(),
            error: RefCell::default(),
        });
        for _ in 0..AT_ONCE {
            let (work, batch, latch) = (work.clone(), batch.clone(), latch.clone());
            spawn_local(async move {
                while let Some(row) = work.next().filter(|_| self.runs.is_running(run)) {
                    match batch.describe(row).await {
                        Ok(()) => work.read.set(work.read.get() + 1),
                        Err(error) => drop(work.error.replace(Some(error))),
                    }
                    self.part.try_update(|part| part.0 = work.read.get() as f64);
                }
                latch.count_down();
            });
        }
        latch.wait().await;
        work.error.take()
    }

    /// Writes the file with what is known.
    async fn write(self, batch: Batch) {
        let Some(format) = self.format.try_get_untracked() else {
            return;
        };
        let name = format!("strikethrough-tasks.{}", format.extension());
        let (file, number) = file_of(&batch, self.rows(&batch).into_iter(), format).await;
        let said = match file.save(&name) {
            true => transfer::saved(number, &name),
            false => sync::EXPORT_BLOCKED.say().to_owned(),
        };
        self.announcer.say(said.clone());
        self.said.try_set(said);
    }
}

/// Descriptions to be read, by several at once.
struct Work {
    rows: RefCell<std::vec::IntoIter<RowKey>>,
    read: Cell<usize>,
    error: RefCell<Option<ApiError>>,
}

impl Work {
    /// The next, until one could not be read: then a server is not asked for more.
    fn next(&self) -> Option<RowKey> {
        let goes_on = self.error.borrow().is_none();
        goes_on.then(|| self.rows.borrow_mut().next()).flatten()
    }
}

/// Those of some rows whose descriptions are not known.
async fn missing(batch: &Batch, rows: Vec<RowKey>, pause: &mut Pause) -> Vec<RowKey> {
    let mut missing = Vec::new();
    for row in rows {
        if batch.read(row, |_, description, _| description.is_none()) == Some(true) {
            missing.push(row);
        }
        pause.when_due().await;
    }
    missing
}

/// These rows as a file, and how many they were. One that has gone meanwhile is left out.
async fn file_of(batch: &Batch, rows: impl Iterator<Item = RowKey>, format: Format) -> (FileParts, usize) {
    let (mut writer, mut file) = (Writer::new(format), FileParts::default());
    let (mut pause, mut number) = (Pause::default(), 0);
    for row in rows {
        let write = |summary: &str, description: Option<&str>, done: bool| {
            let description = description.unwrap_or_default();
            writer.add(&Entry {
                summary,
                description,
                done,
            });
        };
        number += usize::from(batch.read(row, write).is_some());
        if number % PART == 0 {
            file.push(&writer.take());
        }
        pause.when_due().await;
    }
    file.push(&writer.end());
    (file, number)
}

/// The part of the page for it.
pub(super) fn export_section() -> AnyView {
    let shared = shared();
    let export = Export {
        store: shared.store,
        announcer: shared.announcer,
        stage: RwSignal::new(Stage::Choose),
        format: RwSignal::new(Format::Json),
        part: RwSignal::new((0.0, 1.0)),
        said: RwSignal::new(String::new()),
        runs: Runs::new(),
        selecting: shared.selecting,
        is_part: RwSignal::new(true),
        chosen: StoredValue::new(None),
    };
    // It was asked for again, for what is selected.
    let wants_part = move |_| {
        if export.selecting.is_exporting() {
            export.is_part.set(true);
        }
    };
    let shown = move || {
        Some(match export.stage.get() {
            Stage::Choose => choose(export),
            Stage::Reading => reading(export),
            Stage::Ask(missing, why) => ask(export, missing, why),
        })
    };
    view! {
        <section class="transfer-part" aria-labelledby=EXPORT>
            <h3 id=EXPORT tabindex="-1" on:focus=handler(wants_part)>{transfer::EXPORT.say()}</h3>
            {part(shown)}
            <p class="quiet-text">{dynamic(move || export.said.get())}</p>
        </section>
    }
    .into_any()
}

fn choose(export: Export) -> AnyView {
    let label = move || match export.number() {
        (0, _) => transfer::NOTHING_TO_EXPORT.say().to_owned(),
        (number, false) => transfer::export_tasks(number),
        (number, true) => transfer::export_selected(number),
    };
    let start = move |_| {
        if untrack(|| export.number().0) > 0 {
            export.said.set(String::new());
            export.choose();
            export.start();
        }
    };
    let has_selected = Memo::new(move |_| export.selected() > 0);
    view! {
        <p class="quiet-text">{transfer::EXPORT_HELP.say()}</p>
        {part(move || has_selected.get().then(|| which(export)))}
        <div class="transfer-format">
            <label for=FORMAT>{transfer::FORMAT.say()}</label>
            {format_choice(FORMAT, export.format)}
            <button
                id=BUTTON
                type="button"
                class="button"
                aria-disabled=flag("true", move || export.number().0 == 0)
                on:click=handler(start)
            >
                {dynamic(label)}
            </button>
        </div>
    }
    .into_any()
}

/// Whether all of them are wanted, or what is selected.
fn which(export: Export) -> AnyView {
    let choice = |is_part: bool, words: Dynamic<String>| {
        let is_chosen = move || export.is_part.get() == is_part;
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name=WHICH
                    prop:checked=dynamic(is_chosen)
                    on:change=handler(move |_: Event| export.is_part.set(is_part))
                />
                <span>{words}</span>
            </label>
        }
        .into_any()
    };
    let selected = move || transfer::which_selected(export.selected());
    let all = move || transfer::which_all(export.store.list().open_count());
    view! {
        <fieldset class="transfer-which">
            <legend>{transfer::WHICH.say()}</legend>
            {choice(true, dynamic(selected))}
            {choice(false, dynamic(all))}
        </fieldset>
    }
    .into_any()
}

fn reading(export: Export) -> AnyView {
    let how_far = move || {
        let (read, all) = export.part.get();
        transfer::descriptions_read(all as usize, &texts::number(read as usize))
    };
    let cancel = move || {
        export.runs.begin();
        export.announcer.say(transfer::NOT_EXPORTED.say());
        export.show(Stage::Choose, BUTTON);
    };
    progress(
        STAGE,
        transfer::READING_DESCRIPTIONS.say().to_owned(),
        export.part,
        how_far,
        cancel,
    )
}

/// What is to become of an export when not all is known.
fn ask(export: Export, missing: usize, why: String) -> AnyView {
    let sentence = texts::both(why, transfer::WITHOUT.say());
    let anyway = move || {
        export.show(Stage::Choose, BUTTON);
        spawn_local(async move {
            if let Some(batch) = export.store.batch().await {
                export.write(batch).await;
            }
        });
    };
    view! {
        <h4 id=STAGE tabindex="-1">{transfer::unread(missing)}</h4>
        <p>{sentence}</p>
        <div class="actions">
            {button(common::TRY_AGAIN.say().to_owned(), "button primary", move || export.start())}
            {button(transfer::EXPORT_ANYWAY.say().to_owned(), "button", anyway)}
            {button(common::CANCEL.say().to_owned(), "button quiet", move || export.show(Stage::Choose, BUTTON))}
        </div>
    }
    .into_any()
}
