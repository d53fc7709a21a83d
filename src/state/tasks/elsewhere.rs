//! What waits for a server that was chosen before.

use super::TaskStore;
use crate::browser::store::Store;
use crate::state::driver::DEVICE;
use crate::sync::elsewhere::{count, scopes};
use crate::sync::stored::Table;

impl TaskStore {
    /// The other APIs for which changes wait on this device, each with how many. What was typed without any server
    /// is not among them: it goes to the one that is chosen.
    pub async fn waits_elsewhere(self) -> Vec<(String, usize)> {
        // The driver's own connection may not be open yet, and tells of one API alone.
        let Ok(store) = Store::open(&self.connection.database()).await else {
            return Vec::new();
        };
        let own = self.connection.address_now().unwrap_or_default();
        let names = store.names("").await.unwrap_or_default();
        let mut found = Vec::new();
        for scope in scopes(names.iter().map(String::as_str), &own) {
            if scope == DEVICE {
                continue;
            }
            if let Ok(entries) = store.load(&Table::Entries.name(scope, "")).await {
                found.push((scope.to_owned(), count(scope, &entries)));
            }
        }
        found.retain(|(_, count)| *count > 0);
        found
    }
}
