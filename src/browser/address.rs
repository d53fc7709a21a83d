//! Addresses as the browser sees them.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::{HtmlLinkElement, Url};

use crate::routes::BasePath;

/// An absolute address for `reference`, read as a link on the page `base` would be.
pub fn resolve(reference: &str, base: &str) -> Option<String> {
    Url::new_with_base(reference, base).ok().map(|url| url.href())
}

/// Scheme, host and port of this page.
pub fn page_origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The folder that the app was built for. The starter module lies in it, and its preload link, which the
/// build writes, has the resolved address; the policy's `base-uri 'none'` rules a `<base>` element out.
pub fn base_path() -> BasePath {
    let path = document()
        .query_selector("link[rel=modulepreload]")
        .ok()
        .flatten()
        .and_then(|link| link.dyn_into::<HtmlLinkElement>().ok())
        .and_then(|link| Url::new(&link.href()).ok())
        .map(|url| url.pathname());
    BasePath::of_file(path.as_deref().unwrap_or("/"))
}

/// The absolute address of the app's folder.
pub fn base_url(base: &BasePath) -> String {
    format!("{}{}", page_origin(), base.as_str())
}
