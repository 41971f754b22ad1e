//! Who takes no direct messages from whom.

use common::id::UserId;
use common::model::Account;

use super::{AccountId, Origin, Store, StoreError};

/// Someone blocks someone, or no longer. Told to the account's own devices only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlocksChanged {
    /// Whose list.
    pub account: AccountId,
    /// The account as its devices know it from now on.
    pub state: Account,
    /// The change's number; the newest before it where nothing changed.
    pub position: u64,
}

impl Store {
    /// From now on the person's direct messages to the account are refused. Blocking twice changes nothing.
    ///
    /// Errors: `NotFound` (no such person), `Forbidden` (oneself).
    pub async fn block(
        &self,
        account: AccountId,
        person: UserId,
        origin: Option<Origin>,
    ) -> Result<BlocksChanged, StoreError> {
        unimplemented!("{account:?} {person} {origin:?}")
    }

    /// Takes a block back. Errors: `NotFound` (no such person).
    pub async fn unblock(
        &self,
        account: AccountId,
        person: UserId,
        origin: Option<Origin>,
    ) -> Result<BlocksChanged, StoreError> {
        unimplemented!("{account:?} {person} {origin:?}")
    }
}
