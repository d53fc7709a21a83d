//! A description as it is read: formatted, with boxes that can be ticked where that is wanted.

use js_sys::Reflect;
use leptos::ev::Event;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node};

use super::dynamic::{dynamic, effect, handler};
use super::task_detail::HEADING;
use crate::browser::page;
use crate::markdown::{self, Element as Part, Event as Step, TaskBox, Unformatted};
use crate::texts::{self, Text, description as said};

/// A box that somebody has ticked, or whose tick was taken away.
pub(super) struct Tick {
    /// The description as it was shown.
    pub(super) source: String,
    /// Where in it the box is.
    pub(super) at: usize,
    /// What the box has become.
    pub(super) checked: bool,
    /// What went wrong with it, for people. When something is put here, the boxes become what the text says.
    pub(super) problem: RwSignal<String>,
}

/// What becomes of ticks.
pub(super) struct Ticking {
    /// Whether boxes can be ticked now; what that depends on is followed.
    pub(super) is_possible: Box<dyn Fn() -> bool>,
    /// Keeps one.
    pub(super) keep: Box<dyn Fn(Tick)>,
}

/// Shows a text and follows it; `none` stands in the place of an empty one. Without `ticking` its boxes are only to be
/// looked at.
pub(super) fn description(text: Box<dyn Fn() -> String>, none: Text, ticking: Option<Ticking>) -> AnyView {
    let place = NodeRef::<Div>::new();
    let drawing = StoredValue::new_local(Drawing::default());
    let problem = RwSignal::new(String::new());
    let (is_possible, keep) = ticking.map(|ticking| (ticking.is_possible, ticking.keep)).unzip();
    effect(move || {
        let text = text();
        let is_possible = is_possible.as_ref().is_some_and(|is_possible| is_possible());
        let went_wrong = problem.with(|problem| !problem.is_empty());
        if let Some(place) = place.get() {
            drawing.try_update_value(|drawing| drawing.follow(&place, text, is_possible, went_wrong));
        }
    });
    let changed = move |event: Event| {
        let target = event.target().map(|target| target.unchecked_into::<Element>());
        let place = target.and_then(|ticked| ticked.get_attribute(AT)?.parse().ok());
        if let (Some(keep), Some(at)) = (&keep, place) {
            problem.set(String::new());
            let (source, was_checked) = drawing.with_value(|drawing| drawing.at(at));
            keep(Tick {
                source,
                at,
                // The browser has turned it around.
                checked: !was_checked,
                problem,
            });
        }
    };
    view! {
        <div>
            <div class="description formatted" node_ref=place on:change=handler(changed)></div>
            <p class="quiet-text none">{none.say()}</p>
            <div role="alert" class="field-problem">{dynamic(move || problem.get())}</div>
        </div>
    }
    .into_any()
}

/// The attribute of a box that says where it is in the source ([`Part::attributes`]).
const AT: &str = "data-at";

/// What is on the page.
#[derive(Default)]
struct Drawing {
    source: String,
    steps: Vec<Step>,
    /// What can have the focus, in order: boxes, links and tables.
    stops: Vec<HtmlElement>,
    /// The boxes alone.
    boxes: Vec<HtmlElement>,
    /// Whether they can be ticked.
    is_possible: bool,
}

impl Drawing {
    /// Makes the page say what the text says. Elements stay where nothing but boxes has changed, and with them the
    /// focus.
    fn follow(&mut self, place: &HtmlElement, text: String, is_possible: bool, went_wrong: bool) {
        let is_new = text != self.source;
        if is_new {
            let read = markdown::parse(&text);
            let steps = read.as_deref().unwrap_or_default();
            let stay = !steps.is_empty() && differ_in_boxes_alone(&self.steps, steps);
            self.source = text;
            if !stay {
                let focused = self.focused();
                while let Some(child) = place.first_element_child() {
                    child.remove();
                }
                self.stops.clear();
                self.boxes.clear();
                // What was made so far is on the page, should the browser refuse an element.
                let _ = match &read {
                    Ok(steps) if !steps.is_empty() => self.draw(place, steps),
                    Ok(_) => as_written(place, &self.source, None),
                    Err(Unformatted::TooLong) => as_written(place, &self.source, Some(said::TOO_LONG)),
                    Err(Unformatted::TooDeep) => as_written(place, &self.source, Some(said::TOO_DEEP)),
                };
                self.focus_again(focused);
            }
            self.steps = read.unwrap_or_default();
        }
        // After a tick that was not kept, a box is not what the text says.
        if is_new || went_wrong || is_possible != self.is_possible {
            self.is_possible = is_possible;
            self.set_boxes(is_possible);
        }
    }

    fn draw(&mut self, place: &Element, steps: &[Step]) -> Result<(), JsValue> {
        let document = document();
        let mut boxes = 0;
        let mut open: Vec<(&Part, Element)> = Vec::new();
        for step in steps {
            let top = open.last().map_or(place, |(_, top)| top);
            match step {
                Step::Text(text) => append(top, &document.create_text_node(text))?,
                Step::Open(part) => {
                    let element = document.create_element(part.name())?;
                    part.attributes(&mut |name, value| drop(element.set_attribute(name, value)));
                    open.push((part, element));
                }
                Step::Close => {
                    let Some((part, mut element)) = open.pop() else {
                        continue;
                    };
                    match part {
                        Part::Table => element = scroller(&element)?,
                        Part::Label => {
                            boxes += 1;
                            name_box(&element, boxes)?;
                        }
                        _ => {}
                    }
                    let top = open.last().map_or(place, |(_, top)| top);
                    append(top, &element)?;
                    // HTML's own elements, all of them.
                    if let Part::Box(_) = part {
                        self.boxes.push(element.clone().unchecked_into());
                    }
                    if let Part::Box(_) | Part::Table | Part::Link { .. } = part {
                        self.stops.push(element.unchecked_into());
                    }
                }
            }
        }
        Ok(())
    }

    /// The boxes that the text has.
    fn boxes(&self) -> impl Iterator<Item = &TaskBox> {
        self.steps.iter().filter_map(|step| match step {
            Step::Open(Part::Box(task_box)) => Some(task_box),
            _ => None,
        })
    }

    /// The source, and whether it has a tick in the box there.
    fn at(&self, at: usize) -> (String, bool) {
        let is_checked = self.boxes().any(|task_box| task_box.at == at && task_box.checked);
        (self.source.clone(), is_checked)
    }

    fn set_boxes(&self, is_possible: bool) {
        for (element, task_box) in self.boxes.iter().zip(self.boxes()) {
            // One that may not be ticked any more would give the focus to nobody.
            if !is_possible && is_focused(element) {
                page::focus(HEADING);
            }
            for (name, value) in [("checked", task_box.checked), ("disabled", !is_possible)] {
                // As properties: the attribute says only how a box began.
                drop(Reflect::set(element, &name.into(), &value.into()));
            }
            drop(element.set_attribute(AT, &task_box.at.to_string()));
        }
    }

    /// The place and the name of what has the focus.
    fn focused(&self) -> Option<(usize, String)> {
        let at = self.stops.iter().position(is_focused)?;
        Some((at, name_of(self.stops.get(at)?)))
    }

    /// Gives the focus to what has the same name, and is nearest to where that was; or to the page's heading.
    fn focus_again(&self, focused: Option<(usize, String)>) {
        let Some((at, name)) = focused else { return };
        let same = self
            .stops
            .iter()
            .enumerate()
            .filter(|(_, stop)| name_of(stop) == name);
        match same.min_by_key(|(place, _)| place.abs_diff(at)) {
            Some((_, stop)) => drop(stop.focus()),
            None => {
                page::focus(HEADING);
            }
        }
    }
}

fn is_focused(element: &HtmlElement) -> bool {
    let element: &JsValue = element.as_ref();
    document()
        .active_element()
        .is_some_and(|active| AsRef::<JsValue>::as_ref(&active) == element)
}

/// The text of a link or a table, or beside a box.
fn name_of(stop: &HtmlElement) -> String {
    let label = stop.closest("label").ok().flatten();
    let text = label.map_or_else(|| stop.text_content(), |label| label.text_content());
    text.unwrap_or_default()
}

fn append(top: &Node, node: &Node) -> Result<(), JsValue> {
    top.insert_before(node, None).map(drop)
}

/// Whether the one is the other with other ticks, or with boxes elsewhere in the source.
fn differ_in_boxes_alone(before: &[Step], after: &[Step]) -> bool {
    let same = |(before, after): (&Step, &Step)| {
        let are_boxes = matches!(
            (before, after),
            (Step::Open(Part::Box(_)), Step::Open(Part::Box(_)))
        );
        are_boxes || before == after
    };
    before.len() == after.len() && before.iter().zip(after).all(same)
}

/// A table may be wider than the page. What scrolls can have the focus, or keys could not scroll it.
fn scroller(table: &Element) -> Result<Element, JsValue> {
    let around = document().create_element("div")?;
    for (name, value) in [
        ("class", "table-scroll"),
        ("role", "group"),
        ("aria-label", said::TABLE.say()),
        ("tabindex", "0"),
    ] {
        around.set_attribute(name, value)?;
    }
    append(&around, table)?;
    Ok(around)
}

/// A box without a text is named by its number.
fn name_box(label: &Element, number: usize) -> Result<(), JsValue> {
    let is_empty = label.text_content().is_none_or(|text| text.trim().is_empty());
    match label.first_element_child() {
        Some(task_box) if is_empty => {
            task_box.set_attribute("aria-label", &said::item(&texts::number(number)))
        }
        _ => Ok(()),
    }
}

/// A text that is not formatted, or of which nothing would be seen.
fn as_written(place: &Element, text: &str, why: Option<Text>) -> Result<(), JsValue> {
    let paragraph = |class: &str, text: &str| {
        let paragraph = document().create_element("p")?;
        paragraph.set_attribute("class", class)?;
        paragraph.set_attribute("dir", "auto")?;
        append(&paragraph, &document().create_text_node(text))?;
        append(place, &paragraph)
    };
    if !text.trim().is_empty() {
        paragraph("as-written", text)?;
    }
    if let Some(why) = why {
        paragraph("quiet-text", why.say())?;
    }
    Ok(())
}
