//! How an import stands, and choosing what is read: a file, a file that is dropped here, or pasted text.

use std::sync::Arc;

use leptos::ev::{self, DragEvent, Event};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, File, HtmlInputElement};

use super::super::dynamic::{attribute, dynamic, handler, part};
use super::adding::{added, working};
use super::preview::preview;
use super::reading::reading;
use super::runs::Runs;
use super::{focus_soon, words};
use crate::browser::files;
use crate::state::{Shared, shared};
use crate::sync::EntryKey;
use crate::texts::transfer;
use crate::transfer::{FILE_MAX, Format, Imported};

/// The heading of what is shown of an import, which gets the focus when that changes.
pub(super) const STAGE: &str = "import-stage";

const FILE: &str = "import-file";
const PASTED: &str = "import-text";

/// How far an import is.
#[derive(Clone, PartialEq)]
pub(super) enum Stage {
    /// Something to read is chosen. Says what was wrong with the last choice.
    Choose(String),
    /// It is read.
    Reading,
    /// The person looks at what was found.
    Preview,
    /// Tasks are added, or taken back; this says which.
    Working(String),
    /// It was added, as far as this says.
    Added(Outcome),
}

/// What has come of it.
#[derive(Clone, PartialEq)]
pub(super) struct Outcome {
    /// What is on the list now.
    pub(super) keys: Arc<Vec<EntryKey>>,
    /// What is not: places in what was found, of tasks and then of problems.
    pub(super) left: Arc<Vec<usize>>,
    /// Why not, when the device did not keep it.
    pub(super) problem: String,
    /// Whether it was taken back again.
    pub(super) is_taken_back: bool,
}

/// What is read.
#[derive(Clone)]
pub(super) struct Source {
    /// The file's name; empty for pasted text.
    pub(super) name: String,
    /// Its bytes.
    pub(super) blob: Blob,
}

/// What a person wants of the tasks that were found.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Wishes {
    /// Those that are there already, too.
    pub(super) duplicates: bool,
    /// Those that are finished, too.
    pub(super) finished: bool,
}

/// An import.
#[derive(Clone, Copy)]
pub(super) struct Import {
    pub(super) shared: Shared,
    pub(super) stage: RwSignal<Stage>,
    pub(super) source: StoredValue<Option<Source>, LocalStorage>,
    pub(super) format: RwSignal<Format>,
    pub(super) found: StoredValue<Arc<Imported>>,
    pub(super) wishes: RwSignal<Wishes>,
    /// The problems of which a task is made all the same, by their places, in order.
    pub(super) mended: RwSignal<Vec<usize>>,
    /// How far it is with what takes a while.
    pub(super) part: RwSignal<(f64, f64)>,
    /// How many tasks were found so far.
    pub(super) so_far: RwSignal<usize>,
    /// The text that is pasted, until it is on the list.
    pub(super) text: RwSignal<String>,
    pub(super) runs: Runs,
}

impl Import {
    /// Shows how it stands from now on, and goes there.
    pub(super) fn show(self, stage: Stage) {
        let home = match &stage {
            Stage::Choose(_) => FILE,
            _ => STAGE,
        };
        if self.stage.try_set(stage).is_none() {
            focus_soon(home);
        }
    }

    /// Forgets what was found, and lets the person choose again.
    pub(super) fn restart(self, problem: String) {
        self.runs.begin();
        self.source.try_set_value(None);
        self.found.try_set_value(Arc::default());
        self.show(Stage::Choose(problem));
    }

    /// The file's name; none for pasted text.
    pub(super) fn file_name(self) -> Option<String> {
        self.source.with_value(|source| {
            let name = source.as_ref().map(|source| source.name.clone());
            name.filter(|name| !name.is_empty())
        })
    }

    /// Reads this from its beginning, in the format that it seems to be in.
    fn take(self, name: String, blob: Blob) {
        if blob.size() > FILE_MAX as f64 {
            return self.restart(words::too_large());
        }
        self.source.set_value(Some(Source { name, blob }));
        self.read(None);
    }

    fn take_file(self, file: &File) {
        self.take(file.name(), file.clone().unchecked_into());
    }
}

/// The part of the page for it.
pub(super) fn import_section() -> AnyView {
    let import = Import {
        shared: shared(),
        stage: RwSignal::new(Stage::Choose(String::new())),
        source: StoredValue::new_local(None),
        format: RwSignal::new(Format::Json),
        found: StoredValue::new(Arc::default()),
        wishes: RwSignal::new(Wishes::default()),
        mended: RwSignal::new(Vec::new()),
        part: RwSignal::new((0.0, 1.0)),
        so_far: RwSignal::new(0),
        text: RwSignal::new(String::new()),
        runs: Runs::new(),
    };
    // What is not added yet would be lost without a word.
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if import
            .stage
            .with_untracked(|stage| matches!(stage, Stage::Working(_)))
        {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    let shown = move || {
        Some(match import.stage.get() {
            Stage::Choose(problem) => choose(import, problem),
            Stage::Reading => reading(import),
            Stage::Preview => preview(import),
            Stage::Working(title) => working(import, title),
            Stage::Added(outcome) => added(import, outcome),
        })
    };
    view! {
        <section class="transfer-part" aria-labelledby="import-heading">
            <h3 id="import-heading">{transfer::IMPORT.say()}</h3>
            {part(shown)}
        </section>
    }
    .into_any()
}

/// What can be read.
fn choose(import: Import, problem: String) -> AnyView {
    let is_over = RwSignal::new(false);
    let text = import.text;
    let problem = RwSignal::new(problem);
    let chosen = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            import.take_file(&file);
        }
    };
    let over = move |event: DragEvent| {
        // Without this the browser would leave the page to show the file.
        event.prevent_default();
        is_over.set(true);
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        match files.as_ref().and_then(|files| files.get(0)) {
            Some(file) => import.take_file(&file),
            None => problem.set(transfer::NO_FILE.say().to_owned()),
        }
        if files.is_some_and(|files| files.length() > 1) {
            import.shared.announcer.say(transfer::ONE_FILE.say());
        }
    };
    let read_text = move |_| {
        let text = text.get_untracked();
        match files::text_file(&text) {
            _ if text.trim().is_empty() => {
                problem.set(transfer::CHOOSE_FIRST.say().to_owned());
                focus_soon(PASTED);
            }
            Some(blob) => import.take(String::new(), blob),
            None => problem.set(transfer::NO_ROOM.say().to_owned()),
        }
    };
    view! {
        <p class="quiet-text">
            {transfer::HELP.say()}
        </p>
        <div
            class="transfer-drop"
            data-over=attribute(move || is_over.get().then(String::new))
            on:dragover=handler(over)
            on:dragleave=handler(move |_| is_over.set(false))
            on:drop=handler(dropped)
        >
            <label for=FILE>{transfer::FILE.say()}</label>
            <input id=FILE class="file" type="file" aria-describedby="import-problem" on:change=handler(chosen)/>
            <p class="quiet-text" aria-hidden="true">{transfer::DROP.say()}</p>
        </div>
        <div id="import-problem" role="alert" class="field-problem">{dynamic(move || problem.get())}</div>
        <label for=PASTED>{transfer::PASTE.say()}</label>
        <textarea
            id=PASTED
            class="field"
            rows="3"
            dir="auto"
            spellcheck="false"
            placeholder=transfer::PASTE_PLACEHOLDER.say()
            prop:value=dynamic(move || text.get())
            on:input=handler(move |event: Event| text.set(event_target_value(&event)))
        ></textarea>
        <div class="actions">
            <button type="button" class="button" on:click=handler(read_text)>{transfer::READ_TEXT.say()}</button>
        </div>
    }
    .into_any()
}
