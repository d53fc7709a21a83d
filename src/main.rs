//! Puts the app in the place of the shell that `index.html` has painted.

#[cfg(feature = "web")]
fn main() {
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;

    let root = document()
        .get_element_by_id("app")
        .and_then(|root| root.dyn_into().ok());
    if let Some(root) = root {
        let root: web_sys::HtmlElement = root;
        root.replace_children_with_node_0();
        leptos::mount::mount_to(root, strikethrough::app::App).forget();
    }
}

#[cfg(not(feature = "web"))]
fn main() {}
