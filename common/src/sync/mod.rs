//! The client's sync engine: what a device knows, what it owes, and how it catches up. Sans-IO.
//!
//! The engine is driven by calls of [`Engine`] (`handle_*` for what happened, verbs for what the person wants, the time as
//! an argument) and by taking its [`Output`]s until there are none, after every call. It does no I/O, reads no clock and
//! draws no randomness but from the seed it is given. The browser drives it, and so do the tests.
//!
//! # What it promises
//! Nothing that the person wrote is lost or doubled; a conversation is a log in one order, and every device shows the
//! same; what a device lacks it knows; what it tells a view survives a crash. It relies on three things: storage performs
//! a batch whole or not at all, in order; a socket delivers in order or not at all; the server keeps ids for ever.
//!
//! # What it holds
//! Per conversation a [`ConversationRecord`]: the head (the newest entry known to exist), the counts, the read marks, and
//! the *held ranges*: stretches of the log without a hole, each with the digest before and after it. Besides: members
//! and receipts, the outbox, the position, profiles, one's account. Entries themselves are in storage only.
//!
//! # How things become durable
//! Whatever changes gathers in one batch; there is never more than one under way (`journal`). What depends on a batch
//! waits for its commit: telling views, acknowledging, handing a message over, asking for the next slice.
//!
//! # The rules
//! **Sending** (`outbox`, `sending`).
//! 1. A message is stored, then marked as handed over, then handed over, always under the same id. Only one that is
//!    certainly not on the server can be edited or taken back.
//! 2. Each conversation is a lane, in the order written; up to [`SEND_WINDOW`](crate::limits::SEND_WINDOW) are under way,
//!    each naming by `after` the one before it while that is unanswered. What must wait holds up those behind it; what is
//!    refused for good does not.
//! 3. The row dies in the transaction that stores its entry. If the answer names a place above a hole, the row stays
//!    (`Sent`) until a page brings the entry.
//! 4. Nothing is handed over before the first answer to a resume on this connection: after a restore, older messages may
//!    have to go first.
//!
//! **The log** (`ranges`, `timeline`, `fetch`).
//! 5. Ranges grow by pages, which bring the digest before them, and by the one entry that follows the newest range
//!    exactly. Any other live entry raises the head and is shown as a hint, and what lies between is asked for.
//! 6. Where a page meets a range the digests must agree; a copy that contradicts the server is compared and mended.
//! 7. A hole is what one may see (`own.intervals`) up to the head and does not hold. The one at the head is filled at once,
//!    those between ranges slowly, what lies below everything only when the person scrolls there.
//!
//! **Catching up** (`resume`, `reset`).
//! 8. Only the answer to a resume, and a `position` frame while nothing is being asked, move the position, in the batch
//!    after all that came before. So whatever the position covers is held, or known to be missing (the head says so).
//! 9. Before the first answer to a resume live frames are not believed: they may be of another epoch. Another resume, from
//!    the position of the first, brings what they said. The same for a frame of an unknown conversation, and for one that
//!    replaces something (a profile, a standing) while a resume is under way: either may be the newer.
//! 10. A reset compares digests, drops what is above the common part, and puts own messages from there back into their
//!     lanes, in front, under their ids. It is over only when the first answer of the new epoch is stored.
//!
//! **Progress** (`progress`).
//! 11. Entries are acknowledged once stored; read marks are kept until the server's own receipt covers them; both are
//!     gathered for a moment, and neither is told of a stranger's request.
//!
//! **The link** (`link`, `requests`).
//! 12. Waits double up to 30 s with jitter; what the server asks for is honoured. Silence is pinged, then given up; so is a
//!     connection on which something stays unanswered.
//!
//! What a server says may be nonsense: it is passed over, and never makes what is stored contradict itself.

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
