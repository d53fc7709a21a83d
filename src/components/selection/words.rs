//! What the selection says that depends on more than one number.

use crate::texts::{self, selection};

/// How many are selected, and how many of them are not shown.
pub(super) fn selected((number, hidden): (usize, usize)) -> String {
    match (number, hidden) {
        (0, _) => selection::NONE.say().to_owned(),
        (number, 0) => selection::selected(number),
        (number, hidden) => selection::selected_hidden(number, &texts::number(hidden)),
    }
}

/// What could not be done with so many, and why.
pub(super) fn failed(number: usize, why: &str) -> String {
    texts::both(selection::failed(number), why)
}

/// How far it is, for something that takes a while.
pub(super) fn part((done, all): (usize, usize)) -> String {
    selection::part(all, &texts::number(done))
}

/// The name of what takes a while.
pub(super) fn working(is_undo: bool) -> &'static str {
    match is_undo {
        true => selection::BRINGING_BACK.say(),
        false => selection::FINISHING.say(),
    }
}
