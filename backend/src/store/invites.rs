//! Invitations: each makes one account.

use super::dialect::values;
use super::writer::{Request, Tx};
use super::{Store, StoreError, TokenHash};

impl Store {
    /// Remembers an invitation that can be used once, until `expires_at` (Unix seconds).
    pub async fn create_invite(&self, hash: TokenHash, expires_at: i64, now: i64) -> Result<(), StoreError> {
        self.inner.writer.ask(CreateInvite { hash, expires_at, now }).await
    }
}

struct CreateInvite {
    hash: TokenHash,
    expires_at: i64,
    now: i64,
}

impl Request for CreateInvite {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "insert into invite (token_hash, created_at, expires_at) values ($1, $2, $3)";
        tx.conn.run(sql, values![self.hash, self.now, self.expires_at]).await?;
        Ok(())
    }
}
