//! The `Link` header (RFC 8288), as far as pages need it.

/// The target of the first link whose relation types include `next`, as written: it may be relative.
///
/// Several `Link` headers may arrive joined by commas; commas inside `<…>` and `"…"` don't part them. What
/// is not well formed is passed over, as section 3 asks of those who read the header.
pub fn next_target(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let open = rest.find('<')?;
        let after = rest.get(open + 1..)?;
        let close = after.find('>')?;
        let target = after.get(..close)?;
        let parameters = after.get(close + 1..)?;
        let end = end_of_value(parameters);
        if is_next(parameters.get(..end)?) {
            return Some(target);
        }
        rest = parameters.get(end..)?;
    }
}

/// Where a link-value ends: at the first comma that is not inside quotes.
fn end_of_value(parameters: &str) -> usize {
    split_points(parameters, b',').next().unwrap_or(parameters.len())
}

/// The places of `separator` outside quoted strings. A backslash inside quotes takes the next byte along.
fn split_points(text: &str, separator: u8) -> impl Iterator<Item = usize> + '_ {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        if escaped {
            escaped = false;
        } else if quoted && byte == b'\\' {
            escaped = true;
        } else if byte == b'"' {
            quoted = !quoted;
        } else if byte == separator && !quoted {
            return Some(at);
        }
        None
    })
}

/// Whether the first `rel` among the parameters has the relation type `next` (section 3.3: only the
/// first counts, the types are parted by spaces and compared without regard to case).
fn is_next(parameters: &str) -> bool {
    let mut start = 0;
    for end in split_points(parameters, b';').chain([parameters.len()]) {
        let parameter = parameters.get(start..end).unwrap_or_default();
        start = end + 1;
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("rel")
        {
            let value = value.trim().trim_matches('"');
            return value
                .split_ascii_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("next"));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::next_target;

    #[test]
    fn finds_the_next_page() {
        for (header, target) in [
            (
                r#"<https://h/tasks/?page=2>; rel="next""#,
                Some("https://h/tasks/?page=2"),
            ),
            (r#"<?page=2>;rel=next"#, Some("?page=2")),
            (r#"</a>; rel="prev", </c>; rel="last next""#, Some("/c")),
            (r#"</a,b>; title="x, <y>; rel=next"; rel="NEXT""#, Some("/a,b")),
            (
                r#"</a>; title="quote \" , <b>"; rel=prev, </c>; REL=next"#,
                Some("/c"),
            ),
            (r#"</a>; rel=prev; rel=next"#, None),
            (r#"</a>; rev=next"#, None),
            (r#"</a>; rel="nextish""#, None),
            ("", None),
            ("<", None),
            ("<a", None),
            ("rel=next", None),
        ] {
            assert_eq!(next_target(header), target, "{header}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics(header in "[<>\",;= \\\\a-zé]{0,40}|.*") {
            let _ = next_target(&header);
        }

        #[test]
        fn the_next_link_is_found_among_others(before in prop::collection::vec("[a-z/?=,]{1,9}", 0..4), target in "[a-z/?=,]{1,9}") {
            let mut header: String = before.iter().map(|t| format!("<{t}>; rel=\"prev\", ")).collect();
            header.push_str(&format!("<{target}>; rel=\"next\""));
            prop_assert_eq!(next_target(&header), Some(target.as_str()));
        }
    }
}
