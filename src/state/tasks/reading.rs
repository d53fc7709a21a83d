//! Reading: the list and single tasks, for the resources of the pages, and which API they belong to.

use leptos::prelude::*;

use super::{READ_AGAIN, TaskStore};
use crate::api::{ApiBase, ApiClient, ApiError, ErrorKind};
use crate::state::{Loading, Server, effect};
use crate::sync::{Outbox, Snapshot};
use crate::task::TaskId;

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
        if js_sys::Date::now() - self.read_at.get_untracked() > milliseconds {
            self.refresh();
        }
    }

    /// Reads the list, for a resource: it follows the connection and [`refresh`](Self::refresh). The tasks
    /// go into the snapshot, the first time page by page; what comes back is whether it worked.
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
        let mut result = Ok(());
        for _ in 0..READ_AGAIN {
            let writes = self.writes.try_get_value();
            let first_time = !self.is_list_known_now();
            let mut list = Vec::new();
            let pages = client.get_tasks_by_page(|page| {
                list.extend_from_slice(&page);
                if first_time && self.loading.is_current(run) {
                    self.snapshot.try_update(|snapshot| snapshot.append(page));
                }
            });
            let Some(read) = self.loading.unless_interrupted(run, pages).await else {
                return Ok(());
            };
            result = read;
            if result.is_err() {
                break;
            }
            if self.writes.try_get_value() == writes {
                self.snapshot.try_update(|snapshot| snapshot.replace(list));
                self.read_at.try_set(js_sys::Date::now());
                self.tick();
                break;
            }
        }
        self.loading.end(run);
        result
    }

    fn is_list_known_now(&self) -> bool {
        self.snapshot
            .try_with_untracked(Snapshot::is_complete)
            .unwrap_or_default()
    }

    /// Reads one task, for a resource: it follows the connection. The task goes into the snapshot; what comes
    /// back is whether it worked.
    pub fn read_task(self, id: TaskId, loading: Loading) -> impl Future<Output = Result<(), ApiError>> {
        let server = self.connection.server();
        async move {
            let Server::At(client) = server else { return Ok(()) };
            let run = loading.begin();
            let id = self.exact(&id);
            let Some(read) = loading.unless_interrupted(run, client.describe_task(&id)).await else {
                return Ok(());
            };
            let result = match read {
                Ok(task) => {
                    self.snapshot
                        .try_update(|snapshot| snapshot.opened_now(task, None));
                    Ok(())
                }
                Err(error) => {
                    if error.kind == ErrorKind::NotFound {
                        self.gone(&id);
                    }
                    Err(error)
                }
            };
            loading.end(run);
            result
        }
    }

    /// The server has said that the task is not there.
    fn gone(&self, id: &TaskId) {
        let id = self.exact(id);
        self.snapshot.try_update(|snapshot| snapshot.remove(&id));
    }

    /// Follows the connection: tasks belong to one API, and with another none of the old one's is shown, nor
    /// may a command for one reach the other. It runs as soon as the address changes, whatever is still
    /// on its way from the old one.
    pub fn follow_connection(self) {
        let mut known = None::<ApiBase>;
        effect(move || {
            let Server::At(client) = self.connection.server() else {
                return;
            };
            let api = client.base();
            if known.as_ref() == Some(api) {
                return;
            }
            let first = known.replace(api.clone()).is_none();
            self.api.try_set_value(known.clone());
            if !first {
                self.snapshot.try_set(Snapshot::default());
                self.read_at.try_set(0.0);
                self.outbox.try_update(Outbox::clear);
                // The resource follows the address by itself, but perhaps it has begun before this ran.
                self.refresh();
            }
            self.outbox
                .try_update(|outbox| outbox.restore(self.drafts.unconfirmed()));
        });
    }

    /// The client, when what is shown is its API's.
    pub(super) fn client(&self) -> Option<ApiClient> {
        self.connection
            .client_now()
            .filter(|client| self.belongs_to(client))
    }

    pub(super) fn belongs_to(&self, client: &ApiClient) -> bool {
        self.api
            .try_with_value(|api| api.as_ref() == Some(client.base()))
            .unwrap_or_default()
    }

    /// The id as the server has it, for one that was read from an address.
    pub fn exact(&self, id: &TaskId) -> TaskId {
        self.snapshot
            .try_with_untracked(|snapshot| {
                snapshot
                    .opened(id)
                    .map(|task| task.id.clone())
                    .or_else(|| snapshot.at_path(id).cloned())
            })
            .flatten()
            .unwrap_or_else(|| id.clone())
    }
}
