//! Who takes no direct messages from whom.

use common::id::UserId;
use common::model::Account;

use super::accounts::load_account;
use super::dialect::values;
use super::writer::{Request, Tx};
use super::{AccountId, Commit, Committed, Store, StoreError};

/// Someone blocks someone, or no longer. Told to the account's own devices only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlocksChanged {
    /// Whose list.
    pub account: AccountId,
    /// The account as its devices know it from now on.
    pub state: Account,
    /// False when it was so already; then no [`Commit`] tells of it.
    pub changed: bool,
    /// The change's number; the newest before it where nothing changed.
    pub position: u64,
}

impl Store {
    /// From now on the person's direct messages to the account are refused. Blocking twice changes nothing.
    ///
    /// Errors: `NotFound` (no such person), `Forbidden` (oneself).
    pub async fn block(&self, account: AccountId, person: UserId) -> Result<BlocksChanged, StoreError> {
        self.inner.writer.ask(SetBlock { account, person, blocked: true }).await
    }

    /// Takes a block back. Errors: `NotFound` (no such person).
    pub async fn unblock(&self, account: AccountId, person: UserId) -> Result<BlocksChanged, StoreError> {
        self.inner.writer.ask(SetBlock { account, person, blocked: false }).await
    }
}

struct SetBlock {
    account: AccountId,
    person: UserId,
    blocked: bool,
}

impl Request for SetBlock {
    type Answer = BlocksChanged;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<BlocksChanged, StoreError> {
        let account = self.account;
        let sql = "select id from account where folded = $1";
        let found: Option<(i64,)> = tx.conn.optional(sql, values![self.person.folded()]).await?;
        let person = AccountId(found.ok_or(StoreError::NotFound)?.0);
        if person == account {
            return Err(StoreError::Forbidden);
        }
        let sql = "select own_position from account where id = $1 and deleted_at is null";
        let own: Option<(i64,)> = tx.conn.optional(sql, values![account]).await?;
        let (before,) = own.ok_or(StoreError::NotFound)?;
        let sql = if self.blocked {
            "insert into block (blocker, blocked) values ($1, $2) on conflict (blocker, blocked) do nothing"
        } else {
            "delete from block where blocker = $1 and blocked = $2"
        };
        let changed = tx.conn.run(sql, values![account, person]).await? > 0;
        let mut position = before.cast_unsigned();
        if changed {
            position = tx.next_position().await?;
            let sql = "update account set own_position = $1 where id = $2";
            tx.conn.run(sql, values![position, account]).await?;
        }
        let state = load_account(&mut tx.conn, account).await?;
        Ok(BlocksChanged { account, state, changed, position })
    }

    fn commit(&self, answer: &BlocksChanged) -> Option<Commit> {
        let what = Committed::Blocks(answer.clone());
        answer.changed.then_some(Commit { position: answer.position, what })
    }
}
