//! Conversations of which somebody wants no notifications for a while.

use common::id::ConversationId;

use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

impl Store {
    /// Notifies the account of nothing in a conversation until then (Unix seconds; 0: from now on again).
    ///
    /// Errors: `NotFound` (not in such a conversation).
    pub async fn mute(
        &self,
        account: AccountId,
        conversation: ConversationId,
        until: i64,
    ) -> Result<(), StoreError> {
        self.inner.writer.ask(Mute { account, conversation, until }).await
    }
}

struct Mute {
    account: AccountId,
    conversation: ConversationId,
    until: i64,
}

impl Request for Mute {
    type Answer = ();

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "update member set muted_until = $1 where account = $2 and conversation = $3";
        let muted = tx.conn.run(sql, values![self.until, self.account, self.conversation]).await?;
        if muted == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
