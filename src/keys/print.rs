//! The table of commands in print: key caps for the help sheet, `aria-keyshortcuts`, and Markdown.

use super::table::TABLE;
use super::{Binding, Command, Key, Modifier, Where};

/// What stands on a key. How that is called is for the language to say: Ctrl is Strg on German keyboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cap {
    /// A character, letters as capitals.
    Character(char),
    /// Ctrl.
    Ctrl,
    /// Cmd, ⌘.
    Cmd,
    /// Alt.
    Alt,
    /// Option, ⌥.
    Option,
    /// Shift.
    Shift,
    /// Any other, by its name in UI Events: `Enter`, `Escape`, `ArrowUp`, `ArrowDown`, `Home`, `End`.
    Named(&'static str),
}

impl Binding {
    /// What to press: one step after the other, and the keys of a step together.
    pub fn steps(&self, is_apple: bool) -> Vec<Vec<Cap>> {
        let held = match self.modifier {
            Modifier::None => None,
            Modifier::Shift => Some(Cap::Shift),
            Modifier::Alt if is_apple => Some(Cap::Option),
            Modifier::Alt => Some(Cap::Alt),
            Modifier::Primary if is_apple => Some(Cap::Cmd),
            Modifier::Primary => Some(Cap::Ctrl),
        };
        let character = |key: char| Cap::Character(key.to_ascii_uppercase());
        let key = match self.key {
            Key::Character(key) => character(key),
            Key::Named(name) => Cap::Named(name),
        };
        let first = self.prefix.map(|key| vec![character(key)]);
        first
            .into_iter()
            .chain([held.into_iter().chain([key]).collect()])
            .collect()
    }

    /// The same for `aria-keyshortcuts` (WAI-ARIA 1.2), which has no way to write a sequence.
    fn aria(&self, is_apple: bool) -> Option<String> {
        if self.prefix.is_some() {
            return None;
        }
        let name = |cap: &Cap| match cap {
            Cap::Character(key) => key.to_string(),
            Cap::Ctrl => "Control".to_owned(),
            Cap::Cmd => "Meta".to_owned(),
            Cap::Alt | Cap::Option => "Alt".to_owned(),
            Cap::Shift => "Shift".to_owned(),
            Cap::Named(name) => (*name).to_owned(),
        };
        let steps = self.steps(is_apple);
        Some(steps.first()?.iter().map(name).collect::<Vec<_>>().join("+"))
    }
}

impl Command {
    /// The value of `aria-keyshortcuts` for the control that does the same; `None` when there is nothing to say, and
    /// then the attribute must go. Keys that are switched off are not told.
    pub fn aria(self, characters: bool, is_apple: bool) -> Option<String> {
        let told = |binding: &&Binding| characters || !binding.is_character();
        let bindings = self.bindings().iter().filter(told);
        let all: Vec<_> = bindings.filter_map(|binding| binding.aria(is_apple)).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }
}

/// What [`markdown`] needs words for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The heading of the column of keys.
    Keys,
    /// The heading of the column of what they do.
    Does,
    /// The heading of the column of where they work.
    At,
    /// What a command does.
    Command(Command),
    /// What stands on a key.
    Cap(Cap),
    /// One of the places.
    Where(Where),
    /// All places but dialogs.
    Everywhere,
    /// Between the keys of a sequence.
    Then,
    /// Between keys that do the same.
    Or,
}

/// All commands as a table in Markdown, a line each and an end of line after each. Keys that differ on Apple's stand
/// beside the others.
pub fn markdown(words: &dyn Fn(Word) -> String) -> String {
    let mut table = format!(
        "| {} | {} | {} |\n|---|---|---|\n",
        words(Word::Keys),
        words(Word::Does),
        words(Word::At)
    );
    for entry in TABLE {
        let mut ways: Vec<String> = Vec::new();
        for is_apple in [false, true] {
            for binding in entry.bindings {
                let step = |caps: Vec<Cap>| {
                    let caps = caps
                        .into_iter()
                        .map(|cap| format!("<kbd>{}</kbd>", words(Word::Cap(cap))));
                    caps.collect::<Vec<_>>().join("+")
                };
                let steps: Vec<_> = binding.steps(is_apple).into_iter().map(step).collect();
                let way = steps.join(&format!(" {} ", words(Word::Then)));
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
        }
        let places = entry.bindings.iter().flat_map(|binding| binding.places);
        let mut places: Vec<_> = places.copied().collect();
        places.sort_unstable();
        places.dedup();
        let places = if places.len() == 4 {
            words(Word::Everywhere)
        } else {
            let places: Vec<_> = places
                .into_iter()
                .map(|place| words(Word::Where(place)))
                .collect();
            places.join(", ")
        };
        table += &format!(
            "| {} | {} | {places} |\n",
            ways.join(&format!(" {} ", words(Word::Or))),
            words(Word::Command(entry.command))
        );
    }
    table
}
