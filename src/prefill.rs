//! What an address brings along for the form of a new task: `/new?summary=Buy%20milk&description=two%20litres`, from a
//! bookmark, another app, or the share sheet of a phone (Web Share Target), which adds `url`.

use crate::routes::text_in;
use crate::sync::Text;
use crate::task::Summary;

/// Reads it from the query of an address; `None` when there is nothing. Nothing of it is lost: of a summary with several
/// lines the first stays one, and the others begin the description; without a summary the description's first line is it,
/// when it can be one.
pub fn prefill(query: &str) -> Option<Text> {
    let [summary, description, url] = ["summary=", "description=", "url="].map(|name| text_in(query, name));
    let mut rest = description.trim_end().to_owned();
    if !url.trim().is_empty() && !rest.contains(url.trim()) {
        rest = joined(&rest, url.trim());
    }
    let all = joined(summary.trim(), &rest);
    let (first, rest) = all.split_once(is_break).unwrap_or((&all, ""));
    let is_line = !summary.trim().is_empty() || Summary::from_typed(first.trim()).is_ok();
    let text = match is_line {
        true => Text {
            summary: first.trim().to_owned(),
            description: rest.trim_matches(is_break).to_owned(),
        },
        false => Text {
            summary: String::new(),
            description: all,
        },
    };
    (text != Text::default()).then_some(text)
}

/// What was typed before, with what an address brings after it.
pub fn added_to(mut left: Text, given: &Text) -> Text {
    let added = joined(&given.summary, &given.description);
    left.description = match left.description.trim_end() {
        "" => added,
        before => format!("{before}\n\n{added}"),
    };
    left
}

fn joined(before: &str, after: &str) -> String {
    match (before, after) {
        ("", text) | (text, "") => text.to_owned(),
        _ => format!("{before}\n{after}"),
    }
}

/// What no summary may hold (CONTRACT.md).
fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(summary: &str, description: &str) -> Option<Text> {
        Some(Text {
            summary: summary.to_owned(),
            description: description.to_owned(),
        })
    }

    #[test]
    fn what_an_address_says_is_taken_as_it_is() {
        for (query, given) in [
            ("", None),
            ("?q=milk", None),
            ("?summary=&description=%20", None),
            ("?summary=Buy+milk", text("Buy milk", "")),
            (
                "?summary=Buy%20milk&description=two%0Alitres",
                text("Buy milk", "two\nlitres"),
            ),
            // As phones share a page: a title, perhaps a text, and an address.
            (
                "?summary=A+page&url=https%3A%2F%2Fexample.com",
                text("A page", "https://example.com"),
            ),
            (
                "?description=See+https%3A%2F%2Fa.b&url=https%3A%2F%2Fa.b",
                text("See https://a.b", ""),
            ),
            ("?url=https%3A%2F%2Fa.b", text("https://a.b", "")),
            (
                "?summary=One%0D%0ATwo&description=Three",
                text("One", "Two\nThree"),
            ),
            ("?description=First%0A%0ASecond", text("First", "Second")),
        ] {
            assert_eq!(prefill(query), given, "{query}");
        }
    }

    #[test]
    fn a_text_without_a_line_that_could_be_a_summary_stays_a_description() {
        let long = "a".repeat(200);
        assert_eq!(prefill(&format!("?description={long}")), text("", &long));
        // One that was meant as a summary stays there, and the form says that it is too long.
        assert_eq!(prefill(&format!("?summary={long}")), text(&long, ""));
    }

    #[test]
    fn what_was_typed_before_stays() {
        let left = text("Bake", "bread").unwrap();
        let given = text("Buy milk", "two litres").unwrap();
        let both = added_to(left, &given);
        assert_eq!(Some(both), text("Bake", "bread\n\nBuy milk\ntwo litres"));
        let both = added_to(Text::default(), &given);
        assert_eq!(Some(both), text("", "Buy milk\ntwo litres"));
    }

    proptest! {
        #[test]
        fn no_word_is_lost(summary in "[a-z \n]{0,20}", description in "[a-z \n]{0,40}") {
            let encode = |text: &str| text.replace('\n', "%0A").replace(' ', "+");
            let given = prefill(&format!("?summary={}&description={}", encode(&summary), encode(&description)));
            let given = given.unwrap_or_default();
            let before = format!("{summary} {description}");
            let after = format!("{} {}", given.summary, given.description);
            let before: Vec<_> = before.split_whitespace().collect();
            let after: Vec<_> = after.split_whitespace().collect();
            prop_assert_eq!(before, after);
        }

        #[test]
        fn no_query_panics(query in "\\PC{0,60}") {
            let _ = prefill(&query);
            let _ = prefill(&format!("?summary={query}&url={query}"));
        }
    }
}
