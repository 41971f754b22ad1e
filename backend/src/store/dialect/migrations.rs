//! The schema's history, one for each dialect, side by side.

use sqlx::migrate::Migrator;

/// For SQLite.
pub(super) const SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
/// For PostgreSQL.
pub(super) const POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// Whether a migration that was applied to an SQLite database is one of ours, as we know it.
pub(in crate::store) fn is_known_migration(version: i64, checksum: &[u8]) -> bool {
    SQLITE.iter().any(|known| known.version == version && *known.checksum == *checksum)
}
