//! A file of texts.

use crate::language::Category;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// An object of JSON in the order of its file, which serde's own maps do not keep.
struct Ordered<T>(Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Ordered<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(String, T)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom(format!("\"{name}\" is there twice")));
                    }
                    members.push((name, value));
                }
                Ok(Ordered(members))
            }
        }
        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Raw {
    Plain(String),
    Counted(Ordered<String>),
}

/// What is said under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// The same for every number.
    Plain(String),
    /// A text for each plural category, in the order of the file.
    Counted(Vec<(Category, String)>),
}

impl Message {
    /// The texts of the message, each with its category if it has one.
    pub fn texts(&self) -> Vec<(Option<Category>, &str)> {
        match self {
            Self::Plain(text) => vec![(None, text)],
            Self::Counted(forms) => forms
                .iter()
                .map(|(category, text)| (Some(*category), text.as_str()))
                .collect(),
        }
    }
}

/// The texts of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// The groups in the order of the file, each with its keys in theirs.
    pub groups: Vec<(String, Vec<(String, Message)>)>,
}

impl Catalogue {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it is not JSON of the shape that this crate's documentation tells, or has a key twice.
    pub fn parse(file: &str) -> Result<Self, String> {
        let groups: Ordered<Ordered<Raw>> = serde_json::from_str(file).map_err(|error| error.to_string())?;
        let groups = groups.0.into_iter().map(|(group, keys)| {
            let keys = keys.0.into_iter().map(|(key, raw)| {
                let message = match raw {
                    Raw::Plain(text) => Message::Plain(text),
                    Raw::Counted(forms) => Message::Counted(
                        forms
                            .0
                            .into_iter()
                            .map(|(name, text)| {
                                let category = Category::named(&name);
                                Ok((
                                    category
                                        .ok_or(format!("{group}.{key}: \"{name}\" is no plural category"))?,
                                    text,
                                ))
                            })
                            .collect::<Result<_, String>>()?,
                    ),
                };
                Ok((key, message))
            });
            let keys = keys.collect::<Result<Vec<_>, String>>()?;
            Ok((group, keys))
        });
        Ok(Self {
            groups: groups.collect::<Result<_, String>>()?,
        })
    }

    /// Every message with its name, `group.key`, in order.
    pub fn messages(&self) -> impl Iterator<Item = (String, &Message)> {
        self.groups.iter().flat_map(|(group, keys)| {
            keys.iter()
                .map(move |(key, message)| (format!("{group}.{key}"), message))
        })
    }
}

/// The names of the values that are put into a text, in the order in which they stand there.
///
/// # Errors
///
/// When a brace is alone, or what is in a pair of them is no name.
pub fn placeholders(text: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (_, from) = rest.split_at(at);
        let inner = from.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (name, after) = inner.ok_or_else(|| format!("a brace is alone in “{text}”"))?;
        if !is_name(name) {
            return Err(format!("{{{name}}} is no placeholder in “{text}”"));
        }
        names.push(name);
        rest = after;
    }
    Ok(names)
}

/// Whether it can be the name of a function's argument or of a constant.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept() {
        let file = r#"{"b": {"z": "1", "a": {"other": "2", "one": "3"}}, "a": {"k": "4"}}"#;
        let catalogue = Catalogue::parse(file).unwrap();
        let names: Vec<_> = catalogue.messages().map(|(name, _)| name).collect();
        assert_eq!(names, ["b.z", "b.a", "a.k"]);
        let counted = Message::Counted(vec![(Category::Other, "2".into()), (Category::One, "3".into())]);
        assert_eq!(catalogue.groups[0].1[1].1, counted);
    }

    #[test]
    fn what_is_no_catalogue_is_refused() {
        for (file, words) in [
            ("[]", "an object"),
            (r#"{"a": "b"}"#, "an object"),
            (r#"{"a": {"b": 1}}"#, "did not match"),
            (r#"{"a": {"b": {"some": "c"}}}"#, "a.b: \"some\""),
            (r#"{"a": {"b": "1", "b": "2"}}"#, "\"b\" is there twice"),
            (r#"{"a": {}, "a": {}}"#, "\"a\" is there twice"),
        ] {
            let error = Catalogue::parse(file).unwrap_err();
            assert!(error.contains(words), "{file}: {error}");
        }
    }

    #[test]
    fn placeholders_of_a_text() {
        assert_eq!(placeholders("no"), Ok(vec![]));
        assert_eq!(placeholders("{a}: {b_2}{a}"), Ok(vec!["a", "b_2", "a"]));
        for text in ["{", "a } b", "{a", "{A}", "{}", "{a b}", "{{a}}"] {
            assert!(placeholders(text).is_err(), "{text}");
        }
    }
}
