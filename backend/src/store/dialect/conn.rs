//! A borrowed connection of either engine.

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::{Arguments as _, FromRow, SqlSafeStr};

use super::{Value, sqlite};
use crate::store::StoreError;

/// What a row decodes into, on both engines.
pub(in crate::store) trait Row:
    for<'r> TryFrom<&'r rusqlite::Row<'r>, Error = rusqlite::Error> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T where
    T: for<'r> TryFrom<&'r rusqlite::Row<'r>, Error = rusqlite::Error>
        + for<'r> FromRow<'r, PgRow>
        + Send
        + Unpin
{
}

/// A borrowed connection of either engine. A statement is prepared once per connection and kept.
pub(in crate::store) enum Conn<'c> {
    /// SQLite's. What is asked of it is done before the call returns and never waited for; so it belongs on a thread
    /// that may block.
    Sqlite(&'c mut rusqlite::Connection),
    /// PostgreSQL's.
    Postgres(&'c mut PgConnection),
}

impl Conn<'_> {
    /// Every row.
    pub(in crate::store) async fn all<T: Row>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(db) => sqlite::rows(db, sql.as_str(), &values, usize::MAX),
            Self::Postgres(db) => {
                Ok(sqlx::query_as_with(sql, postgres(values)?).fetch_all(&mut **db).await?)
            }
        }
    }

    /// The first row, if there is one.
    pub(in crate::store) async fn optional<T: Row>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(db) => Ok(sqlite::rows(db, sql.as_str(), &values, 1)?.pop()),
            Self::Postgres(db) => {
                Ok(sqlx::query_as_with(sql, postgres(values)?).fetch_optional(&mut **db).await?)
            }
        }
    }

    /// The one row that there must be.
    pub(in crate::store) async fn one<T: Row>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<T, StoreError> {
        self.optional(sql, values).await?.ok_or_else(|| StoreError::Corrupt("a row is missing".into()))
    }

    /// Runs a statement; answers how many rows it changed.
    pub(in crate::store) async fn run(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(db) => sqlite::run(db, sql.as_str(), &values),
            Self::Postgres(db) => {
                Ok(sqlx::query_with(sql, postgres(values)?).execute(&mut **db).await?.rows_affected())
            }
        }
    }
}

fn postgres(values: Vec<Value>) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Int(number) => arguments.add(number),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Text(text) => arguments.add(text),
        }
        .map_err(|error| StoreError::Database(error.to_string()))?;
    }
    Ok(arguments)
}
