//! Mounts the app beside the shell that `index.html` has painted, and that leaves as soon as the app shows as much.

#[cfg(feature = "web")]
fn main() {
    use leptos::prelude::document;
    use strikethrough::browser::shell;
    use wasm_bindgen::JsCast;

    let root = document()
        .get_element_by_id("app")
        .and_then(|root| root.dyn_into().ok());
    if let Some(root) = root {
        shell::begin();
        leptos::mount::mount_to(root, strikethrough::app::App).forget();
    }
}

#[cfg(not(feature = "web"))]
fn main() {}
