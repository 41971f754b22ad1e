//! Opening a store.

use std::path::Path;
use std::sync::Arc;

use common::wire::Epoch;
use tokio::sync::mpsc;

use super::{Commit, IdSource, StoreError};

/// How a store is opened.
#[derive(Clone)]
pub struct StoreOptions {
    /// The epoch that a new (or newly restored) store gets; a random number.
    pub new_epoch: Epoch,
    /// Where new ids come from.
    pub new_id: IdSource,
    /// Who is told of every commit, in order. When this is full the writer waits, so whoever reads it must not wait
    /// for a write. Without one, nobody is told.
    pub commits: Option<mpsc::Sender<Commit>>,
    /// Connections for reading at once.
    pub read_connections: u32,
    /// Writes that may wait; beyond, they are [`StoreError::Unavailable`].
    pub write_queue: usize,
}

impl StoreOptions {
    /// Eight reading connections, 4,096 waiting writes, no one told.
    pub fn new(new_epoch: Epoch, new_id: IdSource) -> Self {
        Self { new_epoch, new_id, commits: None, read_connections: 8, write_queue: 4_096 }
    }
}

/// A handle to everything that is remembered. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) epoch: Epoch,
}

impl Store {
    /// Opens (or makes) the SQLite database in this file and brings its schema up to date.
    pub async fn open_sqlite(file: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        unimplemented!("{file:?} {}", options.write_queue)
    }

    /// Opens the PostgreSQL database at this address and brings its schema up to date.
    pub async fn open_postgres(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        unimplemented!("{url} {}", options.write_queue)
    }

    /// The life of this store.
    pub fn epoch(&self) -> Epoch {
        self.inner.epoch
    }

    /// The newest committed position.
    pub async fn position(&self) -> Result<u64, StoreError> {
        unimplemented!()
    }

    /// Takes no more writes, finishes those that wait, and closes every connection.
    pub async fn close(&self) {
        unimplemented!()
    }
}
