//! Version 1: the first. All object stores have keys of their own (out of line); all values are JSON text.

use indexed_db_futures::Build;
use indexed_db_futures::database::Database;
use indexed_db_futures::error::Error;

/// The stores of version 1; spelled out here, so that later renames do not change the past. `pending_action` is for what a
/// person did in a notification: the service worker writes it, the page adopts it.
pub(super) const STORES: [&str; 8] =
    ["entry", "conversation", "members", "outbox", "profile", "meta", "draft", "pending_action"];

/// Makes all of them.
pub(super) fn create(database: &Database) -> Result<(), Error> {
    for name in STORES {
        database.create_object_store(name).build()?;
    }
    Ok(())
}
