//! SQLite, called directly: a statement is a call on the thread that asks, and most cost a few microseconds. A driver
//! that keeps each connection on a thread of its own changes threads at least twice for every statement: storing one
//! message took 50 changes of threads and 45 futex calls that way, and takes 7 and 2 this way. So it is whole
//! transactions that go to a thread that may block: reads to those of the runtime, as many at once as there are
//! connections; the writer has a thread for itself (see [`crate::store::writer`]).

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::engine::{CHECKPOINT_PAGES, READ_WAIT, STATEMENTS, on_a_thread};
use super::{Bytes, Row, Value};
use crate::store::StoreError;

/// A database's file, and the connections by which it is read.
#[derive(Clone)]
pub(in crate::store) struct Sqlite {
    file: Arc<Path>,
    lock_wait: Duration,
    /// One for each read at once.
    turns: Arc<Semaphore>,
    read_connections: u32,
    /// Opened and not in use.
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Sqlite {
    /// A file that is there, with its schema. Connections are opened when they are needed.
    pub(super) fn new(file: &Path, read_connections: u32, lock_wait: Duration) -> Self {
        let turns = Arc::new(Semaphore::new(read_connections as usize));
        Self { file: file.into(), lock_wait, turns, read_connections, idle: Arc::default() }
    }

    /// Where it is.
    pub(in crate::store) fn file(&self) -> &Path {
        &self.file
    }

    /// A connection that writes.
    pub(super) fn writer(&self) -> Result<Connection, StoreError> {
        let connection = self.open(OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
        Ok(connection)
    }

    /// Reads from one state of the database, on a thread that may block.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        reading: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let unavailable = |why: &str| StoreError::Unavailable(why.into());
        let turn = timeout(READ_WAIT, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| unavailable("too many reads wait"))?
            .map_err(|_| unavailable("closing"))?;
        let here = self.clone();
        on_a_thread(move || {
            let _turn = turn;
            let idle = here.idle().pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => here.open(OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            };
            run(&connection, "begin", &[])?;
            let outcome = reading(&mut connection);
            if run(&connection, "rollback", &[]).is_ok() {
                here.idle().push(connection);
            }
            outcome
        })
        .await
    }

    /// Takes no more reads, lets those under way finish, and closes their connections.
    pub(super) async fn close(&self) {
        // closed already: then nobody reads
        let _all = self.turns.acquire_many(self.read_connections).await;
        self.turns.close();
        self.idle().clear();
    }

    fn open(&self, access: OpenFlags) -> Result<Connection, StoreError> {
        // a connection is never used by two threads at once
        let connection = Connection::open_with_flags(&self.file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(self.lock_wait)?;
        // one plan for a statement, whatever is bound; else one whose limit is bound is planned anew each time it runs
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every row, or the first `most` of them.
pub(super) fn rows<T: Row>(
    connection: &Connection,
    sql: &str,
    values: &[Value],
    most: usize,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while found.len() < most
        && let Some(row) = rows.next()?
    {
        found.push(T::try_from(row)?);
    }
    Ok(found)
}

/// Runs a statement; answers how many rows it changed.
pub(super) fn run(connection: &Connection, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

/// `$7` is the seventh value, wherever it stands first; `?` are counted.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> Result<(), StoreError> {
    for place in 1..=statement.parameter_count() {
        let number = match statement.parameter_name(place) {
            Some(name) => name.trim_start_matches('$').parse().unwrap_or(0),
            None => place,
        };
        let value = number.checked_sub(1).and_then(|at| values.get(at));
        let value = value.ok_or_else(|| StoreError::Database(format!("no value for place {place}")))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Int(None) | Self::Text(None) => ValueRef::Null,
        }))
    }
}

impl<const N: usize> FromSql for Bytes<N> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        let other_size = FromSqlError::InvalidBlobSize { expected_size: N, blob_size: bytes.len() };
        bytes.try_into().map(Self).map_err(|_| other_size)
    }
}
