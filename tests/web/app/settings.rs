//! Which server the app talks to.

use js_sys::Function;
use serde_json::json;
use strikethrough::browser::storage::Area;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::screen::{focused, path, text_of};
use crate::support::{Screen, Scripted, bundled, until};

const KEY: &str = "strikethrough:/:settings";
const ADDRESS: &str = "API address";

#[wasm_bindgen_test]
async fn without_a_choice_the_sites_own_configuration_counts() {
    // The test runner serves the checkout's config.json, which names the runner itself; and that has no tasks.
    let app = Screen::open_unconfigured("/").await;
    app.says("no tasks at this address").await;
    app.says("GET /tasks/ → 404").await;
    app.follow("Settings").await;
    app.says("This is the site’s own address.").await;
    app.has_value(ADDRESS, "/").await;
}

#[wasm_bindgen_test]
async fn a_choice_takes_effect_at_once_and_after_a_reload() {
    let api = bundled(&[("Chosen", "")]).await;
    let app = Screen::open_unconfigured("/settings").await;
    app.says("no tasks at this address").await;
    let address = api.base().as_str();
    app.fill(ADDRESS, &format!("  {address} ")).await;
    app.enter(ADDRESS).await;
    app.has_rows(&["Chosen"]).await;
    app.says("Saved. Tasks now come from this address.").await;
    let stored: serde_json::Value = serde_json::from_str(&Area::Browser.get(KEY).unwrap()).unwrap();
    assert_eq!(stored, json!({ "version": 1, "api": address }));
    let app = app.reload().await;
    app.has_rows(&["Chosen"]).await;
    app.says("You chose this address in this browser.").await;

    app.press("Use this site’s default").await;
    app.says("no tasks at this address").await;
    until("no row of the other server", || app.rows().is_empty()).await;
    assert_eq!(Area::Browser.get(KEY), None);
    assert_eq!(path(), "/settings");
}

#[wasm_bindgen_test]
async fn another_server_shows_only_its_own_tasks() {
    let (one, other) = (bundled(&[("One", "")]).await, bundled(&[("Two", "")]).await);
    let app = Screen::open("/settings", &one).await;
    app.has_rows(&["One"]).await;
    app.fill(ADDRESS, other.base().as_str()).await;
    app.enter(ADDRESS).await;
    app.has_rows(&["Two"]).await;
}

#[wasm_bindgen_test]
async fn another_server_is_asked_at_once_although_the_old_one_hangs() {
    let hanging = Scripted::always("list", json!({ "held": true })).await;
    let other = bundled(&[("Two", "")]).await;
    let app = Screen::open("/settings", &hanging.api()).await;
    hanging.until_seen("list", 1).await;
    app.fill(ADDRESS, other.base().as_str()).await;
    app.enter(ADDRESS).await;
    app.has_rows(&["Two"]).await;
}

#[wasm_bindgen_test]
async fn an_address_that_can_t_be_is_said_and_not_stored() {
    let app = Screen::open_unconfigured("/settings").await;
    app.says("This is the site’s own address").await;
    for (typed, words) in [
        ("", "https:// or http://"),
        ("ftp://example.com", "https:// or http://"),
        ("https://ada:secret@example.com", "user name and the password"),
        ("https://example.com/?x=1", "from the ? or # on"),
    ] {
        for button in ["Save", "Check connection"] {
            app.fill(ADDRESS, typed).await;
            app.press(button).await;
            until(words, || {
                let problem = app.find("#api-problem").unwrap();
                text_of(&problem).contains(words)
            })
            .await;
            until("the focus in the field", || focused() == "api-address").await;
        }
    }
    assert_eq!(Area::Browser.get(KEY), None);
}

#[wasm_bindgen_test]
async fn a_stored_address_that_can_t_be_names_itself() {
    let app = Screen::open_unconfigured("/").await;
    Area::Browser.set(KEY, r#"{"version":1,"api":"ftp://nowhere"}"#);
    let app = app.reload().await;
    app.says("“ftp://nowhere”").await;
    app.follow("Choose a server in Settings").await;
    app.has_value(ADDRESS, "ftp://nowhere").await;
}

#[wasm_bindgen_test]
async fn a_choice_of_a_newer_version_or_a_damaged_one_is_left_alone() {
    for stored in [r#"{"version":2,"api":"http://127.0.0.1:1/"}"#, "{"] {
        let app = Screen::open_unconfigured("/").await;
        Area::Browser.set(KEY, stored);
        let app = app.reload().await;
        app.says("no tasks at this address").await;
        assert_eq!(Area::Browser.get(KEY).as_deref(), Some(stored));
    }
}

/// Stores a choice as another tab does, so that the browser tells this one.
fn choose_elsewhere(choice: &str) {
    let script = "const frame = document.body.appendChild(document.createElement('iframe'));
        frame.contentWindow.localStorage.setItem(key, choice);
        frame.remove();";
    Function::new_with_args("key, choice", script)
        .call2(&JsValue::NULL, &KEY.into(), &choice.into())
        .unwrap();
}

#[wasm_bindgen_test]
async fn a_choice_in_another_tab_is_followed() {
    let (one, other) = (bundled(&[("One", "")]).await, bundled(&[("Two", "")]).await);
    let app = Screen::open("/", &one).await;
    app.has_rows(&["One"]).await;
    choose_elsewhere(&json!({ "version": 1, "api": other.base().as_str() }).to_string());
    app.has_rows(&["Two"]).await;
    app.says("Another tab has changed where tasks come from.").await;
}

#[wasm_bindgen_test]
async fn no_task_of_the_old_server_stays_when_the_new_choice_can_t_be() {
    let app = Screen::open("/", &bundled(&[("One", "")]).await).await;
    app.has_rows(&["One"]).await;
    choose_elsewhere(r#"{"version":1,"api":"ftp://nowhere"}"#);
    app.says("“ftp://nowhere”").await;
    until("no row of the old server", || app.rows().is_empty()).await;
}
