//! The English texts as code, and the others as files for a browser.

use crate::catalogue::{Catalogue, Message, placeholders};
use crate::checks::COUNT;
use crate::language::{Category, LANGUAGES, Language};
use std::fmt::Write;

/// Rust code with a module for each group. A text without placeholders is a constant `Text`; one with some is a function of
/// them that returns a `String`. It names `Text`, `fill` and `fill_counted`, which whoever includes it has in scope.
///
/// A key that is not in the file is a name that does not exist, and a value that is forgotten is an argument that is
/// missing: neither compiles.
pub fn rust(english: &Catalogue) -> String {
    let mut code = String::new();
    let mut number = 0_usize;
    for (group, keys) in &english.groups {
        // Writing to a string can't fail.
        let _ = writeln!(code, "/// The texts of the group `{group}`.\npub mod {group} {{");
        let _ = writeln!(
            code,
            "    #[allow(unused_imports)]\n    use super::{{Text, fill, fill_counted}};"
        );
        for (key, message) in keys {
            code.push_str(&item(number, key, message));
            number += 1;
        }
        code.push_str("}\n");
    }
    code
}

/// Rust code with the tag of each language and what it calls itself, in the constant `LANGUAGES`.
pub fn names() -> String {
    let pairs = LANGUAGES.iter().map(|language| (language.tag, language.name));
    let pairs: Vec<_> = pairs.collect();
    format!(
        "/// The tag of each language (BCP 47), and what it calls itself.\npub const LANGUAGES: [(&str, &str); {}] = {pairs:?};\n",
        pairs.len()
    )
}

fn item(number: usize, key: &str, message: &Message) -> String {
    let mut code = String::new();
    for (_, text) in message.texts() {
        let _ = writeln!(code, "    /// “{}”", text.replace('[', "\\["));
    }
    let names = values(message);
    let pairs: Vec<_> = names.iter().map(|name| format!("({name:?}, {name})")).collect();
    let pairs = pairs.join(", ");
    let mut arguments: Vec<_> = names.iter().map(|name| format!("{name}: &str")).collect();
    match message {
        Message::Plain(text) if names.is_empty() => {
            let name = key.to_ascii_uppercase();
            let _ = writeln!(
                code,
                "    pub const {name}: Text = Text::new({number}, {text:?});"
            );
        }
        Message::Plain(text) => {
            let arguments = arguments.join(", ");
            let _ = writeln!(
                code,
                "    pub fn {key}({arguments}) -> String {{ fill(Text::new({number}, {text:?}), &[{pairs}]) }}"
            );
        }
        Message::Counted(forms) => {
            arguments.insert(0, format!("{COUNT}: usize"));
            let arguments = arguments.join(", ");
            let form = |wanted| {
                let found = forms.iter().find(|(category, _)| *category == wanted);
                found.map(|(_, text)| text.as_str()).unwrap_or_default()
            };
            let (one, other) = (form(Category::One), form(Category::Other));
            let _ = writeln!(
                code,
                "    pub fn {key}({arguments}) -> String {{ fill_counted({number}, {one:?}, {other:?}, {COUNT}, &[{pairs}]) }}"
            );
        }
    }
    code
}

/// The placeholders of a message but for the number, each once, in the order in which they come.
fn values(message: &Message) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    for (_, text) in message.texts() {
        for name in placeholders(text).unwrap_or_default() {
            if name != COUNT && !values.contains(&name) {
                values.push(name);
            }
        }
    }
    values
}

/// What a browser loads of a language: the file without its keys, which is one list of all texts in a list of groups. So the
/// same code reads this and the file itself: the values of the values, in order, are the texts at their numbers. In a language that is written from right to left, what may be of the other direction is isolated.
pub fn shipped(language: &Language, catalogue: &Catalogue) -> String {
    let json = |text: &str| match language.is_rtl {
        true => serde_json::Value::from(isolated(text)).to_string(),
        false => serde_json::Value::from(text).to_string(),
    };
    let texts = catalogue.messages().map(|(_, message)| match message {
        Message::Plain(text) => json(text),
        Message::Counted(forms) => {
            let forms = forms
                .iter()
                .map(|(category, text)| format!("{}:{}", json(category.name()), json(text)));
            format!("{{{}}}", forms.collect::<Vec<_>>().join(","))
        }
    });
    format!("[[{}]]", texts.collect::<Vec<_>>().join(","))
}

/// First strong isolate, left-to-right isolate, and the end of either (Unicode Standard Annex 9, 2.4).
const FSI: char = '\u{2068}';
const LRI: char = '\u{2066}';
const PDI: char = '\u{2069}';

/// Keeps apart what does not take part in the direction of a text: values, which have a direction of their own, and paths
/// and addresses, whose slashes would go to the wrong side.
fn isolated(text: &str) -> String {
    let mut whole = String::new();
    for (at, part) in text.split('{').enumerate() {
        // Every brace is a placeholder's.
        let (name, rest) = match at {
            0 => ("", part),
            _ => part.split_once('}').unwrap_or_default(),
        };
        if name == COUNT {
            whole.push_str("{count}");
        } else if at > 0 {
            let _ = write!(whole, "{FSI}{{{name}}}{PDI}");
        }
        for word in rest.split_inclusive(|c: char| !c.is_ascii() || c.is_ascii_whitespace()) {
            let end = word.trim_end_matches(|c: char| !c.is_ascii() || matches!(c, ' ' | '.' | ',' | ':'));
            let (address, after) = word.split_at(end.len());
            match address.contains('/') {
                true => drop(write!(whole, "{LRI}{address}{PDI}{after}")),
                false => whole.push_str(word),
            }
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{
        "a": {"b": "Text", "c": "{y} \"{x}\" {y}"},
        "d": {"e": {"one": "one of {z}", "other": "{count} of {z}"}}
    }"#;

    #[test]
    fn code_of_each_kind() {
        let code = rust(&Catalogue::parse(FILE).unwrap());
        for line in [
            "pub mod a {",
            "    pub const B: Text = Text::new(0, \"Text\");",
            "    pub fn c(y: &str, x: &str) -> String { fill(Text::new(1, \"{y} \\\"{x}\\\" {y}\"), &[(\"y\", y), (\"x\", x)]) }",
            "pub mod d {",
            "    pub fn e(count: usize, z: &str) -> String { fill_counted(2, \"one of {z}\", \"{count} of {z}\", count, &[(\"z\", z)]) }",
        ] {
            assert!(code.lines().any(|found| found == line), "{line}\n{code}");
        }
    }

    #[test]
    fn what_is_shipped_is_json_in_order() {
        let shipped = shipped(&LANGUAGES[1], &Catalogue::parse(FILE).unwrap());
        assert_eq!(
            shipped,
            r#"[["Text","{y} \"{x}\" {y}",{"one":"one of {z}","other":"{count} of {z}"}]]"#
        );
    }

    #[test]
    fn other_directions_are_isolated() {
        for (text, expected) in [
            ("مهمة", "مهمة"),
            ("{count} مهام", "{count} مهام"),
            ("إنجاز: {summary}.", "إنجاز: \u{2068}{summary}\u{2069}."),
            ("اكتب /tasks/.", "اكتب \u{2066}/tasks/\u{2069}."),
            (
                "https://a.b/c، أو /",
                "\u{2066}https://a.b/c\u{2069}، أو \u{2066}/\u{2069}",
            ),
        ] {
            assert_eq!(isolated(text), expected);
        }
    }
}
