//! One among the tabs: the Web Locks API. The browser gives a lock on when its tab is closed or crashes.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use super::{navigator_part, part};

/// There are no Web Locks here: they need a secure context, which a plain `http` address other than this device's
/// own is not. The driver then goes by what it hears of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported;

/// A lock that is held until this is dropped, or another tab steals it.
pub struct Held {
    grant: Rc<Grant>,
}

impl Held {
    /// Whether another tab has taken it by force. What is under way must not go on.
    pub fn is_stolen(&self) -> bool {
        self.grant.stolen.get()
    }

    /// Calls back when another tab takes it by force, at once if it has; in place of an earlier callback.
    pub fn on_stolen(&self, callback: impl FnOnce() + 'static) {
        if self.is_stolen() {
            callback();
        } else {
            self.grant.on_stolen.replace(Some(Box::new(callback)));
        }
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("stolen", &self.is_stolen()).finish()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.grant.on_stolen.take();
        self.grant.let_go();
    }
}

/// Asks for the lock `name`, which one page of this origin at a time has. The request is made now; the future
/// waits until it is granted, and dropping it takes the request back. `None`: the browser refused, as it does for a
/// page that is not active any more.
///
/// With `steal` it is granted at once: whoever has it loses it, and learns of it ([`Held::on_stolen`]).
///
/// # Errors
///
/// [`Unsupported`] where the browser has no Web Locks.
pub fn acquire(name: &str, steal: bool) -> Result<impl Future<Output = Option<Held>> + use<>, Unsupported> {
    let locks = navigator_part("locks").ok_or(Unsupported)?;
    let request = part(&locks, "request")
        .and_then(|request| request.dyn_into::<Function>().ok())
        .ok_or(Unsupported)?;
    let wish = Wish {
        grant: Rc::default(),
        controller: AbortController::new().ok(),
    };
    let options = Object::new();
    // The standard allows no signal with `steal`: that one does not wait.
    let (option, value) = match &wish.controller {
        Some(controller) if !steal => ("signal", JsValue::from(controller.signal())),
        _ => ("steal", JsValue::from(steal)),
    };
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&options, &option.into(), &value);

    let grant = wish.grant.clone();
    let granted = Promise::new(&mut |resolve, reject| {
        let callback = on_grant(grant.clone(), resolve);
        match request.call3(&locks, &name.into(), &options, &callback) {
            Ok(promise) => spawn_local(watch(Promise::resolve(&promise), grant.clone(), reject)),
            // What it throws says only that this page may not.
            Err(error) => drop(reject.call1(&JsValue::UNDEFINED, &error)),
        }
    });
    Ok(async move {
        let granted = JsFuture::from(granted).await;
        granted.is_ok().then(|| wish.come_true())
    })
}

/// What the browser calls with the lock; the promise it returns keeps the lock until it is fulfilled.
fn on_grant(grant: Rc<Grant>, granted: Function) -> JsValue {
    Closure::once_into_js(move |_lock: JsValue| -> Promise {
        let hold = Promise::new(&mut |resolve, _| {
            grant.release.replace(Some(resolve));
        });
        if grant.unwanted.get() {
            grant.let_go();
        }
        // A promise's own function does not throw.
        let _ = granted.call0(&JsValue::UNDEFINED);
        hold
    })
}

/// Waits for the end of the request. It is rejected when the lock was stolen, and when there was none.
async fn watch(ended: Promise, grant: Rc<Grant>, refused: Function) {
    if let Err(error) = JsFuture::from(ended).await {
        // Has no effect on a request that was granted.
        let _ = refused.call1(&JsValue::UNDEFINED, &error);
        grant.stolen.set(true);
        let callback = grant.on_stolen.take();
        if let Some(callback) = callback {
            callback();
        }
    }
}

/// What the two ends of a lock share.
#[derive(Default)]
struct Grant {
    /// Gives the lock back; there once it was granted.
    release: RefCell<Option<Function>>,
    /// Nobody waits for it any more.
    unwanted: Cell<bool>,
    stolen: Cell<bool>,
    on_stolen: RefCell<Option<Box<dyn FnOnce()>>>,
}

impl Grant {
    fn let_go(&self) {
        self.unwanted.set(true);
        if let Some(release) = self.release.take() {
            // A promise's own function does not throw.
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// A request on its way. Dropping it takes it back, granted or not.
struct Wish {
    grant: Rc<Grant>,
    controller: Option<AbortController>,
}

impl Wish {
    fn come_true(mut self) -> Held {
        // A signal is of no use any more.
        self.controller = None;
        let grant = std::mem::take(&mut self.grant);
        Held { grant }
    }
}

impl Drop for Wish {
    fn drop(&mut self) {
        if let Some(controller) = &self.controller {
            controller.abort();
        }
        self.grant.let_go();
    }
}
