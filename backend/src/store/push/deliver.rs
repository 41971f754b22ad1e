//! Deliveries: claimed for a while, looked at as things are then, and done or put off.

use common::id::{ConversationId, DeviceId, MessageId, Seq, UserId};
use common::model::{ConversationKind, Standing};

use super::{Browser, SubscriptionId};
use crate::store::codes::{kind_from, standing_from};
use crate::store::dialect::{Bytes, Conn, Value, values};
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

/// Hosts that [`Store::claim_deliveries`] can be told to leave out.
pub const HOSTS_LEFT_OUT: usize = 8;

/// A subscription that no push service took anything for is forgotten after this time, seconds.
const PROVES_ITSELF_WITHIN_S: i64 = 3 * 24 * 60 * 60;

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
    /// Up to here.
    pub seq: Seq,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// After this it is no use any more, Unix seconds.
    pub expires_at: i64,
    /// Whether the browser shows something of the conversation, as far as is known ([`Done::Shown`]).
    pub shown: bool,
}

/// What a delivery is about, as things are now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct News {
    /// Who is to be told.
    pub browser: Browser,
    /// Direct or group.
    pub kind: ConversationKind,
    /// A group's title.
    pub title: Option<String>,
    /// How the account stands to the conversation.
    pub standing: Standing,
    /// Whether there is anything to be told still, by the same measure as in [`Store::expand_push`].
    pub is_news: bool,
    /// Whether one of its devices has received the message.
    pub delivered: bool,
    /// The newest message that is to be told still; where there is none, the one that the delivery was made for.
    pub seq: Seq,
    /// Its id.
    pub message_id: MessageId,
    /// When that was sent, Unix seconds.
    pub sent_at: i64,
    /// What it says.
    pub content: String,
    /// Whether the account has to do with its sender: they talk with each other, or the account has read or written
    /// something where it stands.
    pub is_familiar: bool,
    /// Its sender.
    pub sender_id: UserId,
    /// As whom they are shown.
    pub sender: String,
    /// Messages in the conversation that the account has not read.
    pub unread: u64,
    /// Those everywhere, but for muted conversations.
    pub unread_in_all: u64,
    /// The conversations that hold them, newest first, as far as they are told.
    pub unread_conversations: Vec<ConversationId>,
}

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
    Failed(i64),
    /// It failed, and is to be tried again then (Unix seconds).
    Again(i64, i64),
    /// It was not tried, and is to be looked at again then (Unix seconds).
    PutOff(i64),
    /// The subscription is no more: that of this account, with this key. The browser may have made another since.
    Gone {
        /// Whose.
        account: AccountId,
        /// Its public key.
        p256dh: [u8; 65],
    },
}

impl Store {
    /// Takes deliveries that are due, the longest due first, and none of these hosts'. They are due again at
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

    /// When the next delivery is due, Unix seconds.
    pub async fn next_delivery_at(&self) -> Result<Option<i64>, StoreError> {
        let sql = "select min(due_at) from push_delivery";
        let next: Option<(Option<i64>,)> = self.inner.engine.optional(sql, values![]).await?;
        Ok(next.and_then(|(next,)| next))
    }

    /// What a delivery is about now, with as many of the conversations that hold something unread. None when its
    /// subscription has gone meanwhile.
    pub async fn news(
        &self,
        claimed: &Claimed,
        now: i64,
        conversations: usize,
    ) -> Result<Option<News>, StoreError> {
        let claimed = claimed.clone();
        let read = self.inner.engine.read(async move |conn| {
            let Some(browser) = Browser::load(conn, claimed.subscription).await? else { return Ok(None) };
            let newest = find_newest(conn, &claimed, now).await?;
            let seq = newest.unwrap_or(claimed.seq);
            let Some(state) = load_state(conn, browser.account, claimed.conversation, seq).await? else {
                return Ok(None);
            };
            let unread = load_unread(conn, browser.account, now).await?;
            Ok(Some((browser, newest.is_some(), seq, state, unread)))
        });
        let Some((browser, is_news, seq, state, unread)) = read.await? else { return Ok(None) };
        let (seat, message, count) = state;
        let (kind, title, standing, delivered_seq) = seat;
        let (message_id, sent_at, content, sender_id, sender, familiar) = message;
        Ok(Some(News {
            kind: kind_from(kind)?,
            title,
            standing: standing_from(standing)?,
            is_news,
            delivered: delivered_seq.cast_unsigned() >= seq,
            seq,
            message_id: message_id.into(),
            sent_at,
            content,
            is_familiar: familiar != 0,
            sender_id: UserId(sender_id),
            sender,
            unread: count.cast_unsigned(),
            unread_in_all: unread.iter().map(|(_, count)| count.cast_unsigned()).sum(),
            unread_conversations: unread.into_iter().take(conversations).map(|(id, _)| id.into()).collect(),
            browser,
        }))
    }

    /// What was read is to be taken away on the other devices that show it: such deliveries are due at once. Answers how
    /// many.
    pub async fn clear_read(&self, read: Vec<Read>, now: i64, expires_at: i64) -> Result<u64, StoreError> {
        self.inner.writer.ask(ClearRead { read, now, expires_at }).await
    }

    /// Says what came of a delivery.
    pub async fn finish_delivery(&self, claimed: &Claimed, done: Done, now: i64) -> Result<(), StoreError> {
        let &Claimed { subscription, conversation, seq, .. } = claimed;
        self.inner.writer.ask(Finish { subscription, conversation, seq, done, now }).await
    }
}

/// The newest message up to the delivery's that is to be told still, if there is one: what the delivery was made for may be no
/// news any more while something before it is.
async fn find_newest(conn: &mut Conn<'_>, claimed: &Claimed, now: i64) -> Result<Option<Seq>, StoreError> {
    let sql = "select e.seq from push_subscription s join member m on m.account = s.account \
               join entry e on e.conversation = m.conversation and e.created_at >= s.created_at \
               where s.id = $1 and m.conversation = $2 and e.seq <= $3 and e.kind = 1 \
               and e.actor <> m.account and e.seq > m.read_seq and e.seq >= m.joined_seq \
               and m.role is not null and m.standing <> 3 and m.muted_until <= $4 \
               and not exists (select 1 from block b where b.blocker = m.account and b.blocked = e.actor) \
               order by e.seq desc limit 1";
    let values = values![claimed.subscription, claimed.conversation, claimed.seq, now];
    let found: Option<(i64,)> = conn.optional(sql, values).await?;
    Ok(found.map(|(seq,)| seq.cast_unsigned()))
}

/// A conversation (kind, title) and an account's seat in it: standing, delivered seq.
type Seat = (i64, Option<String>, i64, i64);
/// A message: id, time, text, its sender's name, as whom they are shown, 1 where they are familiar.
type Message = (Bytes<16>, i64, String, String, String, i64);

/// An account's seat, a message there, and how many are unread.
async fn load_state(
    conn: &mut Conn<'_>,
    account: AccountId,
    conversation: ConversationId,
    seq: Seq,
) -> Result<Option<(Seat, Message, i64)>, StoreError> {
    let sql = "select c.kind, c.title, m.standing, m.delivered_seq \
               from conversation c join member m on m.account = $1 and m.conversation = c.id where c.id = $2";
    let Some(seat) = conn.optional(sql, values![account, conversation]).await? else { return Ok(None) };
    let sql = "select e.message_id, e.created_at, e.content, a.name, a.display_name, \
               cast(case when m.own_count > 0 or m.read_seq >= m.joined_seq or exists (\
               select 1 from conversation d join member t on t.conversation = d.id and t.account = $3 \
               where d.low = case when $3 < e.actor then $3 else e.actor end \
               and d.high = case when $3 < e.actor then e.actor else $3 end \
               and t.role is not null and t.standing = 1) then 1 else 0 end as bigint) as familiar \
               from entry e join member m on m.account = $3 and m.conversation = e.conversation \
               join account a on a.id = e.actor where e.conversation = $1 and e.seq = $2";
    let message = conn.one(sql, values![conversation, seq, account]).await?;
    let sql = "select c.head_count - m.read_count - m.own_count + m.own_read as unread \
               from conversation c join member m on m.account = $1 and m.conversation = c.id where c.id = $2";
    let (unread,) = conn.one(sql, values![account, conversation]).await?;
    Ok(Some((seat, message, unread)))
}

/// The accepted conversations that hold something unread and are not muted, newest first, and how much.
async fn load_unread(
    conn: &mut Conn<'_>,
    account: AccountId,
    now: i64,
) -> Result<Vec<(Bytes<16>, i64)>, StoreError> {
    let sql = "select c.id, c.head_count - m.read_count - m.own_count + m.own_read as unread \
               from member m join conversation c on c.id = m.conversation \
               where m.account = $1 and m.role is not null and m.standing = 1 and m.muted_until <= $2 \
               and c.head_count - m.read_count - m.own_count + m.own_read > 0 order by c.position desc";
    conn.all(sql, values![account, now]).await
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
        type Row = (Bytes<32>, String, Bytes<16>, i64, i64, i64, i64);
        let sql = "update push_delivery set due_at = $2, attempts = attempts + 1 \
                   where (subscription, conversation) in (\
                   select subscription, conversation from push_delivery \
                   where due_at <= $1 and host not in ($4, $5, $6, $7, $8, $9, $10, $11) \
                   order by due_at limit $3) \
                   returning subscription, host, conversation, seq, attempts, expires_at, shown";
        let mut values = values![self.now, self.leased_until, self.limit];
        // no host has no name
        values
            .extend((0..HOSTS_LEFT_OUT).map(|n| Value::from(self.not_of.get(n).map_or("", String::as_str))));
        let rows: Vec<Row> = tx.conn.all(sql, values).await?;
        Ok(rows
            .into_iter()
            .map(|(subscription, host, conversation, seq, attempts, expires_at, shown)| Claimed {
                subscription: subscription.into(),
                host,
                conversation: conversation.into(),
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
            Done::Delivered | Done::Shown => {
                let sql = "update push_subscription set succeeded_at = $1 where id = $2";
                tx.conn.run(sql, values![now, subscription]).await?;
            }
            Done::Failed(trouble) | Done::Again(_, trouble) => {
                let sql = "update push_subscription set failed_at = $1, trouble = $2 where id = $3";
                tx.conn.run(sql, values![now, trouble, subscription]).await?;
                // one that never was any: its browser makes another when the app is opened there
                let sql = "delete from push_subscription where id = $1 and succeeded_at is null and created_at < $2";
                tx.conn.run(sql, values![subscription, now - PROVES_ITSELF_WITHIN_S]).await?;
            }
            Done::Gone { account, p256dh } => {
                let sql = "delete from push_subscription where id = $1 and account = $2 and p256dh = $3";
                tx.conn.run(sql, values![subscription, account, p256dh.to_vec()]).await?;
            }
            Done::Dropped | Done::PutOff(_) => {}
        }
        let due_at = match done {
            Done::Again(at, _) | Done::PutOff(at) => at,
            Done::Shown => {
                // what came meanwhile, or was read meanwhile, is due at once
                let sql = "update push_delivery set shown = 1, attempts = 0, \
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
                let sql = "update push_delivery set due_at = $3, attempts = 0 \
                           where subscription = $1 and conversation = $2";
                tx.conn.run(sql, values![subscription, conversation, now]).await?;
                return Ok(());
            }
        };
        let sql = "update push_delivery set due_at = $3 where subscription = $1 and conversation = $2";
        tx.conn.run(sql, values![subscription, conversation, due_at]).await?;
        Ok(())
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
