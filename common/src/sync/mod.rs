//! The client's sync engine: what a device knows, what it owes, and how it catches up. Sans-IO.
//!
//! The engine is driven by calls of [`Engine`] (`handle_*` for what happened, verbs for what the person wants, time as
//! an argument) and by taking its [`Output`]s until there are none. The browser drives it, and so do the tests.

mod engine;

mod change;
mod key;
mod output;
mod record;

mod connection;
mod dispatch;
mod timers;

mod outbox;
mod sending;

mod conversation;
mod fetch;
mod ranges;
mod recent;
mod timeline;

mod company;
mod progress;
mod reset;
mod resume;

mod chance;
mod journal;
mod link;
mod requests;

pub use engine::Engine;
pub use link::LinkDown;
pub use sending::TooLate;

pub use change::{Change, LinkState, LostReason, OutboxItem, SendState, WaitCause};
pub use key::ConversationKey;
pub use output::{Batch, Output, Write};
pub use record::{ConversationRecord, HeldRange, MembersRecord, OutboxRecord, Snapshot, StoredEntry, Target};

#[cfg(test)]
mod tests;
