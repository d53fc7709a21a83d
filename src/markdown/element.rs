//! What is shown: which element with which attributes.

use super::{SafeUrl, TaskBox};

/// A step in showing a description, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An element begins.
    Open(Element),
    /// Text within the element that was opened last. It is never markup.
    Text(String),
    /// The element that was opened last, and is open, ends.
    Close,
}

/// Where the text of a table's column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Where text begins in its language.
    Natural,
    /// `:---`
    Left,
    /// `:---:`
    Center,
    /// `---:`
    Right,
}

/// An element of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A paragraph. Items of a tight list have none around their text.
    Paragraph,
    /// A heading with its level as written, 1 to 6.
    Heading(u8),
    /// A quotation.
    Quote,
    /// What stands after the fence of the code block that follows, such as its language; always with a text.
    Language,
    /// A block of code, whose text is as it was written.
    Code,
    /// A block of raw HTML, shown as it was written.
    RawBlock,
    /// A list; an ordered one with the number of its first item.
    List(Option<u64>),
    /// An item of a list.
    Item {
        /// Whether it has a box to tick.
        task: bool,
    },
    /// The box and the text beside it, which is the box's name.
    Label,
    /// The box to tick. Nothing is in it.
    Box(TaskBox),
    /// A table: a head, and a body if it has rows.
    Table,
    /// The head of a table, with one row.
    TableHead,
    /// The body of a table.
    TableBody,
    /// A row of a table.
    Row,
    /// A cell of a row.
    Cell {
        /// Whether it is in the head.
        heading: bool,
        /// How its column is aligned.
        alignment: Alignment,
    },
    /// A thematic break. Nothing is in it.
    Rule,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Struck through.
    Strikethrough,
    /// Code within a line.
    InlineCode,
    /// A tag, comment or the like within a line, shown as it was written.
    RawInline,
    /// A line break that was asked for. Nothing is in it.
    LineBreak,
    /// A link. No link is within another.
    Link {
        /// Where it goes.
        url: SafeUrl,
        /// The title; empty if it has none.
        title: String,
        /// Whether it stands for an image, which is not shown.
        image: bool,
    },
    /// In place of a link whose address is not safe, or leads nowhere from here.
    Refused {
        /// The title; empty if it has none.
        title: String,
    },
    /// The address of a refused link, after its text and in parentheses, or instead of a text.
    Address,
}

impl Element {
    /// The name of the HTML element.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Paragraph => "p",
            Self::Heading(1) => "h3",
            Self::Heading(2) => "h4",
            Self::Heading(3) => "h5",
            Self::Heading(_) => "h6",
            Self::Quote => "blockquote",
            Self::Language => "div",
            Self::Code | Self::RawBlock => "pre",
            Self::List(None) => "ul",
            Self::List(Some(_)) => "ol",
            Self::Item { .. } => "li",
            Self::Label => "label",
            Self::Box(_) => "input",
            Self::Table => "table",
            Self::TableHead => "thead",
            Self::TableBody => "tbody",
            Self::Row => "tr",
            Self::Cell { heading: true, .. } => "th",
            Self::Cell { heading: false, .. } => "td",
            Self::Rule => "hr",
            Self::Emphasis => "em",
            Self::Strong => "strong",
            Self::Strikethrough => "del",
            Self::InlineCode => "code",
            Self::RawInline | Self::Refused { .. } => "span",
            Self::LineBreak => "br",
            Self::Link { .. } => "a",
            // Isolated, so that it can't turn around what stands beside it.
            Self::Address => "bdi",
        }
    }

    /// Tells the attributes, each as its name and its value.
    pub fn attributes(&self, set: &mut dyn FnMut(&'static str, &str)) {
        match self {
            Self::Paragraph | Self::Heading(_) => set("dir", "auto"),
            Self::Language => set("class", "code-language"),
            Self::Code => set("dir", "ltr"),
            Self::RawBlock | Self::RawInline => set("class", "raw-html"),
            Self::List(Some(start)) if *start != 1 => set("start", &start.to_string()),
            Self::Item { task } => {
                set("dir", "auto");
                if *task {
                    set("class", "task-item");
                }
            }
            Self::Box(task_box) => {
                set("type", "checkbox");
                set("data-at", &task_box.at.to_string());
                if task_box.checked {
                    set("checked", "");
                }
            }
            Self::Cell { heading, alignment } => {
                set("dir", "auto");
                if *heading {
                    set("scope", "col");
                }
                match alignment {
                    Alignment::Natural => {}
                    Alignment::Left => set("class", "align-left"),
                    Alignment::Center => set("class", "align-center"),
                    Alignment::Right => set("class", "align-right"),
                }
            }
            Self::Link { url, title, image } => {
                set("href", url.as_str());
                // The page it leads to learns neither of this one nor from where it was opened.
                set("rel", "noopener noreferrer");
                set("target", "_blank");
                if *image {
                    set("class", "image-link");
                }
                set_title(title, set);
            }
            Self::Refused { title } => {
                set("class", "refused-link");
                set_title(title, set);
            }
            _ => {}
        }
    }
}

fn set_title(title: &str, set: &mut dyn FnMut(&'static str, &str)) {
    if !title.is_empty() {
        set("title", title);
    }
}
