//! What was read elsewhere, and is to be taken away where it is shown.

use common::id::{ConversationId, DeviceId, Seq};

use super::deliver::NEVER;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

/// Somebody has read a conversation up to here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Read {
    /// Who.
    pub account: AccountId,
    /// On which device, which has taken away by itself what it showed.
    pub device: DeviceId,
    /// What.
    pub conversation: ConversationId,
    /// Up to where.
    pub seq: Seq,
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
        for Read { account, device, conversation, seq } in &self.read {
            let sql = "delete from push_delivery where conversation = $1 and seq <= $2 and due_at = $3 \
                       and subscription in (select id from push_subscription where device = $4)";
            tx.conn.run(sql, values![*conversation, *seq, NEVER, *device]).await?;
            let sql = "update push_delivery set due_at = $1, expires_at = $2 \
                       where conversation = $3 and seq <= $4 and due_at = $5 \
                       and subscription in (select id from push_subscription where account = $6)";
            let values = values![self.now, self.expires_at, *conversation, *seq, NEVER, *account];
            due += tx.conn.run(sql, values).await?;
        }
        Ok(due)
    }
}
