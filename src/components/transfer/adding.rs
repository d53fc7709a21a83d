//! What is wanted to the list, piece by piece, each kept on this device before the next begins; and back.

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::decide::button;
use super::import::{Import, Outcome, STAGE, Stage};
use super::piece::Piece;
use super::progress;
use crate::browser::stream::Pause;
use crate::routes::Route;
use crate::state::tasks::Batch;
use crate::sync::EntryKey;
use crate::sync::record::StoreError;
use crate::task::Draft;
use crate::texts::{self, list, search, transfer};
use crate::transfer::Imported;

/// How many tasks the store of this device is given at once: what comes of so many is taken in without a pause.
const PIECE: usize = 100;

impl Import {
    /// Adds what the person has chosen.
    pub(super) fn add_what_is_wanted(self) {
        let found = self.found.get_value();
        let wishes = self.wishes.get_untracked();
        let wanted = |at: &usize| found.items.get(*at).is_some_and(|item| wishes.include(item));
        let mut queue: Vec<usize> = (0..found.items.len()).filter(wanted).collect();
        let mended = self.mended.get_untracked();
        queue.extend(mended.into_iter().map(|at| found.items.len() + at));
        self.add(queue, Vec::new());
    }

    /// Adds these, by their places, after those that were added before.
    fn add(self, queue: Vec<usize>, mut keys: Vec<EntryKey>) {
        let (run, runs) = (self.runs.begin(), self.runs.count());
        let (found, all) = (self.found.get_value(), queue.len());
        self.part.set((0.0, all as f64));
        let title = transfer::adding(all);
        self.shared.announcer.say(title.clone());
        self.show(Stage::Working(title));
        spawn_local(async move {
            let mut left = queue;
            let Some(batch) = self.shared.store.batch().await else {
                return self.has_added(keys, left, Some(StoreError::Unavailable));
            };
            let mut problem = None;
            let mut pause = Pause::default();
            while !left.is_empty() && problem.is_none() && goes_on(&runs, run, &batch) {
                let rest = left.split_off(left.len().min(PIECE));
                let (piece, mut given) = (Piece::new(left.len()), Vec::new());
                for at in left {
                    match draft(&found, at) {
                        Some(draft) => given.push((at, batch.add(&draft, piece.then(at)))),
                        None => piece.settle(at, Ok(())),
                    }
                    pause.when_due().await;
                }
                (left, problem) = piece.end().await;
                // What the store has refused is no task.
                let is_kept = |at: &usize| !left.contains(at);
                let kept = given.into_iter().filter(|(at, _)| is_kept(at));
                keys.extend(kept.filter_map(|(_, key)| key));
                left.extend(rest);
                self.part.try_set(((all - left.len()) as f64, all as f64));
            }
            self.has_added(keys, left, problem);
        });
    }

    fn has_added(self, keys: Vec<EntryKey>, left: Vec<usize>, problem: Option<StoreError>) {
        let problem = problem.map(StoreError::sentence).unwrap_or_default();
        let added = keys.len();
        let said = match left.len() {
            0 => transfer::added_said(added),
            left => texts::both(transfer::added_some(added, &texts::number(left)), problem),
        };
        self.shared.announcer.say(said);
        if added > 0 {
            self.text.try_set(String::new());
        }
        self.show(Stage::Added(Outcome {
            keys: Arc::new(keys),
            left: Arc::new(left),
            problem: problem.to_owned(),
            is_taken_back: false,
        }));
    }

    /// Takes back what was added; `left` is what was not.
    fn take_back(self, mut keys: Vec<EntryKey>, left: Arc<Vec<usize>>) {
        let (run, runs, all) = (self.runs.begin(), self.runs.count(), keys.len());
        self.part.set((0.0, all as f64));
        let title = transfer::taking_back(all);
        self.shared.announcer.say(title.clone());
        self.show(Stage::Working(title));
        spawn_local(async move {
            let Some(batch) = self.shared.store.batch().await else {
                let problem = StoreError::Unavailable.sentence();
                let nothing = transfer::NOTHING_TAKEN_BACK.say().to_owned();
                self.shared.announcer.say(texts::both(nothing, problem));
                return self.show(Stage::Added(Outcome {
                    is_taken_back: false,
                    keys: Arc::new(keys),
                    left,
                    problem: problem.to_owned(),
                }));
            };
            let mut pause = Pause::default();
            let mut problem = None;
            while !keys.is_empty() && problem.is_none() && goes_on(&runs, run, &batch) {
                // The last first: whoever ends it has the beginning of the file.
                let some = keys.split_off(keys.len().saturating_sub(PIECE));
                let piece = Piece::new(some.len());
                for (at, key) in some.iter().enumerate() {
                    batch.take_back(*key, piece.then(at));
                    pause.when_due().await;
                }
                let (failed, error) = piece.end().await;
                keys.extend(failed.into_iter().filter_map(|at| some.get(at)));
                problem = error;
                self.part.try_set(((all - keys.len()) as f64, all as f64));
            }
            let problem = problem.map(StoreError::sentence).unwrap_or_default();
            let back = all - keys.len();
            let said = texts::both(transfer::took_back(back), problem);
            self.shared.announcer.say(said);
            let is_taken_back = keys.is_empty();
            let problem = match is_taken_back {
                true => problem.to_owned(),
                false => texts::both(transfer::took_back_some(back), problem),
            };
            self.show(Stage::Added(Outcome {
                is_taken_back,
                keys: Arc::new(keys),
                left: if is_taken_back { Arc::default() } else { left },
                problem,
            }));
        });
    }
}

/// Whether what was begun is to be continued: also when the page is left, and not when the tasks of another server are
/// shown meanwhile.
fn goes_on(runs: &Cell<u32>, run: u32, batch: &Batch) -> bool {
    runs.get() == run && batch.is_current()
}

/// What is to be added, by its place.
fn draft(found: &Imported, at: usize) -> Option<Draft> {
    match found.items.get(at) {
        Some(item) => Some(item.draft.clone()),
        None => found.problems.get(at.checked_sub(found.items.len())?)?.mended(),
    }
}

/// What is shown meanwhile.
pub(super) fn working(import: Import, title: String) -> AnyView {
    let how_far = move || {
        let (done, all) = import.part.get();
        list::count_found(all as usize, &texts::number(done as usize))
    };
    // What was handed to the store is waited for, and counted.
    let cancel = move || {
        import.runs.begin();
    };
    progress(STAGE, title, import.part, how_far, cancel)
}

/// What has come of it.
pub(super) fn added(import: Import, outcome: Outcome) -> AnyView {
    let Outcome {
        keys,
        left,
        problem,
        is_taken_back,
    } = outcome;
    let title = match (is_taken_back, keys.len()) {
        (true, _) => transfer::TAKEN_BACK.say().to_owned(),
        (false, added) => transfer::added(added),
    };
    let place = match import.shared.store.is_device_only() {
        true => transfer::KEPT_HERE,
        false => transfer::KEPT_AND_SENT,
    };
    let place = place.say().to_owned();
    let words = match (is_taken_back, left.len()) {
        (true, _) => transfer::OFF_AGAIN.say().to_owned(),
        (false, 0) => place,
        (false, left) => texts::both(place, &transfer::not_added(left)),
    };
    let problem = (!problem.is_empty())
        .then(|| view! { <div class="note problem" role="alert"><p>{problem}</p></div> });
    let rest = (!left.is_empty()).then(|| {
        let left = left.clone();
        let (label, keys) = (transfer::add_rest(left.len()), keys.clone());
        button(label, "button primary", move || {
            import.add(left.to_vec(), keys.to_vec())
        })
    });
    let back = (!keys.is_empty()).then(|| {
        let label = transfer::take_back(keys.len());
        let left = left.clone();
        button(label, "button", move || {
            import.take_back(keys.to_vec(), left.clone())
        })
    });
    let another = button(transfer::ANOTHER.say().to_owned(), "button quiet", move || {
        import.restart(String::new())
    });
    let list = import.shared.router.href(&Route::List);
    view! {
        <h4 id=STAGE tabindex="-1">{title}</h4>
        {problem}
        <p>{words}</p>
        <div class="actions">
            {rest}
            <a class="button" href=list>{search::SHOW_ALL.say()}</a>
            {back}
            {another}
        </div>
    }
    .into_any()
}
