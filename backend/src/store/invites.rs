//! Invitations: each makes one account.

use super::{Store, StoreError, TokenHash};

impl Store {
    /// Remembers an invitation that can be used once, until `expires_at` (Unix seconds).
    pub async fn create_invite(&self, hash: TokenHash, expires_at: i64, now: i64) -> Result<(), StoreError> {
        unimplemented!("{hash:?} {expires_at} {now}")
    }
}
