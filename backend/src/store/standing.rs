//! Accepting and declining a direct conversation.

use common::id::ConversationId;
use common::model::{ConversationKind, Standing};

use super::codes::{kind_from, role_from, standing_code, standing_from};
use super::dialect::values;
use super::writer::{Request, Tx, load_audience};
use super::{Caller, Changed, Commit, Store, StoreError};

impl Store {
    /// Accepts or declines a direct conversation. Writes no entry. Accepting shows one's receipts to the other person,
    /// so both are the audience; declining is told to the caller's own devices only.
    ///
    /// Errors: `NotFound`, `Forbidden` (`Request` cannot be chosen; groups are left instead).
    pub async fn set_standing(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        standing: Standing,
    ) -> Result<Changed, StoreError> {
        self.inner.writer.ask(SetStanding { caller: caller.clone(), conversation, standing }).await
    }
}

struct SetStanding {
    caller: Caller,
    conversation: ConversationId,
    standing: Standing,
}

impl Request for SetStanding {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let (account, id) = (self.caller.account, self.conversation);
        let sql = "select c.kind, c.position, m.role, m.standing from member m \
                   join conversation c on c.id = m.conversation where m.account = $1 and m.conversation = $2";
        let row: Option<(i64, i64, Option<i64>, i64)> = tx.conn.optional(sql, values![account, id]).await?;
        let (kind, position, role, standing) = row.ok_or(StoreError::NotFound)?;
        let is_direct = kind_from(kind)? == ConversationKind::Direct;
        if !is_direct || role_from(role)?.is_none() || self.standing == Standing::Request {
            return Err(StoreError::Forbidden);
        }
        let mut answer = Changed::nothing(id, position.cast_unsigned());
        answer.changed = standing_from(standing)? != self.standing;
        if !answer.changed {
            return Ok(answer);
        }
        answer.position = tx.next_position().await?;
        let sql =
            "update member set standing = $1, receipt_position = $2 where account = $3 and conversation = $4";
        tx.conn.run(sql, values![standing_code(self.standing), answer.position, account, id]).await?;
        answer.audience = [account].into();
        if self.standing == Standing::Accepted {
            let sql = "update conversation set position = $1 where id = $2";
            tx.conn.run(sql, values![answer.position, id]).await?;
            answer.audience = load_audience(&mut tx.conn, id).await?;
        }
        Ok(answer)
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}
