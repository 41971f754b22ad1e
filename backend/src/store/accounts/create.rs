//! A person comes.

use super::NewAccount;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError, TokenHash};

impl Store {
    /// Makes an account and uses its invitation up in one step.
    ///
    /// Errors: `NameTaken` (without regard to case, deleted accounts included), `InviteUnusable`.
    pub async fn create_account(&self, new: NewAccount) -> Result<AccountId, StoreError> {
        self.inner.writer.ask(CreateAccount(new)).await
    }
}

struct CreateAccount(NewAccount);

impl Request for CreateAccount {
    type Answer = AccountId;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<AccountId, StoreError> {
        let new = &self.0;
        // no other node can take the name or the invitation once we have a position
        tx.next_position().await?;
        let folded = new.user_id.folded();
        let sql = "select id from account where folded = $1";
        let taken: Option<(i64,)> = tx.conn.optional(sql, values![folded.as_str()]).await?;
        if taken.is_some() {
            return Err(StoreError::NameTaken);
        }
        if let Some(invite) = new.invite {
            check_invite(tx, invite, new.now).await?;
        }
        let sql = "insert into account (name, folded, display_name, display_folded, password_hash, created_at, \
                   position, own_position) values ($1, $2, $3, $4, $5, $6, 0, 0) returning id";
        let display_folded = new.display_name.to_lowercase();
        let (name, hash) = (&new.user_id, new.password_hash.as_str());
        let values = values![name, folded, new.display_name.as_str(), display_folded, hash, new.now];
        let (id,): (i64,) = tx.conn.one(sql, values).await?;
        if let Some(invite) = new.invite {
            tx.conn.run("update invite set used_by = $1 where token_hash = $2", values![id, invite]).await?;
        }
        Ok(AccountId(id))
    }
}

async fn check_invite(tx: &mut Tx<'_>, invite: TokenHash, now: i64) -> Result<(), StoreError> {
    let sql = "select expires_at from invite where token_hash = $1 and used_by is null";
    match tx.conn.optional(sql, values![invite]).await? {
        Some((expires_at,)) if now < expires_at => Ok(()),
        Some((_,)) | None => Err(StoreError::InviteUnusable),
    }
}
