//! After a reset: up to where a device's copy is ours.

use common::wire::{Compare, Compared};

use super::{AccountId, Store, StoreError};

impl Store {
    /// Says for each conversation up to which sampled seq the device's digests are the log's, as far as the account
    /// may see it.
    pub async fn compare(&self, account: AccountId, compare: &Compare) -> Result<Compared, StoreError> {
        unimplemented!("{account:?} {compare:?}")
    }
}
