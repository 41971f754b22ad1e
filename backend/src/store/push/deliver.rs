//! Deliveries that are due, claimed for a while.

use common::id::{ConversationId, Seq};

use super::SubscriptionId;
use crate::store::dialect::{Bytes, Value, values};
use crate::store::writer::{Request, Tx};
use crate::store::{Store, StoreError};

/// Hosts that [`Store::claim_deliveries`] can be told to leave out.
pub const HOSTS_LEFT_OUT: usize = 16;

/// No delivery is put off for longer, seconds: one that is due later was put off by a clock that was set back since.
pub const LONGEST_PAUSE_S: i64 = 60 * 60;

/// When a delivery is due that was made, and of which there is nothing more to tell.
pub(super) const NEVER: i64 = i64::MAX;

/// A delivery that is the caller's to make, until its lease ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claimed {
    /// Which browser.
    pub subscription: SubscriptionId,
    /// The push service's host.
    pub host: String,
    /// What is new where.
    pub conversation: ConversationId,
    /// From here on; what was before was told, or given up.
    pub from_seq: Seq,
    /// Up to here.
    pub seq: Seq,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// After this it is no use any more, Unix seconds.
    pub expires_at: i64,
    /// Whether the browser shows something of the conversation, as far as is known ([`super::Done::Shown`]).
    pub shown: bool,
}

impl Store {
    /// Takes deliveries that are due, the longest due first, and none of these hosts'; what is due more than
    /// [`LONGEST_PAUSE_S`] from now is due, too. They are due again at
    /// `leased_until`, should nobody say what came of them.
    pub async fn claim_deliveries(
        &self,
        now: i64,
        leased_until: i64,
        limit: usize,
        not_of: &[String],
    ) -> Result<Vec<Claimed>, StoreError> {
        let not_of = not_of.iter().take(HOSTS_LEFT_OUT).cloned().collect();
        self.inner.writer.ask(Claim { now, leased_until, limit, not_of }).await
    }

    /// At the start: what is claimed is due at `now`, as is what came for the same browser and conversation meanwhile. Claims are
    /// of one process, so those of the last one are nobody's, whichever way it ended. In the store a claim looks like a
    /// delivery that is soon to be tried again: such ones are tried early, those that are due until `leased_until`.
    pub async fn give_back_deliveries(&self, now: i64, leased_until: i64) -> Result<(), StoreError> {
        self.inner.writer.ask(GiveBack { now, leased_until }).await
    }

    /// When the next delivery is due, Unix seconds; also one that is due only since the clock was set back
    /// ([`LONGEST_PAUSE_S`]).
    pub async fn next_delivery_at(&self) -> Result<Option<i64>, StoreError> {
        let sql = "select min(due_at) from push_delivery where due_at < $1";
        let next: Option<(Option<i64>,)> = self.inner.engine.optional(sql, values![NEVER]).await?;
        Ok(next.and_then(|(next,)| next))
    }
}

struct Claim {
    now: i64,
    leased_until: i64,
    limit: usize,
    not_of: Vec<String>,
}

impl Request for Claim {
    type Answer = Vec<Claimed>;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Vec<Claimed>, StoreError> {
        let sql = "update push_delivery set due_at = $1 where due_at > $2 and due_at < $3";
        tx.conn.run(sql, values![self.now, self.now + LONGEST_PAUSE_S, NEVER]).await?;
        type Row = (Bytes<32>, String, Bytes<16>, i64, i64, i64, i64, i64);
        let sql = "update push_delivery set due_at = $2, attempts = attempts + 1 \
                   where (subscription, conversation) in (\
                   select subscription, conversation from push_delivery \
                   where due_at <= $1 and host not in \
                   ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) \
                   order by due_at limit $3) \
                   returning subscription, host, conversation, from_seq, seq, attempts, expires_at, shown";
        let mut values = values![self.now, self.leased_until, self.limit];
        // no host has no name
        values
            .extend((0..HOSTS_LEFT_OUT).map(|n| Value::from(self.not_of.get(n).map_or("", String::as_str))));
        let rows: Vec<Row> = tx.conn.all(sql, values).await?;
        Ok(rows
            .into_iter()
            .map(|(subscription, host, conversation, from_seq, seq, attempts, expires_at, shown)| Claimed {
                subscription: subscription.into(),
                host,
                conversation: conversation.into(),
                from_seq: from_seq.cast_unsigned(),
                seq: seq.cast_unsigned(),
                attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                expires_at,
                shown: shown != 0,
            })
            .collect())
    }
}

struct GiveBack {
    now: i64,
    leased_until: i64,
}

impl Request for GiveBack {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "update push_delivery set due_at = $1 where attempts > 0 and due_at > $1 and due_at <= $2";
        tx.conn.run(sql, values![self.now, self.leased_until]).await?;
        Ok(())
    }
}
