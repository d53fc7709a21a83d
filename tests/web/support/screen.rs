//! The mounted app as a person meets it: text, links, buttons and fields by the names they are called by.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::{IntoAny, Owner, document, window};
use strikethrough::api::ApiClient;
use strikethrough::app::App;
use strikethrough::browser::storage::Area;
use strikethrough::state::{Shared, TaskStore, shared};
use strikethrough::sync::engine::Engine;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    ClipboardEvent, ClipboardEventInit, DataTransfer, Element, Event, EventInit, HtmlElement,
    HtmlFormElement, HtmlInputElement, HtmlTextAreaElement,
};

use super::{database, settle, until, until_some};

const ROOT: &str = "app";

thread_local! {
    /// The app on the page, and what owns its signals and listeners. A test that panics drops nothing, so the
    /// next one clears up after it.
    static MOUNTED: RefCell<Option<(Box<dyn Any>, Owner)>> = const { RefCell::new(None) };
}

#[wasm_bindgen(inline_js = "
    export function speak_english() {
        globalThis.strikethroughWords = {
            text: () => undefined,
            number: number => number.toLocaleString('en'),
            relative: (amount, unit) => new Intl.RelativeTimeFormat('en').format(amount, unit),
            duration: (amount, unit) => amount.toLocaleString('en', { style: 'unit', unit, unitDisplay: 'long' }),
        };
    }
")]
extern "C" {
    /// Does what `start.js` does on the app's own page.
    fn speak_english();
}

/// What the app shows, for messages.
pub(crate) fn shown() -> String {
    let root = document().get_element_by_id(ROOT);
    root.map(|root| format!("{} shows: {}", path(), root.inner_html()))
        .unwrap_or_default()
}

/// The path in the address bar.
pub(crate) fn path() -> String {
    window().location().pathname().unwrap()
}

/// Closes the app. Requests on their way may hold on to its owner, so that is not left to the last holder.
fn unmount() {
    if let Some((app, owner)) = MOUNTED.with_borrow_mut(Option::take) {
        drop(app);
        owner.cleanup();
    }
    if let Some(root) = document().get_element_by_id(ROOT) {
        root.remove();
    }
}

/// A page as a new tab finds it: no app, no text stored, the start address.
fn clean_up() {
    speak_english();
    unmount();
    window().local_storage().unwrap().unwrap().clear().unwrap();
    window().session_storage().unwrap().unwrap().clear().unwrap();
    go_to("/");
}

/// The same with an empty database for the app at `base`.
async fn begin_anew(base: &str) {
    clean_up();
    let link = document()
        .query_selector("body > link[rel=modulepreload]")
        .unwrap();
    if let Some(left) = link.filter(|_| base == "/") {
        // By a test that panicked, which drops nothing.
        left.remove();
    }
    database::delete(&format!("strikethrough:{base}")).await;
}

fn go_to(path: &str) {
    let history = window().history().unwrap();
    let shown = self::path() + &window().location().search().unwrap();
    if path == shown && history.state().unwrap().is_null() {
        return;
    }
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(path))
        .unwrap();
}

/// The app on the page. Dropping it takes it away with everything it left.
pub(crate) struct Screen {
    root: HtmlElement,
    shared: Shared,
}

impl Drop for Screen {
    fn drop(&mut self) {
        clean_up();
    }
}

impl Screen {
    /// Opens the app at an address, with an API that was chosen in Settings before.
    pub(crate) async fn open(path: &str, api: &ApiClient) -> Self {
        Self::open_with(path, api, |_| ()).await
    }

    /// As [`open`](Self::open), with something done to the clean page before the app is there; it is
    /// given the beginning of the keys of what is stored for this API.
    pub(crate) async fn open_with(path: &str, api: &ApiClient, prepare: impl FnOnce(&str)) -> Self {
        begin_anew("/").await;
        let address = api.base().as_str();
        choose("/", address);
        prepare(&format!("strikethrough:/:{address}"));
        Self::mount(path).await
    }

    /// As [`open`](Self::open), for an app that lives below a path.
    pub(crate) async fn open_below(base: &str, path: &str, api: &ApiClient) -> Self {
        begin_anew(base).await;
        choose(base, api.base().as_str());
        Self::mount(path).await
    }

    /// Opens the app with no choice made.
    pub(crate) async fn open_unconfigured(path: &str) -> Self {
        begin_anew("/").await;
        Self::mount(path).await
    }

    /// Opens the app for somebody who wants no server.
    pub(crate) async fn open_without_server(path: &str) -> Self {
        begin_anew("/").await;
        choose("/", None);
        Self::mount(path).await
    }

    async fn mount(path: &str) -> Self {
        go_to(path);
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        root.set_id(ROOT);
        document().body().unwrap().append_child(&root).unwrap();
        let (owner, provided) = (Owner::new(), Rc::new(Cell::new(None)));
        let seen = provided.clone();
        let app = move || {
            let app = App().into_any();
            seen.set(Some(shared()));
            app
        };
        let handle = owner.with(|| leptos::mount::mount_to(root.clone(), app));
        MOUNTED.set(Some((Box::new(handle), owner)));
        let shared = provided.get().expect("what the app provides");
        let screen = Self { root, shared };
        // Nobody is quick enough to do anything before the first effects have run.
        settle().await;
        screen
    }

    /// Closes the tab and opens it again at the same address: the app is new, what was stored is there.
    pub(crate) async fn reload(self) -> Self {
        unmount();
        std::mem::forget(self);
        Self::mount(&path()).await
    }

    /// The tasks, for commands that have no button on the page.
    pub(crate) fn store(&self) -> TaskStore {
        self.shared.store
    }

    /// Waits until the app has read what is on the device.
    pub(crate) async fn is_read(&self) {
        until("the store is read", || {
            self.store().look_now(Engine::is_loaded) == Some(true)
        })
        .await;
    }

    /// Waits until the server has confirmed every change.
    pub(crate) async fn all_sent(&self) {
        let is_done = |engine: &Engine| engine.is_loaded() && engine.entries().is_empty();
        until("everything is sent", || {
            self.store().look_now(is_done) == Some(true)
        })
        .await;
        settle().await;
    }

    /// All text.
    pub(crate) fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }

    /// Waits for a text.
    pub(crate) async fn says(&self, text: &str) {
        until(&format!("“{text}”"), || self.text().contains(text)).await;
    }

    /// The first element for a selector.
    pub(crate) fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).unwrap();
        found.map(JsCast::unchecked_into)
    }

    /// Waits for an element.
    pub(crate) async fn wait_for(&self, selector: &str) -> HtmlElement {
        until_some(selector, || self.find(selector)).await
    }

    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length())
            .filter_map(|at| found.get(at))
            .map(JsCast::unchecked_into)
            .collect()
    }

    /// The texts of all rows, without what is said about them.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.all(".rows > li .row-text")
            .iter()
            .map(|row| text_of(row))
            .collect()
    }

    /// Waits until the rows are these.
    pub(crate) async fn has_rows(&self, rows: &[&str]) {
        until(&format!("{rows:?}"), || self.rows() == rows).await;
    }

    /// The row with this text.
    pub(crate) fn row(&self, text: &str) -> Option<HtmlElement> {
        let mut rows = self.all(".rows > li").into_iter();
        rows.find(|row| {
            let shown = row.query_selector(".row-text").unwrap();
            shown.is_some_and(|shown| text_of(&shown) == text)
        })
    }

    fn named(&self, selector: &str, name: &str) -> Option<HtmlElement> {
        self.all(selector).into_iter().find(|element| {
            if element.closest("dialog:not([open])").unwrap().is_some() {
                return false;
            }
            let label = element.get_attribute("aria-label");
            label.unwrap_or_else(|| text_of(element)) == name
        })
    }

    /// Presses a button, once it is there.
    pub(crate) async fn press(&self, name: &str) {
        until_some(&format!("a button “{name}”"), || self.named("button", name))
            .await
            .click();
        settle().await;
    }

    /// Follows a link, once it is there.
    pub(crate) async fn follow(&self, name: &str) {
        until_some(&format!("a link “{name}”"), || self.named("a[href]", name))
            .await
            .click();
        settle().await;
    }

    /// The field with this label.
    pub(crate) async fn field(&self, label: &str) -> HtmlElement {
        until_some(&format!("a field “{label}”"), || self.field_now(label)).await
    }

    fn field_now(&self, label: &str) -> Option<HtmlElement> {
        let Some(named) = self.named("label", label) else {
            return self.named("input[aria-label]", label);
        };
        self.find(&format!("#{}", named.get_attribute("for")?))
    }

    /// Waits until this is in a field.
    pub(crate) async fn has_value(&self, label: &str, text: impl AsRef<str>) {
        let text = text.as_ref();
        until(&format!("“{text}” in the field “{label}”"), || {
            let field = self.field_now(label);
            field.is_some_and(|field| value_of(&field) == text)
        })
        .await;
    }

    /// Types into a field, in place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        field.focus().unwrap();
        match field.dyn_ref::<HtmlInputElement>() {
            Some(input) => input.set_value(text),
            None => field.unchecked_ref::<HtmlTextAreaElement>().set_value(text),
        }
        let bubbling = EventInit::new();
        bubbling.set_bubbles(true);
        let input = Event::new_with_event_init_dict("input", &bubbling).unwrap();
        field.dispatch_event(&input).unwrap();
        // Keys are events of their own; what one brings about is done before the next comes.
        settle().await;
    }

    /// Submits the form of a field, which is what a browser does on Enter.
    pub(crate) async fn enter(&self, label: &str) {
        let form = self.field(label).await.closest("form").unwrap().unwrap();
        form.unchecked_into::<HtmlFormElement>().request_submit().unwrap();
        settle().await;
    }

    /// Pastes a text into a field. Whether the app took it in place of the browser.
    pub(crate) async fn paste(&self, label: &str, text: &str) -> bool {
        let data = DataTransfer::new().unwrap();
        data.set_data("text/plain", text).unwrap();
        let init = ClipboardEventInit::new();
        init.set_clipboard_data(Some(&data));
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = ClipboardEvent::new_with_event_init_dict("paste", &init).unwrap();
        !self.field(label).await.dispatch_event(&event).unwrap()
    }

    /// What a row says about how its task stands; empty when the server has it.
    pub(crate) fn row_state(&self, row: &str) -> String {
        let state = |row: HtmlElement| row.query_selector(".row-state, .row-problem > p").unwrap();
        self.row(row)
            .and_then(state)
            .map(|state| text_of(&state))
            .unwrap_or_default()
    }

    /// Waits until a row says this about how its task stands.
    pub(crate) async fn row_says(&self, row: &str, words: &str) {
        until(&format!("“{words}” on the row “{row}”"), || {
            let state = self.row_state(row);
            self.row(row).is_some()
                && if words.is_empty() {
                    state.is_empty()
                } else {
                    state.contains(words)
                }
        })
        .await;
    }

    /// Whether the question before leaving is open.
    pub(crate) fn asks(&self) -> bool {
        self.find("dialog[open]").is_some()
    }
}

/// The network is back, as the browser says it.
pub(crate) fn come_online() {
    window().dispatch_event(&Event::new("online").unwrap()).unwrap();
}

/// Stores a choice of API as Settings does, for the app at `base`; `None` is to have no server.
pub(crate) fn choose<'a>(base: &str, api: impl Into<Option<&'a str>>) {
    let settings = serde_json::json!({ "version": 1, "api": api.into() }).to_string();
    assert!(Area::Browser.set(&format!("strikethrough:{base}:settings"), &settings));
}

/// An element's text without the white space around it.
pub(crate) fn text_of(element: &Element) -> String {
    element.text_content().unwrap_or_default().trim().to_owned()
}

/// What is in a field.
pub(crate) fn value_of(field: &HtmlElement) -> String {
    match field.dyn_ref::<HtmlInputElement>() {
        Some(input) => input.value(),
        None => field.unchecked_ref::<HtmlTextAreaElement>().value(),
    }
}

/// The id of the element that has the focus.
pub(crate) fn focused() -> String {
    document()
        .active_element()
        .map(|element| element.id())
        .unwrap_or_default()
}
