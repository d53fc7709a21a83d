//! Style sheets of what only pages that are loaded later show: they come with its code.

use leptos::prelude::document;
use web_sys::CssStyleSheet;

/// Adds a style sheet to those of the document. The page's security policy allows it, as it is no markup.
pub fn adopt(css: &str) {
    // A browser that has no such sheets shows the page all the same, only plainer.
    if let Ok(sheet) = CssStyleSheet::new()
        && sheet.replace_sync(css).is_ok()
    {
        document().adopted_style_sheets().push(&sheet);
    }
}
