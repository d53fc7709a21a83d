//! `If-Match` and `If-None-Match` ([RFC 9110, section 13]).
//!
//! A handler asks [`Preconditions::evaluate`] only for a task that exists: the RFC has a server ignore
//! preconditions when the plain request would have failed anyway, so a missing task stays a 404.
//!
//! [RFC 9110, section 13]: https://www.rfc-editor.org/rfc/rfc9110#section-13

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// An entity tag: an opaque name for one state of one resource (RFC 9110, section 8.8.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag {
    weak: bool,
    /// What stands between the quotes. Bytes, because the grammar lets in more than ASCII.
    opaque: Vec<u8>,
}

impl EntityTag {
    /// A strong tag with this text, which must be made of visible ASCII without a quote for the tag to
    /// be sent.
    pub fn strong(opaque: &str) -> Self {
        Self {
            weak: false,
            opaque: opaque.as_bytes().to_vec(),
        }
    }

    /// The tag as the value of an `ETag` header; `None` if a header can't carry it.
    pub fn to_header(&self) -> Option<HeaderValue> {
        let mut value = Vec::with_capacity(self.opaque.len() + 4);
        if self.weak {
            value.extend_from_slice(b"W/");
        }
        value.push(b'"');
        value.extend_from_slice(&self.opaque);
        value.push(b'"');
        HeaderValue::from_bytes(&value).ok()
    }

    /// Strong comparison: the same text, and neither is weak. What `If-Match` asks for.
    fn is_strongly(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.opaque == other.opaque
    }

    /// Weak comparison: the same text. What `If-None-Match` asks for.
    fn is_weakly(&self, other: &Self) -> bool {
        self.opaque == other.opaque
    }
}

/// The value of one of the two headers.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// `*`: any state at all.
    Any,
    /// One of these; never empty.
    OneOf(Vec<EntityTag>),
}

/// What a request demands of the current state before it may be carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    if_match: Option<Condition>,
    if_none_match: Option<Condition>,
}

/// A header that does not follow the grammar. Its name is inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(pub HeaderName);

/// What the preconditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Carry the request out.
    Proceed,
    /// Answer 304: the client already has this state.
    NotModified,
    /// Answer 412: the state is not the one that the client expects.
    Failed,
}

/// Whether a request changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `GET` or `HEAD`.
    Read,
    /// Anything else.
    Write,
}

impl Preconditions {
    /// Reads both headers. Several lines of one header count as one list.
    ///
    /// # Errors
    /// A header outside the grammar. Ignoring a garbled `If-Match` would overwrite what it was meant to
    /// protect.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Malformed> {
        Ok(Self {
            if_match: condition(headers, header::IF_MATCH)?,
            if_none_match: condition(headers, header::IF_NONE_MATCH)?,
        })
    }

    /// Compares with the current state, in the order of RFC 9110, section 13.2.2.
    pub fn evaluate(&self, current: &EntityTag, access: Access) -> Verdict {
        let matches = match &self.if_match {
            None | Some(Condition::Any) => true,
            Some(Condition::OneOf(tags)) => tags.iter().any(|tag| tag.is_strongly(current)),
        };
        if !matches {
            return Verdict::Failed;
        }
        let known = match &self.if_none_match {
            None => false,
            Some(Condition::Any) => true,
            Some(Condition::OneOf(tags)) => tags.iter().any(|tag| tag.is_weakly(current)),
        };
        match (known, access) {
            (false, _) => Verdict::Proceed,
            (true, Access::Read) => Verdict::NotModified,
            (true, Access::Write) => Verdict::Failed,
        }
    }
}

fn condition(headers: &HeaderMap, name: HeaderName) -> Result<Option<Condition>, Malformed> {
    let lines: Vec<&[u8]> = headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
    if lines.is_empty() {
        return Ok(None);
    }
    parse_condition(&lines.join(&b','))
        .map(Some)
        .ok_or(Malformed(name))
}

/// `"*" / #entity-tag`. Empty list elements are let through, as RFC 9110, section 5.6.1.2 demands.
fn parse_condition(value: &[u8]) -> Option<Condition> {
    if value.trim_ascii() == b"*" {
        return Some(Condition::Any);
    }
    let mut tags = Vec::new();
    let mut rest = value;
    loop {
        rest = skip_while(rest, |byte| matches!(byte, b' ' | b'\t' | b','));
        if rest.is_empty() {
            break;
        }
        let (tag, after) = parse_tag(rest)?;
        tags.push(tag);
        rest = skip_while(after, |byte| matches!(byte, b' ' | b'\t'));
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
    }
    (!tags.is_empty()).then_some(Condition::OneOf(tags))
}

fn parse_tag(value: &[u8]) -> Option<(EntityTag, &[u8])> {
    let (weak, quoted) = match value.strip_prefix(b"W/") {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let text = quoted.strip_prefix(b"\"")?;
    let after = skip_while(text, |byte| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..));
    let opaque = text.get(..text.len() - after.len())?.to_vec();
    let rest = after.strip_prefix(b"\"")?;
    Some((EntityTag { weak, opaque }, rest))
}

fn skip_while(bytes: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    let end = bytes.iter().position(|byte| !skip(*byte)).unwrap_or(bytes.len());
    bytes.get(end..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tags(value: &str) -> Option<Vec<(bool, String)>> {
        match parse_condition(value.as_bytes())? {
            Condition::Any => Some(Vec::new()),
            Condition::OneOf(tags) => Some(
                tags.into_iter()
                    .map(|tag| (tag.weak, String::from_utf8(tag.opaque).unwrap()))
                    .collect(),
            ),
        }
    }

    fn check(value: &str, expected: Option<&[(bool, &str)]>) {
        let expected = expected.map(|tags| {
            tags.iter()
                .map(|(weak, text)| (*weak, (*text).to_owned()))
                .collect::<Vec<_>>()
        });
        assert_eq!(tags(value), expected, "{value:?}");
    }

    #[test]
    fn lists_of_tags() {
        check("*", Some(&[]));
        check(" * ", Some(&[]));
        check("\"a\"", Some(&[(false, "a")]));
        check("\"\"", Some(&[(false, "")]));
        check(
            "\"a\", W/\"b\"\t,,\"c,d\"",
            Some(&[(false, "a"), (true, "b"), (false, "c,d")]),
        );
        for broken in [
            "",
            ",",
            "a",
            "\"a",
            "a\"",
            "w/\"a\"",
            "\"a\" \"b\"",
            "*, \"a\"",
            "\"a b\"",
            "W/ \"a\"",
        ] {
            check(broken, None);
        }
    }

    fn verdict(name: HeaderName, value: &str, access: Access) -> Verdict {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        Preconditions::from_headers(&headers)
            .unwrap()
            .evaluate(&EntityTag::strong("now"), access)
    }

    #[test]
    fn if_match_compares_strongly() {
        let check = |value, expected| {
            assert_eq!(verdict(header::IF_MATCH, value, Access::Write), expected);
        };
        check("\"now\"", Verdict::Proceed);
        check("\"then\", \"now\"", Verdict::Proceed);
        check("*", Verdict::Proceed);
        check("\"then\"", Verdict::Failed);
        check("W/\"now\"", Verdict::Failed);
    }

    #[test]
    fn if_none_match_compares_weakly() {
        let check = |value, access, expected| {
            assert_eq!(verdict(header::IF_NONE_MATCH, value, access), expected);
        };
        check("\"now\"", Access::Read, Verdict::NotModified);
        check("W/\"now\"", Access::Read, Verdict::NotModified);
        check("*", Access::Read, Verdict::NotModified);
        check("\"then\"", Access::Read, Verdict::Proceed);
        check("*", Access::Write, Verdict::Failed);
        check("\"then\"", Access::Write, Verdict::Proceed);
    }

    #[test]
    fn several_lines_are_one_list() {
        let mut headers = HeaderMap::new();
        headers.append(header::IF_MATCH, HeaderValue::from_static("\"then\""));
        headers.append(header::IF_MATCH, HeaderValue::from_static("\"now\""));
        let preconditions = Preconditions::from_headers(&headers).unwrap();
        let verdict = preconditions.evaluate(&EntityTag::strong("now"), Access::Write);
        assert_eq!(verdict, Verdict::Proceed);
    }

    #[test]
    fn a_garbled_header_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, HeaderValue::from_static("now"));
        assert_eq!(
            Preconditions::from_headers(&headers),
            Err(Malformed(header::IF_MATCH))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_without_panic(value in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse_condition(&value);
        }

        #[test]
        fn what_is_printed_is_read_back(
            tags in proptest::collection::vec((any::<bool>(), "[!#-~]{0,12}"), 1..6),
        ) {
            let tags: Vec<EntityTag> = tags
                .into_iter()
                .map(|(weak, text)| EntityTag { weak, opaque: text.into_bytes() })
                .collect();
            let printed: Vec<Vec<u8>> = tags
                .iter()
                .map(|tag| tag.to_header().unwrap().as_bytes().to_vec())
                .collect();
            prop_assert_eq!(parse_condition(&printed.join(&b", "[..])), Some(Condition::OneOf(tags)));
        }
    }
}
