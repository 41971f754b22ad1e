//! From what was written to who is to be notified.

use common::id::{ConversationId, Seq};

use super::deliver::NEVER;
use super::told::is_told;
use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Request, Tx};
use crate::store::{Store, StoreError};

/// What is new in a conversation: entries from one seq to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fresh {
    /// Where.
    pub conversation: ConversationId,
    /// The first.
    pub from: Seq,
    /// The last.
    pub to: Seq,
}

impl Store {
    /// What was written after a position, up to another. Reads every entry of each conversation that changed since: for
    /// the start.
    pub async fn fresh_since(&self, since: u64, position: u64) -> Result<Vec<Fresh>, StoreError> {
        let sql = "select e.conversation, min(e.seq), max(e.seq) from conversation c \
                   join entry e on e.conversation = c.id \
                   where c.position > $1 and e.position > $1 and e.position <= $2 group by e.conversation";
        let rows: Vec<(Bytes<16>, i64, i64)> = self.inner.engine.all(sql, values![since, position]).await?;
        Ok(rows
            .into_iter()
            .map(|(conversation, from, to)| {
                let (from, to) = (from.cast_unsigned(), to.cast_unsigned());
                Fresh { conversation: conversation.into(), from, to }
            })
            .collect())
    }

    /// Whether anybody is notified of anything at all.
    pub async fn has_subscriptions(&self) -> Result<bool, StoreError> {
        let sql = "select shows from push_subscription limit 1";
        let found: Option<(i64,)> = self.inner.engine.optional(sql, values![]).await?;
        Ok(found.is_some())
    }

    /// Makes a delivery, due at `now`, for each browser of those who are to hear of what is new; answers how many.
    /// Everything up to `position` counts as done from then on. Told are members, of what others wrote since they came
    /// in and have not read, on devices that were here since `seen_since`; not those who declined or muted the
    /// conversation, not of people whom they block, and no browser of what was written before it subscribed.
    pub async fn expand_push(
        &self,
        fresh: Vec<Fresh>,
        position: u64,
        now: i64,
        expires_at: i64,
        seen_since: i64,
    ) -> Result<u64, StoreError> {
        self.inner.writer.ask(Expand { fresh, position, now, expires_at, seen_since }).await
    }
}

struct Expand {
    fresh: Vec<Fresh>,
    position: u64,
    now: i64,
    expires_at: i64,
    seen_since: i64,
}

impl Request for Expand {
    type Answer = u64;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<u64, StoreError> {
        let mut made = 0;
        for Fresh { conversation, from, to } in &self.fresh {
            // a later one takes the place of one that is waiting, and waits as long
            let sql = concat!(
                "insert into push_delivery \
                 (subscription, conversation, host, from_seq, seq, attempts, due_at, expires_at) \
                 select s.id, $1, s.host, n.from_seq, n.seq, 0, $4, $5 from (\
                 select m.account as account, min(e.seq) as from_seq, max(e.seq) as seq, max(e.created_at) as sent_at from member m \
                 join entry e on e.conversation = m.conversation \
                 where m.conversation = $1 and e.seq >= $2 and e.seq <= $3 and ",
                is_told!(),
                " and exists (select 1 from push_subscription q where q.account = m.account) \
                 group by m.account) n \
                 join push_subscription s on s.account = n.account and s.created_at <= n.sent_at \
                 join device d on d.id = s.device and d.last_seen_at > $7 where true \
                 on conflict (subscription, conversation) do update \
                 set from_seq = case when push_delivery.due_at = $6 or excluded.from_seq < push_delivery.from_seq \
                 then excluded.from_seq else push_delivery.from_seq end, \
                 seq = case when excluded.seq > push_delivery.seq then excluded.seq else push_delivery.seq end, \
                 due_at = case when push_delivery.due_at = $6 then excluded.due_at else push_delivery.due_at end, \
                 expires_at = excluded.expires_at"
            );
            let values =
                values![*conversation, *from, *to, self.now, self.expires_at, NEVER, self.seen_since];
            made += tx.conn.run(sql, values).await?;
        }
        let sql = "update push set expanded = $1 where id = 1 and expanded < $1";
        tx.conn.run(sql, values![self.position]).await?;
        Ok(made)
    }
}
