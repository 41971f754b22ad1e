//! A borrowed connection of either engine.

use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, FromRow, SqlSafeStr};

use super::Value;
use crate::store::StoreError;

/// What a row decodes into, on both engines.
pub(in crate::store) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A borrowed connection of either engine. A statement is prepared once per connection and kept.
pub(in crate::store) enum Conn<'c> {
    /// SQLite's.
    Sqlite(&'c mut SqliteConnection),
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
        Ok(match self {
            Self::Sqlite(db) => sqlx::query_as_with(sql, sqlite(values)?).fetch_all(&mut **db).await?,
            Self::Postgres(db) => sqlx::query_as_with(sql, postgres(values)?).fetch_all(&mut **db).await?,
        })
    }

    /// The first row, if there is one.
    pub(in crate::store) async fn optional<T: Row>(
        &mut self,
        sql: impl SqlSafeStr,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        Ok(match self {
            Self::Sqlite(db) => sqlx::query_as_with(sql, sqlite(values)?).fetch_optional(&mut **db).await?,
            Self::Postgres(db) => {
                sqlx::query_as_with(sql, postgres(values)?).fetch_optional(&mut **db).await?
            }
        })
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
        Ok(match self {
            Self::Sqlite(db) => {
                sqlx::query_with(sql, sqlite(values)?).execute(&mut **db).await?.rows_affected()
            }
            Self::Postgres(db) => {
                sqlx::query_with(sql, postgres(values)?).execute(&mut **db).await?.rows_affected()
            }
        })
    }
}

fn sqlite(values: Vec<Value>) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    fill(&mut arguments, values)?;
    Ok(arguments)
}

fn postgres(values: Vec<Value>) -> Result<PgArguments, StoreError> {
    let mut arguments = PgArguments::default();
    fill(&mut arguments, values)?;
    Ok(arguments)
}

fn fill<A: Arguments>(arguments: &mut A, values: Vec<Value>) -> Result<(), StoreError>
where
    for<'v> Option<i64>: sqlx::Encode<'v, A::Database> + sqlx::Type<A::Database>,
    for<'v> Vec<u8>: sqlx::Encode<'v, A::Database> + sqlx::Type<A::Database>,
    for<'v> Option<String>: sqlx::Encode<'v, A::Database> + sqlx::Type<A::Database>,
{
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Int(number) => arguments.add(number),
            Value::Bytes(bytes) => arguments.add(bytes),
            Value::Text(text) => arguments.add(text),
        }
        .map_err(|error| StoreError::Database(sqlx::Error::Encode(error)))?;
    }
    Ok(())
}
