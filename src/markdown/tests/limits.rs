//! Input that is made to be slow or deep.

use std::time::{Duration, Instant};

use crate::markdown::{MAX_EVENTS, MAX_LENGTH, Unformatted, parse};

#[test]
fn what_is_too_much_is_not_formatted() {
    assert_eq!(parse(&"a".repeat(MAX_LENGTH + 1)), Err(Unformatted::TooLong));
    assert_eq!(parse(&"*a* ".repeat(MAX_LENGTH / 4)), Err(Unformatted::TooLong));
    // 28 kB that would be sixteen million cells.
    let wide = format!(
        "|{}\n|{}\n{}",
        "a|".repeat(4_000),
        "-|".repeat(4_000),
        "|b\n".repeat(4_000)
    );
    assert_eq!(parse(&wide), Err(Unformatted::TooLong));
    for deep in [
        ">", "> ", "- ", "1. ", "*a **a ", "_a *a ", "![", "[![", "> - 1) ",
    ] {
        let many = deep.repeat(10_000);
        let closed = format!(
            "{many}x{}",
            if deep.contains('[') {
                "](b)".repeat(10_000)
            } else {
                "a** a*".repeat(10_000)
            }
        );
        for source in [many, closed] {
            let start = Instant::now();
            if let Ok(events) = parse(&source) {
                assert!(events.len() <= MAX_EVENTS);
            }
            assert!(
                start.elapsed() < Duration::from_secs(1),
                "{deep}: {:?}",
                start.elapsed()
            );
        }
    }
    assert_eq!(parse(&">".repeat(10_000)), Err(Unformatted::TooDeep));
    assert_eq!(
        parse(&format!("{}a{}", "*a **b ".repeat(200), "c** d*".repeat(200))),
        Err(Unformatted::TooDeep)
    );
    assert_eq!(parse(&"![".repeat(10_000)).map(|events| events.len()), Ok(3));
    assert_eq!(parse(&"[".repeat(10_000)).map(|events| events.len()), Ok(3));
    let images = format!("[{}a{}](http://b)", "![".repeat(5_000), "](c)".repeat(5_000));
    assert_eq!(parse(&images), Err(Unformatted::TooDeep));
    assert!(parse(&">".repeat(32)).is_ok());
    assert!(parse(&"- ".repeat(30)).is_ok());
}

/// Sources that cost a parser much: the time for each byte may not grow with their length.
#[test]
fn the_time_is_linear() {
    for part in [
        "Some *prose* with `code`, [a link](http://a.b) and http://c.d/e.\n\n",
        "> a\n",
        "- [ ] a\n",
        "|a|b|\n",
        "[",
        "](",
        "![",
        "*a ",
        "*a_ ",
        "**a *b ",
        "`a",
        "` `` ",
        "<a ",
        "<!--",
        "[a](b ",
        "[a](<b",
        "[a]: b\n",
        "&",
        "&a;",
        "~a",
        "\\",
        "(http://a",
        "a@b ",
        "# \n",
        "```\n",
        "<div>\n\n",
        "\n",
        "\t- a\n",
        "a  \n",
    ] {
        let of = |bytes: usize| {
            let source = part.repeat(bytes / part.len());
            let start = Instant::now();
            let _ = std::hint::black_box(parse(&source));
            start.elapsed()
        };
        let (short, long) = (of(8_192), of(MAX_LENGTH));
        let bound = (short * 32 * 10).max(Duration::from_millis(500));
        assert!(long < bound, "{part:?}: {short:?}, {long:?}");
    }
    // Each line is compared with all that is open.
    for (open, line) in [(">", "b\n"), ("- ", "\n"), ("- ", "  b\n")] {
        let of = |lines: usize| {
            let source = format!("{}a\n{}", open.repeat(30), line.repeat(lines));
            let start = Instant::now();
            let _ = std::hint::black_box(parse(&source));
            start.elapsed()
        };
        let (short, long) = (of(500), of(8_000));
        let bound = (short * 16 * 10).max(Duration::from_millis(500));
        assert!(long < bound, "{open:?}{line:?}: {short:?}, {long:?}");
    }
}
