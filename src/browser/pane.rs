//! A part of the page that scrolls, and the list in it.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};

/// Two elements, found by their ids each time: they come and go with the page.
#[derive(Debug, Clone, Copy)]
pub struct Pane {
    /// What scrolls.
    pub scroller: &'static str,
    /// The list in it.
    pub list: &'static str,
}

impl Pane {
    fn scroller(self) -> Option<HtmlElement> {
        document().get_element_by_id(self.scroller)?.dyn_into().ok()
    }

    /// How far it is scrolled down, in CSS pixels.
    pub fn top(self) -> f64 {
        self.scroller().map_or(0.0, |element| element.scroll_top().into())
    }

    /// Scrolls to there. The browser goes as far as there is something to show.
    pub fn scroll_to(self, top: f64) {
        if let Some(element) = self.scroller() {
            element.set_scroll_top(top.round() as i32);
        }
    }

    /// How much of it is seen at once, in CSS pixels: width and height.
    pub fn size(self) -> (f64, f64) {
        self.scroller().map_or((0.0, 0.0), |element| {
            (element.client_width().into(), element.client_height().into())
        })
    }

    /// Where the list's rows begin, in CSS pixels below the top of all there is to scroll.
    pub fn list_top(self) -> f64 {
        let list = document().get_element_by_id(self.list);
        let (Some(scroller), Some(list)) = (self.scroller(), list) else {
            return 0.0;
        };
        let top = |element: &Element| element.get_bounding_client_rect().top();
        top(&list) - top(&scroller) + f64::from(scroller.scroll_top())
    }

    /// The height of the element with this id, in CSS pixels; `None` when it is not there or not laid out.
    pub fn height_of(id: &str) -> Option<f64> {
        let height = document()
            .get_element_by_id(id)?
            .get_bounding_client_rect()
            .height();
        (height > 0.0).then_some(height)
    }
}

/// Calls back when the size of one of some elements has changed (Resize Observer). Nothing is called after it is dropped.
pub struct Resizes {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl Resizes {
    /// Watches the elements with these ids. `None` where the browser has no such observer.
    pub fn of(ids: &[&str], callback: Box<dyn FnMut()>) -> Option<Self> {
        let callback = Closure::wrap(callback);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        for element in ids.iter().filter_map(|id| document().get_element_by_id(id)) {
            observer.observe(&element);
        }
        Some(Self {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Resizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Runs before the next frame is drawn.
pub fn before_next_frame(run: Box<dyn FnOnce()>) {
    let run = Closure::once_into_js(run);
    // Without a window there is no frame, and nothing to be done before it.
    let _ = window().request_animation_frame(run.unchecked_ref());
}
