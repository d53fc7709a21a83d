//! The bar at the top: home, new task, settings.

use leptos::prelude::*;

use super::dynamic::flag;
use super::icon::{Glyph, Icon};
use crate::routes::Route;
use crate::state::shared;

/// The page's banner. The bar in `index.html` has its place and its name, so that nothing moves when the app takes over.
#[component]
pub fn Header() -> impl IntoView {
    let router = shared().router;
    let current = move |route: Route| flag("page", move || router.route() == route);
    view! {
        <header class="top">
            <a class="brand" href=router.href(&Route::List) aria-current=current(Route::List)>
                <span class="mark" aria-hidden="true"></span>
                "Strikethrough"
            </a>
            <nav aria-label="Main">
                <a class="nav-link" href=router.href(&Route::New) aria-current=current(Route::New)>
                    <Icon glyph=Glyph::Plus/>
                    <span>"New task"</span>
                </a>
                <a class="nav-link" href=router.href(&Route::Settings) aria-current=current(Route::Settings)>
                    <Icon glyph=Glyph::Gear/>
                    <span>"Settings"</span>
                </a>
            </nav>
        </header>
    }
}
