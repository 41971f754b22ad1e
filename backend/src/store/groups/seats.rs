//! Taking a seat in a group, and leaving it.

use std::collections::HashSet;

use common::id::{ConversationId, UserId};
use common::model::{Head, HistoryPolicy, Role};

use crate::store::codes::role_code;
use crate::store::dialect::values;
use crate::store::writer::Tx;
use crate::store::{AccountId, StoreError};

/// People by their names, each once, without the caller.
///
/// Errors: `NotFound` (no such person, or gone), `Blocked` (one of them blocks the caller).
pub(super) async fn find_people(
    tx: &mut Tx<'_>,
    caller: AccountId,
    names: &[UserId],
) -> Result<Vec<(AccountId, UserId)>, StoreError> {
    let mut people = Vec::with_capacity(names.len());
    let mut seen = HashSet::from([caller]);
    for name in names {
        let sql = "select a.id, a.name, b.blocker from account a \
                   left join block b on b.blocker = a.id and b.blocked = $2 \
                   where a.folded = $1 and a.deleted_at is null";
        let row: Option<(i64, String, Option<i64>)> =
            tx.conn.optional(sql, values![name.folded(), caller]).await?;
        let (account, name, blocker) = row.ok_or(StoreError::NotFound)?;
        if blocker.is_some() {
            return Err(StoreError::Blocked);
        }
        if seen.insert(AccountId(account)) {
            people.push((AccountId(account), UserId(name)));
        }
    }
    Ok(people)
}

/// Someone comes in, by the entry after `before`, with the change of this number. Everything before counts as received
/// and read. They see from that entry on, or from the first where the group shows all; who comes back keeps what they
/// saw.
pub(super) async fn sit_down(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
    role: Role,
    history: HistoryPolicy,
    before: Head,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "insert into member (account, conversation, role, standing, first_seq, joined_seq, joined_position, \
               own_count, delivered_seq, read_seq, read_count, own_read, position, receipt_position) \
               values ($1, $2, $3, 1, $4, $4, $5, 0, $6, $6, $7, 0, $5, $5) \
               on conflict (account, conversation) do update set role = $3, standing = 1, joined_seq = $4, \
               joined_position = $5, left_title = null, delivered_seq = $6, read_seq = $6, read_count = $7, \
               own_read = member.own_count, position = $5, receipt_position = $5";
    let joined = before.seq + 1;
    let values = values![account, conversation, role_code(role), joined, position, before.seq, before.count];
    tx.conn.run(sql, values).await?;
    let from = match history {
        HistoryPolicy::FromJoining => joined,
        HistoryPolicy::All => {
            let sql = "delete from membership where account = $1 and conversation = $2";
            tx.conn.run(sql, values![account, conversation]).await?;
            1
        }
    };
    let sql = "insert into membership (account, conversation, from_seq) values ($1, $2, $3)";
    tx.conn.run(sql, values![account, conversation, from]).await?;
    Ok(())
}

/// Someone goes; the last they see is the entry `last`. They remember the title of now.
pub(super) async fn stand_up(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
    last: u64,
    title: Option<&str>,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "update member set role = null, left_title = $1, position = $2 \
               where account = $3 and conversation = $4";
    tx.conn.run(sql, values![title.map(str::to_owned), position, account, conversation]).await?;
    let sql = "update membership set to_seq = $1 where account = $2 and conversation = $3 and to_seq is null";
    tx.conn.run(sql, values![last, account, conversation]).await?;
    members_changed(tx, conversation, position).await
}

/// Gives someone another role.
pub(super) async fn set_role(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    account: AccountId,
    role: Role,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "update member set role = $1, position = $2 where account = $3 and conversation = $4";
    tx.conn.run(sql, values![role_code(role), position, account, conversation]).await?;
    Ok(())
}

/// Remembers that who is in the group has changed.
pub(super) async fn members_changed(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    position: u64,
) -> Result<(), StoreError> {
    let sql = "update conversation set members_position = $1 where id = $2";
    tx.conn.run(sql, values![position, conversation]).await?;
    Ok(())
}
