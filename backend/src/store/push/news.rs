//! What a delivery is about, looked at when it is to be made.

use common::id::{ConversationId, MessageId, Seq, UserId};
use common::model::{ConversationKind, Standing};

use super::told::is_told;
use super::{Browser, Claimed};
use crate::store::codes::{kind_from, standing_from};
use crate::store::dialect::{Bytes, Conn, values};
use crate::store::{AccountId, Store, StoreError};

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

impl Store {
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
            let Some(browser) = Browser::find(conn, claimed.subscription).await? else { return Ok(None) };
            let newest = find_newest(conn, &claimed, now).await?;
            let seq = newest.unwrap_or(claimed.seq);
            let Some(state) = find_state(conn, browser.account, claimed.conversation, seq).await? else {
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
}

/// The newest message of the delivery's that is to be told still, if there is one: what the delivery was made for may be no
/// news any more while something before it is. What was told before the delivery was made does not ring again.
async fn find_newest(conn: &mut Conn<'_>, claimed: &Claimed, now: i64) -> Result<Option<Seq>, StoreError> {
    let sql = concat!(
        "select e.seq from push_subscription s join member m on m.account = s.account \
         join entry e on e.conversation = m.conversation and e.created_at >= s.created_at \
         where s.id = $1 and m.conversation = $2 and e.seq >= $5 and e.seq <= $3 and ",
        is_told!(),
        " order by e.seq desc limit 1"
    );
    let values = values![claimed.subscription, claimed.conversation, claimed.seq, now, claimed.from_seq];
    let found: Option<(i64,)> = conn.optional(sql, values).await?;
    Ok(found.map(|(seq,)| seq.cast_unsigned()))
}

/// A conversation (kind, title) and an account's seat in it: standing, delivered seq.
type Seat = (i64, Option<String>, i64, i64);
/// A message: id, time, text, its sender's name, as whom they are shown, 1 where they are familiar.
type Message = (Bytes<16>, i64, String, String, String, i64);

/// An account's seat, a message there, and how many are unread.
async fn find_state(
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
