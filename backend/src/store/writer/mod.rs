//! The one writer: what came together is committed together.
//!
//! Everything that changes the store is a [`Request`]. It waits in one bounded queue (full: `Unavailable` at once, so
//! that a flood meets a clear answer and bounded memory) for the one task of this process that writes. The task has a
//! thread for itself, because a commit blocks until the disk has it. It takes what waits, up to [`GROUP_REQUESTS`],
//! into one transaction, and pays one commit, and one fsync, for all of it: durability costs a request the latency of
//! an fsync, but the store no throughput.
//!
//! ```text
//! queue ─▶ group ─▶ begin ─▶ lock ─▶ append messages ─▶ other requests ─▶ commit ─▶ tell ─▶ answer
//!                                     (all at once)      (one by one)                commits   askers
//! ```
//!
//! # The transaction
//! 1. **Lock.** Every conversation that the group names is locked, in the order of ids, and its head and digest are
//!    read under that lock (PostgreSQL: `for update`; SQLite has one lock, taken by `begin immediate`). So two nodes
//!    never give one number twice, and never wait for each other in a circle.
//! 2. **Decide.** Messages are by far the most, so they are looked up together, decided on in memory in the order in
//!    which they came, and written together, each table by few statements ([`append`]). A refusal is an answer like
//!    any other and disturbs nobody.
//! 3. **Number.** The first thing to be written takes the group's positions: `update server set position =
//!    position + n`. One number per request, written to every row that the request touches. On PostgreSQL this row's
//!    lock, held until the commit is durable, makes the order of commits the order of positions: whoever took 101
//!    waited until 100 was committed, so a reader that sees 101 has seen 100, and can go on from there without
//!    skipping anything. (A sequence would not do: it hands numbers out without waiting for the commit.)
//! 4. **Write**, commit, then tell [`StoreOptions::commits`](super::StoreOptions) and answer the askers, in the order
//!    of positions. Numbers taken and not used leave gaps, which nobody minds.
//!
//! # When it fails
//! A group in which the database refuses a statement is rolled back, and its requests are replayed one by one, each in
//! a transaction of its own: one that cannot be stored fails alone. Two nodes that race for one thing (the same
//! message id, the same pair of people) end here too: the one that lost finds, replayed, what the other committed.
//! Where the store as a whole cannot write (disk full, file locked, connection lost) replaying is no use: the whole
//! group is `Unavailable`. The connection is made anew when even the rollback fails, and the next group tries again,
//! so the store recovers by itself once the cause is gone.

mod append;
mod audience;
mod group;
mod queue;
mod request;
mod statements;
mod transaction;

pub(super) use append::request_hash;
pub(super) use audience::load_audience;
pub(super) use queue::{Setting, Writer};
pub(super) use request::Request;
pub(super) use transaction::Tx;

/// Requests in one transaction, at most.
pub(super) const GROUP_REQUESTS: usize = 256;
