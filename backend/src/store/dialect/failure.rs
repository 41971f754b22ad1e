//! What a database's error means to us.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
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
                Some(meaning) => meaning.of(error.to_string()),
                None => Self::Database(error.to_string()),
            },
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        let meaning = match &error {
            Error::SqliteFailure(failure, _) => sqlite_meaning(failure.extended_code),
            Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..) => Some(Meaning::Corrupt),
            _ => None,
        };
        match meaning {
            Some(meaning) => meaning.of(error.to_string()),
            None => Self::Database(error.to_string()),
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
    Raced,
}

impl Meaning {
    fn of(self, error: String) -> StoreError {
        match self {
            Self::NotNow => StoreError::Unavailable(error),
            Self::Corrupt => StoreError::Corrupt(error),
            Self::Raced => StoreError::Raced(error),
        }
    }
}

fn meaning(error: &dyn DatabaseError) -> Option<Meaning> {
    let code = error.code()?;
    if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return pg_meaning(&code);
    }
    sqlite_meaning(code.parse().ok()?)
}

fn sqlite_meaning(extended_code: i32) -> Option<Meaning> {
    if matches!(extended_code, SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY) {
        return Some(Meaning::Raced);
    }
    // the lower byte of an extended code is the primary one
    match extended_code & 0xff {
        code if SQLITE_NOT_NOW.contains(&code) => Some(Meaning::NotNow),
        code if SQLITE_CORRUPT.contains(&code) => Some(Meaning::Corrupt),
        _ => None,
    }
}

/// PostgreSQL's SQLSTATE: 55P03 lock timeout; 23505 key taken, 40P01 deadlock, 40001 serialization; by class 08
/// connection, 53 resources (disk full), 57 operator (shutting down), 58 system, XX corrupt.
fn pg_meaning(code: &str) -> Option<Meaning> {
    match code {
        "55P03" => return Some(Meaning::NotNow),
        "23505" | "40P01" | "40001" => return Some(Meaning::Raced),
        _ => {}
    }
    match code.get(..2)? {
        "08" | "53" | "57" | "58" => Some(Meaning::NotNow),
        "XX" => Some(Meaning::Corrupt),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::store::StoreError;

    #[test]
    fn a_full_database_is_unavailable_and_takes_writes_again_once_there_is_room() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("create table t (x blob); pragma max_page_count = 8").unwrap();
        let fill = "insert into t values (zeroblob(60000))";
        let refused = StoreError::from(db.execute(fill, []).unwrap_err());
        assert!(matches!(&refused, StoreError::Unavailable(why) if why.contains("full")), "{refused:?}");
        db.execute_batch("pragma max_page_count = 1000").unwrap();
        db.execute(fill, []).unwrap();
    }

    #[test]
    fn what_is_no_database_is_corrupt() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letters.db");
        std::fs::write(&file, "a letter, and no database at all".repeat(100)).unwrap();
        let db = Connection::open(file).unwrap();
        let refused = StoreError::from(db.execute_batch("select * from t").unwrap_err());
        assert!(matches!(refused, StoreError::Corrupt(_)), "{refused:?}");
    }

    #[test]
    fn a_key_that_was_taken_is_a_race() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("create table t (x integer, constraint t_pk primary key (x)) without rowid")
            .unwrap();
        db.execute("insert into t values (1)", []).unwrap();
        let refused = StoreError::from(db.execute("insert into t values (1)", []).unwrap_err());
        assert!(matches!(refused, StoreError::Raced(_)), "{refused:?}");
    }
}
