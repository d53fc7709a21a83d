//! What the browser keeps, and how tabs agree: the store, locks, channels, clocks, hints, downloads.

mod clock;
mod connectivity;
mod files;
mod fold;
mod locks;
mod random;
mod raw;
mod store;
mod store_connection;
mod tabs;

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use gloo_timers::future::TimeoutFuture;
use js_sys::{Object, Reflect};
use strikethrough::browser::random::uuid_v4;
use wasm_bindgen::{JsCast, JsValue};

/// A name that nothing else in this browser has.
fn fresh(what: &str) -> String {
    format!("{what} {}", uuid_v4())
}

/// What was told, in order.
struct Told<T>(Rc<RefCell<Vec<T>>>);

impl<T: Clone + 'static> Told<T> {
    fn new() -> Self {
        Self(Rc::default())
    }

    /// Something that notes what it is told.
    fn listener(&self) -> impl Fn(T) + Clone + 'static {
        let told = self.0.clone();
        move |what| told.borrow_mut().push(what)
    }

    fn all(&self) -> Vec<T> {
        self.0.borrow().clone()
    }
}

/// Whether a future has nothing to say yet when it is asked once.
fn is_pending<F: Future + Unpin>(future: &mut F) -> bool {
    pin!(future)
        .poll(&mut Context::from_waker(Waker::noop()))
        .is_pending()
}

/// What a future comes to, and a failure when it comes to nothing.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    let (mut future, mut deadline) = (pin!(future), pin!(TimeoutFuture::new(10_000)));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Pending => deadline
            .as_mut()
            .poll(context)
            .map(|()| panic!("never came: {what}")),
        ready => ready,
    })
    .await
}

/// An object without one of its properties, as in a browser that does not have it. Dropping this brings it back.
pub(crate) struct Without {
    object: Object,
    name: &'static str,
    /// The object's own, if it was not inherited.
    before: JsValue,
}

impl Without {
    pub(crate) fn new(object: impl Into<JsValue>, name: &'static str) -> Self {
        let object: Object = object.into().unchecked_into();
        let before = Object::get_own_property_descriptor(&object, &name.into());
        let absent = Object::new();
        Reflect::set(&absent, &"configurable".into(), &true.into()).unwrap();
        Reflect::set(&absent, &"value".into(), &JsValue::UNDEFINED).unwrap();
        assert!(Reflect::define_property(&object, &name.into(), &absent).unwrap());
        Self { object, name, before }
    }
}

impl Drop for Without {
    fn drop(&mut self) {
        let name = self.name.into();
        let restored = if self.before.is_undefined() {
            Reflect::delete_property(&self.object, &name)
        } else {
            Reflect::define_property(&self.object, &name, self.before.unchecked_ref())
        };
        assert!(restored.unwrap());
    }
}
