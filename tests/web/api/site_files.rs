//! Files beside the app: here those that lie in the checkout, which the test runner serves.

use strikethrough::api::client::read_site_file;
use strikethrough::api::{ErrorKind, Method};
use strikethrough::browser::address::page_origin;
use strikethrough::config::Config;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn the_sites_own_configuration_is_read() {
    let app = format!("{}/", page_origin());
    let file = read_site_file(&app, "config.json").await.unwrap().unwrap();
    assert!(Config::parse(&file).is_ok());
}

#[wasm_bindgen_test]
async fn a_file_that_is_not_there_is_no_error() {
    let app = format!("{}/tests/", page_origin());
    assert_eq!(read_site_file(&app, "config.json").await, Ok(None));
}

#[wasm_bindgen_test]
async fn a_page_in_the_place_of_a_file_is_an_error() {
    let app = format!("{}/", page_origin());
    let error = read_site_file(&app, "index.html").await.unwrap_err();
    assert_eq!(
        (error.kind, error.method, error.path.as_str(), error.status),
        (ErrorKind::NotJson, Method::Get, "/index.html", Some(200))
    );
}
