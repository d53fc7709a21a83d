//! All that are selected are finished, piece by piece, so that the page answers meanwhile, each kept on this device before
//! the next begins; one undo takes all of them back in the same way.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::dynamic::{dynamic, handler};
use super::super::task_row::HEADING;
use super::super::transfer::piece::Piece;
use super::super::transfer::runs::Runs;
use super::{focus_what_stays, words};
use crate::browser::page;
use crate::browser::stream::Pause;
use crate::selection::Selection;
use crate::state::Shared;
use crate::state::tasks::commands::Then;
use crate::state::tasks::{Batch, Finish};
use crate::sync::RowKey;
use crate::sync::record::StoreError;
use crate::texts::selection;
use crate::viewport::ALL_UP_TO;

/// How many are handed to the store at once: what comes of so many is taken in without a pause.
const PIECE: usize = 50;

/// From how many on it is shown how far it is.
const SHOWN_FROM: usize = 200;

/// The id of what says how far it is.
const WORK: &str = "selection-work";

/// What takes a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Work {
    is_undo: bool,
    /// How much was done, of how much.
    part: (usize, usize),
}

/// What has come of it: what was not kept, and why.
#[derive(Default)]
struct Outcome {
    failed: usize,
    problem: Option<StoreError>,
}

/// Finishing many tasks, and taking that back.
#[derive(Clone, Copy)]
pub(super) struct Finishing {
    all: Shared,
    work: RwSignal<Option<Work>>,
    /// Whether there is any, and of which kind: the view is made anew with that alone.
    is_undo: Memo<Option<bool>>,
    runs: Runs,
}

impl Finishing {
    pub(super) fn new(all: Shared) -> Self {
        let work = RwSignal::new(None::<Work>);
        Self {
            all,
            work,
            is_undo: Memo::new(move |_| work.get().map(|work| work.is_undo)),
            runs: Runs::new(),
        }
    }

    /// Finishes what is selected, and ends the selection.
    pub(super) fn finish_selected(self) {
        let Shared {
            store,
            selecting,
            announcer,
            ..
        } = self.all;
        if selecting.look_now(Selection::is_empty) {
            return announcer.say(selection::NOTHING.say());
        }
        let list = untrack(|| store.list());
        let rows: Vec<_> = selecting.look_now(|selection| selection.of(list.keys()).collect());
        focus_what_stays(self.all);
        selecting.turn(false);
        if rows.len() <= ALL_UP_TO {
            store.strike(&rows);
        }
        spawn_local(async move { self.finish(rows).await });
    }

    async fn finish(self, rows: Vec<RowKey>) {
        let (store, announcer) = (self.all.store, self.all.announcer);
        let Some(batch) = store.batch().await else {
            return announcer.say(StoreError::Unavailable.sentence());
        };
        let finished = RefCell::new(Vec::new());
        let give = |at: usize, then: Then| match rows.get(at) {
            Some(row) => finished.borrow_mut().extend(batch.finish(*row, then)),
            None => then(Ok(())),
        };
        // As with one task, nobody waits for the store to be told, and to be offered to undo it.
        let given = || {
            let finished: Rc<[Finish]> = finished.take().into();
            let (number, batch) = (finished.len(), batch.clone());
            if number > 0 {
                announcer.say(selection::finished_undo(number));
                let undo = move || {
                    let (batch, finished) = (batch.clone(), finished.clone());
                    spawn_local(async move { self.bring_back(batch, &finished).await });
                };
                store.offer_undo_of_many(selection::finished(number), Rc::new(undo));
            }
        };
        self.piece_by_piece(&batch, false, rows.len(), &give, &given)
            .await;
    }

    async fn bring_back(self, batch: Batch, finished: &[Finish]) {
        let give = |at: usize, then: Then| match finished.get(at) {
            Some(finish) => batch.bring_back(finish, then),
            None => then(Ok(())),
        };
        let announcer = self.all.announcer;
        announcer.say(selection::back(finished.len()));
        self.piece_by_piece(&batch, true, finished.len(), &give, &|| ())
            .await;
    }

    /// Gives all of them, piece by piece, and calls `given` with the last, or when it is ended before.
    async fn piece_by_piece(
        self,
        batch: &Batch,
        is_undo: bool,
        all: usize,
        give: &dyn Fn(usize, Then),
        given: &dyn Fn(),
    ) {
        let (stops, mut pause) = (self.runs.count(), Pause::default());
        let (stop, mut at, mut outcome) = (stops.get(), 0, Outcome::default());
        let goes_on = |stops: &Cell<u32>| stops.get() == stop && batch.is_current();
        while at < all && outcome.problem.is_none() && goes_on(&stops) {
            let end = all.min(at + PIECE);
            let piece = Piece::new(end - at);
            for place in at..end {
                give(place, piece.then(place));
                pause.when_due().await;
            }
            at = end;
            if at == all {
                given();
            } else if all >= SHOWN_FROM {
                let part = (at, all);
                self.work.try_set(Some(Work { is_undo, part }));
            }
            let (failed, problem) = piece.end().await;
            outcome = Outcome {
                failed: failed.len() + if problem.is_some() { all - at } else { 0 },
                problem,
            };
        }
        if at < all {
            given();
        }
        self.work.try_set(None);
        if let Some(problem) = outcome.problem {
            let failed = words::failed(outcome.failed, problem.sentence());
            self.all.announcer.say(failed);
        }
    }

    /// How far it is, and a button that ends it, where that takes a while.
    pub(super) fn shown(self) -> Option<AnyView> {
        let is_undo = self.is_undo.get()?;
        let part = move || self.work.get().map(|work| work.part).unwrap_or_default();
        let text = |number: usize| number.to_string();
        // What was handed to the store stays as it is.
        let stop = move |_| {
            self.runs.begin();
            page::focus(HEADING);
        };
        let view = view! {
            <section class="selection-bar" aria-labelledby=WORK>
                <p id=WORK class="selection-number">{words::working(is_undo)}</p>
                <progress
                    aria-labelledby=WORK
                    max=dynamic(move || text(part().1))
                    value=dynamic(move || text(part().0))
                ></progress>
                <p class="quiet-text">{dynamic(move || words::part(part()))}</p>
                <button type="button" class="button" on:click=handler(stop)>{selection::STOP.say()}</button>
            </section>
        };
        Some(view.into_any())
    }
}
