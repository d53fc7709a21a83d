//! What keys need of the list, and what a person has chosen for them.

use leptos::prelude::*;

use crate::browser::storage::Area;
use crate::keys::Where;
use crate::routes::BasePath;
use crate::sync::RowKey;

/// What stands in the browser's storage when keys that are characters are switched off.
const OFF: &str = "off";

/// What can be opened by a key over any page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// The keys and what they do.
    Help,
    /// The palette of commands and tasks.
    Palette,
}

/// The list, for code that is loaded after it.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// The row that has the focus.
    pub focused: Callback<(), Option<RowKey>>,
    /// Gives a row the focus, wherever in the list it is. Whether there is such a row.
    pub focus: Callback<RowKey, bool>,
}

/// The keyboard, shared through context.
#[derive(Clone, Copy)]
pub struct Keyboard {
    /// What is open.
    pub sheet: RwSignal<Option<Sheet>>,
    /// Where the focus was when the palette was asked for.
    pub palette_from: StoredValue<Where>,
    /// The list, once it is there.
    pub rows: StoredValue<Option<Rows>>,
    characters: RwSignal<bool>,
    base: StoredValue<BasePath>,
}

impl Keyboard {
    /// What this browser remembers for the app at `base`.
    pub fn new(base: BasePath) -> Self {
        let is_off = Area::Browser.get(&key(&base)).as_deref() == Some(OFF);
        Self {
            sheet: RwSignal::new(None),
            palette_from: StoredValue::new(Where::List),
            rows: StoredValue::new(None),
            characters: RwSignal::new(!is_off),
            base: StoredValue::new(base),
        }
    }

    /// Whether keys that are characters are switched on (WCAG 2.2, 2.1.4); follows it.
    pub fn has_characters(&self) -> bool {
        self.characters.get()
    }

    /// Switches them on or off, now and for later visits. `false` when this browser can't keep it for later.
    pub fn use_characters(&self, on: bool) -> bool {
        self.characters.set(on);
        let key = self.base.with_value(key);
        if on {
            Area::Browser.remove(&key);
            return true;
        }
        Area::Browser.set(&key, OFF)
    }
}

fn key(base: &BasePath) -> String {
    base.stored_name("keys")
}
