//! Markdown in descriptions: [CommonMark](https://spec.commonmark.org/0.31.2/) with the tables, task lists,
//! strikethrough and bare links of [GitHub Flavored Markdown](https://github.github.com/gfm/).
//!
//! [`parse`] makes a flat list of [`Event`]s, the elements in document order, and never HTML. Whoever shows
//! them keeps a stack of the elements that are open and needs to know nothing of Markdown:
//!
//! ```text
//! Open(element)  create an element of element.name(), set element.attributes(…), push it on the stack
//! Text(text)     append a text node to the top of the stack
//! Close          pop the top of the stack and append it to the new top
//! ```
//!
//! A flat list, because a tree of what somebody nested ten thousand deep would overflow the stack when it is
//! dropped, and because a loop over it can stop anywhere and go on after the page has been painted.
//!
//! # Ticking a box
//!
//! A task item is `Item`, in it `Label`, in that `Box` and the item's first line: the label names the box. The
//! attribute `data-at` of a box says where in the source it is, so that one listener for `change` on the
//! container will do: [`toggle`] takes that number and what the box has become, and gives back the new source.
//! An item without text has an empty label, whose box needs a name from elsewhere.
//!
//! # What is not as written
//!
//! - Headings are shown two levels down, `#` as `h3`: the page has an `h1` and the task's summary is its `h2`.
//!   What would go beyond `h6` stays there.
//! - Raw HTML is text ([`Element::RawBlock`], [`Element::RawInline`]).
//! - Images are never fetched. An image is a link to it, named by its alternative text, or just that text
//!   when it is in a link.
//! - A link whose address [`SafeUrl`] doesn't take is no link: its text is followed by the address in
//!   parentheses ([`Element::Refused`], [`Element::Address`]).
//! - A link without a text shows its address.
//! - A single line break in a paragraph is `"\n"` in the text, so that `white-space: pre-line` shows it and
//!   `normal` doesn't.
//! - No footnotes, and no HTML identifiers on headings.
//! - What is too long or too deep is not formatted ([`Unformatted`]).

mod bare_links;
mod builder;
mod element;
mod nesting;
mod task_box;
mod url;

#[cfg(test)]
mod tests;

pub use element::{Alignment, Element, Event};
pub use task_box::{TaskBox, toggle};
pub use url::SafeUrl;

/// The longest source that is formatted, in bytes. Natively, optimised for size, parsing this much took 1 ms for
/// plain prose, 9 ms for prose full of marks, and 30 ms for the worst input known, before any element was made of
/// it. GitHub takes half of it.
pub const MAX_LENGTH: usize = 128 * 1024;

/// The most events that are made of a source. A table of a few kilobytes can have hundreds of thousands of empty
/// cells, and a browser takes about a microsecond for each.
pub const MAX_EVENTS: usize = 100_000;

/// How many elements deep a source may be nested: quotes, lists and their items, emphasis, and so on;
/// of quotes, and of lists, half as many.
pub const MAX_NESTING: usize = 64;

/// How many quotes and items may be open at once, so that this many lists in each other are within
/// [`MAX_NESTING`]. The parser compares each line with all of them.
const MAX_CONTAINERS: usize = MAX_NESTING / 2;

/// Why a source is to be shown as it is, in one `pre-wrap` block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unformatted {
    /// It has more than [`MAX_LENGTH`] bytes or makes more than [`MAX_EVENTS`] events.
    TooLong,
    /// It is nested more than [`MAX_NESTING`] deep.
    TooDeep,
}

/// Reads a description. The time is linear in its length, and the stack doesn't grow with its depth.
///
/// Every `Open` has its `Close`, and they nest.
///
/// # Errors
///
/// [`Unformatted`] when it is too long or too deep to be formatted.
pub fn parse(source: &str) -> Result<Vec<Event>, Unformatted> {
    if source.len() > MAX_LENGTH {
        return Err(Unformatted::TooLong);
    }
    if nesting::deepest(source) > MAX_CONTAINERS {
        return Err(Unformatted::TooDeep);
    }
    builder::build(source)
}
