//! No sentence of the app stands in its code: each is in `locales/`, where every language has it.

// Helpers count as tests here, but clippy's exception for tests does not reach them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

/// What is the same in every language, or is no text for people: names, and what stands on keys.
const NAMES: [&str; 4] = ["Strikethrough", "Alt", "Esc", "JSON"];

/// What says something to people when it stands in an attribute.
const ATTRIBUTES: [&str; 6] = [
    "aria-label=",
    "aria-description=",
    "aria-valuetext=",
    "placeholder=",
    "title=",
    "alt=",
];

/// A string literal, what stands before it on its line and in the lines above, and what comes right after it.
struct Literal {
    line: usize,
    before: String,
    text: String,
    after: String,
}

/// The string literals of a file, without those in comments and attributes.
fn literals(code: &str) -> Vec<Literal> {
    // Tests come last in a file.
    let tests = ["#[cfg(test)]\nmod ", "#[cfg(test)]\npub(super) mod "];
    let end = tests.iter().filter_map(|tests| code.find(tests)).min();
    let code = &code[..end.unwrap_or(code.len())];
    let characters: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line, mut begin) = (0, 1, 0);
    while let Some(&now) = characters.get(at) {
        let next = characters.get(at + 1);
        match now {
            '\n' => line += 1,
            '/' if next == Some(&'/') => {
                while characters.get(at).is_some_and(|c| *c != '\n') {
                    at += 1;
                }
                continue;
            }
            // A character, and not a lifetime.
            '\'' if next == Some(&'\\') => at += 3,
            '\'' if characters.get(at + 2) == Some(&'\'') => at += 2,
            '"' => {
                let (first, first_line) = (at, line);
                at += 1;
                while characters[at] != '"' {
                    line += usize::from(characters[at] == '\n');
                    at += if characters[at] == '\\' { 2 } else { 1 };
                }
                let part =
                    |from: usize, to: usize| characters[from..to.min(characters.len())].iter().collect();
                found.push(Literal {
                    line: first_line,
                    before: part(begin, first),
                    text: part(first + 1, at),
                    after: part(at + 1, at + 12),
                });
                begin = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn has_letters(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// Whether this is said to people, as far as a literal and its surroundings show it.
fn is_said(literal: &Literal) -> bool {
    let Literal {
        before, text, after, ..
    } = literal;
    if NAMES.contains(&text.as_str()) || !has_letters(text) {
        return false;
    }
    let (before, after) = (before.trim_end(), after.trim_start());
    // Between two elements, or beside one, in a view.
    let is_child = (before.ends_with('>') && !before.ends_with("=>") && !before.ends_with("->"))
        || after.starts_with('<') && !after.starts_with("< ") && !after.starts_with("<=");
    let is_attribute = ATTRIBUTES.iter().any(|name| before.ends_with(name));
    let is_announced = before.ends_with(".say(");
    // Words with a capital in front, or a sentence.
    let mut words = text.split(' ');
    let first = words.next().unwrap_or_default();
    let begins = first.chars().next().is_some_and(char::is_uppercase)
        && first.chars().skip(1).any(char::is_lowercase)
        && first.chars().all(|c| c.is_alphabetic() || "’,:…".contains(c));
    let goes_on = words
        .next()
        .is_some_and(|word| word.chars().any(char::is_alphabetic));
    let is_sentence = begins && goes_on || text.ends_with('…') || text.ends_with(". ") || text.contains('’');
    is_child || is_attribute || is_announced || is_sentence
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            // What is tried there may say what it likes.
            if name != "tests" {
                files(&path, found);
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") && name != "texts.rs" {
            found.push(path);
        }
    }
}

#[test]
fn no_sentence_stands_in_the_code() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut all = Vec::new();
    files(&root, &mut all);
    assert!(all.len() > 100, "{} files", all.len());
    let mut said = Vec::new();
    for file in all {
        let code = std::fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        let found = literals(&code).into_iter().filter(is_said);
        said.extend(found.map(|literal| format!("src/{name}:{}: “{}”", literal.line, literal.text)));
    }
    assert!(
        said.is_empty(),
        "these belong into locales/ (see its README):\n{}",
        said.join("\n")
    );
}

#[test]
fn what_is_said_is_found() {
    for code in [
        r#"view! { <h2>"Settings"</h2> }"#,
        "view! {\n    <p>\n        \"ok then\" <b>x</b>\n    </p>\n}",
        r#"<input aria-label="search"/>"#,
        r#"announcer.say("copied");"#,
        r#"let text = "Write a few words first.".to_owned();"#,
        r#"format!("Restore: {name}")"#,
        r#"let text = "Saving…";"#,
        "// a comment\nlet c = '\"'; let text = \"It doesn’t\";",
    ] {
        assert!(literals(code).iter().any(is_said), "{code}");
    }
    for code in [
        r#"view! { <a class="button small quiet" href=address>{label.say()}</a> }"#,
        r#"// "Not a text of the app""#,
        r#"view! { <p>{first} " · " {second}</p> }"#,
        r#"header("Content-Type")"#,
        r##"let path = "M12 5v14M5 12h14";"##,
        r#"match key { "Escape" => 1, _ => 2 }"#,
        "fn f() {}\n#[cfg(test)]\nmod tests { const A: &str = \"Write a few words\"; }",
    ] {
        let said: Vec<_> = literals(code)
            .into_iter()
            .filter(is_said)
            .map(|literal| literal.text)
            .collect();
        assert!(said.is_empty(), "{said:?} in {code}");
    }
}
