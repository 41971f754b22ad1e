//! Conversations of which somebody wants no notifications for a while.

use common::id::ConversationId;

use super::codes::role_from;
use super::dialect::values;
use super::writer::{Request, Tx};
use super::{AccountId, Caller, Changed, Commit, Store, StoreError};

impl Store {
    /// Notifies the caller of nothing in a conversation until then (Unix seconds; what has passed ends it). Writes no
    /// entry, and is told to the caller's own devices only.
    ///
    /// Errors: `NotFound` (never in such a conversation), `Forbidden` (no longer in it).
    pub async fn mute(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        until: i64,
    ) -> Result<Changed, StoreError> {
        self.inner.writer.ask(Mute { account: caller.account, conversation, until }).await
    }
}

struct Mute {
    account: AccountId,
    conversation: ConversationId,
    until: i64,
}

impl Request for Mute {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let sql =
            "select role, muted_until, receipt_position from member where account = $1 and conversation = $2";
        let row: Option<(Option<i64>, i64, i64)> =
            tx.conn.optional(sql, values![self.account, self.conversation]).await?;
        let (role, until, position) = row.ok_or(StoreError::NotFound)?;
        if role_from(role)?.is_none() {
            return Err(StoreError::Forbidden);
        }
        let mut answer = Changed::nothing(self.conversation, position.cast_unsigned());
        answer.changed = until != self.until;
        if !answer.changed {
            return Ok(answer);
        }
        answer.audience = [self.account].into();
        answer.position = tx.next_position().await?;
        let sql = "update member set muted_until = $1, receipt_position = $2 where account = $3 and conversation = $4";
        tx.conn.run(sql, values![self.until, answer.position, self.account, self.conversation]).await?;
        Ok(answer)
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}
