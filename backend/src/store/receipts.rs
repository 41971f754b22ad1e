//! How far members have come: what their devices received, and what they read.

use std::sync::Arc;

use common::id::{ConversationId, Seq};
use common::model::Receipt;

use super::{AccountId, Caller, Origin, Store, StoreError};

/// Which mark moves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mark {
    /// A device received up to here.
    Delivered,
    /// The person read up to here; received, too.
    Read,
}

/// A member has come further.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Whose marks.
    pub account: AccountId,
    /// Where.
    pub conversation: ConversationId,
    /// Where they stand now.
    pub receipt: Receipt,
    /// Running count of messages at the read mark; for the member's own devices only.
    pub read_count: u64,
    /// Running count of the member's own messages at the read mark; for the member's own devices only.
    pub own_read: u64,
    /// Who is to be told: the current members, the mover included; the mover alone while they have not accepted the
    /// conversation, or are out of it.
    pub audience: Arc<[AccountId]>,
    /// False when they stood there already; then no [`super::Commit`] tells of it.
    pub moved: bool,
    /// The change's number; the newest of this receipt where nothing moved.
    pub position: u64,
}

impl Store {
    /// Moves the caller's delivered or read mark forward to `seq`; marks never move back.
    ///
    /// Errors: `NotFound` (not in such a conversation), `BeyondHead` (beyond what the caller may see of the log).
    pub async fn move_mark(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        mark: Mark,
        seq: Seq,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Moved, StoreError> {
        unimplemented!("{caller:?} {conversation} {mark:?} {seq} {origin:?} {now}")
    }
}
