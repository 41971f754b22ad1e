//! Backups: a copy made while serving, and putting one in place.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use common::wire::Epoch;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection};

use super::dialect::{Conn, Engine, values};
use super::{Store, StoreError};

impl Store {
    /// Writes a consistent copy of the whole database to a new file, while serving. SQLite only.
    ///
    /// Errors: `Conflict` (the file exists), `Unavailable` (disk full).
    pub async fn backup_to(&self, file: &Path) -> Result<(), StoreError> {
        if matches!(self.inner.engine, Engine::Postgres { .. }) {
            return Err(StoreError::Unavailable("PostgreSQL has its own tools for backups".into()));
        }
        if file.try_exists().map_err(unwritable)? {
            return Err(StoreError::Conflict);
        }
        let name =
            file.to_str().ok_or_else(|| StoreError::Corrupt("a file's name that is no text".into()))?;
        let mut read = self.inner.engine.read().await?;
        // one statement reads one state of the database, whatever is written meanwhile
        let copied = read.conn().run("vacuum into $1", values![name.to_owned()]).await;
        if let Err(error) = copied {
            // half a backup is worse than none
            let _ = fs::remove_file(file);
            return Err(error);
        }
        make_durable(file)
    }
}

/// Whether a file is a whole backup that this program can serve. Errors: `Corrupt`, with the reason.
pub async fn validate_backup(file: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(file).read_only(true).disable_statement_logging();
    let mut connection = options.connect().await.map_err(not_ours)?;
    let outcome = look_over(&mut connection).await;
    // nothing was written, so nothing depends on how it closes
    let _ = connection.close().await;
    outcome
}

async fn look_over(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut conn = Conn::Sqlite(connection);
    let (verdict,): (String,) = conn.one("pragma integrity_check(1)", values![]).await.map_err(damaged)?;
    if verdict != "ok" {
        return Err(StoreError::Corrupt(verdict));
    }
    let newest = super::dialect::newest_sqlite_migration();
    let (applied,): (i64,) = conn
        .one("select coalesce(max(version), 0) from _sqlx_migrations", values![])
        .await
        .map_err(damaged)?;
    if applied > newest {
        return Err(StoreError::Corrupt("a backup of a newer version of this program".into()));
    }
    let (servers,): (i64,) = conn.one("select count(*) from server", values![]).await.map_err(damaged)?;
    if servers == 1 { Ok(()) } else { Err(StoreError::Corrupt("not a backup of a server".into())) }
}

/// Puts a backup in place as the database file `database`, atomically, with a new epoch. Nothing may serve from
/// `database` meanwhile. What was there is kept beside it with the ending `.before-restore`.
pub async fn restore(backup: &Path, database: &Path, new_epoch: Epoch) -> Result<(), StoreError> {
    validate_backup(backup).await?;
    let incoming = beside(database, ".incoming");
    fs::copy(backup, &incoming).map_err(unwritable)?;
    begin_new_life(&incoming, new_epoch).await?;
    make_durable(&incoming)?;
    // the write-ahead log belongs to the file that it was written for; both go aside together
    for ending in ["-wal", "-shm", ""] {
        let (from, to) = (beside(database, ending), beside(database, &format!(".before-restore{ending}")));
        match fs::rename(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unwritable(error)),
        }
    }
    fs::rename(&incoming, database).map_err(unwritable)?;
    match database.parent() {
        Some(folder) => File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable),
        None => Ok(()),
    }
}

/// Positions and numbers given since the backup will be given again: only a new epoch tells them apart.
async fn begin_new_life(file: &Path, epoch: Epoch) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        // all in the one file, which is about to be renamed
        .journal_mode(SqliteJournalMode::Delete)
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    let renamed = Conn::Sqlite(&mut connection).run("update server set epoch = $1", values![epoch.0]).await;
    connection.close().await?;
    renamed.map(drop)
}

fn make_durable(file: &Path) -> Result<(), StoreError> {
    File::open(file).and_then(|file| file.sync_all()).map_err(unwritable)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(ending);
    PathBuf::from(name)
}

fn unwritable(error: io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

fn not_ours(error: sqlx::Error) -> StoreError {
    StoreError::Corrupt(format!("not a database: {error}"))
}

fn damaged(error: StoreError) -> StoreError {
    StoreError::Corrupt(format!("not a backup of a server: {error}"))
}
