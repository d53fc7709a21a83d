//! What would run a script elsewhere is text here.

use crate::markdown::{Element, Event, parse};

#[path = "../../../tests/fixtures/xss.rs"]
mod corpus;

/// All that a person, or a link, gets of a description.
fn shown(events: &[Event]) -> String {
    let mut shown = String::new();
    for event in events {
        match event {
            Event::Text(text) => shown.push_str(text),
            Event::Open(element) => element.attributes(&mut |_, value| {
                let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
                shown.extend([" ", &decoded, " "]);
            }),
            Event::Close => {}
        }
    }
    shown
}

#[test]
fn no_payload_makes_a_link_that_is_not_safe_and_none_is_lost() {
    let payloads = corpus::payloads();
    for payload in &payloads {
        let events = parse(payload).unwrap();
        for event in &events {
            let Event::Open(element) = event else { continue };
            element.attributes(&mut |name, value| match name {
                "href" => {
                    // As a browser reads it: white space and control characters are nothing.
                    let read: String = value.chars().filter(|c| *c > ' ').collect();
                    let safe = ["http://", "https://", "mailto:"]
                        .iter()
                        .any(|start| read.starts_with(start));
                    assert!(safe && read == value && value.is_ascii(), "{payload:?}: {value}");
                }
                _ => assert!(KNOWN.contains(&name), "{payload:?}: {name}"),
            });
            assert!(
                ELEMENTS.contains(&element.name()),
                "{payload:?}: {}",
                element.name()
            );
        }
        let shown = shown(&events);
        assert!(
            shown.contains(corpus::SCRIPT) || shown.contains(corpus::ENCODED_SCRIPT),
            "{payload:?} shows {shown:?}"
        );
    }
    assert!(payloads.len() >= 300);
    println!(
        "{} payloads, {} of them as a summary",
        payloads.len(),
        corpus::summaries().len()
    );
}

/// The attributes beside `href` that an element can have. None of them is run or fetched.
const KNOWN: [&str; 10] = [
    "dir", "class", "start", "type", "data-at", "checked", "scope", "rel", "target", "title",
];

const ELEMENTS: [&str; 28] = [
    "p",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "div",
    "pre",
    "ul",
    "ol",
    "li",
    "label",
    "input",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
    "em",
    "strong",
    "del",
    "code",
    "span",
    "br",
    "a",
    "bdi",
];

#[test]
fn schemes_that_run_code_are_text_with_their_address() {
    let address = |source: &str| {
        let events = parse(source).unwrap();
        let refused = events
            .iter()
            .any(|event| matches!(event, Event::Open(Element::Refused { .. })));
        refused.then(|| shown(&events))
    };
    for scheme in [
        "javascript",
        "JAVASCRIPT",
        "vbscript",
        "data",
        "blob",
        "file",
        "about",
        "ftp",
        "tel",
        "x",
    ] {
        let shown = address(&format!("[a]({scheme}:xss=1)")).unwrap();
        assert!(shown.ends_with(&format!("a ({scheme}:xss=1)")), "{shown}");
    }
}

#[test]
fn summaries_obey_their_rule() {
    let summaries = corpus::summaries();
    for summary in &summaries {
        assert_eq!(
            crate::task::Summary::from_typed(summary).unwrap().as_str(),
            summary
        );
    }
    assert!(summaries.len() >= 300);
    assert!(corpus::SCRIPT.starts_with(corpus::MARK));
}
