//! Backups: a copy made while serving, and putting one in place.

use std::path::Path;

use common::wire::Epoch;

use super::{Store, StoreError};

impl Store {
    /// Writes a consistent copy of the whole database to a new file, while serving. SQLite only.
    ///
    /// Errors: `Conflict` (the file exists), `Unavailable` (disk full).
    pub async fn backup_to(&self, file: &Path) -> Result<(), StoreError> {
        unimplemented!("{file:?}")
    }
}

/// Whether a file is a whole backup that this program can serve. Errors: `Corrupt`, with the reason.
pub async fn validate_backup(file: &Path) -> Result<(), StoreError> {
    unimplemented!("{file:?}")
}

/// Puts a backup in place as the database file `database`, atomically, with a new epoch. Nothing may serve from
/// `database` meanwhile. What was there is kept beside it with the ending `.before-restore`.
pub async fn restore(backup: &Path, database: &Path, new_epoch: Epoch) -> Result<(), StoreError> {
    unimplemented!("{backup:?} {database:?} {new_epoch:?}")
}
