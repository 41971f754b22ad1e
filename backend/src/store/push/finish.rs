//! What came of a delivery.

use common::id::{ConversationId, Seq};

use super::attempt::{forget_unproven, remember};
use super::deliver::NEVER;
use super::{Claimed, SubscriptionId, Trouble};
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

/// What came of a delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// The push service has it.
    Delivered,
    /// The push service has it, and what it shows is to be taken away once it was read ([`Store::clear_read`]).
    Shown,
    /// It is no use any more, and was not tried.
    Dropped,
    /// It failed for good.
    Failed(Trouble),
    /// It failed, and is to be tried again.
    Again {
        /// When, Unix seconds.
        at: i64,
        /// Why it failed.
        trouble: Trouble,
    },
    /// It was not tried, and is to be looked at again then (Unix seconds).
    PutOff(i64),
    /// It could not be looked at, and is due again then (Unix seconds), as if it had not been claimed.
    GivenBack(i64),
    /// The subscription is no more: that of this account, with this key. The browser may have made another since.
    Gone {
        /// Whose.
        account: AccountId,
        /// Its public key.
        p256dh: [u8; 65],
    },
}

impl Store {
    /// Says what came of a delivery.
    pub async fn finish_delivery(&self, claimed: &Claimed, done: Done, now: i64) -> Result<(), StoreError> {
        let &Claimed { subscription, conversation, seq, .. } = claimed;
        self.inner.writer.ask(Finish { subscription, conversation, seq, done, now }).await
    }
}

struct Finish {
    subscription: SubscriptionId,
    conversation: ConversationId,
    seq: Seq,
    done: Done,
    now: i64,
}

impl Request for Finish {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Self { subscription, conversation, seq, done, now } = *self;
        match done {
            Done::Delivered | Done::Shown => remember(&mut tx.conn, subscription, Ok(()), now).await?,
            Done::Again { trouble, .. } => remember(&mut tx.conn, subscription, Err(trouble), now).await?,
            Done::Failed(trouble) => {
                remember(&mut tx.conn, subscription, Err(trouble), now).await?;
                forget_unproven(&mut tx.conn, subscription, now).await?;
            }
            Done::Gone { account, p256dh } => {
                let sql = "delete from push_subscription where id = $1 and account = $2 and p256dh = $3";
                tx.conn.run(sql, values![subscription, account, p256dh.to_vec()]).await?;
            }
            Done::Dropped | Done::PutOff(_) | Done::GivenBack(_) => {}
        }
        let (due_at, attempts_back): (i64, i64) = match done {
            Done::Again { at, .. } | Done::PutOff(at) => (at, 0),
            Done::GivenBack(at) => (at, 1),
            Done::Shown => {
                // what came meanwhile, or was read meanwhile, is due at once
                let sql = "update push_delivery set shown = 1, attempts = 0, from_seq = $3 + 1, \
                           due_at = case when seq = $3 and not exists (\
                           select 1 from member m join push_subscription s on s.account = m.account \
                           where s.id = $1 and m.conversation = $2 and m.read_seq >= $3) then $4 else $5 end \
                           where subscription = $1 and conversation = $2";
                tx.conn.run(sql, values![subscription, conversation, seq, NEVER, now]).await?;
                return Ok(());
            }
            _ => {
                // what came meanwhile is due at once
                let sql =
                    "delete from push_delivery where subscription = $1 and conversation = $2 and seq = $3";
                tx.conn.run(sql, values![subscription, conversation, seq]).await?;
                let sql = "update push_delivery set due_at = $4, attempts = 0, from_seq = $3 + 1 \
                           where subscription = $1 and conversation = $2";
                tx.conn.run(sql, values![subscription, conversation, seq, now]).await?;
                return Ok(());
            }
        };
        let sql = "update push_delivery set due_at = $3, attempts = attempts - $4 \
                   where subscription = $1 and conversation = $2";
        tx.conn.run(sql, values![subscription, conversation, due_at, attempts_back]).await?;
        Ok(())
    }
}
