//! What a database's error means to us.

use sqlx::error::DatabaseError;

use crate::store::StoreError;

/// SQLite's primary result codes that say "not now": busy, locked, read-only, I/O error, full, cannot open, and out
/// of memory (<https://sqlite.org/rescode.html>).
const SQLITE_NOT_NOW: [i32; 7] = [5, 6, 7, 8, 10, 13, 14];
/// SQLite's primary result codes that say "this is no database, or no longer".
const SQLITE_CORRUPT: [i32; 2] = [11, 26];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error;
        match &error {
            Error::Io(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed | Error::Tls(_) => {
                Self::Unavailable(error.to_string())
            }
            Error::ColumnDecode { .. } | Error::Decode(_) => Self::Corrupt(error.to_string()),
            Error::Migrate(_) => Self::Corrupt(error.to_string()),
            Error::Database(refused) => match meaning(refused.as_ref()) {
                Some(Meaning::NotNow) => Self::Unavailable(error.to_string()),
                Some(Meaning::Corrupt) => Self::Corrupt(error.to_string()),
                None => Self::Database(error),
            },
            _ => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            other => Self::Corrupt(other.to_string()),
        }
    }
}

enum Meaning {
    NotNow,
    Corrupt,
}

fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
    let code = error.code()?;
    if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return pg_meaning(&code);
    }
    // the lower byte of an extended code is the primary one
    let primary = code.parse::<i32>().ok()? & 0xff;
    match primary {
        code if SQLITE_NOT_NOW.contains(&code) => Some(Meaning::NotNow),
        code if SQLITE_CORRUPT.contains(&code) => Some(Meaning::Corrupt),
        _ => None,
    }
}

/// PostgreSQL's SQLSTATE: 55P03 lock timeout; by class 08 connection, 53 resources (disk full), 57 operator (shutting
/// down), 58 system, XX corrupt. Class 40 (deadlock, serialization) is for the writer, which replays.
fn pg_meaning(code: &str) -> Option<Meaning> {
    if code == "55P03" {
        return Some(Meaning::NotNow);
    }
    match code.get(..2)? {
        "08" | "53" | "57" | "58" => Some(Meaning::NotNow),
        "XX" => Some(Meaning::Corrupt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{Connection as _, Executor as _};

    use crate::store::StoreError;

    #[tokio::test]
    async fn a_full_database_is_unavailable_and_takes_writes_again_once_there_is_room() {
        let mut db = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        db.execute("create table t (x blob)").await.unwrap();
        db.execute("pragma max_page_count = 8").await.unwrap();
        let fill = "insert into t values (zeroblob(60000))";
        let refused = StoreError::from(db.execute(fill).await.unwrap_err());
        assert!(matches!(&refused, StoreError::Unavailable(why) if why.contains("full")), "{refused:?}");
        db.execute("pragma max_page_count = 1000").await.unwrap();
        db.execute(fill).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_no_database_is_corrupt() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letters.db");
        std::fs::write(&file, "a letter, and no database at all".repeat(100)).unwrap();
        let mut db = SqliteConnection::connect(file.to_str().unwrap()).await.unwrap();
        let refused = StoreError::from(db.execute("select * from t").await.unwrap_err());
        assert!(matches!(refused, StoreError::Corrupt(_)), "{refused:?}");
    }
}
