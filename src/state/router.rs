//! The router: one [`Route`] signal, kept in step with the address bar.
//!
//! It follows links, the back and forward buttons, and [`go`](Router::go). A page with unsaved text sets a
//! guard; then each of them asks before it leaves. The back button has moved on before anybody can ask, so
//! the step is taken back, and taken again when the person says so.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PopStateEvent};

use crate::browser::{address, history};
use crate::routes::{BasePath, Route};

/// Where a person wanted to go when the guard stepped in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    Page(Route),
    Steps(i32),
}

/// The router, shared through context.
#[derive(Clone, Copy)]
pub struct Router {
    base: StoredValue<BasePath>,
    route: RwSignal<Route>,
    /// Counts the pages that were gone to; 0 while the first is shown.
    visits: StoredValue<u32>,
    index: StoredValue<i32>,
    guard: StoredValue<Option<Signal<bool>>>,
    asking: RwSignal<Option<Destination>>,
    /// `popstate` events that this router caused: to be passed over, or to be let through.
    taking_back: StoredValue<bool>,
    let_through: StoredValue<bool>,
}

impl Router {
    /// Reads the address and begins to follow it. One for each app.
    pub fn start() -> Self {
        let base = address::base_path();
        let router = Self {
            route: RwSignal::new(Route::parse(&base, &history::path()).unwrap_or(Route::NotFound)),
            base: StoredValue::new(base),
            visits: StoredValue::new(0),
            index: StoredValue::new(history::index()),
            guard: StoredValue::new(None),
            asking: RwSignal::new(None),
            taking_back: StoredValue::new(false),
            let_through: StoredValue::new(false),
        };
        let clicks = window_event_listener(ev::click, move |event| router.on_click(&event));
        let steps = window_event_listener(ev::popstate, move |event| router.on_popstate(&event));
        on_cleanup(move || {
            clicks.remove();
            steps.remove();
        });
        router
    }

    /// The page that is shown; follows the address.
    pub fn route(&self) -> Route {
        self.route.get()
    }

    /// Looks at the page that is shown; follows the address.
    pub fn with_route<T>(&self, look: impl FnOnce(&Route) -> T) -> T {
        self.route.with(look)
    }

    /// The page that is shown, now.
    pub fn route_now(&self) -> Route {
        self.route.get_untracked()
    }

    /// Whether this page is shown.
    pub fn is_at(&self, route: &Route) -> bool {
        self.route.with_untracked(|shown| shown == route)
    }

    /// The address of a page, for an `href`.
    pub fn href(&self, route: &Route) -> String {
        self.base.with_value(|base| route.href(base))
    }

    /// The path below which the app lives.
    pub fn base(&self) -> BasePath {
        self.base.get_value()
    }

    /// Whether a person has gone to the page that is shown, and did not just open the app on it: then it
    /// may take the focus.
    pub fn has_navigated(&self) -> bool {
        self.visits.get_value() > 0
    }

    /// Goes to a page, unless the guard has to ask first.
    pub fn go(&self, route: Route) {
        if self.is_at(&route) {
            return;
        }
        if self.is_guarded() {
            self.asking.set(Some(Destination::Page(route)));
        } else {
            self.show_as_new_entry(route);
        }
    }

    /// Shows a page in the place of this one, so that "back" does not return here. Asks nobody: it is for
    /// forms that are done.
    pub fn replace(&self, route: Route) {
        self.asking.set(None);
        history::replace(&self.href(&route), self.index.get_value());
        self.show(route);
    }

    /// From now on, leaving asks first while `unsaved` is true. Ends with the reactive owner.
    pub fn guard(&self, unsaved: Signal<bool>) {
        let guard = self.guard;
        guard.set_value(Some(unsaved));
        on_cleanup(move || {
            guard.try_set_value(None);
        });
    }

    /// Whether the question is open: "leave without saving?".
    pub fn is_asking(&self) -> bool {
        self.asking.with(Option::is_some)
    }

    /// The answer is no.
    pub fn stay(&self) {
        self.asking.set(None);
    }

    /// The answer is yes.
    pub fn leave(&self) {
        match self.asking.get_untracked() {
            Some(Destination::Page(route)) => self.show_as_new_entry(route),
            Some(Destination::Steps(steps)) => {
                self.let_through.set_value(true);
                history::go(steps);
            }
            None => {}
        }
        self.asking.set(None);
    }

    fn is_guarded(&self) -> bool {
        self.guard
            .get_value()
            .is_some_and(|unsaved| unsaved.get_untracked())
    }

    fn show_as_new_entry(&self, route: Route) {
        let index = self.index.get_value() + 1;
        self.index.set_value(index);
        history::push(&self.href(&route), index);
        self.show(route);
    }

    fn show(&self, route: Route) {
        self.visits.update_value(|visits| *visits += 1);
        if self.route.with_untracked(|shown| *shown != route) {
            self.route.set(route);
        }
    }

    fn on_popstate(&self, event: &PopStateEvent) {
        if self.taking_back.get_value() {
            self.taking_back.set_value(false);
            return;
        }
        let index = event.state().as_f64().unwrap_or(0.0) as i32;
        let steps = index - self.index.get_value();
        let asked = self.let_through.get_value();
        self.let_through.set_value(false);
        if !asked && steps != 0 && self.is_guarded() {
            self.taking_back.set_value(true);
            history::go(-steps);
            self.asking.set(Some(Destination::Steps(steps)));
            return;
        }
        self.index.set_value(index);
        let path = history::path();
        self.show(
            self.base
                .with_value(|base| Route::parse(base, &path))
                .unwrap_or(Route::NotFound),
        );
    }

    /// Follows a plain click on a link into the app. All else is the browser's: other buttons, modifier
    /// keys, downloads, other windows, other sites.
    fn on_click(&self, event: &MouseEvent) {
        let modified = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target.and_then(|target| target.closest("a[href]").ok().flatten()) else {
            return;
        };
        if link.has_attribute("target") || link.has_attribute("download") {
            return;
        }
        // An address with a fragment is a place on this page, such as a skip link's.
        let href = link.get_attribute("href").unwrap_or_default();
        if href.contains('#') {
            return;
        }
        let origin = address::page_origin();
        let path = address::resolve(&href, &origin)
            .and_then(|url| url.strip_prefix(origin.as_str()).map(str::to_owned))
            .and_then(|path| path.split('?').next().map(str::to_owned));
        if let Some(route) = path.and_then(|path| self.base.with_value(|base| Route::parse(base, &path))) {
            event.prevent_default();
            self.go(route);
        }
    }
}
