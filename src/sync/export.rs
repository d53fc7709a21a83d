//! Everything that is on a device, for a person to take out.

use super::record::RecordName;
use crate::api::codec::{Members, decode, encode};

/// What is taken out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// The records of the store.
    pub kept: Vec<(RecordName, String)>,
    /// What this tab has in memory and the store has not, or not for certain.
    pub not_kept: Vec<(RecordName, String)>,
    /// Text that was typed and not saved, by the names under which the browser keeps it.
    pub drafts: Vec<(String, String)>,
    /// Why the store could not be read, as a sentence. Then `kept` is empty, and is not all there is.
    pub problem: Option<&'static str>,
}

impl Export {
    /// All of it as one JSON object.
    pub fn json(&self) -> String {
        let problem = self.problem.map(|problem| encode(&problem).unwrap_or_default());
        let parts = [
            ("problem", problem),
            ("kept", self.problem.is_none().then(|| object(&self.kept))),
            ("not kept", Some(object(&self.not_kept))),
            ("drafts", Some(object(&self.drafts))),
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .filter_map(|(name, value)| Some(format!("\"{name}\": {}", value?)))
            .collect();
        format!("{{\n{}\n}}\n", parts.join(",\n"))
    }
}

/// A JSON object with each record under its name as it is stored. What is not JSON stands there as text, so that
/// nothing that can't be read is left out.
fn object(records: &[(String, String)]) -> String {
    let mut text = "{".to_owned();
    for (at, (name, value)) in records.iter().enumerate() {
        text.push_str(if at == 0 { "\n  " } else { ",\n  " });
        text.push_str(&encode(name).unwrap_or_default());
        text.push_str(": ");
        match decode::<Members>(value.as_bytes()) {
            Ok(_) => text.push_str(value),
            Err(_) => text.push_str(&encode(value).unwrap_or_default()),
        }
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    fn member<'a>(members: &'a Members, name: &str) -> &'a str {
        members.get(name).unwrap().get()
    }

    #[test]
    fn an_export_is_json_with_everything_in_it() {
        let export = Export {
            kept: vec![record("a\nb", "{\"v\":1}"), record("c", "{broken")],
            drafts: vec![record("d", "{}")],
            ..Export::default()
        };
        let all: Members = decode(export.json().as_bytes()).unwrap();
        assert!(all.get("problem").is_none());
        let kept: Members = decode(member(&all, "kept").as_bytes()).unwrap();
        assert_eq!(member(&kept, "a\nb"), "{\"v\":1}");
        assert_eq!(member(&kept, "c"), "\"{broken\"");
        let drafts: Members = decode(member(&all, "drafts").as_bytes()).unwrap();
        assert_eq!(member(&drafts, "d"), "{}");
    }

    #[test]
    fn a_store_that_could_not_be_read_is_not_an_empty_one() {
        let export = Export {
            not_kept: vec![record("a", "{}")],
            problem: Some("It is \"damaged\"."),
            ..Export::default()
        };
        let all: Members = decode(export.json().as_bytes()).unwrap();
        assert!(all.get("kept").is_none());
        assert_eq!(member(&all, "problem"), r#""It is \"damaged\".""#);
        let not_kept: Members = decode(member(&all, "not kept").as_bytes()).unwrap();
        assert_eq!(member(&not_kept, "a"), "{}");
    }
}
