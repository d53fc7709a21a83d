//! Marked stretches of text (CSS Custom Highlight API). The document stays as it is, so that marks cost a row nothing
//! while nobody searches. A browser without the standard shows no marks.

use js_sys::{Array, Function, Map, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Node, Range};

use super::part;

/// Stretches of the texts of some elements.
#[derive(Default)]
pub struct Marks(Array);

impl Marks {
    /// Adds a stretch of an element's one text, in bytes of UTF-8.
    pub fn add(&self, element: &Node, text: &str, stretch: std::ops::Range<usize>) {
        let units = |end: usize| text.get(..end).map(|before| before.encode_utf16().count() as u32);
        let (Some(start), Some(end)) = (units(stretch.start), units(stretch.end)) else {
            return;
        };
        if let (Some(node), Ok(range)) = (element.first_child(), Range::new()) {
            // The text may be another by now; it is marked anew then.
            if range.set_start(&node, start).is_ok() && range.set_end(&node, end).is_ok() {
                self.0.push(&range);
            }
        }
    }

    /// Shows these and no others, under the name that the style sheet has for them.
    pub fn show(&self, name: &str) {
        let global = js_sys::global();
        let registry = part(&global, "CSS").and_then(|css| part(&css, "highlights"));
        let constructor = part(&global, "Highlight").and_then(|class| class.dyn_into::<Function>().ok());
        let highlight = constructor.and_then(|class| Reflect::construct(&class, &self.0).ok());
        if let (Some(registry), Some(highlight)) = (registry, highlight) {
            // It has the methods of a map, and is none.
            registry
                .unchecked_ref::<Map>()
                .set(&JsValue::from(name), &highlight);
        }
    }
}

/// The element with this id, and its text.
pub fn text_of(id: &str) -> Option<(Node, String)> {
    let element = document().get_element_by_id(id)?;
    let text = element.text_content()?;
    Some((element.into(), text))
}
