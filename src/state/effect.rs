//! Effects behind one type.

use leptos::prelude::*;

/// An effect on the world outside the views: focus, title, storage, or what follows from another server. Boxed,
/// because Leptos compiles the code that runs an effect for each closure's type.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn boxed(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| run());
    }
    boxed(Box::new(run));
}
