//! Statements for many rows at once, of few fixed sizes, so that each is prepared once and kept.

use std::fmt::Write as _;

use sqlx::SqlStr;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{Conn, Row, Value};
use crate::store::StoreError;

/// Most rows in one statement; a power of two.
const MOST_ROWS: usize = 64;

/// How placeholders are written. SQLite looks named ones (`$7`) up one by one, which makes a statement with hundreds
/// of them slow, so it gets `?`; PostgreSQL knows only `$7`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::store) enum Dialect {
    /// `?`
    Sqlite,
    /// `$1`
    Postgres,
}

/// A statement around `values (…), (…)`, ready for 1, 2, 4 … [`MOST_ROWS`] rows. The columns of the list are called
/// `column1`, `column2` … by both engines.
#[derive(Clone)]
pub(in crate::store) struct Batch {
    columns: usize,
    /// By the exponent of the size.
    sizes: Vec<SqlStr>,
}

impl Batch {
    /// The statement's text before and after the rows, and how many columns each row has.
    pub(in crate::store) fn new(dialect: Dialect, before: &str, columns: usize, after: &str) -> Self {
        let sizes = (0..=MOST_ROWS.ilog2()).map(|exponent| {
            let mut text = String::from(before);
            text.push_str(" values ");
            for row in 0..1usize << exponent {
                text.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..columns {
                    let comma = if column == 0 { "" } else { ", " };
                    // writing to a string cannot fail
                    let _ = match dialect {
                        Dialect::Sqlite => write!(text, "{comma}?"),
                        Dialect::Postgres => write!(text, "{comma}${}", row * columns + column + 1),
                    };
                }
                text.push(')');
            }
            text.push_str(after);
            AssertSqlSafe(std::sync::Arc::<str>::from(text)).into_sql_str()
        });
        Self { columns, sizes: sizes.collect() }
    }

    /// Runs the statement for these rows, one after the other in one list.
    pub(in crate::store) async fn run(
        &self,
        conn: &mut Conn<'_>,
        rows: Vec<Value>,
    ) -> Result<(), StoreError> {
        let mut left = rows.len() / self.columns;
        let mut rows = rows.into_iter();
        while left > 0 {
            let exponent = left.min(MOST_ROWS).ilog2();
            let size = 1 << exponent;
            let part = rows.by_ref().take(size * self.columns).collect();
            conn.run(self.sizes[exponent as usize].clone(), part).await?;
            left -= size;
        }
        Ok(())
    }

    /// Runs a query for these rows and answers what it finds. A row may be asked for more than once, and answered as
    /// often: the list is filled up to the next size with its last row.
    pub(in crate::store) async fn find<T: Row>(
        &self,
        conn: &mut Conn<'_>,
        rows: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for part in rows.chunks(MOST_ROWS * self.columns) {
            let count = part.len() / self.columns;
            let size = count.next_power_of_two();
            let last = &part[part.len() - self.columns..];
            let mut values = Vec::with_capacity(size * self.columns);
            values.extend_from_slice(part);
            (count..size).for_each(|_| values.extend_from_slice(last));
            found.append(&mut conn.all(self.sizes[size.ilog2() as usize].clone(), values).await?);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_of_each_size_numbers_its_places() {
        let batch = Batch::new(Dialect::Postgres, "insert into t (a, b)", 2, " returning a");
        assert_eq!(batch.sizes.len(), 7);
        assert_eq!(batch.sizes[1].as_str(), "insert into t (a, b) values ($1, $2), ($3, $4) returning a");
        let batch = Batch::new(Dialect::Sqlite, "insert into t (a, b)", 2, "");
        assert_eq!(batch.sizes[1].as_str(), "insert into t (a, b) values (?, ?), (?, ?)");
    }
}
