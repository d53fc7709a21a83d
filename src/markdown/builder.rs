//! From the parser's events to ours.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event as Parsed, LinkType, Options, Parser, Tag};

use super::{Alignment, Element, Event, MAX_EVENTS, MAX_NESTING, SafeUrl, TaskBox, Unformatted, bare_links};

/// What is added to CommonMark.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// Makes the events of a source whose length and nesting are within bounds.
pub(super) fn build(source: &str) -> Result<Vec<Event>, Unformatted> {
    let mut builder = Builder {
        source,
        ..Builder::default()
    };
    for (parsed, range) in Parser::new_ext(source, OPTIONS).into_offset_iter() {
        builder.take(parsed, range);
        if builder.depth.max(builder.frames.len()) > MAX_NESTING {
            return Err(Unformatted::TooDeep);
        }
        if builder.events.len() > MAX_EVENTS {
            return Err(Unformatted::TooLong);
        }
    }
    builder.flush();
    Ok(builder.events)
}

#[derive(Default)]
struct Builder<'s> {
    source: &'s str,
    events: Vec<Event>,
    /// How many elements are open.
    depth: usize,
    /// What the parser has opened.
    frames: Vec<Frame>,
    /// Text that was not yet shown: the parser gives it in pieces, and an address may be in several.
    text: String,
    /// Where in the source that text begins.
    text_start: usize,
    /// How many open frames have only plain text in them: code, raw HTML, and texts of links.
    literal: usize,
    /// How many links are open.
    links: usize,
    /// Which event opened the item that was opened last.
    item: usize,
    /// The number of frames around the label that is open.
    label: Option<usize>,
    columns: Vec<pulldown_cmark::Alignment>,
    column: usize,
    in_head: bool,
}

/// What the parser has opened, and what is to be done at its end.
#[derive(Default)]
struct Frame {
    /// How many elements it opened.
    elements: usize,
    literal: bool,
    link: bool,
    address: Option<Address>,
}

/// The address of a link or an image.
struct Address {
    text: String,
    /// Whether it is no link, so that the address has to be read.
    refused: bool,
    /// The number of events before its text.
    since: usize,
}

impl<'s> Builder<'s> {
    fn take(&mut self, parsed: Parsed<'s>, range: Range<usize>) {
        match parsed {
            Parsed::Text(text) | Parsed::Html(text) => self.add_text(&text, range.start),
            Parsed::SoftBreak => self.add_text("\n", range.start),
            Parsed::Start(tag) => self.start(tag),
            Parsed::End(_) => self.end(),
            Parsed::Code(text) => self.whole(Element::InlineCode, &text),
            Parsed::InlineHtml(text) => self.whole(Element::RawInline, &text),
            Parsed::HardBreak => self.whole(Element::LineBreak, ""),
            Parsed::Rule => {
                self.end_label();
                self.whole(Element::Rule, "");
            }
            Parsed::TaskListMarker(checked) => self.task_box(checked, &range),
            // Extensions that are not switched on.
            Parsed::FootnoteReference(text) | Parsed::InlineMath(text) | Parsed::DisplayMath(text) => {
                self.add_text(&text, range.start);
            }
        }
    }

    fn add_text(&mut self, text: &str, start: usize) {
        if self.text.is_empty() {
            self.text_start = start;
        }
        self.text.push_str(text);
    }

    /// Shows the text that has come together.
    fn flush(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = mem::take(&mut self.text);
        let mut shown = 0;
        if self.literal == 0 {
            let before = self.source.get(..self.text_start);
            let before = before.and_then(|before| before.chars().next_back());
            for (range, url) in bare_links::find(&text, before) {
                self.show(text.get(shown..range.start));
                shown = range.end;
                self.open(Element::Link {
                    url,
                    title: String::new(),
                    image: false,
                });
                self.show(text.get(range));
                self.close();
            }
        }
        self.show(text.get(shown..));
    }

    fn show(&mut self, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.events.push(Event::Text(text.to_owned()));
        }
    }

    fn open(&mut self, element: Element) {
        self.flush();
        self.depth += 1;
        self.events.push(Event::Open(element));
    }

    fn close(&mut self) {
        self.flush();
        self.depth -= 1;
        self.events.push(Event::Close);
    }

    /// An element with nothing but text in it.
    fn whole(&mut self, element: Element, text: &str) {
        self.open(element);
        self.show(Some(text));
        self.close();
    }

    fn start(&mut self, tag: Tag) {
        let inline = matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        );
        if !inline {
            self.end_label();
        }
        self.flush();
        let mut frame = Frame::default();
        let element = match tag {
            Tag::Paragraph => Element::Paragraph,
            Tag::Heading { level, .. } => Element::Heading(level as u8),
            Tag::BlockQuote(_) => Element::Quote,
            Tag::CodeBlock(kind) => {
                if let CodeBlockKind::Fenced(info) = kind
                    && !info.is_empty()
                {
                    self.whole(Element::Language, &info);
                }
                frame.literal = true;
                Element::Code
            }
            Tag::HtmlBlock => {
                frame.literal = true;
                Element::RawBlock
            }
            Tag::List(start) => Element::List(start),
            Tag::Item => {
                self.item = self.events.len();
                Element::Item { task: false }
            }
            Tag::Table(columns) => {
                self.columns = columns;
                Element::Table
            }
            Tag::TableHead => {
                (self.column, self.in_head) = (0, true);
                self.open(Element::TableHead);
                frame.elements += 1;
                Element::Row
            }
            Tag::TableRow => {
                self.column = 0;
                if mem::take(&mut self.in_head) {
                    // The table's end closes it.
                    self.open(Element::TableBody);
                    if let Some(table) = self.frames.last_mut() {
                        table.elements += 1;
                    }
                }
                Element::Row
            }
            Tag::TableCell => self.cell(),
            Tag::Emphasis => Element::Emphasis,
            Tag::Strong => Element::Strong,
            Tag::Strikethrough => Element::Strikethrough,
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => {
                let address = match link_type {
                    LinkType::Email => format!("mailto:{dest_url}"),
                    _ => dest_url.into_string(),
                };
                return self.start_link(address, title.into_string(), false);
            }
            Tag::Image { dest_url, title, .. } => {
                return self.start_link(dest_url.into_string(), title.into_string(), true);
            }
            // Extensions that are not switched on.
            _ => return self.frames.push(frame),
        };
        self.open(element);
        frame.elements += 1;
        self.literal += usize::from(frame.literal);
        self.frames.push(frame);
    }

    fn cell(&mut self) -> Element {
        use pulldown_cmark::Alignment as Parsed;
        let alignment = match self.columns.get(self.column) {
            None | Some(Parsed::None) => Alignment::Natural,
            Some(Parsed::Left) => Alignment::Left,
            Some(Parsed::Center) => Alignment::Center,
            Some(Parsed::Right) => Alignment::Right,
        };
        self.column += 1;
        Element::Cell {
            heading: self.in_head,
            alignment,
        }
    }

    fn start_link(&mut self, address: String, title: String, image: bool) {
        let mut frame = Frame {
            literal: true,
            ..Frame::default()
        };
        let url = SafeUrl::new(&address);
        let refused = url.is_none();
        // What is a link, or an image, within a link is only its text.
        if self.links == 0 {
            frame.link = !refused;
            frame.elements = 1;
            self.open(match url {
                Some(url) => Element::Link { url, title, image },
                None => Element::Refused { title },
            });
        }
        frame.address = Some(Address {
            text: address,
            refused,
            since: self.events.len(),
        });
        self.literal += 1;
        self.links += usize::from(frame.link);
        self.frames.push(frame);
    }

    fn end(&mut self) {
        if self.label == Some(self.frames.len()) {
            self.end_label();
        }
        self.flush();
        let Some(frame) = self.frames.pop() else { return };
        if let Some(address) = frame.address {
            self.show_address(&address);
        }
        self.literal -= usize::from(frame.literal);
        self.links -= usize::from(frame.link);
        for _ in 0..frame.elements {
            self.close();
        }
    }

    /// Shows the address where it would be lost, or where there is nothing else to be read.
    fn show_address(&mut self, address: &Address) {
        if address.text.is_empty() {
            return;
        }
        let mut shown = String::new();
        for event in self.events.iter().skip(address.since) {
            if let Event::Text(text) = event {
                shown.push_str(text);
            }
        }
        if shown.trim().is_empty() {
            self.whole(Element::Address, &address.text);
        } else if address.refused && shown != address.text {
            self.show(Some(" ("));
            self.whole(Element::Address, &address.text);
            self.show(Some(")"));
        }
    }

    fn task_box(&mut self, checked: bool, range: &Range<usize>) {
        self.flush();
        if let Some(Event::Open(Element::Item { task })) = self.events.get_mut(self.item) {
            *task = true;
        }
        self.open(Element::Label);
        // The range ends with the bracket.
        let at = range.end.saturating_sub(2);
        self.whole(Element::Box(TaskBox { at, checked }), "");
        self.label = Some(self.frames.len());
    }

    fn end_label(&mut self) {
        if self.label.take().is_some() {
            self.close();
        }
    }
}
