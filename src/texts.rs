//! What the app says, in the language of the person who reads it.
//!
//! The texts are in `locales/`; the build makes a module of each group in them (`languages::rust`), so that a text which is
//! not there, or a value that is left out, does not compile, and a language that lacks one stops the build:
//!
//! ```
//! use strikethrough::texts::{list, row};
//!
//! assert_eq!(list::REFRESH.say(), "Refresh");
//! assert_eq!(list::count(2), "2 tasks");
//! assert_eq!(row::finish("Water the plants"), "Finish: Water the plants");
//! ```
//!
//! English is in the code that says it, and so in the part of the wasm that needs it. Another language is a file that the
//! starter loads beside the wasm; it is there when the app begins, and another choice begins the app anew. So a text is
//! plain text, and no signal.

use std::cell::RefCell;

#[cfg(not(all(feature = "web", target_arch = "wasm32")))]
use self::english as words;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
use crate::browser::words;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text without placeholders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    number: u16,
    english: &'static str,
}

impl Text {
    const fn new(number: u16, english: &'static str) -> Self {
        Self { number, english }
    }

    /// The text in the language of this page. It is asked for once, and kept for as long as the page is open.
    pub fn say(self) -> &'static str {
        thread_local! {
            static SAID: RefCell<Vec<Option<&'static str>>> = const { RefCell::new(Vec::new()) };
        }
        let find = || match words::text(self.number, 0) {
            Some(text) => Box::leak(text.into_boxed_str()),
            None => self.english,
        };
        SAID.with_borrow_mut(|said| {
            let at = usize::from(self.number);
            if said.len() <= at {
                said.resize(at + 1, None);
            }
            said.get_mut(at)
                .map_or(self.english, |place| *place.get_or_insert_with(find))
        })
    }
}

/// What a number of something is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl Unit {
    /// Its name in `Intl` (ECMA-402, "Sanctioned Simple Unit Identifiers").
    pub fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }
}

/// A number as this language writes it: "1,234".
pub fn number(number: usize) -> String {
    words::number(number)
}

/// A time as seen from now: "5 minutes ago", and "in 5 minutes" when `amount` is above 0.
pub fn relative(amount: i64, unit: Unit) -> String {
    words::relative(amount, unit.name())
}

/// A length of time: "5 minutes".
pub fn duration(amount: usize, unit: Unit) -> String {
    words::duration(amount, unit.name())
}

/// Two sentences, one after the other: some languages have no space between them. An empty one is none.
pub fn both(first: String, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (_, true) => first,
        (true, false) => second.to_owned(),
        (false, false) => common::two_sentences(&first, second),
    }
}

/// A text with its values in place of their names. A name that is not among them stands for nothing.
fn fill(text: Text, values: &[(&str, &str)]) -> String {
    put(text.say(), values, "")
}

/// The form of a text that goes with `count`, with the number and the other values in it. `one` and `other` are the two
/// English ones.
fn fill_counted(
    number: u16,
    one: &'static str,
    other: &'static str,
    count: usize,
    values: &[(&str, &str)],
) -> String {
    let english = if count == 1 { one } else { other };
    let found = words::text(number, count);
    put(found.as_deref().unwrap_or(english), values, &words::number(count))
}

fn put(text: &str, values: &[(&str, &str)], count: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or_default();
        whole.push_str(before);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => whole.push_str(value),
            None if name == "count" => whole.push_str(count),
            None => {}
        }
        rest = after;
    }
    whole.push_str(rest);
    whole
}

/// The words of an app outside a browser.
#[cfg(not(all(feature = "web", target_arch = "wasm32")))]
mod english {
    /// English is in the code.
    pub(super) fn text(_: u16, _: usize) -> Option<String> {
        None
    }

    pub(super) fn number(number: usize) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }

    pub(super) fn relative(amount: i64, unit: &str) -> String {
        let length = duration(usize::try_from(amount.unsigned_abs()).unwrap_or(usize::MAX), unit);
        match amount > 0 {
            true => format!("in {length}"),
            false => format!("{length} ago"),
        }
    }

    pub(super) fn duration(amount: usize, unit: &str) -> String {
        let s = if amount == 1 { "" } else { "s" };
        format!("{} {unit}{s}", number(amount))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_place_of_their_names() {
        let values = [("a", "{b}"), ("b", "2")];
        assert_eq!(put("{a}, {b} and {a}", &values, "7"), "{b}, 2 and {b}");
        assert_eq!(put("{count} of {c}.", &values, "7"), "7 of .");
        assert_eq!(put("no more {", &values, ""), "no more ");
        assert_eq!(put("", &values, ""), "");
    }

    #[test]
    fn english_of_each_kind() {
        assert_eq!(common::TASKS.say(), "Tasks");
        assert_eq!(common::TASKS.say(), "Tasks");
        assert_eq!(header::needs_you(1), "1 needs you");
        assert_eq!(header::needs_you(1_234), "1,234 need you");
        assert_eq!(
            elsewhere::use_again("https://a.example"),
            "Use https://a.example again"
        );
        assert_eq!(list::count_found(12, "3"), "3 of 12 tasks");
    }

    #[test]
    fn times_and_numbers_in_english() {
        assert_eq!(number(0), "0");
        assert_eq!(number(123), "123");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(relative(-1, Unit::Minute), "1 minute ago");
        assert_eq!(relative(12, Unit::Second), "in 12 seconds");
        assert_eq!(duration(3, Unit::Hour), "3 hours");
        assert_eq!(relative(-2, Unit::Day), "2 days ago");
    }
}
