//! Pages of a log.

use common::id::{ConversationId, Seq};
use common::wire::Page;

use super::{AccountId, Store, StoreError};

/// Which part of a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryRange {
    /// The newest entries.
    Newest,
    /// The newest entries below this seq.
    Before(Seq),
    /// The oldest entries above this seq.
    After(Seq),
}

impl Store {
    /// A stretch of the log without holes, clipped to what the account may see; empty when nothing is there. A
    /// stretch ends where what one may see ends: ask on from its edge.
    ///
    /// `limit` is 1 to [`common::limits::PAGE_ENTRIES`]; more is cut. Errors: `NotFound` (never was in it).
    pub async fn history(
        &self,
        account: AccountId,
        conversation: ConversationId,
        range: HistoryRange,
        limit: usize,
    ) -> Result<Page, StoreError> {
        unimplemented!("{account:?} {conversation} {range:?} {limit}")
    }
}
