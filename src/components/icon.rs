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
    Device,
    Cloud,
    CloudOff,
    Alert,
    Undo,
    Select,
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
            Self::Device => "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2",
            Self::Cloud => "M7 18a4 4 0 0 1-.6-7.95A6 6 0 0 1 18 9.5a4.3 4.3 0 0 1-.5 8.5H7Z",
            Self::CloudOff => {
                "M9 6.2A6 6 0 0 1 18 9.5a4.3 4.3 0 0 1 2.4 6.6M16.5 18H7a4 4 0 0 1-.6-7.95 6 6 0 0 1 .5-1.4M4 4l16 16"
            }
            Self::Alert => "M12 4 21 20H3L12 4ZM12 10v4.5M12 17v.3",
            Self::Undo => "M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3",
            Self::Select => "m4 7 1.8 1.8L9 5.5M4 17l1.8 1.8L9 15.5M12.5 7.5H20M12.5 17.5H20",
            Self::Pencil => "m5 19 .8-3.6L16 5.2a1.7 1.7 0 0 1 2.8 2.8L8.6 18.2 5 19Z",
        }
    }
}

/// An icon beside words that say the same, so it is hidden from assistive technology.
#[component]
pub(super) fn Icon(glyph: Glyph) -> impl IntoView {
    // Those that point somewhere point elsewhere where people read from right to left.
    let class = match glyph {
        Glyph::Back | Glyph::Undo => "icon turns",
        _ => "icon",
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=glyph.path()></path>
        </svg>
    }
}
