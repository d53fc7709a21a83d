//! What must be so for every file of texts.

use crate::catalogue::{Catalogue, Message, is_name, placeholders};
use crate::language::{Category, Language};
use std::collections::BTreeSet;

/// The placeholder of the number on which a text depends.
pub(crate) const COUNT: &str = "count";

/// Texts that are rightly the same as in English, each with the languages in which they are.
const SAME: [(&str, &[&str]); 15] = [
    ("common.action_on", &["de", "es", "ja", "ar"]),
    ("common.two_sentences", &["de", "es", "ar"]),
    ("app.title", &["de", "es", "zh", "ja", "ar"]),
    ("header.offline", &["de"]),
    ("compare.changed_end", &["de", "es", "zh", "ja", "ar"]),
    ("settings.bad", &["de"]),
    ("config.expected_none", &["de", "es", "zh", "ja", "ar"]),
    // What stands on keys.
    ("keys.ctrl", &["es", "zh", "ja", "ar"]),
    ("keys.shift", &["zh", "ja", "ar"]),
    ("keys.enter", &["zh", "ja", "ar"]),
    ("keys.home", &["zh", "ja", "ar"]),
    ("keys.end", &["zh", "ja", "ar"]),
    ("transfer.format", &["de"]),
    ("transfer.kilobytes", &["de", "es", "zh", "ja"]),
    ("transfer.megabytes", &["de", "es", "zh", "ja"]),
];

/// What is typed, sent or looked up as it stands, and so is the same in every language.
const TERMS: [&str; 18] = [
    "401",
    "404",
    "/api",
    "/tasks/",
    "https://",
    "http://",
    "CORS",
    "Content-Type",
    "DELETE",
    "JSON",
    "JavaScript",
    "POST",
    "PUT",
    "REST",
    "Strikethrough",
    "config.json",
    "curl",
    "null",
];

/// A sentence for everything that is wrong; the first catalogue is the English one.
pub fn check(catalogues: &[(&'static Language, Catalogue)]) -> Vec<String> {
    let Some(((english_language, english), others)) = catalogues.split_first() else {
        return vec!["there is no language".to_owned()];
    };
    let mut problems = check_alone(english_language, english);
    for (language, catalogue) in others {
        problems.extend(check_alone(language, catalogue));
        problems.extend(compare(language, english, catalogue));
    }
    problems
}

/// What can be seen in a file by itself.
fn check_alone(language: &Language, catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    let mut say =
        |name: &str, problem: String| problems.push(format!("{}: {name}: {problem}", language.file()));
    for (name, message) in catalogue.messages() {
        for part in name.split('.') {
            if !is_name(part) || KEYWORDS.contains(&part) {
                say(&name, format!("\"{part}\" can't be a name in code"));
            }
        }
        let counts = matches!(message, Message::Counted(_));
        if let Message::Counted(forms) = message {
            let found: Vec<Category> = forms.iter().map(|(category, _)| *category).collect();
            if found != language.categories {
                let wanted = language.categories.iter().map(|category| category.name());
                let wanted: Vec<_> = wanted.collect();
                say(&name, format!("it needs {}, in this order", wanted.join(", ")));
            }
        }
        for (category, text) in message.texts() {
            if text.trim() != text || text.is_empty() {
                say(
                    &name,
                    "it is empty, or begins or ends with white space".to_owned(),
                );
            }
            if text.chars().any(char::is_control) {
                say(
                    &name,
                    "it has a line break or another control character".to_owned(),
                );
            }
            match placeholders(text) {
                Err(problem) => say(&name, problem),
                Ok(names) => {
                    // A function has an argument of this name.
                    for value in names.iter().filter(|value| KEYWORDS.contains(value)) {
                        say(&name, format!("\"{value}\" can't be a name in code"));
                    }
                    let may_lack = category.is_some_and(Category::is_one_number);
                    if names.contains(&COUNT) != counts && !(counts && may_lack) {
                        say(
                            &name,
                            "a text has {count} if and only if it depends on it".to_owned(),
                        );
                    }
                }
            }
        }
    }
    problems
}

/// What a translation must have in common with the English texts.
fn compare(language: &Language, english: &Catalogue, catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    let names = |catalogue: &Catalogue| catalogue.messages().map(|(name, _)| name).collect::<Vec<_>>();
    let (wanted, found) = (names(english), names(catalogue));
    if wanted != found {
        let (all, known) = (BTreeSet::from_iter(&wanted), BTreeSet::from_iter(&found));
        let lacks = all.difference(&known).map(|name| format!("{name} is missing"));
        let more = known
            .difference(&all)
            .map(|name| format!("{name} is not in English"));
        problems.extend(lacks.chain(more));
        if problems.is_empty() {
            problems.push("the keys are in another order than in English".to_owned());
        }
        return problems
            .iter()
            .map(|problem| format!("{}: {problem}", language.file()))
            .collect();
    }
    for ((name, message), (_, theirs)) in english.messages().zip(catalogue.messages()) {
        let problem = compare_message(language, &name, message, theirs);
        problems.extend(problem.map(|problem| format!("{}: {name}: {problem}", language.file())));
    }
    problems
}

fn compare_message(language: &Language, name: &str, english: &Message, other: &Message) -> Option<String> {
    let forms = |message: &Message| matches!(message, Message::Counted(_));
    if forms(english) != forms(other) {
        return Some("it depends on a number in one language only".to_owned());
    }
    let values = |text: &str| {
        let names = placeholders(text).unwrap_or_default();
        names
            .into_iter()
            .filter(|name| *name != COUNT)
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let whole = english.texts().last().map(|(_, text)| *text).unwrap_or_default();
    let is_same = SAME
        .iter()
        .any(|(same, languages)| *same == name && languages.contains(&language.tag));
    if is_same != (*english == *other) {
        return Some(match is_same {
            true => "it is said to be the same as in English, and is not".to_owned(),
            false => "it is not translated, or belongs into the list of texts that are the same".to_owned(),
        });
    }
    for (_, text) in other.texts() {
        if values(text) != values(whole) {
            return Some(format!("“{text}” has other placeholders than “{whole}”"));
        }
        let lost = TERMS
            .iter()
            .find(|term| whole.contains(**term) && !text.contains(**term));
        if let Some(term) = lost {
            return Some(format!("“{text}” lacks “{term}”, which stays as it is"));
        }
    }
    None
}

/// The words that Rust 2024 keeps for itself (The Rust Reference, "Keywords"), as far as they could be a name here.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LANGUAGES;

    const ENGLISH: &str = r#"{"a": {"plain": "Text {value}", "many": {"one": "{count} of {value}", "other": "{count} of {value}s"}}}"#;

    fn problems(english: &str, german: &str) -> Vec<String> {
        let catalogues: Vec<_> = LANGUAGES
            .iter()
            .zip([english, german])
            .map(|(language, file)| (language, Catalogue::parse(file).unwrap()))
            .collect();
        check(&catalogues)
    }

    #[track_caller]
    fn refused(german: &str, words: &str) {
        let problems = problems(ENGLISH, german);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains(words), "{problems:?}");
    }

    #[test]
    fn a_good_translation_passes() {
        let german = r#"{"a": {"plain": "{value}: Wort", "many": {"one": "eins von {value}", "other": "{value}: {count}"}}}"#;
        assert_eq!(problems(ENGLISH, german), Vec::<String>::new());
    }

    #[test]
    fn what_a_translation_lacks_is_told() {
        let many = r#""many": {"one": "ein {value}", "other": "{value}: {count}"}"#;
        refused(&format!(r#"{{"a": {{{many}}}}}"#), "a.plain is missing");
        refused(
            &format!(r#"{{"a": {{{many}, "plain": "{{value}}"}}}}"#),
            "another order",
        );
        refused(
            &format!(r#"{{"a": {{"plain": "Wort", {many}}}}}"#),
            "other placeholders",
        );
        refused(
            &format!(r#"{{"a": {{"plain": "Text {{value}}", {many}}}}}"#),
            "not translated",
        );
        refused(
            &format!(r#"{{"a": {{"plain": " {{value}}", {many}}}}}"#),
            "white space",
        );
        refused(
            &format!(r#"{{"a": {{"plain": "Wort {{value}}", {many}, "more": "mehr"}}}}"#),
            "a.more is not in English",
        );
        let plain = r#""plain": "Wort {value}""#;
        refused(
            &format!(r#"{{"a": {{{plain}, "many": "{{value}}"}}}}"#),
            "in one language only",
        );
        refused(
            &format!(r#"{{"a": {{{plain}, "many": {{"one": "ein {{value}}", "other": "{{value}}"}}}}}}"#),
            "{count}",
        );
        refused(
            &format!(r#"{{"a": {{{plain}, "many": {{"other": "{{value}}: {{count}}"}}}}}}"#),
            "one, other",
        );
        refused(
            &format!(r#"{{"a": {{{plain}, "many": {{"one": "ein", "other": "{{value}}: {{count}}"}}}}}}"#),
            "other placeholders",
        );
    }

    #[test]
    fn names_must_be_names_in_code() {
        for name in ["type", "Big", "a-b", ""] {
            let file = format!(r#"{{"a": {{"{name}": "Text"}}}}"#);
            let german = file.replace("Text", "Wort");
            assert_eq!(problems(&file, &german).len(), 2, "{name}");
        }
        let file = r#"{"a": {"b": "Text {box}"}}"#;
        assert_eq!(problems(file, &file.replace("Text", "Wort")).len(), 2);
    }

    #[test]
    fn terms_stay() {
        let english = r#"{"a": {"b": "It is at /tasks/."}}"#;
        assert!(problems(english, r#"{"a": {"b": "Es ist bei /aufgaben/."}}"#)[0].contains("“/tasks/”"));
        assert!(problems(english, r#"{"a": {"b": "Es ist bei /tasks/."}}"#).is_empty());
    }
}
