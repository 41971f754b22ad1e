//! What an account missed (protocol, "Resume").

use common::limits;
use common::wire::{Position, Resumed};

use super::{AccountId, Store, StoreError};

/// How much one answer may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ResumeLimits {
    /// Conversations.
    pub conversations: usize,
    /// Entries in the newest page of each.
    pub page_entries: usize,
}

impl Default for ResumeLimits {
    fn default() -> Self {
        Self { conversations: limits::RESUME_CONVERSATIONS, page_entries: limits::RESUME_PAGE_ENTRIES }
    }
}

impl Store {
    /// All that changed for the account after `base` (or a slice of it, newest first); a reset where `base` is of
    /// another epoch or from the future. `None` is a device that knows nothing.
    pub async fn resume(
        &self,
        account: AccountId,
        base: Option<Position>,
        limits: ResumeLimits,
    ) -> Result<Resumed, StoreError> {
        unimplemented!("{account:?} {base:?} {limits:?}")
    }

    /// The answer to a position that is none of ours.
    pub fn reset(&self) -> Resumed {
        unimplemented!()
    }
}
