//! A group's accepted messages, brought back: each table in few statements.

use std::collections::BTreeMap;

use common::id::ConversationId;
use common::model::{ConversationKind, HistoryPolicy, Standing};

use super::Appending;
use super::decide::{Accepted, Known, Place, Seat, Talk, TalkState};
use crate::store::codes::{history_code, kind_code, role_code, standing_code};
use crate::store::dialect::{Value, values};
use crate::store::entries::load_entry;
use crate::store::writer::transaction::Tx;
use crate::store::{AccountId, Appended, StoreError};

/// Writes all that [`Known::decide`] changed, and leaves with each message its answer.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    known: &Known,
    messages: &mut [&mut Appending],
    accepted: Vec<(usize, Accepted)>,
) -> Result<(), StoreError> {
    if accepted.is_empty() {
        return Ok(());
    }
    let first = tx.next_positions(accepted.len()).await?;
    let touched = Touched::by(first, &accepted);
    write_talks(tx, known, &touched).await?;
    write_seats(tx, known, &touched).await?;

    let mut entries = Vec::with_capacity(accepted.len() * 11);
    let mut ids = Vec::with_capacity(accepted.len() * 5);
    for (position, (_, message)) in (first..).zip(&accepted) {
        entries.extend(entry_values(message, position));
        ids.extend(values![
            message.entry.message_id,
            message.actor,
            message.conversation,
            message.entry.seq,
            Value::Bytes(message.request_hash.to_vec())
        ]);
    }
    let statements = tx.statements.clone();
    statements.insert_entries.run(&mut tx.conn, entries).await?;
    statements.insert_ids.run(&mut tx.conn, ids).await?;
    for (position, (index, message)) in (first..).zip(accepted) {
        messages[index].outcome = Some(Ok(message.into_answer(position)));
    }
    Ok(())
}

/// The conversations and seats that change, each with the number of its newest message.
struct Touched {
    talks: BTreeMap<ConversationId, u64>,
    seats: BTreeMap<(ConversationId, AccountId), u64>,
}

impl Touched {
    fn by(first: u64, accepted: &[(usize, Accepted)]) -> Self {
        let numbered = || (first..).zip(accepted).map(|(position, (_, message))| (position, message));
        // what comes later replaces what came before
        Self {
            talks: numbered().map(|(position, message)| (message.conversation, position)).collect(),
            seats: numbered()
                .map(|(position, message)| ((message.conversation, message.actor), position))
                .collect(),
        }
    }
}

async fn write_talks(tx: &mut Tx<'_>, known: &Known, touched: &Touched) -> Result<(), StoreError> {
    let mut heads = Vec::with_capacity(touched.talks.len() * 5);
    for (&id, &position) in &touched.talks {
        let talk = &known.talks[&id];
        match talk.state {
            TalkState::New { created_at } => insert_talk(tx, known, id, talk, position, created_at).await?,
            _ => heads.extend(values![id, talk.head.seq, talk.head.count, talk.head.digest, position]),
        }
    }
    let statements = tx.statements.clone();
    statements.move_heads.run(&mut tx.conn, heads).await
}

async fn write_seats(tx: &mut Tx<'_>, known: &Known, touched: &Touched) -> Result<(), StoreError> {
    let mut counts = Vec::with_capacity(touched.seats.len() * 3);
    for (&(id, account), &position) in &touched.seats {
        let seat = &known.seats[&(id, account)];
        if matches!(known.talks[&id].state, TalkState::New { .. }) {
            // inserted whole with the conversation
            continue;
        }
        counts.extend(values![id, account, seat.own_count]);
        if seat.accepted {
            accept(tx, id, account, position).await?;
        }
    }
    let statements = tx.statements.clone();
    statements.count_own.run(&mut tx.conn, counts).await
}

/// Accepting shows one's receipts to the others, so these count as moved, too.
async fn accept(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "update member set standing = $1, receipt_position = $2 \
               where account = $3 and conversation = $4";
    let values = values![standing_code(Standing::Accepted), position, account, conversation];
    tx.conn.run(sql, values).await?;
    Ok(())
}

/// A direct conversation between two who had none, with the messages that are in it already.
async fn insert_talk(
    tx: &mut Tx<'_>,
    known: &Known,
    id: ConversationId,
    talk: &Talk,
    position: u64,
    created_at: i64,
) -> Result<(), StoreError> {
    let Some((low, high)) = talk.pair else {
        return Err(StoreError::Corrupt("only direct conversations come with a message".into()));
    };
    let sql = "insert into conversation (id, kind, title, history, low, high, head_seq, head_count, head_digest, \
               position, members_position, created_at) \
               values ($1, $2, null, $3, $4, $5, $6, $7, $8, $9, $9, $10)";
    let (kind, history) = (kind_code(ConversationKind::Direct), history_code(HistoryPolicy::All));
    let head = talk.head;
    let values =
        values![id, kind, history, low, high, head.seq, head.count, head.digest, position, created_at];
    tx.conn.run(sql, values).await?;
    for &account in talk.audience.iter() {
        insert_seat(tx, id, account, &known.seats[&(id, account)], position).await?;
    }
    Ok(())
}

async fn insert_seat(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
    seat: &Seat,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "insert into member (account, conversation, role, standing, first_seq, joined_seq, joined_position, \
               own_count, delivered_seq, read_seq, read_count, own_read, position, receipt_position) \
               values ($1, $2, $3, $4, 1, 1, $5, $6, 0, 0, 0, 0, $5, $5)";
    let role = seat.role.map(role_code);
    let values = values![account, conversation, role, standing_code(seat.standing), position, seat.own_count];
    tx.conn.run(sql, values).await?;
    let sql = "insert into membership (account, conversation, from_seq) values ($1, $2, 1)";
    tx.conn.run(sql, values![account, conversation]).await?;
    Ok(())
}

fn entry_values(message: &Accepted, position: u64) -> Vec<Value> {
    let entry = &message.entry;
    values![
        message.conversation,
        entry.seq,
        entry.message_id,
        message.actor,
        i64::from(entry.kind.code()),
        entry.timestamp,
        entry.count,
        entry.actor_count,
        position,
        message.digest,
        entry.content.clone()
    ]
}

/// The answer that a message got when it came first.
pub(super) async fn load_first_answer(tx: &mut Tx<'_>, place: Place) -> Result<Appended, StoreError> {
    let row = load_entry(&mut tx.conn, place.conversation, place.seq).await?;
    Ok(Appended {
        conversation: place.conversation,
        duplicate: true,
        created: false,
        accepted: false,
        audience: [].into(),
        position: row.position(),
        entry: row.into_entry()?,
    })
}
