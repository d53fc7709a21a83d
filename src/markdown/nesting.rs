//! How deep a text could be nested, found out before it is parsed.
//!
//! The parser compares each line with every quote and item that is open, so that ten thousand `>` and ten
//! thousand lines take a hundred million steps, and it has no limit of its own.

/// An upper bound for how many quotes and items are open at once.
///
/// A line opens at most as many as it has marks before its text, and its indentation keeps open at most one of
/// those before for each two columns, since an item's text stands at least two columns to the right of its mark.
pub(super) fn deepest(source: &str) -> usize {
    let mut deepest = 0;
    for line in source.as_bytes().split(|byte| matches!(byte, b'\n' | b'\r')) {
        let (marks, columns) = before_text(line);
        deepest = deepest.max(marks + deepest.min(columns / 2));
    }
    deepest
}

/// How many marks of quotes and items a line begins with, and how many columns of white space are among them,
/// without the one that belongs to each mark.
fn before_text(line: &[u8]) -> (usize, usize) {
    let mut marks = 0;
    let mut columns = 0;
    let mut own = 0;
    let mut rest = line;
    while let Some((first, mut after)) = rest.split_first() {
        match first {
            b' ' | b'\t' => {
                columns += if *first == b' ' { 1 } else { 4 } - own;
                own = 0;
            }
            b'>' => (marks, own) = (marks + 1, 1),
            b'-' | b'+' | b'*' if ends_mark(after) => (marks, own) = (marks + 1, 1),
            b'0'..=b'9' => {
                let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                match rest.get(digits..).and_then(<[u8]>::split_first) {
                    Some((b'.' | b')', ends)) if ends_mark(ends) => {
                        (marks, own) = (marks + 1, 1);
                        after = ends;
                    }
                    _ => break,
                }
            }
            _ => break,
        }
        rest = after;
    }
    (marks, columns)
}

fn ends_mark(after: &[u8]) -> bool {
    after.first().is_none_or(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    use super::*;
    use crate::markdown::builder::OPTIONS;

    #[test]
    fn marks_are_counted() {
        assert_eq!(deepest("a\n\nb"), 0);
        assert_eq!(deepest("> a"), 1);
        assert_eq!(deepest(">>> a\n> b"), 3);
        assert_eq!(deepest("- a\n  - b\n    - c"), 3);
        assert_eq!(deepest("- 1. 2) > a"), 4);
        assert_eq!(deepest(&format!("{}- a", " ".repeat(500))), 1);
        assert_eq!(deepest("---\n***\n1.5\n-a\n2026-11-23"), 0);
    }

    /// How many quotes and items the parser has open at most.
    fn containers(source: &str) -> usize {
        let mut open = 0;
        let mut most = 0;
        for event in Parser::new_ext(source, OPTIONS) {
            match event {
                Event::Start(Tag::BlockQuote(_) | Tag::Item) => open += 1,
                Event::End(TagEnd::BlockQuote(_) | TagEnd::Item) => open -= 1,
                _ => {}
            }
            most = most.max(open);
        }
        most
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn nothing_is_deeper(
            parts in proptest::collection::vec(
                prop::sample::select(vec!["> ", ">", "- ", "* ", "-", "1. ", "2)", " ", "  ", "    ", "\t", "\n", "\r\n", "\r", "a", "[ ] "]),
                0..40,
            )
        ) {
            let source = parts.concat();
            prop_assert!(containers(&source) <= deepest(&source), "{:?}", source);
        }
    }
}
