//! The two engines: their pools for reading, and the writer's connection.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use futures_util::FutureExt as _;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection, Postgres};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use super::{Conn, Dialect, Row, Sqlite, Value, migrations};
use crate::store::StoreError;

/// How long a read waits for a free connection.
pub(super) const READ_WAIT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection: every statement of the store, and of the writer's batches each size.
pub(super) const STATEMENTS: usize = 512;
/// Pages that the WAL grows to before they are carried over (4 KiB each).
pub(super) const CHECKPOINT_PAGES: u32 = 4_000;

/// An open database.
#[derive(Clone)]
pub(in crate::store) enum Engine {
    /// One file, many readers, one writer.
    Sqlite(Sqlite),
    /// A server, ours or of a cluster.
    Postgres {
        /// Opened once more for the writer.
        options: PgConnectOptions,
        /// Connections for reading.
        reads: PgPool,
    },
}

impl Engine {
    /// Opens or makes a file, brings its schema up to date, and readies the pool for reading.
    pub(in crate::store) async fn sqlite(
        file: &Path,
        read_connections: u32,
        lock_wait: Duration,
    ) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(lock_wait)
            .disable_statement_logging();
        let mut first = options.connect().await?;
        migrations::SQLITE.run(&mut first).await?;
        first.close().await?;
        Ok(Self::Sqlite(Sqlite::new(file, read_connections, lock_wait)))
    }

    /// Opens a database of a PostgreSQL server, and brings its schema up to date.
    pub(in crate::store) async fn postgres(
        url: &str,
        read_connections: u32,
        lock_wait: Duration,
    ) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?
            .statement_cache_capacity(STATEMENTS)
            .options([
                ("synchronous_commit", "on".to_owned()),
                ("lock_timeout", format!("{}ms", lock_wait.as_millis())),
            ])
            .disable_statement_logging();
        let mut first = options.connect().await?;
        migrations::POSTGRES.run(&mut first).await?;
        first.close().await?;
        let reads = PoolOptions::<Postgres>::new()
            .max_connections(read_connections)
            .acquire_timeout(READ_WAIT)
            .connect_lazy_with(options.clone());
        Ok(Self::Postgres { options, reads })
    }

    /// How this engine is spoken to.
    pub(in crate::store) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// Reads from one state of the database, while it goes on changing.
    pub(in crate::store) async fn read<T, R>(&self, reading: R) -> Result<T, StoreError>
    where
        T: Send + 'static,
        R: AsyncFnOnce(&mut Conn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => {
                let read = move |db: &mut rusqlite::Connection| {
                    let at_once = reading(&mut Conn::Sqlite(db)).now_or_never();
                    at_once.expect("nothing that is asked of SQLite is waited for")
                };
                sqlite.read(read).await
            }
            Self::Postgres { reads, .. } => {
                let begin = "begin transaction isolation level repeatable read, read only";
                // first a connection, of which there are few, so that who waits for one holds no thread
                let mut snapshot = reads.begin_with(begin).await?;
                let runtime = Handle::current();
                let read = async move || reading(&mut Conn::Postgres(&mut snapshot)).await;
                on_a_thread(move || runtime.block_on(read())).await
            }
        }
    }

    /// Every row that one statement finds.
    pub(in crate::store) async fn all<T: Row + 'static>(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        self.read(async move |conn| conn.all(sql, values).await).await
    }

    /// The first row that one statement finds, if there is one.
    pub(in crate::store) async fn optional<T: Row + 'static>(
        &self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        self.read(async move |conn| conn.optional(sql, values).await).await
    }

    /// The connection that writes. There is one in a process.
    pub(in crate::store) async fn writer(&self) -> Result<WriteConnection, StoreError> {
        Ok(match self {
            Self::Sqlite(sqlite) => WriteConnection::Sqlite(sqlite.writer()?),
            Self::Postgres { options, .. } => WriteConnection::Postgres(options.connect().await?),
        })
    }

    /// Closes the connections for reading; reads under way finish.
    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres { reads, .. } => reads.close().await,
        }
    }
}

/// Reads on a thread that may block.
pub(super) async fn on_a_thread<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let broken_off = |_| Err(StoreError::Unavailable("a read was broken off".into()));
    spawn_blocking(read).await.unwrap_or_else(broken_off)
}

/// The connection that writes.
pub(in crate::store) enum WriteConnection {
    /// SQLite's.
    Sqlite(rusqlite::Connection),
    /// PostgreSQL's.
    Postgres(PgConnection),
}

impl WriteConnection {
    /// To run statements on.
    pub(in crate::store) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(db) => Conn::Sqlite(db),
            Self::Postgres(db) => Conn::Postgres(db),
        }
    }

    /// What opens a write transaction. SQLite takes its one lock at once, so that what is read is what is changed.
    pub(in crate::store) fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "begin immediate",
            Self::Postgres(_) => "begin",
        }
    }

    /// Closes it in good order.
    pub(in crate::store) async fn close(self) {
        // whether the last word reaches the database does not matter: everything answered is committed
        match self {
            Self::Sqlite(db) => drop(db.close()),
            Self::Postgres(db) => drop(db.close().await),
        }
    }
}
