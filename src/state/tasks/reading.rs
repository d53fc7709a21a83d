//! Reading: the list and single tasks, for the resources of the pages, and whose tasks these are.

use leptos::prelude::*;

use super::{Memory, TaskStore};
use crate::api::{ApiClient, ApiError, ErrorKind};
use crate::browser::clock::now_ms;
use crate::browser::early;
use crate::state::driver::Driver;
use crate::state::{Loading, Server, effect};
use crate::sync::TaskRef;
use crate::sync::engine::{Engine, Event, READ_FRESH_MS};

impl TaskStore {
    /// Asks for the list again.
    pub fn refresh(&self) {
        if matches!(
            self.connection.server.try_get_untracked(),
            Some(Server::Unreadable(_))
        ) {
            self.connection.read_file();
        }
        self.loading.interrupt();
        self.asked.try_update(|asked| *asked += 1);
    }

    /// Asks for the list again if it is older than `milliseconds`.
    pub fn refresh_if_older(&self, milliseconds: f64) {
        let read_at = self.look_now(Engine::listed_at).unwrap_or_default();
        if js_sys::Date::now() - read_at as f64 > milliseconds {
            self.refresh();
        }
    }

    /// Reads the list, for a resource: it follows the connection and [`refresh`](Self::refresh). The tasks
    /// go to the engine, the first time page by page; what comes back is whether it worked.
    pub fn read_list(self) -> impl Future<Output = Result<(), ApiError>> {
        self.asked.track();
        let server = self.connection.server();
        async move {
            match server {
                Server::At(client) => self.read_list_from(client).await,
                Server::Unreadable(error) => Err(error),
                Server::Unknown => {
                    self.loading.begin();
                    Ok(())
                }
                Server::DeviceOnly | Server::Misconfigured(_) => {
                    self.loading.end(self.loading.begin());
                    Ok(())
                }
            }
        }
    }

    async fn read_list_from(self, client: ApiClient) -> Result<(), ApiError> {
        let run = self.loading.begin();
        let Some(since) = self.begin_read(&client) else {
            return Ok(());
        };
        let mut list = Vec::new();
        // A first list is not gathered beside what it becomes.
        let mut is_first = None;
        let mut on_rows = |rows: Vec<_>| {
            let is_first = *is_first.get_or_insert_with(|| self.engine_says(&client, Engine::takes_pages));
            // Where there is a list already, the new one takes its place when all of it is there.
            let wants_pages = || self.engine_says(&client, |engine| !engine.snapshot().is_complete());
            if self.loading.is_current(run) && (is_first || wants_pages()) {
                let page = if is_first {
                    rows
                } else {
                    list.extend(rows.iter().cloned());
                    rows
                };
                self.tell(&client, Event::Page(page));
            } else {
                list.extend(rows);
            }
        };
        let pages = client.stream_tasks(&mut on_rows);
        let result = self.loading.unless_interrupted(run, pages).await;
        early::forget();
        let Some(result) = result else {
            return Ok(());
        };
        if result.is_ok() {
            self.tell(
                &client,
                match is_first {
                    Some(true) => Event::PagesEnded { since },
                    _ => Event::Listed { since, list },
                },
            );
            self.tick();
        }
        self.loading.end(run);
        let is_taken = |engine: &Engine| engine.has_list_of(since);
        if result.is_ok() && self.look_now(is_taken) == Some(false) {
            // Another tab has told of a list meanwhile, which may be older or newer than this one.
            self.refresh();
        }
        result
    }

    /// Reads one task, for a resource: it follows the connection. The task goes to the engine; what comes back
    /// is whether it worked.
    pub fn read_task(self, task: TaskRef, loading: Loading) -> impl Future<Output = Result<(), ApiError>> {
        self.asked.track();
        let server = self.connection.server();
        async move {
            let Server::At(client) = server else { return Ok(()) };
            let run = loading.begin();
            let Some(mut since) = self.begin_read(&client) else {
                return Ok(());
            };
            let TaskRef::Server(id) = self.exact(&task) else {
                // The server's name for it may be in the store.
                if let Some(driver) = self.driver().filter(|driver| !driver.with(Engine::is_loaded)) {
                    let asked = self.asked;
                    driver.when_read(Box::new(move |_| {
                        asked.try_update(|asked| *asked += 1);
                    }));
                }
                loading.end(run);
                return Ok(());
            };
            let asked_at = now_ms();
            let Some(mut read) = loading
                .unless_interrupted(run, client.describe_version(&id))
                .await
            else {
                return Ok(());
            };
            let says_something = match &read {
                Ok(_) => true,
                Err(error) => error.kind == ErrorKind::NotFound,
            };
            if says_something && now_ms().abs_diff(asked_at) > READ_FRESH_MS {
                // The tab was frozen meanwhile, and others may know better by now.
                let Some(again) = self.begin_read(&client) else {
                    return Ok(());
                };
                since = again;
                let reading = loading.unless_interrupted(run, client.describe_version(&id));
                let Some(later) = reading.await else { return Ok(()) };
                read = later;
            }
            let result = match read {
                Ok((task, etag)) => {
                    self.tell(&client, Event::Described { since, task, etag });
                    Ok(())
                }
                Err(error) => {
                    if error.kind == ErrorKind::NotFound {
                        self.tell(&client, Event::Missing { since, id });
                    }
                    Err(error)
                }
            };
            loading.end(run);
            result
        }
    }

    /// The moment at which a reading from an API begins. `None` when the address has only just changed; then the
    /// resource is asked again when there is a driver for it.
    fn begin_read(&self, client: &ApiClient) -> Option<u64> {
        let driver = self.driver_for(client);
        self.memory
            .try_update_value(|memory| memory.wants_to_read |= driver.is_none());
        driver.map(|driver| driver.with(Engine::begin_read))
    }

    fn engine_says(&self, client: &ApiClient, look: fn(&Engine) -> bool) -> bool {
        self.driver_for(client).is_some_and(|driver| driver.with(look))
    }

    /// Tells the engine what was read. Nobody keeps the driver while an answer is on its way: its lock and its
    /// timers must end with the page, however long a server hangs.
    fn tell(&self, client: &ApiClient, event: Event) {
        if let Some(driver) = self.driver_for(client) {
            driver.has_read(event);
        }
    }

    fn driver_for(&self, client: &ApiClient) -> Option<Driver> {
        let is_for = |driver: &Driver| driver.client().is_some_and(|known| known.base() == client.base());
        self.driver().filter(is_for)
    }

    /// Follows the connection: tasks belong to one API, and with another none of the old one's is shown, nor
    /// may a command for one reach the other. It runs as soon as the address changes, whatever is still
    /// on its way from the old one.
    pub fn follow_connection(self) {
        effect(move || {
            let client = match self.connection.server() {
                Server::At(client) => Some(client),
                Server::DeviceOnly => None,
                Server::Misconfigured(_) => {
                    // What was chosen before is chosen no longer.
                    self.memory.try_update_value(|memory| {
                        let selected = std::mem::take(&mut memory.selected);
                        *memory = Memory {
                            selected,
                            ..Memory::default()
                        };
                    });
                    self.changed();
                    return;
                }
                Server::Unknown | Server::Unreadable(_) => return,
            };
            let base = |client: &Option<ApiClient>| client.as_ref().map(|client| client.base().clone());
            if self
                .driver()
                .is_some_and(|driver| base(&driver.client()) == base(&client))
            {
                return;
            }
            let on_change = Box::new(move || self.changed());
            let capabilities = self.connection.capabilities(client.as_ref());
            let driver = Driver::start(&self.connection.database(), client, capabilities, on_change);
            let missed = self.memory.try_update_value(|memory| {
                memory.driver = Some(driver);
                memory.leaving.clear();
                memory.undo = None;
                std::mem::take(&mut memory.wants_to_read)
            });
            // What was found is of the server before.
            self.show_only(None);
            self.changed();
            // Nobody waits for what the server before it has not answered.
            self.loading.interrupt();
            if missed == Some(true) {
                self.refresh();
            }
        });
    }
}
