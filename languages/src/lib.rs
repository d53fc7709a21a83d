//! The app's texts in every language: read, checked, and made into code when the app is built.
//!
//! `locales/en.json` is what the app says; the other files beside it say the same in another language. A file has groups,
//! which are the modules of the generated code, and in each group keys with texts:
//!
//! ```json
//! { "list": { "refresh": "Refresh", "count": { "one": "{count} task", "other": "{count} tasks" } } }
//! ```
//!
//! - `{name}` stands for a value that is put in when the app runs.
//! - A text that depends on a number is an object with a text for each of its language's plural categories; the
//!   number is its `{count}`.
//! - The order of the keys is the same in every file. A text's place in it, counted from 0, is its number, by which the
//!   app finds the text in the file of another language.
//!
//! [`check`] says what is wrong with the files, [`rust`] makes code of the English one, and [`shipped`] what a browser
//! loads of another.

mod catalogue;
mod checks;
mod code;
mod language;

pub use catalogue::{Catalogue, Message, placeholders};
pub use checks::check;
pub use code::{names, rust, shipped};
pub use language::{Category, LANGUAGES, Language};

use std::path::Path;

/// Reads all files in `folder`, English first, and checks them.
///
/// # Errors
///
/// With a sentence for everything that is wrong with them.
pub fn read(folder: &Path) -> Result<Vec<(&'static Language, Catalogue)>, Vec<String>> {
    let mut catalogues = Vec::new();
    let mut problems = Vec::new();
    for language in &LANGUAGES {
        let file = folder.join(language.file());
        let content = std::fs::read_to_string(&file).map_err(|error| error.to_string());
        match content.and_then(|content| Catalogue::parse(&content)) {
            Ok(catalogue) => catalogues.push((language, catalogue)),
            Err(error) => problems.push(format!("{}: {error}", language.file())),
        }
    }
    if problems.is_empty() {
        problems = check(&catalogues);
    }
    if problems.is_empty() {
        Ok(catalogues)
    } else {
        Err(problems)
    }
}
