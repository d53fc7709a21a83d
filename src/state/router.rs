//! The router: one [`Route`] signal, kept in step with the address bar.
//!
//! It follows links, the back and forward buttons, and [`go`](Router::go). A page with unsaved text sets a
//! guard; then each of them asks before it leaves. The back button has moved on before anybody can ask, so
//! the step is taken back, and taken again when the person says so.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent, PopStateEvent};

use super::effect;
use crate::browser::clock::Timer;
use crate::browser::{address, history};
use crate::routes::{BasePath, Route, order_in, query_of, search_in};

/// How long after the last letter of a search the address says it, in milliseconds: browsers refuse more than some three
/// changes a second (Safari: 100 in 30 s), and nobody reads it while typing.
const ADDRESS_MS: u64 = 300;

/// Where a person wanted to go when the guard stepped in.
enum Destination {
    Page(Route),
    Steps(i32),
}

/// What a `popstate` event asks for.
enum Step {
    /// It was this router that took the step.
    PassOver,
    /// The page has unsaved text, so the step is taken back until the person has been asked.
    TakeBack(i32),
    Show,
}

impl Trail {
    fn step(&mut self, index: i32, guarded: bool) -> Step {
        if std::mem::take(&mut self.taking_back) {
            return Step::PassOver;
        }
        let steps = index - self.index;
        let asked = std::mem::take(&mut self.let_through);
        if !asked && steps != 0 && guarded {
            self.taking_back = true;
            return Step::TakeBack(steps);
        }
        self.index = index;
        Step::Show
    }
}

/// The router, shared through context.
#[derive(Clone, Copy)]
pub struct Router {
    base: StoredValue<BasePath>,
    route: RwSignal<Route>,
    /// Whether leaving has to ask first.
    guarded: RwSignal<bool>,
    asking: RwSignal<bool>,
    /// What is looked for: a part of every address, because the list stays beside every page.
    search: RwSignal<String>,
    search_timer: StoredValue<Option<Timer>, LocalStorage>,
    trail: StoredValue<Trail>,
}

/// What the router remembers from one event to the next.
struct Trail {
    /// Counts the pages that were gone to; 0 while the first is shown.
    visits: u32,
    /// The index of the history's entry that is shown.
    index: i32,
    /// Where the person wants to go, while the question is open.
    wanted: Option<Destination>,
    /// `popstate` events that this router caused: to be passed over, or to be let through.
    taking_back: bool,
    let_through: bool,
}

impl Router {
    /// Reads the address and begins to follow it. One for each app.
    pub fn start() -> Self {
        let base = address::base_path();
        let router = Self {
            route: RwSignal::new(Route::parse(&base, &history::path()).unwrap_or(Route::NotFound)),
            base: StoredValue::new(base),
            guarded: RwSignal::new(false),
            asking: RwSignal::new(false),
            search: RwSignal::new(search_in(&history::query())),
            search_timer: StoredValue::new_local(None),
            trail: StoredValue::new(Trail {
                visits: 0,
                index: history::index(),
                wanted: None,
                taking_back: false,
                let_through: false,
            }),
        };
        let timer = Timer::new(Box::new(move || {
            if let Some(route) = router.route.try_get_untracked() {
                router.put_address(&route);
            }
        }));
        router.search_timer.set_value(Some(timer));
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
        self.trail.with_value(|trail| trail.visits > 0)
    }

    /// Goes to a page, unless the guard has to ask first.
    pub fn go(&self, route: Route) {
        if self.is_at(&route) {
            return;
        }
        if self.guarded.get_untracked() {
            self.ask(Destination::Page(route));
        } else {
            self.show_as_new_entry(route);
        }
    }

    /// Shows a page in the place of this one, so that "back" does not return here. Asks nobody: it is for
    /// forms that are done.
    pub fn replace(&self, route: Route) {
        self.asking.set(false);
        self.put_address(&route);
        self.show(route);
    }

    /// What is looked for in the list; follows it.
    pub fn search(&self) -> String {
        self.search.get()
    }

    /// Looks for something else, or for nothing.
    pub fn set_search(&self, search: String) {
        self.search.set(search);
        self.search_timer
            .try_with_value(|timer| timer.as_ref().map(|timer| timer.set(ADDRESS_MS)));
    }

    /// Whether the address does not say yet what is looked for.
    fn is_address_late(&self) -> bool {
        let is_set = |timer: &Option<Timer>| timer.as_ref().is_some_and(Timer::is_set);
        self.search_timer.try_with_value(is_set) == Some(true)
    }

    fn put_address(&self, route: &Route) {
        // Nothing else knows where an unknown address leads.
        let is_elsewhere = self.trail.try_with_value(|trail| trail.taking_back) != Some(false);
        if *route != Route::NotFound && !is_elsewhere {
            history::replace(&self.address(route), self.index());
        }
    }

    /// The address of a page with what is looked for, in the order that the address says now.
    fn address(&self, route: &Route) -> String {
        let order = order_in(&history::query());
        let query = self.search.with_untracked(|search| query_of(search, order));
        self.href(route) + &query
    }

    /// From now on, leaving asks first while `unsaved` is true. Ends with the reactive owner.
    pub fn guard(&self, unsaved: impl Fn() -> bool + 'static) {
        let guarded = self.guarded;
        effect(move || guarded.set(unsaved()));
        on_cleanup(move || {
            guarded.try_set(false);
        });
    }

    /// Whether the page has unsaved text; follows it.
    pub fn is_guarded(&self) -> bool {
        self.guarded.get()
    }

    /// Whether the question is open: "leave without saving?".
    pub fn is_asking(&self) -> bool {
        self.asking.get()
    }

    /// The answer is no.
    pub fn stay(&self) {
        self.asking.set(false);
    }

    /// The answer is yes.
    pub fn leave(&self) {
        let wanted = self.trail.try_update_value(|trail| {
            let wanted = trail.wanted.take();
            trail.let_through = matches!(wanted, Some(Destination::Steps(_)));
            wanted
        });
        match wanted.flatten() {
            Some(Destination::Page(route)) => self.show_as_new_entry(route),
            Some(Destination::Steps(steps)) => history::go(steps),
            None => {}
        }
        self.asking.set(false);
    }

    fn ask(&self, wanted: Destination) {
        self.trail.update_value(|trail| trail.wanted = Some(wanted));
        self.asking.set(true);
    }

    fn index(&self) -> i32 {
        self.trail.with_value(|trail| trail.index)
    }

    fn show_as_new_entry(&self, route: Route) {
        // Whoever comes back finds what they looked for.
        if self.is_address_late() {
            self.put_address(&self.route_now());
        }
        let index = self.index() + 1;
        self.trail.update_value(|trail| trail.index = index);
        history::push(&self.address(&route), index);
        self.show(route);
    }

    fn show(&self, route: Route) {
        self.trail.update_value(|trail| trail.visits += 1);
        if self.route.with_untracked(|shown| *shown != route) {
            self.route.set(route);
        }
    }

    fn on_popstate(&self, event: &PopStateEvent) {
        let index = event.state().as_f64().unwrap_or(0.0) as i32;
        let guarded = self.guarded.get_untracked();
        match self.trail.try_update_value(|trail| trail.step(index, guarded)) {
            Some(Step::TakeBack(steps)) => {
                history::go(-steps);
                self.ask(Destination::Steps(steps));
            }
            Some(Step::Show) => {
                // It was about the page before.
                self.search_timer
                    .try_with_value(|timer| timer.as_ref().map(Timer::cancel));
                let (path, search) = (history::path(), search_in(&history::query()));
                if self.search.with_untracked(|known| *known != search) {
                    self.search.set(search);
                }
                let route = self.base.with_value(|base| Route::parse(base, &path));
                self.show(route.unwrap_or(Route::NotFound));
            }
            Some(Step::PassOver) | None => {}
        }
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
        let Some(path) = address::resolve(&href, &origin)
            .and_then(|url| url.strip_prefix(origin.as_str()).map(str::to_owned))
        else {
            return;
        };
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        if let Some(route) = self.base.with_value(|base| Route::parse(base, path)) {
            event.prevent_default();
            if !query.is_empty() {
                self.set_search(search_in(query));
            }
            self.go(route);
        }
    }
}
