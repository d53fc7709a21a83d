//! Leaves the first rows to `start.js`, which shows them at the next visit before this code is there.

use leptos::ev;
use leptos::prelude::*;
use serde::Serialize;

use crate::api::codec::encode;
use crate::browser::page;
use crate::browser::storage::Area;
use crate::state::{Shared, effect, shared};
use crate::sync::Row;

/// As many as the highest screens show, in rows; `start.js` has the same number.
const ROWS: usize = 40;

/// The value's name in this browser, after the app's own; `start.js` has the same.
const FIRST: &str = "first";

#[derive(Serialize)]
struct FirstRows {
    /// The API's address; empty for the device alone.
    api: String,
    count: String,
    rows: Vec<String>,
}

/// Writes them whenever the page is left or goes to the back, and takes them away when it is in front again: what a
/// person does from then on would be missing in them.
pub(super) fn keep_first_rows(count: impl Fn() -> String + Copy + 'static) {
    let Shared {
        router,
        store,
        connection,
        ..
    } = shared();
    let key = router.base().stored_name(FIRST);
    // Another tab, in the back by now, may have left what this one changes.
    let (left, edits) = (
        key.clone(),
        Memo::new(move |_| store.look(|engine| engine.entries().len())),
    );
    effect(move || {
        let has_changed = edits.get().is_some_and(|edits| edits > 0);
        if has_changed && page::is_visible() && Area::Browser.get(&left).is_some_and(|left| !left.is_empty())
        {
            Area::Browser.set(&left, "");
        }
    });
    let keep = move |is_leaving: bool| {
        let rows = || {
            let list = store.list();
            let rows = list.keys().iter().filter_map(|key| store.row_now(*key));
            let rows = rows.filter(|row| !row.is_struck()).map(|row: Row| row.summary);
            rows.take(ROWS).collect()
        };
        let text = untrack(|| {
            let is_known = is_leaving && store.is_list_known();
            let first = is_known.then(|| FirstRows {
                api: connection.address_now().unwrap_or_default(),
                count: count(),
                rows: rows(),
            });
            first.and_then(|first| encode(&first).ok())
        });
        // Without it, or without room for it, the next visit begins with a skeleton.
        Area::Browser.set(&key, &text.unwrap_or_default());
    };
    let turned = keep.clone();
    let turned = window_event_listener(ev::visibilitychange, move |_| turned(!page::is_visible()));
    let left = window_event_listener(ev::pagehide, move |_| keep(true));
    on_cleanup(move || {
        turned.remove();
        left.remove();
    });
}
