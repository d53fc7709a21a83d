//! The search of the list: it follows what is typed, what happens to tasks, and how much time there is. What it finds
//! is what the list shows.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Announcer, Router, TaskStore, effect};
use crate::browser::clock::Timer;
use crate::browser::fold::fold;
use crate::browser::stream::Pause;
use crate::search::{Index, Look, Query};
use crate::sync::List;
use crate::sync::view::texts_of;

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
    index: Index,
    /// How many rows of the list the index knows as they are now.
    indexed: usize,
    query: Query,
    look: Look,
    is_running: bool,
    /// Whether what was found last is for another query than what will be.
    is_new: bool,
}

impl Search {
    /// Begins to follow what is typed. `on_found` is called when something else is shown for a new search.
    pub fn start(router: Router, store: TaskStore, announcer: Announcer, on_found: fn()) {
        let say = Timer::new(Box::new(move || {
            let found = store.found_now().map(|list| list.keys().len());
            match found {
                Some(0) => announcer.say("No task found"),
                Some(1) => announcer.say("1 task found"),
                Some(found) => announcer.say(format!("{found} tasks found")),
                None => {}
            }
        }));
        let search = Self {
            store,
            work: Rc::default(),
            say: Rc::new(say),
        };
        effect(move || {
            let query = Query::new(&router.search(), &fold);
            search.follow(query, store.list(), store.revision(), on_found);
        });
        on_cleanup(move || store.show_only(None));
    }

    fn follow(&self, query: Query, list: Arc<List>, revision: u32, on_found: fn()) {
        let mut work = self.work.borrow_mut();
        let is_same = Arc::ptr_eq(&work.list, &list) && work.revision == revision;
        if !is_same {
            work.index.tidy();
            work.indexed = 0;
            work.list = list;
            work.revision = revision;
        }
        let is_new = work.query != query;
        work.is_new |= is_new;
        let before = std::mem::take(&mut work.look);
        let is_same = is_same && work.indexed == work.list.keys().len();
        work.look = Look::after(before, query.clone(), is_same);
        work.query = query;
        if is_new {
            self.say.set(SAY_MS);
        }
        if !std::mem::replace(&mut work.is_running, true) {
            drop(work);
            let search = self.clone();
            // It begins before the frame, and is mostly over by then.
            spawn_local(async move { search.run(on_found).await });
        }
    }

    /// Works until all is found for what is typed by then.
    async fn run(self, on_found: fn()) {
        let mut pause = Pause::default();
        while !self.step() {
            pause.when_due().await;
        }
        let mut work = self.work.borrow_mut();
        work.is_running = false;
        let is_new = std::mem::take(&mut work.is_new);
        let found = (!work.query.is_empty()).then(|| Arc::new(List::found(work.look.found().to_vec())));
        drop(work);
        self.store.show_only(found);
        if is_new {
            on_found();
        }
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
