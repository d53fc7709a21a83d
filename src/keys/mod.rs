//! Keys: what a person presses becomes a [`Command`].
//!
//! One table (`keys/table.rs`) binds the keys. [`Keys::press`] is asked at each `keydown` of the window;
//! [`Command::all`] and [`Binding::steps`] make the help sheet, [`Command::in_palette`] the palette,
//! [`Command::aria`] the value of `aria-keyshortcuts`, and [`markdown`] the table in the README.
//!
//! # What it never does
//!
//! - A character on its own never runs anything while somebody types, nor when such keys are switched off (WCAG 2.2,
//!   2.1.4). Everything they do can be done by a control or from the palette too, so that nobody needs them.
//! - Nothing runs while an input method composes or a dead key waits, nor while a dialog is open: the browser closes
//!   that by Escape.
//!
//! # Who else wants these keys
//!
//! | key | who | what then |
//! |---|---|---|
//! | Ctrl+K | Chromium, Edge and Firefox search the web by it | a page may take it, and many do; on Apple's it is Cmd+K, because Ctrl+K deletes to the end of the line there |
//! | `/` | Firefox opens its quick search | a page may take it; Ctrl+F stays the browser's |
//! | Ctrl+Z | text fields | left alone in fields |
//! | Alt+←, Alt+→, Alt+letter | history and menus | never bound |
//! | Ctrl+N, Ctrl+T, Ctrl+W, and these with Shift | browsers, which don't give them away | never bound |
//! | Home, End, ↑, ↓ | scrolling | ours only with the focus in a row |
//! | Ctrl+A | selects the page's text | ours only with the focus in a row |
//! | letters | NVDA, JAWS and Narrator go to links, headings and fields by them while browsing | they come here in focus mode alone; then too they can be switched off |
//! | Ctrl+Option with anything | VoiceOver | two modifiers are never bound |

mod print;
mod table;
mod words;

pub use print::{Cap, Word, markdown};
pub use table::{Binding, Command, Group};

pub use words::{heading, say};

use table::{Entry, TABLE};

/// How long after the first key of a sequence the second is waited for, in milliseconds. It is what GitHub's sequences
/// of the same kind (`g i`) wait (`@github/hotkey`, `SequenceTracker.CHORD_TIMEOUT`); Vim waits a second. Whoever needs
/// longer has links and the palette for the same pages.
pub const SEQUENCE_MS: u64 = 1_500;

/// Where the focus is, as far as keys go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// In a row of the list, whatever page is beside it; while rows are being selected, anywhere in the list's part of the
    /// page, and in the bar for what is selected.
    Row,
    /// On the list's page, in no row.
    List,
    /// On a task's page or its form.
    Task,
    /// On another page.
    Page,
    /// In a dialog, the palette or the help sheet: nothing runs.
    Dialog,
}

/// What else matters when a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// Where the focus is.
    pub at: Where,
    /// Whether it is in a field: a text input, a `textarea`, a `select`, anything `contenteditable`.
    pub is_typing: bool,
    /// Whether keys that are characters are switched on.
    pub characters: bool,
    /// Whether Cmd takes the place of Ctrl: macOS, iOS, iPadOS.
    pub is_apple: bool,
}

/// A key as `keydown` tells of it (UI Events).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stroke<'a> {
    /// `KeyboardEvent.key`: what the key means.
    pub key: &'a str,
    /// `KeyboardEvent.code`: where the key is. It is asked only on a layout without Latin letters.
    pub code: &'a str,
    /// `ctrlKey`.
    pub ctrl: bool,
    /// `metaKey`: Cmd.
    pub meta: bool,
    /// `altKey`: Option.
    pub alt: bool,
    /// `shiftKey`.
    pub shift: bool,
    /// `repeat`: the key is held down.
    pub repeat: bool,
    /// `isComposing`, or a `keyCode` of 229: Safari ends a composition by a key that says only that (UI Events,
    /// "keyCode for input methods").
    pub composing: bool,
}

/// A key without what is held with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// One that writes something; letters are small.
    Character(char),
    /// One with a name (UI Events key values), such as `Enter`.
    Named(&'a str),
}

/// What is held with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifier {
    /// Nothing. Shift does not matter for characters other than letters: layouts differ in what needs it.
    None,
    /// Shift.
    Shift,
    /// Alt, which is Option on Apple's.
    Alt,
    /// Ctrl, or Cmd on Apple's.
    Primary,
}

/// What a key has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It gave this command. The browser must do nothing of its own.
    Run(Command),
    /// It began a sequence with this character, and the next key decides.
    Pending(char),
    /// Nothing: it is the browser's.
    Nothing,
}

/// The state between two keys.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    pending: Option<(char, u64)>,
}

impl Keys {
    /// What a key does. `now_ms` is of any clock that counts milliseconds; one that never goes back is best.
    pub fn press(&mut self, stroke: &Stroke, now_ms: u64, context: &Context) -> Outcome {
        // "Unidentified" is what Android's keyboards say while they compose.
        let is_unknown = matches!(stroke.key, "" | "Dead" | "Process" | "Unidentified");
        if stroke.composing || is_unknown || context.at == Where::Dialog {
            self.pending = None;
            return Outcome::Nothing;
        }
        if is_modifier(stroke.key) {
            return Outcome::Nothing;
        }
        let key = key_of(stroke);
        if stroke.repeat {
            // The key of a sequence's beginning is held a little long.
            return run(stroke, key, None, context);
        }
        let is_in_time = |since: u64| now_ms.checked_sub(since).is_some_and(|ms| ms <= SEQUENCE_MS);
        let pending = self.pending.take().filter(|(_, since)| is_in_time(*since));
        let prefix = pending.map(|(prefix, _)| prefix);
        if prefix.is_some() && key == Key::Named("Escape") {
            return Outcome::Nothing;
        }
        let outcome = run(stroke, key, prefix, context);
        if outcome != Outcome::Nothing {
            return outcome;
        }
        match key {
            Key::Character(first) if begins(stroke, first, context) => {
                self.pending = Some((first, now_ms));
                Outcome::Pending(first)
            }
            _ => Outcome::Nothing,
        }
    }

    /// Forgets the beginning of a sequence, as when the page or the focus is another.
    pub fn cancel(&mut self) {
        self.pending = None;
    }
}

/// The command that a key gives after `prefix`.
fn run(stroke: &Stroke, key: Key, prefix: Option<char>, context: &Context) -> Outcome {
    let given = |entry: &&Entry| {
        let is_given = |binding: &Binding| {
            binding.prefix == prefix
                && binding.key == key
                && !binding.is_by_browser
                && is_open(entry, binding, context)
                && is_held(stroke, binding, context.is_apple)
        };
        (entry.repeats || !stroke.repeat) && entry.bindings.iter().any(is_given)
    };
    match TABLE.iter().find(given) {
        Some(entry) => Outcome::Run(entry.command),
        None => Outcome::Nothing,
    }
}

/// Whether a character begins a sequence that could end in something.
fn begins(stroke: &Stroke, first: char, context: &Context) -> bool {
    TABLE.iter().any(|entry| {
        entry.bindings.iter().any(|binding| {
            let first = Binding {
                key: Key::Character(first),
                prefix: None,
                ..*binding
            };
            binding.prefix.map(Key::Character) == Some(first.key)
                && is_open(entry, binding, context)
                && is_held(stroke, &first, context.is_apple)
        })
    })
}

/// Whether a binding works at all now.
fn is_open(entry: &Entry, binding: &Binding, context: &Context) -> bool {
    let is_allowed = if binding.is_character() {
        context.characters && !context.is_typing
    } else {
        entry.while_typing || !context.is_typing
    };
    is_allowed && binding.places.contains(&context.at)
}

/// Whether what is held with a key is what a binding wants.
fn is_held(stroke: &Stroke, binding: &Binding, is_apple: bool) -> bool {
    // A symbol that a layout has on a third level: Windows says AltGr as Ctrl and Alt, Apple's have Option for it, and
    // Linux does not say it.
    let is_symbol = matches!(binding.key, Key::Character(key) if !key.is_ascii_alphanumeric());
    let is_third = is_symbol && stroke.alt && !stroke.meta && stroke.ctrl != is_apple;
    let held = (stroke.ctrl, stroke.meta, stroke.alt, stroke.shift);
    match binding.modifier {
        Modifier::None if is_symbol => is_third || matches!(held, (false, false, false, _)),
        Modifier::None => held == (false, false, false, false),
        Modifier::Shift => held == (false, false, false, true),
        Modifier::Alt => held == (false, false, true, false),
        Modifier::Primary => held == (!is_apple, is_apple, false, false),
    }
}

/// The key: CapsLock makes no other, and a keyboard without Latin letters has them where others do.
fn key_of<'a>(stroke: &Stroke<'a>) -> Key<'a> {
    let mut characters = stroke.key.chars();
    let (Some(key), None) = (characters.next(), characters.next()) else {
        return Key::Named(stroke.key);
    };
    let place = stroke.code.strip_prefix("Key").and_then(|key| key.chars().next());
    Key::Character(match (key, place) {
        // Arabic layouts have a question mark of their own.
        ('؟', _) => '?',
        (key, Some(place)) if !is_latin(key) => place.to_ascii_lowercase(),
        (key, _) => key.to_ascii_lowercase(),
    })
}

/// Whether a character is of a layout that has Latin letters, perhaps elsewhere than others have them (Unicode charts
/// up to Latin Extended-B, and Latin Extended Additional).
fn is_latin(character: char) -> bool {
    matches!(character, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// The keys that are held with others (UI Events key values, "Modifier Keys").
fn is_modifier(key: &str) -> bool {
    matches!(
        key,
        "Alt"
            | "AltGraph"
            | "CapsLock"
            | "Control"
            | "Fn"
            | "FnLock"
            | "Hyper"
            | "Meta"
            | "NumLock"
            | "ScrollLock"
            | "Shift"
            | "Super"
            | "Symbol"
            | "SymbolLock"
    )
}

#[cfg(test)]
mod tests;
