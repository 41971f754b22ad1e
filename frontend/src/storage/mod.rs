//! What this browser keeps: one IndexedDB database per account of this server.
//!
//! A database belongs to an origin (the server) and is named after the account. Records are JSON text under keys of
//! their own: text is what the browser clones and what we parse fastest, and any build can read it. One small record
//! per message.
//!
//! [`Storage`] is the way in. It never fails: what IndexedDB does not take or does not answer in time is kept in memory
//! on top of what can still be read, and [`StorageState`](crate::stores::StorageState) says so.

mod batch;
mod database;
mod drafts;
mod log;
mod memory;
mod pending;
mod record;
mod schema;
mod snapshot;
mod vault;
mod watchdog;

pub use memory::MemoryStorage;
pub use pending::PendingAction;
pub use record::{decode_entry, encode_entry};
pub use vault::{Storage, database_name};
