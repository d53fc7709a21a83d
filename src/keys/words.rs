//! The words of the table of commands.

use super::{Cap, Command, Group, Where, Word};
use crate::texts::{Text, common, keys, search};

/// What a word is in the language of the page.
pub fn say(word: Word) -> String {
    let text = match word {
        Word::Keys => keys::KEYS,
        Word::Does => keys::DOES,
        Word::At => keys::AT,
        Word::Everywhere => keys::EVERYWHERE,
        Word::Then => keys::THEN,
        Word::Or => keys::OR,
        Word::Where(Where::Row) => keys::IN_ROW,
        Word::Where(Where::List) => keys::ON_LIST,
        Word::Where(Where::Task) => keys::ON_TASK,
        Word::Where(Where::Page) => keys::ON_PAGE,
        Word::Where(Where::Dialog) => keys::IN_DIALOG,
        Word::Cap(Cap::Character(key)) => return key.to_string(),
        Word::Cap(Cap::Ctrl) => keys::CTRL,
        Word::Cap(Cap::Cmd) => return "⌘".to_owned(),
        Word::Cap(Cap::Alt) => return "Alt".to_owned(),
        Word::Cap(Cap::Option) => return "⌥".to_owned(),
        Word::Cap(Cap::Shift) => keys::SHIFT,
        Word::Cap(Cap::Named(name)) => match name {
            "ArrowUp" => return "↑".to_owned(),
            "ArrowDown" => return "↓".to_owned(),
            "Escape" => return "Esc".to_owned(),
            "Enter" => keys::ENTER,
            "Home" => keys::HOME,
            "End" => keys::END,
            name => return name.to_owned(),
        },
        Word::Command(command) => match command {
            Command::New => common::NEW_TASK,
            Command::Search => search::PLACEHOLDER,
            Command::Palette => keys::PALETTE,
            Command::Help => keys::HELP,
            Command::Undo => keys::UNDO,
            Command::Next => keys::NEXT,
            Command::Previous => keys::PREVIOUS,
            Command::First => keys::FIRST,
            Command::Last => keys::LAST,
            Command::Open => keys::OPEN,
            Command::Edit => keys::EDIT,
            Command::Done => keys::DONE,
            Command::Select => keys::SELECT,
            Command::SelectNext => keys::SELECT_NEXT,
            Command::SelectPrevious => keys::SELECT_PREVIOUS,
            Command::SelectAll => keys::SELECT_ALL,
            Command::Deselect => keys::DESELECT,
            Command::List => keys::GO_LIST,
            Command::RecentlyDone => keys::GO_DONE,
            Command::Sync => keys::GO_SYNC,
            Command::Settings => keys::GO_SETTINGS,
            Command::Close => keys::CLOSE,
        },
    };
    text.say().to_owned()
}

/// The heading of a part of the help sheet.
pub fn heading(group: Group) -> Text {
    match group {
        Group::General => keys::ANYWHERE,
        Group::Move => keys::IN_LIST,
        Group::Task => keys::A_TASK,
        Group::Select => keys::SEVERAL,
        Group::Go => keys::GOING,
    }
}
