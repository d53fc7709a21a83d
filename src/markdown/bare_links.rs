//! Addresses in running text: the extended autolinks of
//! [GitHub Flavored Markdown, section 6.9](https://github.github.com/gfm/#autolinks-extension-), but for `ftp:`,
//! with `mailto:`. Where the text of the standard is silent it is as in its reference implementation: a scheme makes
//! a host of one word an address (`http://localhost`), and quotes and a semicolon at the end are not part of it.

use std::ops::Range;

use super::SafeUrl;

/// The most bytes of a domain (RFC 1035, 2.3.4, with a dot at the end). It bounds how far is looked ahead of a
/// beginning that turns out to be none.
const DOMAIN_MAX: usize = 254;

/// Finds what is to be a link in a text, in order. `before` is the character before the text, if any.
pub(super) fn find(text: &str, before: Option<char>) -> Vec<(Range<usize>, SafeUrl)> {
    let mut found: Vec<(Range<usize>, SafeUrl)> = Vec::new();
    let mut previous = before;
    let mut free = 0;
    for (at, letter) in text.char_indices() {
        if at >= free {
            let candidate = match letter {
                'h' | 'H' | 'w' | 'W' | 'm' | 'M' if may_precede(previous) => address(text, at),
                '@' => email(text, free, at).and_then(|range| {
                    let address = format!("mailto:{}", text.get(range.clone())?);
                    Some((range, address))
                }),
                _ => None,
            };
            if let Some((range, address)) = candidate {
                // One that is not safe is passed over as a whole, or its end would be looked for again and again.
                free = range.end;
                found.extend(SafeUrl::new(&address).map(|url| (range, url)));
            }
        }
        previous = Some(letter);
    }
    found
}

fn may_precede(letter: Option<char>) -> bool {
    letter.is_none_or(|letter| letter.is_whitespace() || matches!(letter, '*' | '_' | '~' | '('))
}

/// What begins at a byte of the text with `www.` or with a scheme: where it is, and its address.
fn address(text: &str, at: usize) -> Option<(Range<usize>, String)> {
    let text = text.get(at..)?;
    let (found, scheme) = if let Some(rest) = after("mailto:", text) {
        let start = text.len() - rest.len();
        let name = rest.bytes().take_while(in_name).count();
        (text.get(..email(text, start, start + name)?.end)?, "")
    } else if let Some(rest) = after("http://", text).or_else(|| after("https://", text)) {
        domain(rest)?;
        (without_end(until_space(text)), "")
    } else {
        after("www.", text)?;
        domain(text)?.trim_end_matches('.').contains('.').then_some(())?;
        (without_end(until_space(text)), "http://")
    };
    Some((at..at + found.len(), [scheme, found].concat()))
}

/// What comes after a beginning, in whichever case that is.
fn after<'a>(start: &str, text: &'a str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(rest)
}

/// The domain that a text begins with: words of letters, digits, `-` and `_`, with dots between them, the last two
/// of them without `_`.
fn domain(text: &str) -> Option<&str> {
    let in_domain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let end = text
        .char_indices()
        .take_while(|(at, letter)| *at <= DOMAIN_MAX && in_domain(*letter))
        .last()
        .map_or(0, |(at, letter)| at + letter.len_utf8());
    let domain = text.get(..end)?;
    let good = end <= DOMAIN_MAX
        && domain.starts_with(char::is_alphanumeric)
        && domain.rsplit('.').take(2).all(|word| !word.contains('_'));
    good.then_some(domain)
}

fn until_space(text: &str) -> &str {
    let ends = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '<';
    text.split(ends).next().unwrap_or_default()
}

/// Takes away what belongs to the sentence rather than to the address: punctuation, parentheses that close
/// what the address hasn't opened, and what looks like an entity.
fn without_end(mut link: &str) -> &str {
    let count = |parenthesis: char| link.matches(parenthesis).count();
    let mut unopened = count(')').saturating_sub(count('('));
    loop {
        link = match link.as_bytes().last() {
            Some(b')') if unopened > 0 => {
                unopened -= 1;
                shorter(link, 1)
            }
            Some(b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"') => shorter(link, 1),
            Some(b';') => {
                let before = shorter(link, 1);
                let name = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
                match shorter(before, name).strip_suffix('&') {
                    Some(before) if name > 0 => before,
                    _ => before,
                }
            }
            _ => return link,
        };
    }
}

fn shorter(text: &str, by: usize) -> &str {
    text.get(..text.len() - by).unwrap_or_default()
}

/// Where the email address is that an `@` is in. Nothing of it stands before the byte `free`.
fn email(text: &str, free: usize, at: usize) -> Option<Range<usize>> {
    let name = text.get(free..at)?.bytes().rev().take_while(in_name).count();
    let rest = text.get(at..)?.strip_prefix('@')?;
    let in_domain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let length = rest.bytes().take(DOMAIN_MAX + 1).take_while(in_domain).count();
    let domain = rest.get(..length)?.trim_end_matches('.');
    let good = name > 0
        && length <= DOMAIN_MAX
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with(['-', '_'])
        && !rest.get(length..)?.starts_with('@');
    good.then(|| at - name..at + 1 + domain.len())
}

fn in_name(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The links in a text, each as the part of the text that it is, and its address if that is another.
    fn links(text: &str) -> Vec<String> {
        find(text, None)
            .into_iter()
            .map(|(range, url)| match &text[range] {
                shown if shown == url.as_str() => shown.to_owned(),
                shown => format!("{shown} {}", url.as_str()),
            })
            .collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(links(text), expected, "{text}");
    }

    #[test]
    fn addresses_of_the_web() {
        check("http://example.com", &["http://example.com"]);
        check(
            "see https://example.com/a?b=c&d#e now",
            &["https://example.com/a?b=c&d#e"],
        );
        check(
            "HTTPS://EXAMPLE.COM/A",
            &["HTTPS://EXAMPLE.COM/A https://EXAMPLE.COM/A"],
        );
        check(
            "www.example.com/help",
            &["www.example.com/help http://www.example.com/help"],
        );
        check("Www.example.com", &["Www.example.com http://Www.example.com"]);
        check("http://localhost:8000/a", &["http://localhost:8000/a"]);
        check(
            "http://bücher.example/ä",
            &["http://bücher.example/ä http://bücher.example/%C3%A4"],
        );
        check("a http://b.c\nhttp://d.e", &["http://b.c", "http://d.e"]);
        check("http://a.b<http://c.d", &["http://a.b"]);
        check("http://a.b/\\c", &["http://a.b/\\c http://a.b/%5Cc"]);
    }

    #[test]
    fn what_is_none() {
        for text in [
            "http://",
            "http:// a",
            "http:/a.b",
            "http:a.b",
            "https//a.b",
            "www.",
            "www",
            "www. a",
            "www.com_",
            "www.a_b.c",
            "http://a.b_c",
            "http://_a",
            "http://-",
            "http://@a",
            "http://u:p@a.b",
            "http://a@b",
            "http://a\\@b.c/",
            "ftp://a.b",
            "javascript:xss=1",
            "javascript://www.a.b",
            "//a.b",
            "a.b",
            "xhttp://a.b",
            "-www.a.b",
            "[http://a.b",
            "\"http://a.b",
            "1http://a.b",
            "ähttp://a.b",
            "http://[::1]/",
            "h",
            "m",
            "w",
        ] {
            check(text, &[]);
        }
        assert_eq!(find("http://a.b", Some('x')), []);
        assert_eq!(find("http://a.b", Some('*')).len(), 1);
    }

    #[test]
    fn what_may_stand_before() {
        for before in [" ", "\n", "\t", "(", "*", "_", "~", "a (", "\u{3000}"] {
            check(&format!("{before}http://a.b"), &["http://a.b"]);
        }
    }

    #[test]
    fn the_sentence_goes_on() {
        for end in [
            ".", "?", "!", ",", ":", "*", "_", "~", "'", "\"", ";", "...", "?!", ")", ").", ".)", "))",
            "&amp;", "&a1;.",
        ] {
            check(&format!("http://a.b/c{end}"), &["http://a.b/c"]);
            check(&format!("http://a.b/c{end} d"), &["http://a.b/c"]);
        }
        check("http://a.b.", &["http://a.b"]);
        check("http://a.b/c.d,e", &["http://a.b/c.d,e"]);
        check("http://a.b/&;", &["http://a.b/&"]);
        check("http://a.b/?c=d&e;f", &["http://a.b/?c=d&e;f"]);
        check("http://a.b/-", &["http://a.b/-"]);
    }

    #[test]
    fn parentheses_are_balanced() {
        check("(http://a.b/c)", &["http://a.b/c"]);
        check("http://a.b/c(d)", &["http://a.b/c(d)"]);
        check("(http://a.b/c(d))", &["http://a.b/c(d)"]);
        check("http://a.b/(((c)))))", &["http://a.b/(((c)))"]);
        check("http://a.b/c(d)e", &["http://a.b/c(d)e"]);
        check("http://a.b/c)d", &["http://a.b/c)d"]);
        check("http://a.b/(c", &["http://a.b/(c"]);
    }

    #[test]
    fn email_addresses() {
        check("a@b.c", &["a@b.c mailto:a@b.c"]);
        check(
            "Ask a.b-c_d+e@f.g-h.i.",
            &["a.b-c_d+e@f.g-h.i mailto:a.b-c_d+e@f.g-h.i"],
        );
        check("mailto:a@b.c", &["mailto:a@b.c"]);
        check("(MAILTO:a@b.c)", &["MAILTO:a@b.c mailto:a@b.c"]);
        check("a@b.c, d@e.f", &["a@b.c mailto:a@b.c", "d@e.f mailto:d@e.f"]);
        check("a@b.c/d", &["a@b.c mailto:a@b.c"]);
        check("äa@b.c", &["a@b.c mailto:a@b.c"]);
        for text in [
            "a@b", "@b.c", "a@", "a@.b", "a@b.c-", "a@b.c_", "a@b@c.d@", "a@b+c.d", "mailto:", "mailto:a",
            "@",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn long_texts_take_no_longer_a_byte() {
        for (first, part) in [
            ("", "www._"),
            ("", "www.a_b."),
            ("", "http://a_b._"),
            ("", "(http://"),
            ("", "(http://u:p@a"),
            ("", "http://a) "),
            ("http://a", ")"),
            ("http://a", ";"),
            ("http://a", "&a;"),
            ("http://a", "."),
            ("www.", "a."),
            ("", "a@"),
            ("", "a@b."),
            ("", "@"),
            ("", "mailto: "),
            ("", "mailto:x@y "),
            ("mailto:", "x"),
            ("", "*m*h*w"),
        ] {
            let of = |bytes: usize| {
                let text = [first, &part.repeat(bytes / part.len())].concat();
                let start = std::time::Instant::now();
                std::hint::black_box(find(&text, None));
                start.elapsed()
            };
            // Quadratic would be 64 times as long for each byte; noise isn't.
            let (short, long) = (of(4_096), of(262_144));
            let bound = (short * 64 * 20).max(std::time::Duration::from_millis(200));
            assert!(long < bound, "{first}{part}: {short:?}, {long:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn links_are_in_order_and_apart(
            parts in proptest::collection::vec(
                prop::sample::select(vec![
                    "http://", "https://", "www.", "mailto:", "a", "b", ".", "@", "_", "-", "(", ")", "&", ";", " ", "ä", "\u{3000}",
                    "<", "/", "?", "*", ":", "\n", "\\", "\u{0}",
                ]),
                0..30,
            )
        ) {
            let text = parts.concat();
            let mut free = 0;
            for (range, _) in find(&text, None) {
                prop_assert!(range.start >= free && range.start < range.end);
                free = range.end;
                prop_assert!(!text[range].contains(char::is_whitespace));
            }
        }
    }
}
