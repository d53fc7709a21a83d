//! Effects and resources behind one type each.

use std::pin::Pin;

use leptos::prelude::*;

use crate::api::ApiError;

/// An effect on the world outside the views: focus, title, storage, or what follows from another server. Boxed,
/// because Leptos compiles the code that runs an effect for each closure's type.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn boxed(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| run());
    }
    boxed(Box::new(run));
}

/// A read of the server that runs anew when what it follows changes: whether it worked.
pub(crate) type Reading = LocalResource<Result<(), ApiError>>;

/// A resource that reads from the server. Boxed for the same reason.
pub(crate) fn reading<F>(read: impl Fn() -> F + 'static) -> Reading
where
    F: Future<Output = Result<(), ApiError>> + 'static,
{
    type Boxed = Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;
    fn boxed(read: Box<dyn Fn() -> Boxed>) -> Reading {
        LocalResource::new(read)
    }
    boxed(Box::new(move || Box::pin(read())))
}
