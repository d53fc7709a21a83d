//! Events as the HTML that the specification gives, and HTML in a form that can be compared.

use crate::markdown::{Alignment, Element, Event};

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The HTML of our events, as the specification would write it: raw HTML and refused addresses, which we show as
/// text, are markup again.
pub(super) fn html(events: &[Event]) -> String {
    let mut html = String::new();
    let mut open: Vec<&Element> = Vec::new();
    let mut language = String::new();
    for (index, event) in events.iter().enumerate() {
        match event {
            Event::Open(element) => {
                html.push_str(&start(element, &events[index + 1..], &mut language));
                open.push(element);
            }
            Event::Text(text) => html.push_str(&match open.last() {
                Some(Element::RawBlock | Element::RawInline) => text.clone(),
                Some(Element::Language | Element::Address) => String::new(),
                Some(Element::Refused { .. } | Element::Link { .. }) if addressed(&events[index..]) => {
                    String::new()
                }
                _ => escaped(text),
            }),
            Event::Close => html.push_str(end(open.pop().unwrap())),
        }
    }
    assert!(open.is_empty());
    html
}

/// Whether a text is a parenthesis around an address.
fn addressed(events: &[Event]) -> bool {
    match events {
        [Event::Text(text), Event::Open(Element::Address), ..] => text == " (",
        [Event::Text(text), Event::Close, ..] => text == ")",
        _ => false,
    }
}

/// The address that a refused link ends with, or that is its text.
fn address(inside: &[Event]) -> String {
    let mut depth = 0;
    let mut last = None;
    let mut shown = String::new();
    for event in inside {
        match event {
            Event::Open(Element::Address) => last = Some(String::new()),
            Event::Text(text) => {
                shown.push_str(text);
                if let Some(address) = last.as_mut().filter(|address| address.is_empty()) {
                    address.push_str(text);
                }
            }
            Event::Close if depth == 0 => break,
            _ => {}
        }
        match event {
            Event::Open(_) => depth += 1,
            Event::Close => depth -= 1,
            Event::Text(_) => {}
        }
    }
    // A text that is the address is that of an autolink, with its scheme; other addresses are empty.
    last.unwrap_or(if shown.contains(':') { shown } else { String::new() })
}

fn start(element: &Element, inside: &[Event], language: &mut String) -> String {
    let titled = |tag: &str, title: &str| match title {
        "" => format!("<{tag}>"),
        title => format!("<{tag} title=\"{}\">", escaped(title)),
    };
    match element {
        Element::Heading(level) => format!("<h{level}>"),
        Element::Language => {
            let Some(Event::Text(text)) = inside.first() else {
                panic!("a language without text")
            };
            *language = text.split_whitespace().next().unwrap().to_owned();
            String::new()
        }
        Element::Code => match std::mem::take(language) {
            none if none.is_empty() => "<pre><code>".to_owned(),
            language => format!("<pre><code class=\"language-{}\">", escaped(&language)),
        },
        Element::List(Some(start)) if *start != 1 => format!("<ol start=\"{start}\">"),
        Element::Box(found) if found.checked => {
            "<input disabled=\"\" type=\"checkbox\" checked=\"\">".to_owned()
        }
        Element::Box(_) => "<input disabled=\"\" type=\"checkbox\">".to_owned(),
        Element::Cell { alignment, .. } => {
            let style = match alignment {
                Alignment::Natural => "",
                Alignment::Left => " style=\"text-align: left\"",
                Alignment::Center => " style=\"text-align: center\"",
                Alignment::Right => " style=\"text-align: right\"",
            };
            format!("<{}{style}>", element.name())
        }
        Element::Link {
            url,
            title,
            image: false,
        } => titled(&format!("a href=\"{}\"", escaped(url.as_str())), title),
        Element::Refused { title } => titled(&format!("a href=\"{}\"", escaped(&address(inside))), title),
        Element::Label | Element::RawBlock | Element::RawInline | Element::Address => String::new(),
        _ => format!("<{}>", element.name()),
    }
}

fn end(element: &Element) -> &'static str {
    match element {
        Element::Heading(1) => "</h1>",
        Element::Heading(2) => "</h2>",
        Element::Heading(3) => "</h3>",
        Element::Heading(4) => "</h4>",
        Element::Heading(5) => "</h5>",
        Element::Heading(_) => "</h6>",
        Element::Code => "</code></pre>",
        Element::Link { .. } | Element::Refused { .. } => "</a>",
        Element::Language | Element::Label | Element::RawBlock | Element::RawInline | Element::Address => "",
        Element::Box(_) | Element::Rule | Element::LineBreak => "",
        _ => html_end(element.name()),
    }
}

fn html_end(name: &str) -> &'static str {
    const ENDS: [&str; 16] = [
        "</p>",
        "</blockquote>",
        "</ul>",
        "</ol>",
        "</li>",
        "</table>",
        "</thead>",
        "</tbody>",
        "</tr>",
        "</th>",
        "</td>",
        "</em>",
        "</strong>",
        "</del>",
        "</code>",
        "</pre>",
    ];
    ENDS.into_iter()
        .find(|end| &end[2..end.len() - 1] == name)
        .unwrap()
}

/// A tag with its attributes in order, or a text.
#[derive(Debug, PartialEq, Eq, Clone)]
pub(super) enum Piece {
    Tag(String),
    Text(String),
}

fn decoded(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// HTML without what makes no difference: how addresses are encoded, the case of their scheme, table bodies without
/// rows, and white space beside blocks. An image is what we make of it, a link to it.
pub(super) fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        let tag = rest
            .strip_prefix('<')
            .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
        if let Some((tag, after)) = tag.and_then(|tag| tag.split_once('>')) {
            pieces.extend(tag_pieces(tag));
            rest = after;
        } else {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let end = rest[first..].find('<').map_or(rest.len(), |end| first + end);
            match pieces.last_mut() {
                Some(Piece::Text(text)) => text.push_str(&decoded(&rest[..end])),
                _ => pieces.push(Piece::Text(decoded(&rest[..end]))),
            }
            rest = &rest[end..];
        }
    }
    let mut pieces = trimmed(&pieces);
    let is = |piece: &Piece, tag: &str| *piece == Piece::Tag(tag.to_owned());
    while let Some(empty) = pieces
        .windows(2)
        .position(|two| is(&two[0], "tbody") && is(&two[1], "/tbody"))
    {
        pieces.drain(empty..empty + 2);
    }
    pieces
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

fn tag_pieces(tag: &str) -> Vec<Piece> {
    let tag = tag.trim_end_matches('/').trim_end();
    let name = tag.split([' ', '\n']).next().unwrap();
    let link = |to: &str| {
        let title = attribute(tag, "title").map_or(String::new(), decoded);
        let to = decoded(to);
        let to = percent_encoding::percent_decode_str(&to)
            .decode_utf8_lossy()
            .into_owned();
        let to = to.replacen("MAILTO:", "mailto:", 1);
        Piece::Tag(format!("a {to:?} {title:?}"))
    };
    match (name, attribute(tag, "href"), attribute(tag, "src")) {
        ("a", Some(to), _) => vec![link(to)],
        ("img", _, Some(to)) => vec![
            link(to),
            Piece::Text(attribute(tag, "alt").map_or(String::new(), decoded)),
            Piece::Tag("/a".to_owned()),
        ],
        _ => vec![Piece::Tag(tag.to_owned())],
    }
}

fn is_block(piece: &Piece) -> bool {
    const BLOCKS: [&str; 22] = [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "hr",
        "pre",
        "input",
        "br",
        "div",
    ];
    let Piece::Tag(tag) = piece else { return false };
    let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
    BLOCKS.contains(&name)
}

/// Without white space beside blocks.
fn trimmed(pieces: &[Piece]) -> Vec<Piece> {
    let mut kept = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Text(text) = piece else {
            kept.push(piece.clone());
            continue;
        };
        let mut text = text.as_str();
        if index == 0 || is_block(&pieces[index - 1]) {
            text = text.trim_start();
        }
        if pieces.get(index + 1).is_none_or(is_block) {
            text = text.trim_end();
        }
        match kept.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(before)) => before.push_str(text),
            _ => kept.push(Piece::Text(text.to_owned())),
        }
    }
    kept
}

/// Without the links whose text is their address: those in running text are an extension.
pub(super) fn without_bare_links(pieces: &[Piece]) -> Vec<Piece> {
    let mut kept = Vec::new();
    let mut index = 0;
    while let Some(piece) = pieces.get(index) {
        if let [Piece::Tag(tag), Piece::Text(text), Piece::Tag(end), ..] = &pieces[index..]
            && end == "/a"
            && ["", "mailto:", "http://"]
                .iter()
                .any(|start| *tag == format!("a {:?} \"\"", format!("{start}{text}")))
        {
            kept.push(Piece::Text(text.clone()));
            index += 3;
        } else {
            kept.push(piece.clone());
            index += 1;
        }
    }
    trimmed(&kept)
}

/// Links with nothing in them but text: an image's text has no elements for the specification, and with us
/// neither an image nor a link is in a link.
pub(super) fn with_flat_links(pieces: &[Piece]) -> Vec<Piece> {
    let mut kept = Vec::new();
    let mut links = 0;
    for piece in pieces {
        match piece {
            Piece::Tag(tag) if tag.starts_with("a ") => {
                links += 1;
                if links == 1 {
                    kept.push(piece.clone());
                }
            }
            Piece::Tag(tag) if tag == "/a" && links > 0 => {
                links -= 1;
                if links == 0 {
                    kept.push(piece.clone());
                }
            }
            Piece::Tag(_) if links > 0 => {}
            _ => kept.push(piece.clone()),
        }
    }
    trimmed(&kept)
}
