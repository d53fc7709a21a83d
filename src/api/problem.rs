//! What a server says when it refuses: `application/problem+json` (RFC 9457), `{field: [message, …]}`,
//! `{detail}`, or a line of plain text.

use serde_json::value::RawValue;

use super::codec::{Members, decode};

/// The most characters of a server's own words that are shown: a few sentences, never a page.
const SHOWN_CHARACTERS: usize = 500;

/// The server's words, in the two places where they may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// About the request as a whole.
    pub text: Option<String>,
    /// About one field of it.
    pub fields: Vec<FieldMessage>,
}

/// What a server has against one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMessage {
    /// Which field.
    pub field: Field,
    /// The server's words.
    pub message: String,
}

/// The fields a person can fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The one line.
    Summary,
    /// The free text.
    Description,
}

impl Field {
    /// Reads a field's name, a JSON Pointer to it (RFC 6901), or either as a URI fragment; without regard
    /// to case, because some frameworks answer in their own.
    fn named(name: &str) -> Option<Self> {
        let name = name.trim_start_matches(['#', '/', '$', '.']);
        if name.eq_ignore_ascii_case("summary") {
            Some(Self::Summary)
        } else if name.eq_ignore_ascii_case("description") {
            Some(Self::Description)
        } else {
            None
        }
    }
}

impl Said {
    /// Reads the body of an answer that is not a success. A page of HTML, which is written for developers
    /// or by a proxy, says nothing here.
    pub fn read(body: &[u8]) -> Self {
        match decode::<Members>(body) {
            Ok(members) => Self::from_members(&members),
            Err(_) => Self {
                text: decode::<String>(body).ok().or_else(|| plain_text(body)),
                fields: Vec::new(),
            },
        }
        .shortened()
    }

    fn from_members(members: &Members) -> Self {
        let mut said = Self::default();
        let mut loose = Vec::new();
        for (name, value) in members.iter() {
            match (name.as_str(), Field::named(name)) {
                ("errors", _) => said.read_errors(value, &mut loose),
                (_, Some(field)) => said.add(field, messages(value)),
                // RFC 9457's members that say nothing to a person.
                ("type" | "status" | "instance" | "title" | "detail", None) => {}
                // Such as `non_field_errors`: a list of messages under a name that is no field here. A
                // lone string is not taken, because it could be anything (a trace id, a code).
                (_, None) => loose.extend(list_of_messages(value)),
            }
        }
        let own = |name: &str| members.get(name).and_then(one_message);
        let text = own("detail")
            .or_else(|| (!loose.is_empty()).then(|| loose.join(" ")))
            .or_else(|| own("title").or_else(|| own("message")).or_else(|| own("error")));
        // A sentence that already stands beside its field is not said twice.
        said.text = text.filter(|text| said.fields.iter().all(|said| said.message != *text));
        said
    }

    /// `errors`, in either of the two shapes that are common: a list with pointers, which is RFC 9457's own example
    /// of an extension (`[{detail, pointer}]`), or a map by field.
    fn read_errors(&mut self, value: &RawValue, loose: &mut Vec<String>) {
        if let Ok(list) = decode::<Vec<Members>>(value.get().as_bytes()) {
            for error in list {
                let member = |name| error.get(name).and_then(one_message);
                let field = member("pointer").and_then(|pointer| Field::named(&pointer));
                match (field, member("detail")) {
                    (Some(field), Some(detail)) => self.add(field, vec![detail]),
                    (None, Some(detail)) => loose.push(detail),
                    (_, None) => {}
                }
            }
        } else if let Ok(map) = decode::<Members>(value.get().as_bytes()) {
            for (name, value) in map.iter() {
                match Field::named(name) {
                    Some(field) => self.add(field, messages(value)),
                    None => loose.extend(messages(value)),
                }
            }
        }
    }

    fn add(&mut self, field: Field, messages: Vec<String>) {
        self.fields.extend(
            messages
                .into_iter()
                .map(|message| FieldMessage { field, message }),
        );
    }

    fn shortened(mut self) -> Self {
        for text in self
            .text
            .iter_mut()
            .chain(self.fields.iter_mut().map(|said| &mut said.message))
        {
            if let Some((end, _)) = text.char_indices().nth(SHOWN_CHARACTERS) {
                text.truncate(end);
                text.push('…');
            }
        }
        self
    }

    /// The server's words about one field, joined.
    pub fn about(&self, field: Field) -> Option<String> {
        let words: Vec<&str> = self
            .fields
            .iter()
            .filter(|said| said.field == field)
            .map(|said| said.message.as_str())
            .collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

fn one_message(value: &RawValue) -> Option<String> {
    decode::<String>(value.get().as_bytes())
        .ok()
        .filter(|text| !text.trim().is_empty())
}

fn list_of_messages(value: &RawValue) -> Vec<String> {
    decode::<Vec<String>>(value.get().as_bytes()).unwrap_or_default()
}

fn messages(value: &RawValue) -> Vec<String> {
    one_message(value).map_or_else(|| list_of_messages(value), |message| vec![message])
}

fn plain_text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    // Angle brackets mean markup; a brace means JSON that broke off.
    (!text.is_empty() && !text.starts_with(['<', '{', '['])).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let said = Said::read(body.as_bytes());
        (
            said.text.clone(),
            said.about(Field::Summary),
            said.about(Field::Description),
        )
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn reads_the_golden_problems() {
        let not_found = said(include_str!("../../tests/fixtures/problem-not-found.json"));
        assert_eq!(not_found, (some("There is no task 7."), None, None));
        let invalid = said(include_str!("../../tests/fixtures/problem-invalid.json"));
        assert_eq!(invalid, (None, some("The summary is empty."), None));
    }

    #[test]
    fn reads_what_other_servers_say() {
        let fields = said(include_str!("../../tests/fixtures/foreign-fields.json"));
        assert_eq!(
            fields,
            (
                some("Too many tasks today."),
                some("Ensure this field has no more than 119 characters."),
                None
            )
        );
        let detail = said(include_str!("../../tests/fixtures/foreign-detail.json"));
        assert_eq!(
            detail,
            (some("Authentication credentials were not provided."), None, None)
        );
        let map = said(include_str!("../../tests/fixtures/foreign-errors-map.json"));
        assert_eq!(map.0, some("One or more validation errors occurred."));
        assert!(map.1.is_some_and(|text| text.contains("maximum length")));
    }

    #[test]
    fn a_page_of_html_says_nothing_and_plain_text_speaks() {
        assert_eq!(said("<!doctype html><h1>Bad gateway</h1>"), (None, None, None));
        assert_eq!(said("{\"detail\": \"broken o"), (None, None, None));
        assert_eq!(said(" try later \n"), (some("try later"), None, None));
        assert_eq!(said("\"quoted\""), (some("quoted"), None, None));
        assert_eq!(said(""), (None, None, None));
    }

    #[test]
    fn a_flood_of_words_is_cut() {
        let text = said(&"é".repeat(9_000)).0.unwrap();
        assert_eq!(text.chars().count(), SHOWN_CHARACTERS + 1);
    }

    proptest! {
        #[test]
        fn no_body_panics(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Said::read(&body);
        }
    }
}
