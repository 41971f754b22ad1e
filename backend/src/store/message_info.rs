//! One message, and how far it has come.

use common::id::{ConversationId, MessageId, Seq, UserId};
use common::model::{ConversationKind, Standing};
use common::wire::http::{MessageInfo, MessageStatus};

use super::codes::standing_from;
use super::dialect::{Bytes, Conn, values};
use super::entries::load_entry;
use super::receipts::Mark;
use super::views::{load_intervals, load_view};
use super::{AccountId, Store, StoreError};

impl Store {
    /// A message that the account may see, with its status: `delivered` and `read` once every other current member
    /// has (the other person of a direct conversation, even when they are gone). Those who have not accepted the
    /// conversation have not received it, for all that others know. Errors: `NotFound`.
    pub async fn message_info(
        &self,
        account: AccountId,
        message: MessageId,
    ) -> Result<MessageInfo, StoreError> {
        self.inner.engine.read(async move |conn| load_info(conn, account, message).await).await
    }
}

async fn load_info(
    conn: &mut Conn<'_>,
    account: AccountId,
    message: MessageId,
) -> Result<MessageInfo, StoreError> {
    let sql = "select conversation, seq from message_id where id = $1";
    let found: Option<(Bytes<16>, i64)> = conn.optional(sql, values![message]).await?;
    let (conversation, seq) = found.ok_or(StoreError::NotFound)?;
    let (conversation_id, seq) = (ConversationId::from(conversation), seq.cast_unsigned());
    let view = load_view(conn, account, conversation_id).await?;
    let visible = load_intervals(conn, account, conversation_id).await?;
    if !visible.iter().any(|interval| interval.contains(seq)) {
        return Err(StoreError::NotFound);
    }
    let entry = load_entry(conn, conversation_id, seq).await?.into_entry()?;
    let direct = view.kind()? == ConversationKind::Direct;
    let others = Others::load(conn, conversation_id, &entry.from, direct).await?;
    let (mut delivered_at, mut read_at) = (None, None);
    if let Some(reader) = others.direct_reader() {
        delivered_at = first_move(conn, conversation_id, reader, Mark::Delivered, seq).await?;
        read_at = first_move(conn, conversation_id, reader, Mark::Read, seq).await?;
    }
    Ok(MessageInfo {
        message_id: message,
        conversation_id,
        seq,
        from: entry.from,
        to: others.direct_receiver(),
        content: entry.content,
        kind: entry.kind,
        status: others.status(seq),
        timestamp: entry.timestamp,
        delivered_at,
        read_at,
    })
}

/// The members of a conversation other than a message's sender; in a note to oneself, nobody.
struct Others {
    direct: bool,
    sender: UserId,
    seats: Vec<Other>,
}

/// One of them.
struct Other {
    account: AccountId,
    name: UserId,
    delivered: Seq,
    read: Seq,
}

impl Others {
    /// Those who are in; the other person of a direct conversation even when they are gone.
    async fn load(
        conn: &mut Conn<'_>,
        conversation: ConversationId,
        sender: &UserId,
        direct: bool,
    ) -> Result<Self, StoreError> {
        type Row = (i64, String, Option<i64>, i64, i64, i64);
        let rows: Vec<Row> = conn
            .all(
                "select m.account, a.name, m.role, m.standing, m.delivered_seq, m.read_seq \
                 from member m join account a on a.id = m.account where m.conversation = $1",
                values![conversation],
            )
            .await?;
        let mut seats = Vec::with_capacity(rows.len());
        for (account, name, role, standing, delivered, read) in rows {
            if name == sender.0 || (role.is_none() && !direct) {
                continue;
            }
            let accepted = standing_from(standing)? == Standing::Accepted;
            let shown = |seq: i64| if accepted { seq.cast_unsigned() } else { 0 };
            seats.push(Other {
                account: AccountId(account),
                name: UserId(name),
                delivered: shown(delivered),
                read: shown(read),
            });
        }
        Ok(Self { direct, sender: sender.clone(), seats })
    }

    /// How far a message has come; one that has nobody to come to was sent.
    fn status(&self, seq: Seq) -> MessageStatus {
        let all = |mark: fn(&Other) -> Seq| {
            !self.seats.is_empty() && self.seats.iter().all(|other| mark(other) >= seq)
        };
        if all(|other| other.read) {
            MessageStatus::Read
        } else if all(|other| other.delivered) {
            MessageStatus::Delivered
        } else {
            MessageStatus::Sent
        }
    }

    /// Whom a direct message is to; a note, oneself.
    fn direct_receiver(&self) -> Option<UserId> {
        let receiver = self.seats.first().map_or(&self.sender, |other| &other.name);
        self.direct.then(|| receiver.clone())
    }

    /// Whose marks tell when a direct message was received and read.
    fn direct_reader(&self) -> Option<AccountId> {
        self.seats.first().filter(|other| self.direct && other.delivered > 0).map(|other| other.account)
    }
}

/// When a mark first came to `seq` or beyond.
async fn first_move(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
    account: AccountId,
    mark: Mark,
    seq: Seq,
) -> Result<Option<i64>, StoreError> {
    let sql = "select moved_at from receipt_move where conversation = $1 and account = $2 and mark = $3 and seq >= $4 \
               order by seq limit 1";
    let found: Option<(i64,)> = conn.optional(sql, values![conversation, account, mark.code(), seq]).await?;
    Ok(found.map(|(at,)| at))
}
