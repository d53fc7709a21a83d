//! Carries the engine's events in and its effects out: the store, the network, the timer, and the other tabs.
//! What is decided is decided in [`crate::sync::engine`].

mod opening;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use leptos::task::spawn_local;

use crate::api::codec::{decode, encode};
use crate::api::{ApiClient, ApiError};
use crate::browser::channel::Channel;
use crate::browser::clock::{Timer, now_ms};
use crate::browser::connectivity::{Hint, Watch};
use crate::browser::store::Store;
use crate::browser::stream::next_task;
use crate::browser::{locks, page, random};
use crate::sync::engine::{Capabilities, Command, Effect, Engine, Event, FROZEN_MS, Reply, Request, Ticket};
use crate::sync::entry::EntryKey;
use crate::sync::record::{StoreError, Transaction, Write};
use crate::sync::stored;

/// How often the sender says that it is there, in milliseconds.
const BEAT_MS: u64 = 4_000;

/// A sender that was not heard of for this many milliseconds is frozen or gone, and is relieved by a tab that a
/// person is looking at.
const SILENT_MS: u64 = 13_000;

/// How often a page that shows many tasks is told of progress, in milliseconds: a hundred would be felt while
/// typing.
const PROGRESS_MS: u64 = 60;

/// The same for a page with few: two frames, which nobody notices for what nobody did.
const SOON_MS: u64 = 30;

/// From how many entries on progress is told in steps.
const MANY: usize = 200;

/// How many changes go into one transaction: handing over that many takes some twenty milliseconds.
const APPENDS_MOST: usize = 500;

/// A transaction of more changes than these is handed to the store in a task of its own. Of a list each holds a thousand rows.
const WRITES_AT_ONCE: usize = 20;

/// What the sender says to the others.
const BEAT: &str = "beat";

/// What a tab says when it is opened, and to the first that it hears: where nobody is, nothing need be told.
const HERE: &str = "here";

/// What a tab that does not send answers, so that whoever is new knows that it has company.
const ALSO: &str = "also";

/// Stands before what a page has read: it may be older than what another tab knows, and only the sender can say; it tells the
/// others what is news.
const PAGE: &str = "page ";

/// What a tab says that can't wait for a lock: a sender answers with [`BEAT`].
const WHO: &str = "who";

/// What a tab says in the place of what it has written when it may have been frozen meanwhile: another may have
/// settled that since, so that the others read the store.
const READ: &str = "read";

/// How long that tab waits for the answer, in milliseconds. A sender that is too slow to answer is not stopped by
/// being relieved, only fenced off.
const ANSWER_MS: u64 = 500;

type Then = Box<dyn FnOnce(Result<(), StoreError>)>;
/// In the order in which they are answered, mostly.
type Waiting = Vec<(EntryKey, Then)>;

/// Something to be done once the store was read.
type Early = Box<dyn FnOnce(&Driver)>;

/// One engine for one API, and what it needs of the browser. Dropping the last clone ends it: what is still on
/// its way is forgotten here, and taken up again from the store by the next.
#[derive(Clone)]
pub struct Driver(Rc<Inner>);

struct Inner {
    scope: String,
    database: String,
    engine: RefCell<Engine>,
    client: Option<ApiClient>,
    store: RefCell<Option<Store>>,
    /// Why nothing is kept on this device, when nothing is.
    unkept: Cell<Option<StoreError>>,
    /// Tries the store again.
    reopen: RefCell<Option<Timer>>,
    /// How often in a row it could not be opened or read.
    failures: Cell<u32>,
    /// Whether it is being opened again, and whether what was in memory is on its way into it.
    is_opening: Cell<bool>,
    is_moving: Cell<bool>,
    channel: RefCell<Option<Channel>>,
    lock: RefCell<Option<locks::Held>>,
    wake: RefCell<Option<Timer>>,
    beat: RefCell<Option<Timer>>,
    progress: RefCell<Option<Timer>>,
    watch: RefCell<Option<Watch>>,
    heard_at: Cell<u64>,
    /// Whether there was ever another tab.
    has_company: Cell<bool>,
    /// Whether another tab's list takes the place of the one that this tab has read.
    wants_list: Cell<bool>,
    /// Whether something was not told because there was none.
    has_withheld: Cell<bool>,
    /// Whether there was ever another sender.
    has_heard: Cell<bool>,
    /// For a browser without locks: nobody has answered.
    unanswered: RefCell<Option<Timer>>,
    waiting: RefCell<Waiting>,
    /// What people have done that is not on its way into the store yet.
    appends: RefCell<Vec<(EntryKey, Vec<Write>)>>,
    is_appending: Cell<bool>,
    /// The records of the changes that the store had when it was lost.
    stored: RefCell<Vec<String>>,
    /// What was done before the store was read.
    early: RefCell<Vec<Early>>,
    /// What pages had read by then.
    early_reads: RefCell<Vec<Event>>,
    on_change: Box<dyn Fn()>,
}

impl Driver {
    /// Begins: opens the store, shows what it has, and sends when it is this tab's turn. `on_change` is called
    /// when something that is shown may have changed.
    pub fn start(
        database: &str,
        client: Option<ApiClient>,
        capabilities: Capabilities,
        on_change: Box<dyn Fn()>,
    ) -> Self {
        let scope = client
            .as_ref()
            .map_or(DEVICE, |client| client.base().as_str())
            .to_owned();
        let tab = random::u64() as u32;
        let driver = Self(Rc::new(Inner {
            engine: RefCell::new(Engine::new(&scope, tab, random::u64())),
            scope,
            database: database.to_owned(),
            client,
            store: RefCell::default(),
            unkept: Cell::default(),
            reopen: RefCell::default(),
            failures: Cell::default(),
            is_opening: Cell::default(),
            is_moving: Cell::default(),
            channel: RefCell::default(),
            lock: RefCell::default(),
            wake: RefCell::default(),
            beat: RefCell::default(),
            progress: RefCell::default(),
            watch: RefCell::default(),
            heard_at: Cell::new(now_ms()),
            has_company: Cell::default(),
            has_withheld: Cell::default(),
            wants_list: Cell::default(),
            has_heard: Cell::default(),
            unanswered: RefCell::default(),
            waiting: RefCell::default(),
            appends: RefCell::default(),
            is_appending: Cell::default(),
            stored: RefCell::default(),
            early: RefCell::default(),
            early_reads: RefCell::default(),
            on_change,
        }));
        let weak = || Rc::downgrade(&driver.0);
        let timer = |run: fn(&Driver)| {
            let weak = weak();
            Some(Timer::new(Box::new(move || with(&weak, run))))
        };
        driver.0.wake.replace(timer(|driver| driver.handle(Event::Woke)));
        driver.0.beat.replace(timer(Driver::beat));
        driver.0.unanswered.replace(timer(Driver::was_not_answered));
        driver.0.reopen.replace(timer(Driver::try_store));
        driver.0.progress.replace(timer(|driver| (driver.0.on_change)()));
        driver.0.watch.replace(Some(Watch::new(Rc::new({
            let weak = weak();
            move |hint| with(&weak, |driver| driver.hinted(hint))
        }))));
        let server = driver.0.client.is_some().then_some(capabilities);
        driver.handle(Event::Server(server));
        let opening = driver.clone();
        spawn_local(async move { opening.open().await });
        driver
    }

    /// Whether the list is to be read again; says so once.
    pub fn wants_list(&self) -> bool {
        self.0.wants_list.take()
    }

    /// Looks at the engine.
    pub fn with<T>(&self, look: impl FnOnce(&Engine) -> T) -> T {
        look(&self.0.engine.borrow())
    }

    /// The client for the API, when there is one.
    pub fn client(&self) -> Option<ApiClient> {
        self.0.client.clone()
    }

    /// Why nothing is kept on this device, when nothing is.
    pub fn unkept(&self) -> Option<StoreError> {
        self.0.unkept.get()
    }

    /// A person does something. `then` is told whether the store has it; gives back the entry's key, or `None`
    /// when there was nothing to do, or it has to wait until the store is read: before that there is nowhere to
    /// keep it, and its key would be older than those of entries that wait.
    pub fn command(&self, command: Command, then: Then) -> Option<EntryKey> {
        if !self.with(Engine::is_loaded) {
            self.when_read(Box::new(move |driver| {
                driver.command(command, then);
            }));
            return None;
        }
        let key = self.give(command, then);
        (self.0.on_change)();
        key
    }

    /// The same for one of many things that a person does at once, when the store was read: the page is told of all of
    /// them in a moment, and not of each.
    pub fn command_of_many(&self, command: Command, then: Then) -> Option<EntryKey> {
        let key = self.give(command, then);
        self.changed();
        key
    }

    /// Whether this and that are the same one.
    pub fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    fn give(&self, command: Command, then: Then) -> Option<EntryKey> {
        let effects = self
            .0
            .engine
            .borrow_mut()
            .handle(Event::Command(command), now_ms());
        let key = effects.iter().find_map(|effect| match effect {
            Effect::Append(key, _) => Some(*key),
            _ => None,
        });
        match key {
            Some(key) => self.0.waiting.borrow_mut().push((key, then)),
            None => then(self.with(Engine::store_error).map_or(Ok(()), Err)),
        }
        self.carry_out(effects);
        key
    }

    /// Runs once the store is read, now if it is.
    pub fn when_read(&self, run: Box<dyn FnOnce(&Self)>) {
        if self.with(Engine::is_loaded) {
            run(self);
        } else {
            self.0.early.borrow_mut().push(run);
        }
    }

    /// A page has read something of the server. It is shown at once, and told again when the store is read: what the
    /// store has takes its place, and is older.
    pub fn has_read(&self, event: Event) {
        if !self.with(Engine::is_loaded) {
            self.0.early_reads.borrow_mut().push(event.clone());
        }
        // A long list comes in many parts, and the first is all that is seen.
        let is_more = matches!(event, Event::Page(_)) && self.with(|engine| engine.snapshot().len() > MANY);
        self.handle(event);
        if !is_more {
            self.tell_now();
        }
    }

    /// What the page shows is to be there at once.
    fn tell_now(&self) {
        if self.with(|engine| engine.entries().len()) < MANY {
            (self.0.on_change)();
        }
    }

    /// Something has happened.
    pub fn handle(&self, event: Event) {
        let effects = self.0.engine.borrow_mut().handle(event, now_ms());
        self.carry_out(effects);
        self.changed();
    }

    /// The page is told in a moment, once for all that happens until then: an edit is several steps of the store and
    /// the server, a few milliseconds apart.
    fn changed(&self) {
        if let Some(progress) = &*self.0.progress.borrow()
            && !progress.is_set()
        {
            let is_many = self.with(|engine| engine.entries().len()) >= MANY;
            progress.set(if is_many { PROGRESS_MS } else { SOON_MS });
        }
    }

    fn carry_out(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append(key, transaction) => {
                    self.0
                        .appends
                        .borrow_mut()
                        .push((key, Rc::unwrap_or_clone(transaction.writes)));
                    self.append();
                }
                Effect::Commit(transaction) => self.spawn(|driver| async move {
                    if transaction.writes.len() > WRITES_AT_ONCE {
                        // A whole list has just been made ready, and handing it over takes as long again.
                        next_task().await;
                    }
                    let result = driver.commit(transaction).await;
                    if result == Err(StoreError::Fenced) {
                        driver.handle(Event::Committed(result));
                        driver.stand_back().await;
                    } else {
                        driver.handle(Event::Committed(result));
                    }
                }),
                Effect::Share(writes) => self.tell_as(PAGE, &writes),
                Effect::Send(ticket, request) => self.request(ticket, request),
                Effect::WakeAt(at) => {
                    if let Some(wake) = &*self.0.wake.borrow() {
                        wake.set(at.saturating_sub(now_ms()));
                    }
                }
            }
        }
    }

    /// Keeps what people have done. While one transaction is on its way, what is done meanwhile gathers for the next:
    /// a pasted list is a few transactions, not one for each line.
    fn append(&self) {
        if self.0.is_appending.get() || self.0.is_moving.get() {
            return;
        }
        let mut appends = self.0.appends.borrow_mut();
        let most = appends.len().min(APPENDS_MOST);
        let (keys, writes): (Vec<_>, Vec<_>) = appends.drain(..most).unzip();
        drop(appends);
        if keys.is_empty() {
            return;
        }
        self.0.is_appending.set(true);
        self.spawn(|driver| async move {
            let writes = Rc::new(writes.into_iter().flatten().collect());
            let result = driver.commit(Transaction { fence: None, writes }).await;
            driver.0.is_appending.set(false);
            for key in keys {
                driver.handle(Event::Appended(key, result));
                driver.has_kept(key, result);
            }
            driver.append();
        });
    }

    /// Whoever waits for the store to have an entry is told.
    fn has_kept(&self, key: EntryKey, result: Result<(), StoreError>) {
        let mut waiting = self.0.waiting.borrow_mut();
        let at = waiting.iter().position(|(waits_for, _)| *waits_for == key);
        let then = at.map(|at| waiting.remove(at));
        drop(waiting);
        if let Some((_, then)) = then {
            then(result);
        }
    }

    fn spawn<F: Future<Output = ()> + 'static>(&self, run: impl FnOnce(Self) -> F) {
        spawn_local(run(self.clone()));
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), StoreError> {
        let store = self.0.store.borrow().clone();
        if let Some(store) = store {
            let since = now_ms();
            let result = store.commit(&transaction).await;
            result.inspect_err(|error| self.has_lost(*error))?;
            // What this tab alone has in memory, another must not take for what the store has, and send.
            if now_ms().abs_diff(since) > FROZEN_MS {
                self.say(READ);
            } else {
                self.tell(&transaction.writes);
            }
        }
        Ok(())
    }

    /// Tells the other tabs what has changed.
    fn tell(&self, writes: &[Write]) {
        self.tell_as("", writes);
    }

    fn tell_as(&self, mark: &str, writes: &[Write]) {
        if !self.0.has_company.get() {
            self.0.has_withheld.set(true);
            return;
        }
        let message: Vec<_> = writes.iter().map(Write::parts).collect();
        if let (Some(channel), Ok(message)) = (&*self.0.channel.borrow(), encode(&message)) {
            channel.post(&[mark, &message].concat());
        }
    }

    fn heard(&self, message: &str) {
        if !self.0.has_company.replace(true) {
            self.say(HERE);
            if self.0.has_withheld.get() {
                // It may have been opened before something that it was not told.
                self.say(READ);
            }
        }
        let is_alone = self.0.store.borrow().is_none() && self.with(Engine::is_loaded);
        // Whoever is new hears that it has company.
        if message == WHO || message == HERE {
            if !is_alone && self.with(Engine::is_sender) {
                self.say(BEAT);
                if message == HERE {
                    // What a tab has kept that was closed before it could tell of it, nobody else sends.
                    self.spawn(|driver| async move { driver.look_again().await });
                }
            } else if !is_alone && message == HERE {
                self.say(ALSO);
            }
            return;
        }
        if message == ALSO {
            // It says nothing of the sender.
            return;
        }
        self.0.heard_at.set(now_ms());
        if message == BEAT {
            self.0.has_heard.set(true);
        }
        if message == BEAT || is_alone {
            return;
        }
        if message == READ {
            // What this tab has read itself may be newer than the sender's list: it is read again.
            if self.with(|engine| engine.has_own_list() && !engine.is_sender()) {
                self.0.wants_list.set(true);
            }
            self.handle(Event::Untold);
            return self.try_store();
        }
        let page = message.strip_prefix(PAGE);
        if page.is_some() && !self.with(Engine::is_sender) {
            return;
        }
        let message = page.unwrap_or(message);
        if let Ok(writes) = decode::<Vec<(String, Option<String>)>>(message.as_bytes()) {
            // Another tab may have another API.
            let mine = stored::prefix(&self.0.scope);
            let writes = writes.into_iter().filter(|(name, _)| name.starts_with(&mine));
            let writes: Vec<_> = writes
                .map(|(name, value)| Write::from_parts(name, value))
                .collect();
            let list = stored::list_name(&self.0.scope);
            let tells_of_list = writes.iter().any(|write| *write.name() == *list);
            self.handle(Event::Observed(writes));
            if tells_of_list && self.with(|engine| engine.has_own_list() && !engine.is_sender()) {
                // It says what is new since the sender's last list, and this tab's own is another.
                self.handle(Event::Untold);
                self.try_store();
            }
        }
    }

    /// The network, or the person, is back.
    fn hinted(&self, hint: Hint) {
        match hint {
            Hint::Online => self.try_now(),
            Hint::Visible | Hint::Restored | Hint::Resumed => {
                self.handle(Event::Hint);
                self.say(HERE);
                // Messages may have been missed meanwhile.
                self.try_store();
            }
            // A tab that does not send has no other sign of it.
            Hint::Offline => self.changed(),
            Hint::Hidden | Hint::Left | Hint::Frozen => {}
        }
    }

    /// A person asks to try now.
    pub fn try_now(&self) {
        self.handle(Event::Hint);
        if self.unkept().is_some() {
            self.try_store();
        }
    }

    // Whose turn it is to send.

    /// Waits until no other tab sends, and then does.
    fn wait_for_turn(&self) {
        let name = format!("strikethrough sender {} {}", self.0.database, self.0.scope);
        if self.with(Engine::store_error) == Some(StoreError::Newer) {
            // A newer version knows better: this one writes nothing, not even that it is the sender.
            return;
        }
        if self.0.store.borrow().is_none() {
            // Nothing is shared with other tabs, so that there is nobody to wait for.
            return;
        }
        match locks::acquire(&name, false) {
            Ok(waiting) => self.take_turn(waiting),
            Err(locks::Unsupported) => {
                self.say(WHO);
                if let Some(unanswered) = &*self.0.unanswered.borrow() {
                    unanswered.set(ANSWER_MS);
                }
            }
        }
    }

    /// There are no locks to wait for. Where another tab has been the sender, [`beat`](Self::beat) waits until it is
    /// silent; where none was heard of, there is nobody to wait for.
    fn was_not_answered(&self) {
        if !self.0.has_heard.get() && !self.with(Engine::is_sender) {
            self.spawn(|driver| async move { driver.become_sender().await });
        }
    }

    fn say(&self, message: &str) {
        if let Some(channel) = &*self.0.channel.borrow() {
            channel.post(message);
        }
    }

    fn take_turn(&self, waiting: impl Future<Output = Option<locks::Held>> + 'static) {
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            let Some(held) = waiting.await else { return };
            let Some(driver) = weak.upgrade().map(Driver) else {
                return;
            };
            let weak = weak.clone();
            held.on_stolen(move || {
                with(&weak, |driver| {
                    driver.handle(Event::LostSender);
                    driver.spawn(|driver| async move { driver.stand_back().await });
                });
            });
            driver.0.lock.replace(Some(held));
            driver.become_sender().await;
        });
    }

    /// Another tab sends now: what it has done is read, and the turn waited for again.
    async fn stand_back(&self) {
        self.0.lock.take();
        // Whoever has taken over is there.
        self.0.heard_at.set(now_ms());
        self.0.has_heard.set(true);
        // It may have told of a list while this tab could not hear.
        self.handle(Event::Untold);
        self.load().await;
        self.wait_for_turn();
    }

    /// Writes a fence of its own, so that whoever sent before can't record anything any more, and reads what is
    /// there.
    async fn become_sender(&self) {
        let store = self.0.store.borrow().clone();
        let Some(store) = store else { return };
        let had_lock = self.0.lock.borrow().is_some();
        let name = stored::fence_name(&self.0.scope);
        let fence = random::uuid_v4();
        let transaction = Transaction {
            fence: None,
            writes: vec![Write::Put(name, fence.clone())].into(),
        };
        if let Err(error) = store.commit(&transaction).await {
            self.has_lost(error);
            self.0.lock.take();
            return;
        }
        let mut but = self
            .with(Engine::knows_rows)
            .then(|| stored::rows_prefix(&self.0.scope));
        let records = loop {
            let Some(records) = self.records(but.as_deref()).await else {
                // Another tab may have more luck.
                self.0.lock.take();
                return;
            };
            if but.is_none() || self.with(|engine| engine.knows_rows_beside(&records)) {
                break records;
            }
            // A list has come meanwhile, or another tab was closed before it could tell of one.
            but = None;
        };
        if had_lock && self.0.lock.borrow().is_none() {
            // Another tab has taken over meanwhile.
            return;
        }
        self.handle(match but {
            Some(_) => Event::Promoted { records, fence },
            None => Event::Loaded {
                records,
                fence: Some(fence),
            },
        });
    }

    /// Says that the sender is there, and relieves one that is not.
    fn beat(&self) {
        let now = now_ms();
        if self.0.store.borrow().is_none() {
            // The others have another sender.
        } else if self.with(Engine::is_sender) {
            self.say(BEAT);
        } else if page::is_visible() && now.abs_diff(self.0.heard_at.get()) > SILENT_MS {
            self.0.heard_at.set(now);
            let name = format!("strikethrough sender {} {}", self.0.database, self.0.scope);
            match locks::acquire(&name, true) {
                Ok(waiting) => self.take_turn(waiting),
                Err(locks::Unsupported) => self.spawn(|driver| async move { driver.become_sender().await }),
            }
        }
        if let Some(beat) = &*self.0.beat.borrow() {
            beat.set(BEAT_MS);
        }
    }

    // The network.

    fn request(&self, ticket: Ticket, request: Request) {
        let Some(client) = self.0.client.clone() else {
            return;
        };
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            let result = answer(&client, request).await;
            with(&weak, |driver| driver.handle(Event::Answered(ticket, result)));
        });
    }
}

/// The scope of tasks that are kept on this device only.
pub const DEVICE: &str = "device";

fn with(weak: &Weak<Inner>, run: impl FnOnce(&Driver)) {
    if let Some(inner) = weak.upgrade() {
        run(&Driver(inner));
    }
}

async fn answer(client: &ApiClient, request: Request) -> Result<Reply, ApiError> {
    match request {
        Request::List => {
            // The engine takes a task that moves to a later page, and comes twice, once.
            let mut list = Vec::new();
            client
                .stream_tasks(&mut |mut rows| list.append(&mut rows))
                .await?;
            Ok(Reply::List(list))
        }
        Request::Get(id) => {
            let (task, etag) = client.describe_version(&id).await?;
            Ok(Reply::Task(task, etag))
        }
        Request::Create {
            text,
            idempotency_key,
        } => {
            let key = idempotency_key.as_deref();
            let (id, key_honoured) = client
                .add_task_once(&text.summary, &text.description, key)
                .await?;
            Ok(Reply::Created { id, key_honoured })
        }
        Request::Put { id, text, if_match } => {
            let etag = client
                .update_version(&id, &text.summary, &text.description, if_match.as_deref())
                .await?;
            Ok(Reply::Written(etag))
        }
        Request::Delete(id) => client.task_done(&id).await.map(|()| Reply::Written(None)),
    }
}
