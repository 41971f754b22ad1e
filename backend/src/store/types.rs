//! The words that the store's verbs share.

use std::sync::Arc;
use std::time::Duration;

use common::id::{DeviceId, UserId};
use uuid::Uuid;

use super::{AccountDeleted, Appended, BlocksChanged, Changed, Moved, ProfileChanged};

/// An account's id inside the server; never on the wire. Keys and broker subjects use it, since it is short and says
/// nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountId(pub i64);

/// Who asks: an account on one of its devices, proven by its session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub user_id: UserId,
    /// The device.
    pub device: DeviceId,
}

/// SHA-256 of a random token (256 bits); the token itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TokenHash(pub [u8; 32]);

/// A mark of the caller's own (a socket's number, say) that comes back in a message's [`Commit`], so that the socket
/// that sent it is told otherwise than the others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin(pub u64);

/// Where new ids come from: version 7 by the clock in the program, a counter in tests.
pub type IdSource = Arc<dyn Fn() -> Uuid + Send + Sync>;

/// What the writer did with requests that came together, for whoever measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GroupReport {
    /// Requests that shared the commit.
    pub requests: usize,
    /// Requests that wait for the next one.
    pub waiting: usize,
    /// From beginning the transaction to having answered everyone.
    pub took: Duration,
}

/// Who hears of each group; called by the writer, so it must be quick.
pub type GroupObserver = Arc<dyn Fn(GroupReport) + Send + Sync>;

/// A committed change, with all that `fanout` needs to tell it.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The change's number; ascending from commit to commit.
    pub position: u64,
    /// What changed.
    pub what: Committed,
}

/// What changed.
#[derive(Clone, Debug)]
pub enum Committed {
    /// A message stands in a log, with the mark that it came with.
    Appended(Appended, Option<Origin>),
    /// A conversation, or who is in it.
    Changed(Changed),
    /// Someone received or read.
    Moved(Moved),
    /// Someone is shown by another name.
    Profile(ProfileChanged),
    /// Someone blocks someone, or no longer.
    Blocks(BlocksChanged),
    /// An account is gone.
    Deleted(AccountDeleted),
}
