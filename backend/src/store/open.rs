//! Opening a store.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::wire::Epoch;
use tokio::sync::mpsc;

use super::dialect::{Conn, Engine, values};
use super::writer::{Setting, Writer};
use super::{Commit, GroupObserver, IdSource, StoreError};

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
    /// How long a write waits for another process's lock before it is [`StoreError::Unavailable`].
    pub lock_wait: Duration,
    /// Who hears how each group of writes went. Without one, nobody measures.
    pub observer: Option<GroupObserver>,
    /// Writes that may wait; beyond, they are [`StoreError::Unavailable`].
    pub write_queue: usize,
}

impl StoreOptions {
    /// Four reading connections, 4,096 waiting writes, five seconds for a lock, no one told.
    pub fn new(new_epoch: Epoch, new_id: IdSource) -> Self {
        let lock_wait = Duration::from_secs(5);
        Self {
            new_epoch,
            new_id,
            commits: None,
            read_connections: 4,
            lock_wait,
            observer: None,
            write_queue: 4_096,
        }
    }
}

/// A handle to everything that is remembered. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) epoch: Epoch,
    pub(super) engine: Engine,
    pub(super) writer: Writer,
}

impl Store {
    /// Opens (or makes) the SQLite database in this file and brings its schema up to date.
    pub async fn open_sqlite(file: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let engine = Engine::sqlite(file, options.read_connections, options.lock_wait).await?;
        Self::open(engine, options).await
    }

    /// Opens the PostgreSQL database at this address and brings its schema up to date.
    pub async fn open_postgres(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        let engine = Engine::postgres(url, options.read_connections, options.lock_wait).await?;
        Self::open(engine, options).await
    }

    async fn open(engine: Engine, options: StoreOptions) -> Result<Self, StoreError> {
        let StoreOptions { new_epoch, new_id, commits, observer, write_queue, .. } = options;
        let epoch = begin_life(&engine, new_epoch).await?;
        let writer =
            Writer::start(Setting { engine: engine.clone(), new_id, commits, queue: write_queue, observer })?;
        Ok(Self { inner: Arc::new(Inner { epoch, engine, writer }) })
    }

    /// The life of this store.
    pub fn epoch(&self) -> Epoch {
        self.inner.epoch
    }

    /// The newest committed position.
    pub async fn position(&self) -> Result<u64, StoreError> {
        self.inner.engine.read(async |conn| load_position(conn).await).await
    }

    /// Takes no more writes, finishes those that wait, and closes every connection.
    pub async fn close(&self) {
        self.inner.engine.close().await;
        // the last one to go carries over what SQLite has in its WAL
        self.inner.writer.close().await;
    }
}

/// The newest committed position.
pub(super) async fn load_position(conn: &mut Conn<'_>) -> Result<u64, StoreError> {
    let (position,): (i64,) = conn.one("select position from server where id = 1", values![]).await?;
    Ok(position.cast_unsigned())
}

/// Makes the server's row where there is none yet; of several nodes that start at once, one makes it.
async fn begin_life(engine: &Engine, new_epoch: Epoch) -> Result<Epoch, StoreError> {
    let mut connection = engine.writer().await?;
    let mut conn = connection.conn();
    let make = "insert into server (id, epoch, position) values (1, $1, 0) on conflict (id) do nothing";
    conn.run(make, values![new_epoch.0]).await?;
    let (epoch,): (i64,) = conn.one("select epoch from server where id = 1", values![]).await?;
    connection.close().await;
    Ok(Epoch(epoch.cast_unsigned()))
}
