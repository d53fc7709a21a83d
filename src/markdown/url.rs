//! Which addresses may become links.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What follows the host is written in these and `%`; all else, and all that is not ASCII, is percent-encoded:
/// what RFC 3986 has no place for, and `[` and `]`, which belong to the host alone.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The address of a link: it begins with `http://`, `https://` or `mailto:`, has neither white space nor control
/// characters, and a browser reads it as it looks. [`SafeUrl::new`] is the only way to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafeUrl(String);

impl SafeUrl {
    /// Takes an address as a person would mean it, with entities and backslash escapes already decoded.
    ///
    /// `None` is an address that
    /// - has another scheme, or none: `javascript:`, but also `//host` and `page.html`, since a description has
    ///   no address of its own that they could be relative to;
    /// - has a control character: browsers leave some of them out, so that `java\nscript:` is `javascript:` to them;
    /// - has no host after `http://`, or one with more in it than letters, digits, `.`, `-`, `_`, a port and the
    ///   brackets of IPv6: a backslash is a slash to a browser, and `user@` makes a host look like another.
    ///
    /// The scheme becomes lower case, and what has no place in a URL is percent-encoded.
    pub fn new(address: &str) -> Option<Self> {
        if address.contains(char::is_control) {
            return None;
        }
        let (scheme, rest) = address.split_once(':')?;
        if scheme.eq_ignore_ascii_case("mailto") {
            let encoded = utf8_percent_encode(rest, ENCODED);
            return (!rest.is_empty()).then(|| Self(format!("mailto:{encoded}")));
        }
        let scheme = ["http", "https"]
            .into_iter()
            .find(|known| scheme.eq_ignore_ascii_case(known))?;
        let rest = rest.strip_prefix("//")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let encoded = utf8_percent_encode(path, ENCODED);
        is_authority(authority).then(|| Self(format!("{scheme}://{authority}{encoded}")))
    }

    /// The address, for `href`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether it is a host, perhaps with a port, and nothing else.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) if host.contains(':') => (host, port),
            _ => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let in_brackets = text.starts_with('[');
    let in_host = |letter: char| {
        if in_brackets {
            letter.is_ascii_hexdigit() || matches!(letter, ':' | '.')
        } else {
            letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_')
        }
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    !host.is_empty() && host.chars().all(in_host) && port.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(address: &str) -> Option<String> {
        SafeUrl::new(address).map(|url| url.0)
    }

    #[test]
    fn what_is_an_address_stays_one() {
        for address in [
            "http://a",
            "https://example.com/a/b?c=d&e=f#g",
            "https://example.com:8080/%20?q=%C3%A4",
            "https://bücher.example/",
            "https://例え.テスト",
            "http://localhost:8000",
            "http://127.0.0.1:8000/tasks/",
            "http://[::1]:8000/",
            "http://[::ffff:1.2.3.4]",
            "https://a_b.example",
            "mailto:a@b.example",
            "mailto:a@b.example?subject=Hello",
        ] {
            assert_eq!(url(address).as_deref(), Some(address));
        }
    }

    #[test]
    fn what_has_no_place_in_a_url_is_encoded() {
        for (address, expected) in [
            ("HTTPS://Example.com/A", "https://Example.com/A"),
            ("MailTo:A@B.example", "mailto:A@B.example"),
            ("http://a/b c", "http://a/b%20c"),
            ("http://a/\\evil", "http://a/%5Cevil"),
            ("http://a?\"<>`", "http://a?%22%3C%3E%60"),
            ("http://a/ä\u{202e}\u{a0}", "http://a/%C3%A4%E2%80%AE%C2%A0"),
            ("http://a#[x]", "http://a#%5Bx%5D"),
            ("http://a/100%", "http://a/100%"),
            ("mailto:a b@c", "mailto:a%20b@c"),
        ] {
            assert_eq!(url(address).as_deref(), Some(expected), "{address}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for address in [
            "",
            ":",
            "a",
            "/a",
            "//a",
            "\\\\a",
            "#a",
            "?a",
            "./a:b",
            "javascript:xss=1",
            "JAVASCRIPT:xss=1",
            "java\nscript:xss=1",
            "javascript://http://a/%0axss=1",
            "data:text/html,x",
            "data://a/,x",
            "javascript://a/%0axss=1",
            "vbscript:x",
            "file:///etc/passwd",
            "ftp://a",
            "blob:http://a/1",
            "view-source:http://a",
            "http:",
            "http:a",
            "http:/a",
            "http:///a",
            "http:\\\\a",
            "http:/\\a",
            "http://",
            "http://?a",
            "http://:80",
            "http://a:b",
            "http://a:80:80",
            "http://a\\@b",
            "http://a@b",
            "http://a:b@c",
            "http://a%2fb",
            "http://a b",
            "http://a\u{3000}b",
            "http://a\u{ff0f}b",
            "http://a\u{202e}b",
            "http://a\u{2100}b",
            "http://[::1",
            "http://[]",
            "http://[a]",
            "http://[::1]a",
            "http://[::g]",
            " http://a",
            "\thttp://a",
            "http ://a",
            "ht\ttp://a",
            "http://a/\u{0}",
            "http://a/\u{7f}",
            "http://a/\u{85}",
            "http\u{ff1a}//a",
            "http%3a//a",
            "\u{feff}http://a",
            "mailto:",
            "mailto",
            "mailto:a\r\nbcc:b",
            "xhttp://a",
        ] {
            assert_eq!(url(address), None, "{address:?}");
        }
    }

    fn is_safe(url: &str) -> bool {
        ["http://", "https://", "mailto:"]
            .iter()
            .any(|start| url.starts_with(start))
            && !url.contains(|c: char| c.is_whitespace() || c.is_control())
    }

    proptest! {
        #[test]
        fn whatever_is_given_a_url_is_safe(address in any::<String>()) {
            prop_assert!(SafeUrl::new(&address).is_none_or(|url| is_safe(url.as_str())));
        }

        #[test]
        fn whatever_follows_a_scheme_a_url_is_safe_and_stays_the_same(
            address in "(?i)(http://|https://|mailto:|http:|//|javascript:)([a-c]|\\PC|[\\\\/@:#?\\[\\]% \t\n]){0,12}"
        ) {
            if let Some(url) = SafeUrl::new(&address) {
                prop_assert!(is_safe(url.as_str()), "{}", url.as_str());
                prop_assert_eq!(SafeUrl::new(url.as_str()), Some(url));
            }
        }
    }
}
