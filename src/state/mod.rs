//! What components get from context: derived signals to read and commands to issue.

pub mod announcer;
pub mod connection;
pub mod drafts;
pub mod driver;
mod effect;
pub mod keyboard;
pub mod later;
pub mod loading;
pub mod router;
pub mod search;
pub mod tasks;

pub use announcer::Announcer;
pub use connection::{Connection, Server};
pub use drafts::Drafts;
pub(crate) use effect::{Reading, effect, reading};
pub use keyboard::Keyboard;
pub use later::Later;
pub use loading::Loading;
pub use router::Router;
pub use tasks::{Selecting, TaskStore};

use leptos::prelude::{RwSignal, StoredValue, expect_context, provide_context};

use crate::sync::EntryKey;

/// All that components get from context, under one type: each type that is looked up costs half a kilobyte.
#[derive(Clone, Copy)]
pub struct Shared {
    /// Where the app is.
    pub router: Router,
    /// Which server it talks to.
    pub connection: Connection,
    /// Text that was typed and not saved.
    pub drafts: Drafts,
    /// What is said to screen readers.
    pub announcer: Announcer,
    /// The tasks.
    pub store: TaskStore,
    /// The change that a person is asked about before it is thrown away.
    pub discarding: Discarding,
    /// What keys need.
    pub keyboard: Keyboard,
    /// The code that is loaded after the list.
    pub later: Later,
    /// The rows that are selected.
    pub selecting: Selecting,
}

/// A change that is to be thrown away, if the person says so.
#[derive(Clone, Copy)]
pub struct Discarding {
    /// What goes with it; empty while nothing is asked.
    pub loss: RwSignal<String>,
    /// The change, and the element that gets the focus when what had it before is not there any more.
    pub change: StoredValue<Option<(EntryKey, &'static str)>>,
}

impl Shared {
    /// Makes it all, for this owner and those below it; `App` does, which knows how to load the pages.
    pub fn provide(load: later::Load) -> Self {
        let router = Router::start();
        let connection = Connection::start(router.base());
        let drafts = Drafts::new(router.base(), connection);
        let announcer = Announcer::new();
        connection.follow_other_tabs(announcer);
        let later = Later::new(load);
        let store = TaskStore::new(connection, drafts, announcer);
        let shared = Self {
            router,
            connection,
            drafts,
            announcer,
            store,
            discarding: Discarding {
                loss: RwSignal::new(String::new()),
                change: StoredValue::new(None),
            },
            keyboard: Keyboard::new(router.base()),
            later,
            selecting: Selecting::new(store, later),
        };
        provide_context(shared);
        shared
    }
}

/// What the app's root has provided.
pub fn shared() -> Shared {
    expect_context()
}
