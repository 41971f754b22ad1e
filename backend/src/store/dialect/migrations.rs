//! The schema's history, one for each dialect, side by side.

use sqlx::migrate::Migrator;

/// For SQLite.
pub(super) const SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
/// For PostgreSQL.
pub(super) const POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// The newest that this program knows, of SQLite's.
pub(in crate::store) fn newest_sqlite_migration() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}
