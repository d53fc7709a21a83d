//! Addresses and pages in step: links, back and forward, and what is no page.

use std::cell::Cell;
use std::rc::Rc;

use leptos::ev;
use leptos::prelude::{document, window, window_event_listener};
use serde_json::json;
use strikethrough::browser::history;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MouseEvent, MouseEventInit};

use super::task;
use crate::browser::OnPage;
use crate::support::screen::{choose, path, text_of};
use crate::support::{Screen, Scripted, bundled, until};

#[wasm_bindgen_test]
async fn every_address_opens_its_page() {
    let server = Scripted::start(json!({ "tasks": [task("a/b", "One", "About one")] })).await;
    for (address, selector, title) in [
        ("/", ".rows", "Tasks"),
        ("/new", "#form-description", "New task"),
        ("/new/", "#form-description", "New task"),
        ("/settings", "#api-address", "Settings"),
        ("/task/a%2Fb", ".detail .description", "One"),
        ("/task/a%2Fb/edit", "#form-description", "Edit: One"),
        ("/nowhere", ".open-pane .face", "Page not found"),
        ("/task", ".open-pane .face", "Page not found"),
        ("/task/1/edit/x", ".open-pane .face", "Page not found"),
        ("/task/%ff", ".open-pane .face", "Page not found"),
    ] {
        let app = Screen::open(address, &server.api()).await;
        app.wait_for(selector).await;
        app.has_rows(&["One"]).await;
        until(title, || document().title() == format!("{title} · Strikethrough")).await;
        assert_eq!(path(), address, "it stays as it was typed");
    }
}

#[wasm_bindgen_test]
async fn a_page_that_is_none_leads_back() {
    let app = Screen::open("/nowhere", &bundled(&[]).await).await;
    app.says("Page not found").await;
    app.follow("Back to all tasks").await;
    until("the list", || path() == "/" && app.find(".open-pane").is_none()).await;
}

#[wasm_bindgen_test]
async fn back_and_forward_go_through_the_pages() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let app = Screen::open("/", &server.api()).await;
    app.follow("One").await;
    app.says("About one").await;
    app.follow("Settings").await;
    app.wait_for("#api-address").await;
    assert_eq!(history::index(), 2);
    let entries = window().history().unwrap();
    entries.back().unwrap();
    app.says("About one").await;
    assert_eq!(path(), "/task/1");
    entries.back().unwrap();
    until("the list", || path() == "/" && app.find(".open-pane").is_none()).await;
    entries.go_with_delta(2).unwrap();
    app.wait_for("#api-address").await;
    assert_eq!(path(), "/settings");
    entries.go_with_delta(-2).unwrap();
    until("the list", || path() == "/").await;
}

#[wasm_bindgen_test]
async fn the_header_marks_the_page_that_is_shown() {
    let app = Screen::open("/settings", &bundled(&[]).await).await;
    for (link, page) in [("New task", "/new"), ("Settings", "/settings")] {
        app.follow(link).await;
        until(page, || {
            let current = app.find("header [aria-current=page]");
            current.is_some_and(|current| text_of(&current) == link)
        })
        .await;
        assert_eq!(path(), page);
    }
}

/// Clicks and tells whether the app took the click in place of the browser. The browser is kept from acting
/// upon it, for it would leave the tests.
fn is_taken(target: &web_sys::Element, init: &MouseEventInit) -> bool {
    let taken = Rc::new(Cell::new(false));
    let listener = window_event_listener(ev::click, {
        let taken = taken.clone();
        move |event| {
            taken.set(event.default_prevented());
            event.prevent_default();
        }
    });
    init.set_bubbles(true);
    init.set_cancelable(true);
    let click = MouseEvent::new_with_mouse_event_init_dict("click", init).unwrap();
    target.dispatch_event(&click).unwrap();
    listener.remove();
    taken.get()
}

#[wasm_bindgen_test]
async fn clicks_that_mean_something_else_are_the_browsers() {
    let app = Screen::open("/", &bundled(&[]).await).await;
    let link = app.wait_for("nav a").await;
    let with = |change: fn(&MouseEventInit)| {
        let init = MouseEventInit::new();
        change(&init);
        init
    };
    for init in [
        with(|init| init.set_ctrl_key(true)),
        with(|init| init.set_meta_key(true)),
        with(|init| init.set_shift_key(true)),
        with(|init| init.set_alt_key(true)),
        with(|init| init.set_button(1)),
    ] {
        assert!(!is_taken(&link, &init));
    }
    for (name, value) in [("target", "_blank"), ("download", "")] {
        link.set_attribute(name, value).unwrap();
        assert!(!is_taken(&link, &MouseEventInit::new()), "{name}");
        link.remove_attribute(name).unwrap();
    }
    for href in ["https://elsewhere.invalid/new", "#main", "mailto:ada@example.com"] {
        link.set_attribute("href", href).unwrap();
        assert!(!is_taken(&link, &MouseEventInit::new()), "{href}");
    }
    assert_eq!(path(), "/");
    link.set_attribute("href", "/new?x=1").unwrap();
    let inside = link.first_element_child().unwrap();
    assert!(
        is_taken(&inside, &MouseEventInit::new()),
        "an icon in a link is the link"
    );
    assert_eq!(path(), "/new");
}

#[wasm_bindgen_test]
async fn below_a_path_every_address_and_every_key_has_it() {
    let server = Scripted::start(json!({ "tasks": [task(1, "One", "About one")] })).await;
    let _link = OnPage::starter_module("/app/starter.js");
    let app = Screen::open_below("/app/", "/app/task/1", &server.api()).await;
    app.says("About one").await;
    app.follow("Edit").await;
    app.wait_for("#form-summary").await;
    assert_eq!(path(), "/app/task/1/edit");
    app.follow("All tasks").await;
    until("the list", || path() == "/app/").await;
    app.follow("New task").await;
    assert_eq!(path(), "/app/new");
    drop(app);

    let elsewhere = Screen::open_below("/app/", "/application", &server.api()).await;
    elsewhere.says("Page not found").await;
    // The choice of another app on the same origin is not this one's.
    choose("/", "http://127.0.0.1:1/");
    elsewhere.reload().await.has_rows(&["One"]).await;
}
