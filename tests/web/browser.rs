//! The thin wrappers around what a browser offers.

use leptos::prelude::{document, window};
use strikethrough::browser::storage::Area;
use strikethrough::browser::{address, history, page};
use strikethrough::routes::BasePath;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use crate::support::screen::{focused, path};
use crate::support::until;

/// An element on the page, taken away at the end.
pub(crate) struct OnPage(pub(crate) HtmlElement);

impl OnPage {
    fn new(tag: &str, attributes: &[(&str, &str)]) -> Self {
        let element = document().create_element(tag).unwrap();
        for (name, value) in attributes {
            element.set_attribute(name, value).unwrap();
        }
        document().body().unwrap().append_child(&element).unwrap();
        Self(element.unchecked_into())
    }

    /// The link that Trunk writes, which says below which path the app lives.
    pub(crate) fn starter_module(href: &str) -> Self {
        Self::new("link", &[("rel", "modulepreload"), ("href", href)])
    }
}

impl Drop for OnPage {
    fn drop(&mut self) {
        self.0.remove();
    }
}

#[wasm_bindgen_test]
fn the_two_areas_of_storage_are_apart() {
    for (one, other) in [(Area::Browser, Area::Tab), (Area::Tab, Area::Browser)] {
        assert!(one.set("test", "a \u{1f600}\n"));
        assert_eq!(one.get("test").as_deref(), Some("a \u{1f600}\n"));
        assert_eq!(other.get("test"), None);
        assert!(one.set("test", ""));
        assert_eq!(one.get("test").as_deref(), Some(""), "empty is not absent");
        one.remove("test");
        one.remove("test");
        assert_eq!(one.get("test"), None);
    }
}

#[wasm_bindgen_test]
fn a_value_there_is_no_room_for_is_not_kept_and_the_old_one_stays() {
    assert!(Area::Browser.set("test", "old"));
    // Browsers give an origin 5 MiB of it or a little more (HTML standard, "web storage").
    assert!(!Area::Browser.set("test", &"x".repeat(12 << 20)));
    assert_eq!(Area::Browser.get("test").as_deref(), Some("old"));
    Area::Browser.remove("test");
}

#[wasm_bindgen_test]
fn a_reference_is_read_as_a_link_on_the_page_would_be() {
    let resolve = |reference| address::resolve(reference, "https://h/app/tasks/?page=1");
    for (reference, absolute) in [
        ("?page=2", "https://h/app/tasks/?page=2"),
        ("/tasks/", "https://h/tasks/"),
        ("../x", "https://h/app/x"),
        ("//other/x", "https://other/x"),
        ("http://h:1/x y", "http://h:1/x%20y"),
    ] {
        assert_eq!(resolve(reference).as_deref(), Some(absolute));
    }
    assert_eq!(resolve("http://[1"), None);
    assert_eq!(address::resolve("x", "no base"), None);
}

#[wasm_bindgen_test]
fn the_app_lives_where_its_starter_module_lies() {
    let root = BasePath::of_file("/");
    assert_eq!(address::base_path(), root);
    let below = {
        let _link = OnPage::starter_module("/some/app/starter.js?v=1#x");
        address::base_path()
    };
    assert_eq!(below.as_str(), "/some/app/");
    assert_eq!(
        address::base_url(&below),
        format!("{}/some/app/", address::page_origin())
    );
    assert_eq!(address::base_path(), root);
}

#[wasm_bindgen_test]
async fn history_entries_carry_their_index() {
    let before = (path(), history::index());
    history::replace("/first", 4);
    assert_eq!((history::path(), history::index()), ("/first".to_owned(), 4));
    history::push("/task/a%2Fb", 5);
    assert_eq!((history::path(), history::index()), ("/task/a%2Fb".to_owned(), 5));
    history::go(-1);
    until("the first entry", || history::index() == 4).await;
    assert_eq!(history::path(), "/first");
    history::go(1);
    until("the second entry", || history::index() == 5).await;
    history::go(-1);
    until("the first entry again", || history::index() == 4).await;
    history::replace(&before.0, before.1);
}

#[wasm_bindgen_test]
fn an_entry_of_somebody_elses_counts_as_the_first() {
    let state = js_sys::Object::new();
    let entries = window().history().unwrap();
    let before = path();
    entries.replace_state_with_url(&state, "", Some("/x")).unwrap();
    assert_eq!(history::index(), 0);
    history::replace(&before, 0);
}

#[wasm_bindgen_test]
fn the_focus_goes_only_where_it_can_be() {
    let _field = OnPage::new("input", &[("id", "field")]);
    let _hidden = OnPage::new("input", &[("id", "hidden"), ("hidden", "")]);
    let _plain = OnPage::new("p", &[("id", "plain")]);
    assert!(page::focus("field"));
    for id in ["hidden", "plain", "absent"] {
        assert!(!page::focus(id), "{id}");
        assert_eq!(focused(), "field");
    }
    assert_eq!(page::focused().as_deref(), Some("field"));
}

#[wasm_bindgen_test]
fn a_page_in_front_has_a_title() {
    let before = document().title();
    page::set_title("<b>&amp;");
    assert_eq!(document().title(), "<b>&amp;");
    page::set_title(&before);
    assert!(page::is_visible());
}
