//! What the starter knows of the page's language: its texts, when they are not English, and how it writes numbers and times
//! (`Intl`). `start.js` has put it where it is found here; without that the app speaks English.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type Words;
    #[wasm_bindgen(thread_local_v2, js_name = strikethroughWords)]
    static WORDS: Option<Words>;
    /// `undefined` when there are no texts but the English ones.
    #[wasm_bindgen(method)]
    fn text(this: &Words, number: u16, count: f64) -> Option<String>;
    #[wasm_bindgen(method)]
    fn number(this: &Words, number: f64) -> String;
    #[wasm_bindgen(method)]
    fn relative(this: &Words, amount: f64, unit: &str) -> String;
    #[wasm_bindgen(method)]
    fn duration(this: &Words, amount: f64, unit: &str) -> String;
    /// Its tag.
    #[wasm_bindgen(method, getter)]
    fn language(this: &Words) -> Option<String>;
    /// The tag of the one that the browser asks for.
    #[wasm_bindgen(method, getter, js_name = asBrowser)]
    fn as_browser(this: &Words) -> Option<String>;
    /// The tag of the one whose texts could not be had.
    #[wasm_bindgen(method, getter)]
    fn missing(this: &Words) -> Option<String>;
}

fn ask(what: impl FnOnce(&Words) -> String, otherwise: impl FnOnce() -> String) -> String {
    WORDS.with(|words| words.as_ref().map_or_else(otherwise, what))
}

fn tag(of: impl FnOnce(&Words) -> Option<String>) -> Option<String> {
    WORDS.with(|words| of(words.as_ref()?))
}

/// The tag of the page's language (BCP 47).
pub fn language() -> String {
    tag(Words::language).unwrap_or_default()
}

/// The tag of the language that the browser asks for, as far as the app speaks it.
pub fn as_browser() -> String {
    tag(Words::as_browser).unwrap_or_default()
}

/// The tag of the language whose texts could not be had, so that the page is in English.
pub fn missing() -> Option<String> {
    tag(Words::missing)
}

/// The text at this number in the file of the page's language, and of its forms the one that goes with `count`.
pub fn text(number: u16, count: usize) -> Option<String> {
    WORDS.with(|words| words.as_ref()?.text(number, count as f64))
}

/// A number as the language writes it.
pub fn number(number: usize) -> String {
    ask(|words| words.number(number as f64), || number.to_string())
}

/// A time as seen from now; `unit` is `Intl`'s name for what `amount` counts.
pub fn relative(amount: i64, unit: &str) -> String {
    ask(
        |words| words.relative(amount as f64, unit),
        || format!("{amount} {unit}"),
    )
}

/// A length of time.
pub fn duration(amount: usize, unit: &str) -> String {
    ask(
        |words| words.duration(amount as f64, unit),
        || format!("{amount} {unit}"),
    )
}
