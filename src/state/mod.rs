//! What components get from context: derived signals to read and commands to issue.

pub mod announcer;
pub mod connection;
pub mod drafts;
pub mod driver;
mod effect;
pub mod loading;
pub mod router;
pub mod tasks;

pub use announcer::Announcer;
pub use connection::{Connection, Server};
pub use drafts::Drafts;
pub(crate) use effect::{Reading, effect, reading};
pub use loading::Loading;
pub use router::Router;
pub use tasks::TaskStore;

use leptos::prelude::{expect_context, provide_context};

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
}

impl Shared {
    /// Makes it all, for this owner and those below it; `App` does.
    pub fn provide() -> Self {
        let router = Router::start();
        let connection = Connection::start(router.base());
        let drafts = Drafts::new(router.base(), connection);
        let announcer = Announcer::new();
        let shared = Self {
            router,
            connection,
            drafts,
            announcer,
            store: TaskStore::new(connection, drafts, announcer),
        };
        provide_context(shared);
        shared
    }
}

/// What the app's root has provided.
pub fn shared() -> Shared {
    expect_context()
}
