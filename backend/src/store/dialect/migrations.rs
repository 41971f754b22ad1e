//! The schema's history, one for each dialect, side by side.

use sqlx::migrate::Migrator;

/// For SQLite.
pub(super) const SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
/// For PostgreSQL.
pub(super) const POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");
