//! Closures in views, behind one type for each kind of result.
//!
//! Leptos compiles its update code anew for each closure it is given, some 2 kB of wasm a piece. A closure in
//! a box has the type of every other box, so that the code is compiled once. That, with fewer types of signals and
//! memos, took 25 kB from the download (bench/README.md); a call through a pointer costs nothing to be seen.

use leptos::prelude::*;

pub(crate) use crate::state::effect;

/// A closure in a view.
pub(crate) type Dynamic<T> = Box<dyn FnMut() -> T + Send>;

/// Boxes a closure for use as an attribute, a class or a text.
pub(crate) fn dynamic<T>(value: impl FnMut() -> T + Send + 'static) -> Dynamic<T> {
    Box::new(value)
}

/// Boxes a closure that makes a part of a page, or nothing.
pub(crate) fn part(view: impl FnMut() -> Option<AnyView> + Send + 'static) -> Dynamic<Option<AnyView>> {
    Box::new(view)
}

/// Boxes a closure that makes an attribute's value; without one the attribute is absent.
pub(crate) fn attribute(value: impl FnMut() -> Option<String> + Send + 'static) -> Dynamic<Option<String>> {
    Box::new(value)
}

/// An attribute that has this value at times and is absent at others.
pub(crate) fn flag(value: &'static str, when: impl Fn() -> bool + Send + 'static) -> Dynamic<Option<String>> {
    attribute(move || when().then(|| value.to_owned()))
}

/// Boxes an event handler. An attribute is compiled anew for each handler's type too, some 900 bytes a piece.
pub(crate) fn handler<E: 'static>(run: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(run)
}
