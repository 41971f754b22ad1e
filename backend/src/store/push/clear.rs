//! What was read elsewhere, and is to be taken away where it is shown.

use common::id::{ConversationId, DeviceId, Seq};

use super::deliver::NEVER;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

/// Somebody has read a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// Who.
    pub account: AccountId,
    /// What.
    pub conversation: ConversationId,
    /// On which devices, and up to where on each: what those showed of it they have taken away by themselves.
    pub on: Vec<(DeviceId, Seq)>,
}

impl Store {
    /// What was read is to be taken away on the other devices that show it: such deliveries are due at once. Answers how
    /// many.
    pub async fn clear_read(&self, read: Vec<Read>, now: i64, expires_at: i64) -> Result<u64, StoreError> {
        self.inner.writer.ask(ClearRead { read, now, expires_at }).await
    }
}

struct ClearRead {
    read: Vec<Read>,
    now: i64,
    expires_at: i64,
}

impl Request for ClearRead {
    type Answer = u64;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let mut due = 0;
        for Read { account, conversation, on } in &self.read {
            for (device, seq) in on {
                let sql = "delete from push_delivery where conversation = $1 and seq <= $2 and due_at = $3 \
                           and subscription in (select id from push_subscription where device = $4)";
                tx.conn.run(sql, values![*conversation, *seq, NEVER, *device]).await?;
            }
            let furthest = on.iter().map(|(_, seq)| *seq).max().unwrap_or(0);
            let sql = "update push_delivery set due_at = $1, expires_at = $2 \
                       where conversation = $3 and seq <= $4 and due_at = $5 \
                       and subscription in (select id from push_subscription where account = $6)";
            let values = values![self.now, self.expires_at, *conversation, furthest, NEVER, *account];
            due += tx.conn.run(sql, values).await?;
        }
        Ok(due)
    }
}
