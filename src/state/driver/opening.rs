//! The store: opening it, again for as long as it can't be, reading it, and taking everything out of it.

use std::rc::Rc;

use super::{DEVICE, Driver, HERE, with};
use crate::browser::channel::Channel;
use crate::browser::random;
use crate::browser::store::Store;
use crate::sync::engine::{Engine, Event};
use crate::sync::record::{StoreError, Transaction, Write};
use crate::sync::stored;

/// A store that can't be opened or read is tried again after this many milliseconds, and then after twice as many
/// each time.
const REOPEN_MS: u64 = 2_000;

/// After so many tries a sender whose store is gone goes on without it.
const ALONE_AFTER: u32 = 3;

/// The longest wait, in milliseconds. Whoever comes back to the page does not wait for it.
const REOPEN_LONGEST_MS: u64 = 120_000;

impl Driver {
    pub(super) async fn open(&self) {
        let weak = Rc::downgrade(&self.0);
        let name = format!("strikethrough {}", self.0.database);
        let on_message = Box::new(move |message: String| with(&weak, |driver| driver.heard(&message)));
        self.0.channel.replace(Some(Channel::open(&name, on_message)));
        // Before the store is read: what another tab changes later it tells.
        self.say(HERE);
        match Store::open(&self.0.database).await {
            Ok(store) => {
                self.0.store.replace(Some(store));
                self.adopt_device_tasks().await;
                let records = self.records(None).await.unwrap_or_default();
                self.handle(Event::Loaded { records, fence: None });
                self.tell_now();
            }
            Err(error) => {
                self.has_failed(error);
                self.handle(Event::Alone);
            }
        }
        for event in self.0.early_reads.take() {
            self.handle(event);
        }
        for run in self.0.early.take() {
            run(self);
        }
        self.wait_for_turn();
        self.beat();
    }

    /// Opens the store if that could not be done before, or reads it again.
    pub(super) fn try_store(&self) {
        if !self.with(Engine::is_loaded) || self.0.is_opening.get() {
            return;
        }
        if self.0.store.borrow().is_some() {
            self.spawn(|driver| async move { driver.load().await });
        } else {
            self.0.is_opening.set(true);
            self.spawn(|driver| async move {
                match Store::open(&driver.0.database).await {
                    Ok(store) => driver.move_into(store).await,
                    Err(error) => {
                        driver.has_failed(error);
                        let has_turn = driver.0.lock.borrow().is_some() && !driver.with(Engine::is_sender);
                        if has_turn && driver.0.failures.get() > ALONE_AFTER {
                            driver.handle(Event::Alone);
                        }
                    }
                }
                driver.0.is_opening.set(false);
            });
        }
    }

    /// Nothing is kept, or nothing can be read: it is tried again.
    fn has_failed(&self, error: StoreError) {
        self.0.unkept.set(Some(error));
        let failures = self.0.failures.get();
        self.0.failures.set(failures.saturating_add(1));
        if let Some(reopen) = &*self.0.reopen.borrow() {
            reopen.set((REOPEN_MS << failures.min(10)).min(REOPEN_LONGEST_MS));
        }
    }

    fn has_worked(&self) {
        self.0.unkept.set(None);
        self.0.failures.set(0);
        if let Some(reopen) = &*self.0.reopen.borrow() {
            reopen.cancel();
        }
    }

    /// Gives a store that could not be opened before what is in memory, and goes on as a tab among others. What is
    /// done meanwhile waits.
    async fn move_into(&self, store: Store) {
        self.0.is_moving.set(true);
        let mut records = self.with(Engine::in_memory);
        let mut writes = self.with(Engine::settled_alone);
        // Nothing more is sent: what changes in memory from here on would not be in the store.
        self.handle(Event::LostSender);
        // What the store had before it has still, unless it was cleared, and another tab may have settled it since.
        let prefix = stored::prefix(&self.0.scope);
        let there = store.load(&prefix).await.unwrap_or_default();
        let fence = stored::fence_name(&self.0.scope);
        if there.iter().any(|(name, _)| *name == fence) {
            let stored = self.0.stored.take();
            records.retain(|(name, _)| !stored.contains(name));
        }
        writes.extend(records.into_iter().map(|(name, value)| Write::Put(name, value)));
        let writes = Rc::new(writes);
        let transaction = Transaction { fence: None, writes };
        match store.commit(&transaction).await {
            Ok(()) => {
                self.tell(&transaction.writes);
                self.0.store.replace(Some(store));
                self.has_worked();
                self.adopt_device_tasks().await;
                self.0.is_moving.set(false);
                self.0.lock.take();
                self.load().await;
                self.wait_for_turn();
            }
            Err(error) => {
                self.0.is_moving.set(false);
                self.has_failed(error);
                self.handle(Event::Alone);
            }
        }
        self.append();
    }

    /// Reads the store again.
    pub(super) async fn load(&self) {
        if let Some(records) = self.records(None).await {
            self.handle(Event::Loaded { records, fence: None });
        } else {
            self.changed();
        }
    }

    /// The sender reads what others may have added to the store: it knows the rows better.
    pub(super) async fn look_again(&self) {
        let rows = stored::rows_prefix(&self.0.scope);
        if let Some(records) = self.records(Some(rows.as_str())).await
            && self.with(Engine::is_sender)
        {
            self.handle(Event::Loaded { records, fence: None });
        }
    }

    /// Everything of this API that can be read, but what has names that start with `but`; `None` when nothing can.
    pub(super) async fn records(&self, but: Option<&str>) -> Option<Vec<(String, String)>> {
        let store = self.0.store.borrow().clone()?;
        let prefix = stored::prefix(&self.0.scope);
        let error = match store.load_but(&prefix, but).await {
            Ok(records) => {
                self.has_worked();
                return Some(records);
            }
            Err(error) => error,
        };
        if error == StoreError::Corrupt
            && let Ok((whole, _)) = store.salvage(&prefix).await
        {
            self.0.unkept.set(Some(error));
            return Some(whole);
        }
        self.has_lost(error);
        self.has_failed(error);
        None
    }

    /// The store was there and is not any more: its data was cleared, or the browser opens it no more. What is in
    /// memory goes on without, until there is one again.
    pub(super) fn has_lost(&self, error: StoreError) {
        if error == StoreError::Unavailable && self.0.store.take().is_some() {
            self.0.stored.replace(self.with(Engine::stored_names));
            self.has_failed(error);
            // The lock is kept: nobody else may send what this tab has on its way.
            self.handle(Event::LostSender);
        }
    }

    /// Whether leaving the page would lose a change: this device does not have it, or not yet.
    pub fn would_lose(&self) -> bool {
        let has_store = self.0.store.borrow().is_some();
        self.with(|engine| engine.entries().iter().any(|entry| !(has_store && entry.durable)))
    }

    /// What this tab has and the store has not; with `all`, what it has whether the store has it or not.
    pub fn not_kept(&self, all: bool) -> Vec<(String, String)> {
        let has_store = self.0.store.borrow().is_some();
        self.with(|engine| match all {
            true => [engine.in_memory(), engine.tasks_in_memory()].concat(),
            false if !has_store => engine.in_memory(),
            false => engine.not_durable(),
        })
    }

    /// What was typed while there was no server belongs to the first one that there is. One transaction moves
    /// it, so that it is neither lost nor there twice.
    async fn adopt_device_tasks(&self) {
        let store = self.0.store.borrow().clone();
        let Some(store) = store.filter(|_| self.0.client.is_some()) else {
            return;
        };
        let device = stored::prefix(DEVICE);
        let Ok(records) = store.load(&device).await else {
            return;
        };
        let mut writes = Vec::new();
        for (name, value) in records {
            if let Some(rest) = name.strip_prefix(&*device)
                && (rest.starts_with("e/") || rest.starts_with("h/"))
            {
                writes.push(Write::Put(stored::prefix(&self.0.scope) + rest, value));
                writes.push(Write::Delete(name));
            }
        }
        if !writes.is_empty() {
            // A tab that still keeps them on the device must not write them again.
            writes.push(Write::Put(stored::fence_name(DEVICE), random::uuid_v4()));
            // It stays where it was, and is moved the next time.
            let _ = self
                .commit(Transaction {
                    fence: None,
                    writes: writes.into(),
                })
                .await;
        }
    }
}
