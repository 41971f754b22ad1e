//! All that a group's messages name, read in a handful of statements.

use common::id::{ConversationId, MessageId};
use common::model::Head;

use super::decide::{Known, Place, Seat, Talk, TalkState, pair};
use super::{Appending, newcomers};
use crate::store::codes::{kind_from, role_from, standing_from};
use crate::store::dialect::{Bytes, Value, values};
use crate::store::writer::audience::Audiences;
use crate::store::writer::transaction::Tx;
use crate::store::{AccountId, StoreError, Target};

type IdRow = (Bytes<16>, i64, Bytes<16>, i64, Bytes<32>);
type TalkRow = (Bytes<16>, i64, Option<i64>, Option<i64>, i64, i64, Bytes<32>, i64);
type SeatRow = (Bytes<16>, i64, Option<i64>, i64, i64, Option<i64>, Option<i64>);

/// Reads what the messages name, under the locks of their conversations and of `locks`.
pub(super) async fn look_up(
    tx: &mut Tx<'_>,
    audiences: &mut Audiences,
    messages: &[&mut Appending],
    locks: Vec<ConversationId>,
) -> Result<Known, StoreError> {
    let mut known = Known::default();
    look_up_people(tx, &mut known, messages).await?;
    look_up_ids(tx, &mut known, messages).await?;
    lock_talks(tx, &mut known, audiences, messages, locks).await?;
    look_up_seats(tx, &mut known, messages).await?;
    newcomers::imagine(tx, &mut known, messages).await?;
    Ok(known)
}

/// Names to accounts, and pairs of accounts to conversations.
async fn look_up_people(
    tx: &mut Tx<'_>,
    known: &mut Known,
    messages: &[&mut Appending],
) -> Result<(), StoreError> {
    for message in messages {
        // a note needs no look-up, and without one its writer is known
        let caller = &message.new.caller;
        known.accounts.insert(caller.user_id.folded(), caller.account);
    }
    let mut names: Vec<String> = messages.iter().filter_map(|message| message.person()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !known.accounts.contains_key(name));
    let statements = tx.statements.clone();
    let names = names.into_iter().map(Value::from).collect();
    let rows: Vec<(String, i64)> = statements.find_names.find(&mut tx.conn, names).await?;
    known.accounts.extend(rows.into_iter().map(|(name, account)| (name, AccountId(account))));

    let mut pairs: Vec<_> = messages.iter().filter_map(|message| message.pair(known)).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let pairs = pairs.into_iter().flat_map(|(low, high)| values![low, high]).collect();
    let rows: Vec<(i64, i64, Bytes<16>)> = statements.find_pairs.find(&mut tx.conn, pairs).await?;
    let by_pair = |(low, high, id): (i64, i64, Bytes<16>)| ((AccountId(low), AccountId(high)), id.into());
    known.pairs.extend(rows.into_iter().map(by_pair));
    Ok(())
}

/// Which of the messages' ids, and of those they come after, are taken.
async fn look_up_ids(
    tx: &mut Tx<'_>,
    known: &mut Known,
    messages: &[&mut Appending],
) -> Result<(), StoreError> {
    let mut ids: Vec<MessageId> = messages
        .iter()
        .flat_map(|message| [Some(message.new.message_id), message.new.after])
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let statements = tx.statements.clone();
    let ids = ids.into_iter().map(Value::from).collect();
    let rows: Vec<IdRow> = statements.find_ids.find(&mut tx.conn, ids).await?;
    known.ids.extend(rows.into_iter().map(|(id, sender, conversation, seq, hash)| {
        let place = Place {
            sender: AccountId(sender),
            conversation: conversation.into(),
            seq: seq.cast_unsigned(),
            request_hash: hash.0,
        };
        (id.into(), place)
    }));
    Ok(())
}

/// Locks the conversations, in the order of their ids, and reads their heads.
async fn lock_talks(
    tx: &mut Tx<'_>,
    known: &mut Known,
    audiences: &mut Audiences,
    messages: &[&mut Appending],
    locks: Vec<ConversationId>,
) -> Result<(), StoreError> {
    let mut ids = locks;
    ids.extend(messages.iter().filter_map(|message| message.conversation(known)));
    ids.sort_unstable();
    ids.dedup();
    let statements = tx.statements.clone();
    let ids = ids.into_iter().map(Value::from).collect();
    let rows: Vec<TalkRow> = statements.lock_conversations.find(&mut tx.conn, ids).await?;
    let written: std::collections::HashSet<_> =
        messages.iter().filter_map(|message| message.conversation(known)).collect();
    for (id, kind, low, high, seq, count, digest, members_position) in rows {
        let id = ConversationId::from(id);
        if !written.contains(&id) || known.talks.contains_key(&id) {
            continue;
        }
        let pair = low.zip(high).map(|(low, high)| (AccountId(low), AccountId(high)));
        let audience = match pair {
            Some((low, high)) if low == high => [low].into(),
            Some((low, high)) => [low, high].into(),
            None => audiences.load(&mut tx.conn, id, members_position.cast_unsigned()).await?,
        };
        let head = Head { seq: seq.cast_unsigned(), count: count.cast_unsigned(), digest: digest.into() };
        let kind = kind_from(kind)?;
        known.talks.insert(id, Talk { kind, pair, head, audience, state: TalkState::Stored });
    }
    Ok(())
}

/// The senders' seats. In a direct conversation also whether the other person is still there, and blocks the sender.
async fn look_up_seats(
    tx: &mut Tx<'_>,
    known: &mut Known,
    messages: &[&mut Appending],
) -> Result<(), StoreError> {
    let mut asked: Vec<(ConversationId, AccountId)> = messages
        .iter()
        .filter_map(|message| Some((message.conversation(known)?, message.new.caller.account)))
        .collect();
    asked.sort_unstable();
    asked.dedup();
    let with_other = asked.into_iter().flat_map(|(conversation, sender)| {
        let pair = known.talks.get(&conversation).and_then(|talk| talk.pair);
        let other = match pair {
            Some((low, high)) if low == sender => high,
            Some((low, _)) => low,
            // no account has this id
            None => AccountId(0),
        };
        values![conversation, sender, other]
    });
    let with_other = with_other.collect();
    let statements = tx.statements.clone();
    let rows: Vec<SeatRow> = statements.find_seats.find(&mut tx.conn, with_other).await?;
    for (conversation, sender, role, standing, own_count, other_role, blocker) in rows {
        let seat = Seat {
            role: role_from(role)?,
            standing: standing_from(standing)?,
            own_count: own_count.cast_unsigned(),
            other_is_in: other_role.is_some(),
            is_blocked: blocker.is_some(),
            counted: false,
            accepted: false,
        };
        known.seats.insert((conversation.into(), AccountId(sender)), seat);
    }
    Ok(())
}

impl Appending {
    /// The person it is for, folded, if it names one.
    pub(super) fn person(&self) -> Option<String> {
        match &self.new.target {
            Target::Person(name) => Some(name.folded()),
            Target::Conversation(_) => None,
        }
    }

    /// The pair of people it is between, if it names a person who is known.
    pub(super) fn pair(&self, known: &Known) -> Option<(AccountId, AccountId)> {
        let person = known.accounts.get(&self.person()?)?;
        Some(pair(self.new.caller.account, *person))
    }

    /// The conversation it is for, if it is known.
    pub(super) fn conversation(&self, known: &Known) -> Option<ConversationId> {
        match self.new.target {
            Target::Conversation(id) => Some(id),
            Target::Person(_) => known.pairs.get(&self.pair(known)?).copied(),
        }
    }
}
