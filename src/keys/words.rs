//! The words of the table of commands, in English.

use super::{Cap, Command, Group, Where, Word};

/// What a word is in English.
pub fn english(word: Word) -> String {
    let text = match word {
        Word::Keys => "Keys",
        Word::Does => "What they do",
        Word::At => "Where",
        Word::Everywhere => "everywhere",
        Word::Then => "then",
        Word::Or => "or",
        Word::Where(Where::Row) => "in a row",
        Word::Where(Where::List) => "on the list’s page",
        Word::Where(Where::Task) => "on a task’s page",
        Word::Where(Where::Page) => "on other pages",
        Word::Where(Where::Dialog) => "in a dialog",
        Word::Cap(Cap::Character(key)) => return key.to_string(),
        Word::Cap(Cap::Ctrl) => "Ctrl",
        Word::Cap(Cap::Cmd) => "⌘",
        Word::Cap(Cap::Alt) => "Alt",
        Word::Cap(Cap::Option) => "⌥",
        Word::Cap(Cap::Shift) => "Shift",
        Word::Cap(Cap::Named(name)) => match name {
            "ArrowUp" => "↑",
            "ArrowDown" => "↓",
            "Escape" => "Esc",
            name => name,
        },
        Word::Command(command) => match command {
            Command::New => "New task",
            Command::Search => "Search",
            Command::Palette => "Find a command or a task",
            Command::Help => "Show the keys",
            Command::Undo => "Undo the last change",
            Command::Next => "Next task",
            Command::Previous => "Previous task",
            Command::First => "First task",
            Command::Last => "Last task",
            Command::Open => "Open the task",
            Command::Edit => "Edit the task",
            Command::Done => "Finish the task",
            Command::List => "Go to the list",
            Command::RecentlyDone => "Go to Recently done",
            Command::Sync => "Go to Sync",
            Command::Settings => "Go to Settings",
            Command::Close => "Back to the list",
        },
    };
    text.to_owned()
}

/// The heading of a part of the help sheet, in English.
pub fn heading(group: Group) -> &'static str {
    match group {
        Group::General => "Anywhere",
        Group::Move => "In the list",
        Group::Task => "A task",
        Group::Go => "Going places",
    }
}
