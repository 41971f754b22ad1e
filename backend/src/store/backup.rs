//! Backups: a copy made while serving, and putting one in place. For SQLite; a PostgreSQL server has its own tools.

use std::io;
use std::path::{Path, PathBuf};

use common::wire::Epoch;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tokio::fs;

use super::dialect::{Engine, is_known_migration};
use super::{Store, StoreError};

impl Store {
    /// Writes a consistent copy of the whole database to a new file that only its owner may read, while serving. The
    /// file is there whole or not at all.
    ///
    /// Errors: `Conflict` (the file exists), `Unavailable` (disk full, no such folder; not SQLite).
    pub async fn backup_to(&self, file: &Path) -> Result<(), StoreError> {
        let Engine::Sqlite(sqlite) = &self.inner.engine else {
            return Err(StoreError::Unavailable("PostgreSQL is backed up by its own tools".into()));
        };
        if fs::try_exists(file).await.map_err(file_error)? {
            return Err(StoreError::Conflict);
        }
        let partial = beside(file, ".partial");
        create_private(&partial).await?;
        let mut connection = SqliteConnectOptions::new().filename(sqlite.file()).connect().await?;
        let written = sqlx::query("vacuum into $1").bind(text(&partial)?).execute(&mut connection).await;
        connection.close().await?;
        let finished = match written {
            Ok(_) => publish(&partial, file).await.map_err(file_error),
            Err(error) => Err(error.into()),
        };
        if finished.is_err() {
            // of what could not be finished nothing must stay; that it may stay is all that can go wrong here
            let _ = fs::remove_file(&partial).await;
        }
        finished
    }
}

/// Whether a file is a whole backup that this program can serve. Errors: `Corrupt` (with the reason), `Unavailable`
/// (it cannot be read).
pub async fn validate_backup(file: &Path) -> Result<(), StoreError> {
    fs::metadata(file).await.map_err(file_error)?;
    let mut connection =
        SqliteConnectOptions::new().filename(file).read_only(true).immutable(true).connect().await?;
    let sound = check(&mut connection).await;
    connection.close().await?;
    sound
}

async fn check(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let (verdict,): (String,) = sqlx::query_as("pragma quick_check(1)").fetch_one(&mut *connection).await?;
    if verdict != "ok" {
        return Err(StoreError::Corrupt(verdict));
    }
    let sql = "select count(*) from sqlite_schema where name in ('_sqlx_migrations', 'server', 'entry')";
    let (tables,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *connection).await?;
    if tables != 3 {
        return Err(StoreError::Corrupt("a database, but none of this program's".into()));
    }
    let sql = "select version, checksum from _sqlx_migrations order by version";
    let migrations: Vec<(i64, Vec<u8>)> = sqlx::query_as(sql).fetch_all(&mut *connection).await?;
    match migrations.iter().find(|(version, checksum)| !is_known_migration(*version, checksum)) {
        Some((version, _)) => Err(StoreError::Corrupt(format!("made by another version (schema {version})"))),
        None => Ok(()),
    }
}

/// Puts a backup in place as the database file `database`, atomically, with a new epoch, so that every client compares
/// what it holds with what is there. Nothing may serve from `database` meanwhile. What was there is kept beside it with
/// the ending `.before-restore` (`.before-restore-2` where that is taken, and so on).
///
/// Errors: those of [`validate_backup`].
pub async fn restore(backup: &Path, database: &Path, new_epoch: Epoch) -> Result<(), StoreError> {
    validate_backup(backup).await?;
    let coming = beside(database, ".restoring");
    create_private(&coming).await?;
    fs::copy(backup, &coming).await.map_err(file_error)?;
    begin_new_life(&coming, new_epoch).await?;
    keep_old(database).await?;
    // a log of the old database must never be replayed into the new one
    for ending in ["-wal", "-shm"] {
        remove_if_there(&beside(database, ending)).await.map_err(file_error)?;
    }
    publish(&coming, database).await.map_err(file_error)
}

async fn begin_new_life(file: &Path, epoch: Epoch) -> Result<(), StoreError> {
    // no log beside it: the file alone is renamed into place
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    let sql = "update server set epoch = $1 where id = 1";
    sqlx::query(sql).bind(epoch.0.cast_signed()).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Keeps what is in place under another name, too: first whole in one file, then with a second link to it, so that at
/// every moment there is a database in place.
async fn keep_old(database: &Path) -> Result<(), StoreError> {
    if !fs::try_exists(database).await.map_err(file_error)? {
        return Ok(());
    }
    let mut kept = beside(database, ".before-restore");
    let mut number = 2;
    while fs::try_exists(&kept).await.map_err(file_error)? {
        kept = beside(database, &format!(".before-restore-{number}"));
        number += 1;
    }
    if fold_log(database).await.is_err() {
        // it may be the broken file for which the backup is restored; then its log is kept beside it as it is
        let log = beside(database, "-wal");
        if fs::try_exists(&log).await.map_err(file_error)? {
            fs::rename(&log, beside(&kept, "-wal")).await.map_err(file_error)?;
        }
    }
    if fs::hard_link(database, &kept).await.is_err() {
        // a file system without links
        fs::copy(database, &kept).await.map_err(file_error)?;
    }
    Ok(())
}

/// Carries the write-ahead log over into the file.
async fn fold_log(database: &Path) -> Result<(), StoreError> {
    let mut connection = SqliteConnectOptions::new().filename(database).connect().await?;
    sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// A new, empty file that only its owner may read; one that an earlier attempt left is replaced.
async fn create_private(file: &Path) -> Result<(), StoreError> {
    remove_if_there(file).await.map_err(file_error)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(file).await.map_err(file_error)?;
    Ok(())
}

/// Gives a finished file its name, durably.
async fn publish(finished: &Path, name: &Path) -> io::Result<()> {
    fs::File::open(finished).await?.sync_all().await?;
    fs::rename(finished, name).await?;
    match name.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => fs::File::open(folder).await?.sync_all().await,
        None => fs::File::open(".").await?.sync_all().await,
    }
}

async fn remove_if_there(file: &Path) -> io::Result<()> {
    match fs::remove_file(file).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The file of this name with an ending more.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn text(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or_else(|| StoreError::Unavailable("the path is not text".into()))
}

fn file_error(error: io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
