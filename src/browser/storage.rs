//! Web Storage, for the little that must survive a reload. Private windows and full disks make it fail, so
//! every write says whether it was kept.

use leptos::prelude::window;
use web_sys::Storage;

/// Where a value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// `localStorage`: until it is taken away, and for every tab.
    Browser,
    /// `sessionStorage`: as long as the tab, and for it alone.
    Tab,
}

impl Area {
    fn storage(self) -> Option<Storage> {
        match self {
            Self::Browser => window().local_storage().ok().flatten(),
            Self::Tab => window().session_storage().ok().flatten(),
        }
    }

    /// The value under `key`.
    pub fn get(self, key: &str) -> Option<String> {
        self.storage()?.get_item(key).ok().flatten()
    }

    /// All values whose keys start with `prefix`, in no order.
    pub fn all(self, prefix: &str) -> Vec<(String, String)> {
        let Some(storage) = self.storage() else {
            return Vec::new();
        };
        let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
        keys.filter(|key| key.starts_with(prefix))
            .filter_map(|key| self.get(&key).map(|value| (key, value)))
            .collect()
    }

    /// Keeps `value` under `key`; `false` when the browser has no room or does not allow it.
    pub fn set(self, key: &str, value: &str) -> bool {
        self.storage()
            .is_some_and(|storage| storage.set_item(key, value).is_ok())
    }

    /// Forgets what is under `key`.
    pub fn remove(self, key: &str) {
        if let Some(storage) = self.storage() {
            // Taking away needs no room, and without permission there was nothing to take away.
            let _ = storage.remove_item(key);
        }
    }
}
