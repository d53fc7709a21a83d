//! The app's own files of texts, held against all that [`languages::check`] asks for.

// Helpers count as tests here, but clippy's exception for tests does not reach them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use languages::{Catalogue, LANGUAGES, Language, Message, read, rust, shipped};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../locales")
}

fn all() -> Vec<(&'static Language, Catalogue)> {
    read(&folder()).map_err(|problems| problems.join("\n")).unwrap()
}

#[test]
fn every_language_says_everything() {
    assert_eq!(all().len(), LANGUAGES.len());
}

#[test]
fn no_file_is_forgotten() {
    let mut found: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    found.sort();
    let mut known: Vec<_> = LANGUAGES.iter().map(Language::file).collect();
    known.sort();
    assert_eq!(found, known);
}

#[test]
fn a_key_that_is_taken_out_of_any_language_is_missed() {
    let folder_of_copies = std::env::temp_dir().join(format!("locales-{}", std::process::id()));
    std::fs::create_dir_all(&folder_of_copies).unwrap();
    for broken in LANGUAGES.iter().skip(1) {
        for (language, catalogue) in all() {
            let mut copy = catalogue;
            if language == broken {
                copy.groups[0].1.remove(0);
            }
            std::fs::write(folder_of_copies.join(language.file()), source(&copy)).unwrap();
        }
        let problems = read(&folder_of_copies).unwrap_err();
        assert_eq!(problems, [format!("{}: shell.tasks is missing", broken.file())]);
    }
    std::fs::remove_dir_all(&folder_of_copies).unwrap();
}

/// A catalogue as a file.
fn source(catalogue: &Catalogue) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let groups = catalogue.groups.iter().map(|(group, keys)| {
        let keys = keys.iter().map(|(key, message)| {
            let value = match message {
                Message::Plain(plain) => text(plain),
                Message::Counted(forms) => {
                    let forms = forms
                        .iter()
                        .map(|(category, form)| format!("{}: {}", text(category.name()), text(form)));
                    format!("{{{}}}", forms.collect::<Vec<_>>().join(", "))
                }
            };
            format!("{}: {value}", text(key))
        });
        format!("{}: {{{}}}", text(group), keys.collect::<Vec<_>>().join(", "))
    });
    format!("{{{}}}", groups.collect::<Vec<_>>().join(", "))
}

#[test]
fn numbers_are_the_same_in_every_language() {
    let english = &all()[0].1;
    let count = english.messages().count();
    assert!(rust(english).contains(&format!("::new({}, ", count - 1)));
    for (language, catalogue) in all() {
        let groups: Vec<Vec<serde_json::Value>> =
            serde_json::from_str(&shipped(language, &catalogue)).unwrap();
        assert_eq!(groups.len(), 1, "{}", language.tag);
        assert_eq!(groups[0].len(), count, "{}", language.tag);
    }
}

#[test]
fn texts_are_in_the_script_of_their_language() {
    for (language, catalogue) in all() {
        let is_script: fn(char) -> bool = match language.tag {
            "zh" => |c| ('\u{4e00}'..='\u{9fff}').contains(&c),
            "ja" => |c| ('\u{3040}'..='\u{30ff}').contains(&c) || ('\u{4e00}'..='\u{9fff}').contains(&c),
            "ar" => |c| ('\u{600}'..='\u{6ff}').contains(&c),
            _ => |c| c.is_alphabetic() && c < '\u{250}',
        };
        for (name, message) in catalogue.messages() {
            for (_, text) in message.texts() {
                // What is only placeholders and marks is of no script.
                let words = text
                    .split('{')
                    .map(|part| part.split_once('}').map_or(part, |(_, after)| after));
                let words: String = words.collect();
                let has_words = words.chars().any(char::is_alphabetic);
                let is_term = matches!(
                    name.as_str(),
                    "app.title"
                        | "config.expected_none"
                        | "keys.ctrl"
                        | "keys.shift"
                        | "keys.enter"
                        | "keys.home"
                        | "keys.end"
                        | "transfer.kilobytes"
                        | "transfer.megabytes"
                );
                assert!(
                    !has_words || is_term || words.chars().any(is_script),
                    "{}: {name}: {text}",
                    language.tag
                );
            }
        }
    }
}
