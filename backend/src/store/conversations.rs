//! Conversations as their members know them.

use common::id::ConversationId;
use common::wire::ConversationDelta;

use super::{AccountId, Store, StoreError};

impl Store {
    /// The whole of a conversation as the account may see it: all members and receipts, no page.
    /// Errors: `NotFound`.
    pub async fn load_conversation(
        &self,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<ConversationDelta, StoreError> {
        unimplemented!("{account:?} {conversation}")
    }

    /// What each of these accounts is told of a conversation: members and receipts that changed after `since` (all of
    /// them for those who came in after it), no page. Accounts that never were in it are passed over.
    pub async fn deltas_for(
        &self,
        conversation: ConversationId,
        accounts: &[AccountId],
        since: u64,
    ) -> Result<Vec<(AccountId, ConversationDelta)>, StoreError> {
        unimplemented!("{conversation} {accounts:?} {since}")
    }

    /// A page of the account's conversations, most recently changed first, whole, each with its newest entry as the
    /// page. The cursor answered is to be given for the next page; `None` on the last.
    pub async fn list_conversations(
        &self,
        account: AccountId,
        cursor: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<ConversationDelta>, Option<u64>), StoreError> {
        unimplemented!("{account:?} {cursor:?} {limit}")
    }

    /// The current members of a conversation that the account is in (who is to hear that it types, say).
    /// Errors: `NotFound` (not in it, or no longer).
    pub async fn audience(
        &self,
        account: AccountId,
        conversation: ConversationId,
    ) -> Result<Vec<AccountId>, StoreError> {
        unimplemented!("{account:?} {conversation}")
    }
}
