//! The search of the list: it follows what is typed, what happens to tasks, and how much time there is. What it finds
//! is what the list shows.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Shared, TaskStore, effect, shared};
use crate::browser::clock::Timer;
use crate::browser::fold::fold;
use crate::browser::stream::Pause;
use crate::search::{Index, Look, Query};
use crate::sync::view::texts_of;
use crate::sync::{List, RowKey};
use crate::texts;

/// How many rows are taken into the index, or looked at, between two looks at the clock: less than a millisecond of either.
const ROWS_A_STEP: usize = 2_048;

/// How long after the last letter it is said how much was found, in milliseconds: a screen reader says each letter
/// first.
const SAY_MS: u64 = 700;

/// One search, for as long as somebody is at it.
#[derive(Clone)]
pub struct Search {
    store: TaskStore,
    work: Rc<RefCell<Work>>,
    say: Rc<Timer>,
}

#[derive(Default)]
struct Work {
    list: Arc<List>,
    revision: u32,
    /// What has come meanwhile: a look that has begun comes to its end, or nothing would be found while much happens.
    next: Option<(Arc<List>, u32)>,
    index: Index,
    /// How many rows of the list the index knows as they are now.
    indexed: usize,
    query: Query,
    look: Look,
    is_running: bool,
    /// Whether what was found last is for another query than what will be, and whether that is still to be said.
    is_new: bool,
    is_unsaid: bool,
    /// Whether nobody searches any more, so that what is still found is not shown.
    is_over: bool,
}

impl Work {
    /// Goes on with another list, or with other texts in it.
    fn take(&mut self, list: Arc<List>, revision: u32) {
        self.index.tidy();
        self.indexed = 0;
        (self.list, self.revision) = (list, revision);
        self.look = Look::after(Look::default(), self.query.clone(), false);
    }
}

impl Search {
    /// Begins to follow what is typed, of which nothing is news yet when it `is_restored`. `on_found` is called when something
    /// else is shown for a new search.
    pub fn start(is_restored: bool, on_found: fn()) {
        let Shared {
            router,
            store,
            announcer,
            ..
        } = shared();
        let say = Timer::new(Box::new(move || {
            match store.found_now().map(|list| list.open_count()) {
                Some(0) => announcer.say(texts::search::NONE_FOUND.say()),
                Some(found) => announcer.say(texts::search::found(found)),
                None => {}
            }
        }));
        let search = Self {
            store,
            work: Rc::default(),
            say: Rc::new(say),
        };
        if is_restored {
            search.work.borrow_mut().query = Query::new(&untrack(|| router.search()), &fold);
        }
        let work = StoredValue::new_local(search.work.clone());
        effect(move || {
            let query = Query::new(&router.search(), &fold);
            search.follow(query, store.list(), store.revision(), on_found);
        });
        on_cleanup(move || {
            work.try_with_value(|work| work.borrow_mut().is_over = true);
            store.show_only(None);
        });
    }

    fn follow(&self, query: Query, list: Arc<List>, revision: u32, on_found: fn()) {
        let mut work = self.work.borrow_mut();
        let is_same = Arc::ptr_eq(&work.list, &list) && work.revision == revision;
        if work.query != query {
            work.is_new = true;
            work.is_unsaid = true;
            self.say.cancel();
            let before = std::mem::take(&mut work.look);
            let is_indexed = work.indexed == work.list.keys().len();
            work.look = Look::after(before, query.clone(), is_indexed);
            work.query = query;
        }
        if work.is_running {
            work.next = (!is_same).then_some((list, revision));
            return;
        }
        if !is_same {
            work.take(list, revision);
        }
        work.is_running = true;
        drop(work);
        let search = self.clone();
        // It begins before the frame, and is mostly over by then.
        spawn_local(async move { search.run(on_found).await });
    }

    /// Works until all is found for what is typed by then.
    async fn run(self, on_found: fn()) {
        let mut pause = Pause::default();
        loop {
            while !self.step() {
                pause.when_due().await;
            }
            if !self.show(on_found) {
                return;
            }
            pause.when_due().await;
        }
    }

    /// Shows what was found. Whether something has come meanwhile.
    fn show(&self, on_found: fn()) -> bool {
        let mut work = self.work.borrow_mut();
        if work.is_over {
            return false;
        }
        let is_new = std::mem::take(&mut work.is_new);
        let found = (!work.query.is_empty()).then(|| work.look.found().to_vec());
        let has_struck = work.list.has_struck();
        let is_known = untrack(|| self.store.is_list_known());
        if is_known && work.is_unsaid && !self.say.is_set() {
            work.is_unsaid = false;
            self.say.set(SAY_MS);
        }
        let next = work.next.take();
        work.is_running = next.is_some();
        let is_more = work.is_running;
        if let Some((list, revision)) = next {
            work.take(list, revision);
        }
        drop(work);
        let is_struck = |row: &&RowKey| self.store.row_now(**row).is_some_and(|row| row.is_struck());
        self.store.show_only(found.map(|found| {
            let struck = if has_struck {
                found.iter().filter(is_struck).count()
            } else {
                0
            };
            Arc::new(List::found(found, struck))
        }));
        if is_new {
            on_found();
        }
        is_more
    }

    /// Whether that was the last.
    fn step(&self) -> bool {
        let mut work = self.work.borrow_mut();
        let work = &mut *work;
        let rows = work.list.keys();
        if work.indexed < rows.len() {
            let end = (work.indexed + ROWS_A_STEP).min(rows.len());
            let index = &mut work.index;
            let some = rows.get(work.indexed..end).unwrap_or_default();
            self.store.look_now(|engine| {
                for row in some {
                    match texts_of(engine, *row) {
                        Some((summary, Some(description))) => index.put(*row, &[summary, description], &fold),
                        Some((summary, None)) => index.put(*row, &[summary], &fold),
                        None => {}
                    }
                }
            });
            index.settle(&fold);
            work.indexed = end;
            return false;
        }
        work.query.is_empty() || work.look.step(&work.index, rows, ROWS_A_STEP)
    }
}
