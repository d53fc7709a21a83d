//! The requests of the [connection check](super::connection_check): reads, and one write that cannot change
//! anything.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{WindowListenerHandle, window_event_listener_untyped};

use super::client::{ApiClient, TimeLimits};
use super::connection_check::{Observed, alternatives};
use super::endpoint::ApiBase;
use super::error::{ApiError, ErrorKind};
use crate::browser::address;
use crate::task::TaskId;

/// How long a probe waits, in milliseconds. Shorter than a call's limit, because someone is watching.
const PATIENCE: TimeLimits = TimeLimits {
    answer: 10_000,
    body: 10_000,
};

/// Looks at the API at `base`. Nothing on the server changes.
pub(crate) async fn probe(base: &ApiBase) -> Observed {
    let client = ApiClient::new(base.clone()).with_limits(PATIENCE);
    let policy = PolicyWatch::start();
    let mut observed = Observed {
        base: base.clone(),
        page_origin: address::page_origin(),
        list: client.first_page().await.map(|page| page.tasks.len()),
        missing_task: None,
        write: None,
        answers_without_permission: None,
        blocked_by_policy: false,
        works_without_slash: false,
        works_at: None,
    };
    match &observed.list {
        Ok(_) => look_closer(&client, &mut observed).await,
        Err(error) => {
            let kind = error.kind.clone();
            observed.blocked_by_policy = policy.was_violated().await;
            if !observed.blocked_by_policy {
                find_out_why(&client, &kind, &mut observed).await;
            }
        }
    }
    observed
}

async fn look_closer(client: &ApiClient, observed: &mut Observed) {
    // Long and random, so that no server has it.
    let id = TaskId::from_path_text(&format!(
        "connection-check-{}",
        (js_sys::Math::random() * 1e15) as u64
    ));
    let missing = client.describe_task(&id).await.map(|_| ());
    let is_missing = matches!(
        &missing,
        Err(ApiError {
            kind: ErrorKind::NotFound,
            ..
        })
    );
    observed.missing_task = Some(missing);
    if is_missing {
        observed.write = Some(client.probe_write(&id).await);
    }
}

async fn find_out_why(client: &ApiClient, kind: &ErrorKind, observed: &mut Observed) {
    match kind {
        ErrorKind::Unreachable => {
            observed.answers_without_permission = Some(client.answers_at_all().await);
        }
        ErrorKind::NotFound | ErrorKind::NotJson | ErrorKind::WrongShape(_) => {
            observed.works_without_slash = client.has_list_without_slash().await;
            for other in alternatives(&observed.base) {
                let client = ApiClient::new(other).with_limits(PATIENCE);
                if observed.works_at.is_none() && client.first_page().await.is_ok() {
                    observed.works_at = Some(client.base().as_str().to_owned());
                }
            }
        }
        _ => {}
    }
}

/// Notices when the page's Content Security Policy forbids a request. A forbidden one fails like any
/// other; only this event tells.
struct PolicyWatch {
    violated: Rc<Cell<bool>>,
    listener: WindowListenerHandle,
}

impl PolicyWatch {
    fn start() -> Self {
        let violated = Rc::new(Cell::new(false));
        let listener = window_event_listener_untyped("securitypolicyviolation", {
            let violated = violated.clone();
            move |_| violated.set(true)
        });
        Self { violated, listener }
    }

    async fn was_violated(self) -> bool {
        // The event is a task of its own, which the browser queues behind the failed request.
        TimeoutFuture::new(50).await;
        self.listener.remove();
        self.violated.get()
    }
}
