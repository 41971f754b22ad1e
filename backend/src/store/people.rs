//! Who knows whom.

use common::id::UserId;

use super::{AccountId, Store, StoreError};

impl Store {
    /// Those of these people with whom the account shares a conversation that both are in and have accepted, and
    /// between whom nobody blocks the other; in no order.
    pub async fn find_acquaintances(
        &self,
        account: AccountId,
        people: &[UserId],
    ) -> Result<Vec<(AccountId, UserId)>, StoreError> {
        unimplemented!("{account:?} {people:?}")
    }

    /// Everybody with whom the account shares a conversation (those who are to learn its new profile), without
    /// itself; in no order.
    pub async fn acquaintances(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        unimplemented!("{account:?}")
    }

    /// When each of these accounts was last connected, Unix seconds; those that never were are passed over.
    pub async fn last_seen(&self, accounts: &[AccountId]) -> Result<Vec<(AccountId, i64)>, StoreError> {
        unimplemented!("{accounts:?}")
    }
}
