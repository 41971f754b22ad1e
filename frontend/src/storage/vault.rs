//! The way into storage: IndexedDB while it works, memory on top of it from the first failure on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use common::id::{Seq, UserId};
use common::model::{Digest, Entry, EntryType};
use common::sync::{Batch, ConversationKey, Snapshot, StoredEntry};
use indexed_db_futures::database::Database;

use super::database::{self, Failed};
use super::watchdog::with_patience;
use super::{MemoryStorage, PendingAction, batch, drafts, log, pending, snapshot};
use crate::stores::{MemoryReason, StorageState};

/// The name of an account's database.
pub fn database_name(user: &UserId) -> String {
    format!("hongyan-{}", user.folded())
}

/// What this browser keeps of one account. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    inner: Rc<Inner>,
}

struct Inner {
    name: String,
    /// Absent when it cannot even be read.
    database: RefCell<Option<Database>>,
    /// Present from the first write on that IndexedDB did not take. Never goes back: what comes later builds on it.
    memory: RefCell<Option<MemoryStorage>>,
    state: Cell<StorageState>,
    bad_records: Cell<usize>,
    on_change: Box<dyn Fn(StorageState, usize)>,
}

impl Storage {
    /// Opens an account's database. Where that fails or takes too long, memory takes its place. `on_change` hears of
    /// every change of the state and of the number of records that could not be read.
    pub async fn open(user: &UserId, on_change: impl Fn(StorageState, usize) + 'static) -> Self {
        let inner = Rc::new(Inner {
            name: database_name(user),
            database: RefCell::new(None),
            memory: RefCell::new(None),
            state: Cell::new(StorageState::Ok),
            bad_records: Cell::new(0),
            on_change: Box::new(on_change),
        });
        let weak = Rc::downgrade(&inner);
        let on_lost = Rc::new(move |reason| {
            if let Some(inner) = weak.upgrade() {
                inner.lose(reason);
            }
        });
        match database::open(&inner.name, on_lost).await {
            Ok(database) => *inner.database.borrow_mut() = Some(database),
            Err(Failed(reason)) => inner.lose(reason),
        }
        Self { inner }
    }

    /// Where what is written goes now.
    pub fn state(&self) -> StorageState {
        self.inner.state.get()
    }

    /// All that the engine needs at a start.
    pub async fn snapshot(&self) -> Snapshot {
        let Some(database) = self.database() else { return Snapshot::default() };
        let (snapshot, bad) = self.settle(with_patience(snapshot::load(&database)).await).unwrap_or_default();
        self.inner.report(bad);
        snapshot
    }

    /// Performs a batch. When this returns it is as durable as this browser can make it.
    pub async fn perform(&self, batch: &Batch) {
        let in_memory = self.inner.memory.borrow().is_some();
        if !in_memory && let Some(database) = self.database() {
            let done = with_patience(batch::perform(&database, batch)).await;
            if self.settle(done).is_some() {
                return;
            }
        }
        self.inner.memory.borrow_mut().get_or_insert_default().perform(batch);
    }

    /// The entries held from `from` to `to`, both included, ascending.
    pub async fn entries(&self, key: &ConversationKey, from: Seq, to: Seq) -> Vec<Entry> {
        self.stored(key, from, to).await.into_iter().map(|stored| stored.entry).collect()
    }

    /// The digests after those of `seqs` that are held.
    pub async fn digests(&self, key: &ConversationKey, seqs: &[Seq]) -> Vec<(Seq, Digest)> {
        let mut digests = Vec::new();
        for &seq in seqs {
            let stored = self.stored(key, seq, seq).await;
            digests.extend(stored.into_iter().map(|stored| (seq, stored.digest)));
        }
        digests
    }

    /// The text entries of `me` above `above`.
    pub async fn own_entries(&self, key: &ConversationKey, above: Seq, me: &UserId) -> Vec<Entry> {
        let mut entries = self.entries(key, above + 1, Seq::MAX).await;
        entries.retain(|entry| entry.kind == EntryType::Text && entry.from == *me);
        entries
    }

    /// All drafts.
    pub async fn drafts(&self) -> Vec<(ConversationKey, String)> {
        let Some(database) = self.database() else { return Vec::new() };
        self.settle(with_patience(drafts::load(&database)).await).unwrap_or_default()
    }

    /// Keeps a draft; an empty one is forgotten.
    pub async fn save_draft(&self, key: &ConversationKey, text: &str) {
        let in_memory = self.inner.memory.borrow().is_some();
        if !in_memory && let Some(database) = self.database() {
            self.settle(with_patience(drafts::save(&database, key, text)).await);
        }
    }

    /// What was done in notifications and has not reached the server, each with its id; none where that cannot be read.
    pub async fn pending_actions(&self) -> Option<Vec<(String, PendingAction)>> {
        let database = self.database()?;
        self.settle(with_patience(pending::load(&database)).await)
    }

    /// Forgets one that is taken care of.
    pub async fn forget_action(&self, id: &str) {
        if let Some(database) = self.database() {
            self.settle(with_patience(pending::forget(&database, id)).await);
        }
    }

    /// Closes the database; nothing is read or written afterwards.
    pub fn close(&self) {
        if let Some(database) = self.inner.database.borrow_mut().take() {
            database.close();
        }
    }

    /// Deletes an account's database. False when it could not be done (now).
    pub async fn wipe(user: &UserId) -> bool {
        database::delete(&database_name(user)).await.is_ok()
    }

    async fn stored(&self, key: &ConversationKey, from: Seq, to: Seq) -> Vec<StoredEntry> {
        let beneath = match self.database() {
            Some(database) => {
                let read = with_patience(log::entries(&database, key, from, to)).await;
                let (entries, bad) = self.settle(read).unwrap_or_default();
                self.inner.report(bad);
                entries
            }
            None => Vec::new(),
        };
        match &*self.inner.memory.borrow() {
            Some(memory) => memory.overlay(key, from, to, beneath),
            None => beneath,
        }
    }

    fn database(&self) -> Option<Database> {
        self.inner.database.borrow().clone()
    }

    /// The outcome of something tried; a failure moves us to memory.
    fn settle<T>(&self, outcome: Result<Result<T, Failed>, super::watchdog::Hangs>) -> Option<T> {
        match outcome.map_err(Failed::from).and_then(|done| done) {
            Ok(done) => Some(done),
            Err(Failed(reason)) => {
                self.inner.lose(reason);
                None
            }
        }
    }
}

impl Inner {
    /// From now on in memory. A full disk can still be read; what is broken cannot.
    fn lose(&self, reason: MemoryReason) {
        if reason != MemoryReason::Full {
            self.database.borrow_mut().take();
        }
        self.memory.borrow_mut().get_or_insert_default();
        // the first reason is the cause, except that a newer build explains everything
        if self.state.get() == StorageState::Ok || reason == MemoryReason::NewerBuild {
            self.state.set(StorageState::Memory { reason });
            (self.on_change)(self.state.get(), self.bad_records.get());
        }
    }

    fn report(&self, bad: usize) {
        if bad > 0 {
            self.bad_records.set(self.bad_records.get() + bad);
            (self.on_change)(self.state.get(), self.bad_records.get());
        }
    }
}
