//! The shape of the database, one module per version. A version once released is never edited.
//!
//! The service worker opens the database without naming a version, so it lives with whatever version is there.

mod v1;

use indexed_db_futures::database::Database;

/// The version this build writes.
pub const VERSION: u32 = 1;

/// The names of the object stores, as they are in [`VERSION`].
pub mod stores {
    /// The log: (conversation's key, seq) → entry and digest.
    pub const ENTRY: &str = "entry";
    /// Conversation's key → what is known of it, with the ranges held.
    pub const CONVERSATION: &str = "conversation";
    /// Conversation's key → members and receipts.
    pub const MEMBERS: &str = "members";
    /// Message's id → a message that waits.
    pub const OUTBOX: &str = "outbox";
    /// Folded user name → profile.
    pub const PROFILE: &str = "profile";
    /// `position`, `account`, `resetting`.
    pub const META: &str = "meta";
    /// Conversation's key → text not sent yet.
    pub const DRAFT: &str = "draft";
    /// Its id → what a person did in a notification, until the server or the page has it.
    pub const PENDING_ACTION: &str = "pending_action";
}

/// Brings a database of an older version (0: a new one) to [`VERSION`], one version after the other.
pub fn migrate(database: &Database, old_version: u32) -> Result<(), indexed_db_futures::error::Error> {
    if old_version < 1 {
        v1::create(database)?;
    }
    Ok(())
}
