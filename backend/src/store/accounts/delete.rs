//! A person goes.

use common::id::UserId;
use common::model::Profile;

use super::AccountDeleted;
use crate::store::dialect::{Bytes, values};
use crate::store::groups::leave_all;
use crate::store::people::load_acquaintances;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Commit, Committed, Store, StoreError};

impl Store {
    /// Deletes an account: its devices end (their tokens answer `revoked`), it leaves its groups, its display name
    /// goes. Its messages stay, and its name is never given again. Errors: `NotFound` (deleted already).
    pub async fn delete_account(&self, account: AccountId, now: i64) -> Result<AccountDeleted, StoreError> {
        self.inner.writer.ask(DeleteAccount { account, now }).await
    }
}

struct DeleteAccount {
    account: AccountId,
    now: i64,
}

impl Request for DeleteAccount {
    type Answer = AccountDeleted;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<AccountDeleted, StoreError> {
        let account = self.account;
        let sql = "select name from account where id = $1 and deleted_at is null";
        let row: Option<(String,)> = tx.conn.optional(sql, values![account]).await?;
        let name = UserId(row.ok_or(StoreError::NotFound)?.0);
        let position = tx.next_position().await?;
        let left = leave_all(tx, account, &name, position, self.now).await?;
        let acquaintances = load_acquaintances(&mut tx.conn, account).await?;
        leave_direct(tx, account, position).await?;
        tx.conn.run("delete from block where blocker = $1", values![account]).await?;
        tx.conn.run("delete from push_subscription where account = $1", values![account]).await?;
        let sql = "update device set revoked_at = $1 where account = $2 and revoked_at is null returning id";
        let devices: Vec<(Bytes<16>,)> = tx.conn.all(sql, values![self.now, account]).await?;
        let sql = "update account set display_name = name, display_folded = folded, password_hash = '', \
                   deleted_at = $1, position = $2, own_position = $2 where id = $3";
        tx.conn.run(sql, values![self.now, position, account]).await?;
        Ok(AccountDeleted {
            account,
            profile: Profile { display_name: name.0.clone(), user_id: name, deleted: true },
            devices: devices.into_iter().map(|(id,)| id.into()).collect(),
            left,
            acquaintances,
            position,
        })
    }

    fn commit(&self, answer: &AccountDeleted) -> Option<Commit> {
        let what = Committed::Deleted(answer.clone());
        Some(Commit { position: answer.position, what })
    }
}

/// Nobody can write to someone who is gone.
async fn leave_direct(tx: &mut Tx<'_>, account: AccountId, position: u64) -> Result<(), StoreError> {
    let sql = "update conversation set position = $1, members_position = $1 \
               where id in (select conversation from member where account = $2 and role is not null)";
    tx.conn.run(sql, values![position, account]).await?;
    let sql = "update member set role = null, position = $1 where account = $2 and role is not null";
    tx.conn.run(sql, values![position, account]).await?;
    Ok(())
}
