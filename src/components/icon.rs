//! Line icons on a 24-pixel grid, drawn for this app.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glyph {
    Plus,
    Gear,
    Refresh,
    Check,
    Back,
    Pencil,
}

impl Glyph {
    fn path(self) -> &'static str {
        match self {
            Self::Plus => "M12 5v14M5 12h14",
            Self::Gear => {
                "M4 7h10M18 7h2M4 17h2M10 17h10M16 7a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM10 17a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z"
            }
            Self::Refresh => "M20 12a8 8 0 1 1-2.4-5.7M20 3v4.5h-4.5",
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Back => "m14 6-6 6 6 6",
            Self::Pencil => "m5 19 .8-3.6L16 5.2a1.7 1.7 0 0 1 2.8 2.8L8.6 18.2 5 19Z",
        }
    }
}

/// An icon beside words that say the same, so it is hidden from assistive technology.
#[component]
pub(super) fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=glyph.path()></path>
        </svg>
    }
}
