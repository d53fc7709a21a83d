//! What stands in the place of tasks when there is no server to ask.

use leptos::prelude::*;

use super::note::{failure, skeleton};
use crate::routes::Route;
use crate::state::{Server, Shared, shared};
use crate::texts::{common, load};

/// Says why there is none and what to do; a skeleton while that is not known yet, nothing when there is one.
pub(crate) fn no_server(server: &Server) -> Option<AnyView> {
    let Shared { router, store, .. } = shared();
    let sentence = match server {
        Server::At(_) | Server::DeviceOnly => return None,
        Server::Unknown => return Some(skeleton(common::LOADING.say(), false)),
        Server::Unreadable(error) => return Some(failure(error, Callback::new(move |()| store.refresh()))),
        Server::Misconfigured(sentence) => sentence.clone(),
    };
    let face = view! {
        <div class="face" role="alert">
            <p class="face-title">{load::NO_SERVER.say()}</p>
            <p>{sentence}</p>
            <a class="button primary" href=router.href(&Route::Settings)>{load::CHOOSE_SERVER.say()}</a>
        </div>
    };
    Some(face.into_any())
}
