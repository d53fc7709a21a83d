//! What holds whatever is written.

use proptest::prelude::*;

use crate::markdown::{Element, Event, parse};

fn source() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "b c",
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "    ",
        "\t",
        "- ",
        "* ",
        "+ ",
        "1. ",
        "23) ",
        "> ",
        "# ",
        "## ",
        "[ ] ",
        "[x] ",
        "- [ ] ",
        "*",
        "**",
        "_",
        "~~",
        "~",
        "`",
        "``",
        "```",
        "```x y\n",
        "~~~",
        "|",
        "a|b\n-|-\n",
        "|:-|-:|\n",
        "[",
        "]",
        "![",
        "](",
        "](http://a.b)",
        "](javascript:c)",
        "](x 'y')",
        ")",
        "[r]",
        "[r]: http://r\n",
        "<http://d>",
        "<e@f.g>",
        "<x:y>",
        "<b>",
        "<div>\n",
        "</div>",
        "<!-- -->",
        "http://h.i/j",
        "www.k.l",
        "m@n.o",
        "&amp;",
        "&lt;",
        "&#0;",
        "\\",
        "\\\n",
        "  \n",
        "---\n",
        "===\n",
        "ä",
        "語",
        "\u{202e}",
        "\u{0}",
    ]);
    proptest::collection::vec(part, 0..30).prop_map(|parts| parts.concat())
}

/// Whether one element may stand in another, in the HTML that they are shown as.
fn may_be_in(element: &Element, parent: Option<&Element>) -> bool {
    use Element as E;
    match (element, parent) {
        (E::Item { .. }, parent) => matches!(parent, Some(E::List(_))),
        (_, Some(E::List(_))) => false,
        (E::Label, parent) => matches!(parent, Some(E::Item { .. } | E::Paragraph | E::Heading(_))),
        (E::Box(_), parent) => matches!(parent, Some(E::Label)),
        (E::TableHead | E::TableBody, parent) => matches!(parent, Some(E::Table)),
        (E::Row, parent) => matches!(parent, Some(E::TableHead | E::TableBody)),
        (E::Cell { .. }, parent) => matches!(parent, Some(E::Row)),
        (_, Some(E::Table | E::TableHead | E::TableBody | E::Row)) => false,
        (
            _,
            Some(
                E::Box(_)
                | E::Rule
                | E::LineBreak
                | E::Code
                | E::RawBlock
                | E::InlineCode
                | E::RawInline
                | E::Language
                | E::Address,
            ),
        ) => false,
        (
            E::Paragraph
            | E::Heading(_)
            | E::Quote
            | E::Language
            | E::Code
            | E::RawBlock
            | E::List(_)
            | E::Table
            | E::Rule,
            parent,
        ) => matches!(parent, None | Some(E::Quote | E::Item { .. })),
        (_, parent) => parent.is_some() && !matches!(parent, Some(E::Quote)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8192))]

    #[test]
    fn events_nest_as_html_does(source in source()) {
        let mut open: Vec<Element> = Vec::new();
        let Ok(events) = parse(&source) else { return Ok(()) };
        for event in events {
            match event {
                Event::Open(element) => {
                    prop_assert!(may_be_in(&element, open.last()), "{:?} in {:?}: {:?}", element, open, source);
                    let in_link = open.iter().any(|open| matches!(open, Element::Link { .. }));
                    let is_link = matches!(element, Element::Link { .. } | Element::Refused { .. });
                    prop_assert!(!(in_link && is_link), "{:?}", source);
                    if let Element::Box(found) = element {
                        let brackets = source.get(found.at - 1..found.at + 2).unwrap();
                        let ticked = matches!(brackets, "[x]" | "[X]");
                        prop_assert!(ticked || matches!(brackets, "[ ]" | "[\t]"), "{:?}", brackets);
                        prop_assert_eq!(found.checked, ticked);
                    }
                    open.push(element);
                }
                Event::Text(text) => {
                    prop_assert!(!text.is_empty());
                    let parent = open.last().map(Element::name);
                    prop_assert!(parent.is_some_and(|name| !["ul", "ol", "table", "thead", "tbody", "tr", "input", "hr", "br"].contains(&name)));
                }
                Event::Close => prop_assert!(open.pop().is_some()),
            }
        }
        prop_assert!(open.is_empty(), "{:?}", source);
    }

    #[test]
    fn any_text_is_read(source in any::<String>()) {
        prop_assert!(parse(&source).is_ok());
    }

    #[test]
    fn words_stay_in_their_order(words in "[a-zA-Z0-9 ,.;:!?'\"()\n-]{0,80}") {
        // Without marks of its own a text is what it was, but for white space and the marks of lists.
        let of = |text: &str| text.chars().filter(|c| c.is_ascii_alphabetic()).collect::<String>();
        let shown: String = parse(&words).unwrap().into_iter().map(|event| match event { Event::Text(text) => text, _ => String::new() }).collect();
        prop_assert_eq!(of(&shown), of(&words));
    }
}
