//! Who knows whom.

use common::id::UserId;

use super::dialect::{Conn, values};
use super::{AccountId, Store, StoreError};

impl Store {
    /// Those of these people with whom the account shares a conversation that both are in and have accepted, and
    /// between whom nobody blocks the other; without itself, in no order.
    pub async fn find_acquaintances(
        &self,
        account: AccountId,
        people: &[UserId],
    ) -> Result<Vec<(AccountId, UserId)>, StoreError> {
        let sql = "select a.id, a.name from account a where a.folded = $2 and a.id <> $1 and exists (\
                   select m.account from member m join member o on o.conversation = m.conversation \
                   where m.account = $1 and o.account = a.id and m.role is not null and o.role is not null \
                   and m.standing = 1 and o.standing = 1) \
                   and not exists (select b.blocker from block b where (b.blocker = $1 and b.blocked = a.id) \
                   or (b.blocker = a.id and b.blocked = $1))";
        let names: Vec<String> = people.iter().map(UserId::folded).collect();
        let read = self.inner.engine.read(async move |conn| {
            let mut found = Vec::new();
            for name in names {
                let row: Option<(i64, String)> = conn.optional(sql, values![account, name]).await?;
                found.extend(row.map(|(id, name)| (AccountId(id), UserId(name))));
            }
            Ok(found)
        });
        read.await
    }

    /// Everybody with whom the account shares a conversation (those who are to learn its new profile), without
    /// itself; in no order.
    pub async fn acquaintances(&self, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
        self.inner.engine.read(async move |conn| load_acquaintances(conn, account).await).await
    }

    /// When each of these accounts was last connected, Unix seconds; those that never were are passed over.
    pub async fn last_seen(&self, accounts: &[AccountId]) -> Result<Vec<(AccountId, i64)>, StoreError> {
        let accounts = accounts.to_vec();
        let read = self.inner.engine.read(async move |conn| {
            let mut seen = Vec::with_capacity(accounts.len());
            for account in accounts {
                let sql = "select max(last_seen_at) from device where account = $1";
                let (at,): (Option<i64>,) = conn.one(sql, values![account]).await?;
                seen.extend(at.map(|at| (account, at)));
            }
            Ok(seen)
        });
        read.await
    }
}

/// Everybody with whom the account shares a conversation, now or formerly, without itself.
pub(super) async fn load_acquaintances(
    conn: &mut Conn<'_>,
    account: AccountId,
) -> Result<Vec<AccountId>, StoreError> {
    let sql = "select distinct o.account from member m join member o on o.conversation = m.conversation \
               where m.account = $1 and o.account <> $1";
    let rows: Vec<(i64,)> = conn.all(sql, values![account]).await?;
    Ok(rows.into_iter().map(|(account,)| AccountId(account)).collect())
}
