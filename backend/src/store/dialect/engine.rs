//! The two engines: their pools for reading, and the writer's connection.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Postgres, Sqlite, Transaction};

use super::{Conn, Dialect, migrations};
use crate::store::StoreError;

/// How long a read waits for a free connection.
const READ_WAIT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection: every statement of the store, and of the writer's batches each size.
const STATEMENTS: usize = 512;
/// Pages that the WAL grows to before they are carried over (4 KiB each).
const CHECKPOINT_PAGES: &str = "4000";

/// An open database.
#[derive(Clone)]
pub(in crate::store) enum Engine {
    /// One file, many readers, one writer.
    Sqlite {
        /// Opened once more for the writer.
        options: SqliteConnectOptions,
        /// Read-only connections.
        reads: SqlitePool,
    },
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
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(lock_wait)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
            .statement_cache_capacity(STATEMENTS)
            .row_buffer_size(STATEMENTS)
            .disable_statement_logging();
        let mut first = options.connect().await?;
        migrations::SQLITE.run(&mut first).await?;
        first.close().await?;
        let reads = PoolOptions::<Sqlite>::new()
            .max_connections(read_connections)
            .acquire_timeout(READ_WAIT)
            .test_before_acquire(false)
            .connect_lazy_with(options.clone().read_only(true).create_if_missing(false));
        Ok(Self::Sqlite { options, reads })
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
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// A connection for one read that needs no more than one statement.
    pub(in crate::store) async fn read(&self) -> Result<ReadConnection, StoreError> {
        Ok(match self {
            Self::Sqlite { reads, .. } => ReadConnection::Sqlite(reads.acquire().await?),
            Self::Postgres { reads, .. } => ReadConnection::Postgres(reads.acquire().await?),
        })
    }

    /// One state of the database, for reads of several statements that must agree.
    pub(in crate::store) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(match self {
            Self::Sqlite { reads, .. } => Snapshot::Sqlite(reads.begin().await?),
            Self::Postgres { reads, .. } => {
                let begin = "begin transaction isolation level repeatable read, read only";
                Snapshot::Postgres(reads.begin_with(begin).await?)
            }
        })
    }

    /// The connection that writes. There is one in a process.
    pub(in crate::store) async fn writer(&self) -> Result<WriteConnection, StoreError> {
        Ok(match self {
            Self::Sqlite { options, .. } => WriteConnection::Sqlite(options.connect().await?),
            Self::Postgres { options, .. } => WriteConnection::Postgres(options.connect().await?),
        })
    }

    /// Closes the pool; reads under way finish.
    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite { reads, .. } => reads.close().await,
            Self::Postgres { reads, .. } => reads.close().await,
        }
    }
}

/// A pooled connection for reading.
pub(in crate::store) enum ReadConnection {
    /// SQLite's.
    Sqlite(PoolConnection<Sqlite>),
    /// PostgreSQL's.
    Postgres(PoolConnection<Postgres>),
}

impl ReadConnection {
    /// To run statements on.
    pub(in crate::store) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(db) => Conn::Sqlite(db),
            Self::Postgres(db) => Conn::Postgres(db),
        }
    }
}

/// One state of the database, while it goes on changing. Ends when dropped.
pub(in crate::store) enum Snapshot {
    /// SQLite's.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL's.
    Postgres(Transaction<'static, Postgres>),
}

impl Snapshot {
    /// To run statements on.
    pub(in crate::store) fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(db) => Conn::Sqlite(db),
            Self::Postgres(db) => Conn::Postgres(db),
        }
    }
}

/// The connection that writes.
pub(in crate::store) enum WriteConnection {
    /// SQLite's.
    Sqlite(SqliteConnection),
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
        let _ = match self {
            Self::Sqlite(db) => db.close().await,
            Self::Postgres(db) => db.close().await,
        };
    }
}
