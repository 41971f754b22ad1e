//! A person goes.

use super::AccountDeleted;
use crate::store::{AccountId, Store, StoreError};

impl Store {
    /// Deletes an account: its devices end (their tokens answer `revoked`), it leaves its groups, its display name
    /// goes. Its messages stay, and its name is never given again. Errors: `NotFound` (deleted already).
    pub async fn delete_account(&self, account: AccountId, now: i64) -> Result<AccountDeleted, StoreError> {
        unimplemented!("{account:?} {now}")
    }
}
