//! The table of commands. The handler of keys, the help sheet, the palette, `aria-keyshortcuts` and the table in the
//! README are all made from it, so that none of them can say what another does not do.

use super::{Key, Modifier, Where};

/// What a key can ask for. The names are those of what happens; the words for people are the caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Command {
    /// A new task.
    New,
    /// The search field gets the focus.
    Search,
    /// The palette of commands and tasks opens.
    Palette,
    /// The help sheet opens.
    Help,
    /// The last change is undone.
    Undo,
    /// The focus goes to the next row.
    Next,
    /// The focus goes to the row before.
    Previous,
    /// The focus goes to the first row.
    First,
    /// The focus goes to the last row.
    Last,
    /// The task of the row opens.
    Open,
    /// The task's form opens.
    Edit,
    /// The task is done.
    Done,
    /// The row is selected, or not any more.
    Select,
    /// The focus goes to the next row, and what it goes over is selected.
    SelectNext,
    /// The same with the row before.
    SelectPrevious,
    /// All rows that are shown are selected.
    SelectAll,
    /// The selection ends.
    Deselect,
    /// Goes to the list.
    List,
    /// Goes to what was finished from this device.
    RecentlyDone,
    /// Goes to the changes that wait to be sent.
    Sync,
    /// Goes to the settings.
    Settings,
    /// Goes back to the list from a page beside it.
    Close,
}

/// The parts of the help sheet, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What works everywhere.
    General,
    /// Moving in the list.
    Move,
    /// What is done to a task.
    Task,
    /// Selecting several tasks.
    Select,
    /// Going to a page.
    Go,
}

/// One way to give a command by keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The character before, for a sequence of two such as `g s`.
    pub prefix: Option<char>,
    /// The key.
    pub key: Key<'static>,
    /// What is held with it.
    pub modifier: Modifier,
    /// Where it works.
    pub places: &'static [Where],
    /// Whether the browser does it by itself and the handler must not, as for Enter on a link.
    pub is_by_browser: bool,
}

impl Binding {
    /// Whether it is made of characters alone (letter, punctuation, number or symbol). WCAG 2.2, success criterion
    /// 2.1.4, wants a switch for these, because speech input types them by mistake.
    pub fn is_character(&self) -> bool {
        matches!(self.key, Key::Character(_)) && matches!(self.modifier, Modifier::None | Modifier::Shift)
    }
}

/// A command in the table.
pub(super) struct Entry {
    pub(super) command: Command,
    pub(super) group: Group,
    /// Whether a key that is held down gives it again and again.
    pub(super) repeats: bool,
    /// Whether it works while somebody types in a field. No binding of characters ever does.
    pub(super) while_typing: bool,
    /// Whether the palette offers it: what moves the focus by a step is of no use there.
    pub(super) in_palette: bool,
    pub(super) bindings: &'static [Binding],
}

const EVERYWHERE: &[Where] = &[Where::Row, Where::List, Where::Task, Where::Page];
const ROW: &[Where] = &[Where::Row];

const fn character(key: char, places: &'static [Where]) -> Binding {
    Binding {
        prefix: None,
        key: Key::Character(key),
        modifier: Modifier::None,
        places,
        is_by_browser: false,
    }
}

const fn named(key: &'static str, places: &'static [Where]) -> Binding {
    Binding {
        key: Key::Named(key),
        ..character(' ', places)
    }
}

const fn go(key: char) -> Binding {
    Binding {
        prefix: Some('g'),
        ..character(key, EVERYWHERE)
    }
}

const fn with(modifier: Modifier, binding: Binding) -> Binding {
    Binding { modifier, ..binding }
}

const fn entry(command: Command, group: Group, bindings: &'static [Binding]) -> Entry {
    Entry {
        command,
        group,
        repeats: false,
        while_typing: false,
        in_palette: true,
        bindings,
    }
}

const fn step(command: Command, group: Group, bindings: &'static [Binding]) -> Entry {
    Entry {
        repeats: true,
        in_palette: false,
        ..entry(command, group, bindings)
    }
}

/// Every command, in the order of [`Command`] and of the help sheet.
pub(super) const TABLE: &[Entry] = &[
    entry(Command::New, Group::General, &[character('n', EVERYWHERE)]),
    entry(Command::Search, Group::General, &[character('/', EVERYWHERE)]),
    Entry {
        while_typing: true,
        in_palette: false,
        ..entry(
            Command::Palette,
            Group::General,
            &[with(Modifier::Primary, character('k', EVERYWHERE))],
        )
    },
    entry(Command::Help, Group::General, &[character('?', EVERYWHERE)]),
    // Not while typing: there it undoes what was typed.
    entry(
        Command::Undo,
        Group::General,
        &[
            character('u', EVERYWHERE),
            with(Modifier::Primary, character('z', EVERYWHERE)),
        ],
    ),
    step(
        Command::Next,
        Group::Move,
        &[
            character('j', &[Where::Row, Where::List, Where::Task]),
            // Elsewhere it scrolls.
            named("ArrowDown", ROW),
        ],
    ),
    step(
        Command::Previous,
        Group::Move,
        &[
            character('k', &[Where::Row, Where::List, Where::Task]),
            named("ArrowUp", ROW),
        ],
    ),
    Entry {
        repeats: false,
        ..step(Command::First, Group::Move, &[named("Home", ROW)])
    },
    Entry {
        repeats: false,
        ..step(Command::Last, Group::Move, &[named("End", ROW)])
    },
    Entry {
        in_palette: false,
        ..entry(
            Command::Open,
            Group::Move,
            &[Binding {
                is_by_browser: true,
                ..named("Enter", ROW)
            }],
        )
    },
    entry(
        Command::Edit,
        Group::Task,
        &[character('e', &[Where::Row, Where::Task])],
    ),
    entry(
        Command::Done,
        Group::Task,
        &[character('d', &[Where::Row, Where::Task])],
    ),
    entry(Command::Select, Group::Select, &[character('x', ROW)]),
    step(
        Command::SelectNext,
        Group::Select,
        &[
            with(Modifier::Shift, character('j', ROW)),
            with(Modifier::Shift, named("ArrowDown", ROW)),
        ],
    ),
    step(
        Command::SelectPrevious,
        Group::Select,
        &[
            with(Modifier::Shift, character('k', ROW)),
            with(Modifier::Shift, named("ArrowUp", ROW)),
        ],
    ),
    // Elsewhere it selects the text of the page.
    entry(
        Command::SelectAll,
        Group::Select,
        &[with(Modifier::Primary, character('a', ROW))],
    ),
    Entry {
        in_palette: false,
        ..entry(Command::Deselect, Group::Select, &[named("Escape", ROW)])
    },
    entry(Command::List, Group::Go, &[go('l')]),
    entry(Command::RecentlyDone, Group::Go, &[go('d')]),
    entry(Command::Sync, Group::Go, &[go('c')]),
    entry(Command::Settings, Group::Go, &[go('s')]),
    Entry {
        while_typing: true,
        in_palette: false,
        ..entry(
            Command::Close,
            Group::Go,
            &[named("Escape", &[Where::Task, Where::Page])],
        )
    },
];

impl Command {
    /// All there are, in the order of the help sheet.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|entry| entry.command)
    }

    /// Those that the palette offers at a place: the ones that can do something there.
    pub fn in_palette(at: Where) -> impl Iterator<Item = Self> {
        let is_offered = move |entry: &&Entry| {
            let works = |binding: &Binding| binding.places.contains(&at);
            entry.in_palette && entry.bindings.iter().any(works)
        };
        TABLE.iter().filter(is_offered).map(|entry| entry.command)
    }

    fn entry(self) -> Option<&'static Entry> {
        TABLE.get(self as usize)
    }

    /// The part of the help sheet it belongs to.
    pub fn group(self) -> Group {
        self.entry().map_or(Group::General, |entry| entry.group)
    }

    /// Its keys, the most usual first.
    pub fn bindings(self) -> &'static [Binding] {
        self.entry().map_or(&[], |entry| entry.bindings)
    }
}
