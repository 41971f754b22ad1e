//! Pairs of people who have not written to each other yet.

use common::model::{ConversationKind, Head, Role, Standing};

use super::Appending;
use super::decide::{Known, Seat, Talk, TalkState};
use crate::store::dialect::{Conn, values};
use crate::store::writer::transaction::Tx;
use crate::store::{AccountId, StoreError};

/// Makes up the conversation that each pair without one would have, so that deciding need not know the difference. It
/// is stored if a message into it is accepted. Pairs with someone who is gone get none.
pub(super) async fn imagine(
    tx: &mut Tx<'_>,
    known: &mut Known,
    messages: &[&mut Appending],
) -> Result<(), StoreError> {
    for message in messages {
        let Some(pair) = message.pair(known) else { continue };
        if known.pairs.contains_key(&pair) || any_is_gone(&mut tx.conn, pair).await? {
            continue;
        }
        let (low, high) = pair;
        let id = common::id::ConversationId(tx.new_id());
        let audience = if low == high { [low].into() } else { [low, high].into() };
        known.pairs.insert(pair, id);
        known.talks.insert(
            id,
            Talk {
                kind: ConversationKind::Direct,
                pair: Some(pair),
                head: Head::default(),
                audience,
                state: TalkState::Imagined,
            },
        );
        let know_each_other = low == high || share_accepted(&mut tx.conn, low, high).await?;
        for (one, other) in [(low, high), (high, low)] {
            let seat = Seat {
                role: Some(Role::Member),
                standing: if know_each_other { Standing::Accepted } else { Standing::Request },
                own_count: 0,
                other_is_in: true,
                is_blocked: one != other && blocks(&mut tx.conn, other, one).await?,
                counted: false,
                accepted: false,
            };
            known.seats.insert((id, one), seat);
        }
    }
    Ok(())
}

async fn any_is_gone(conn: &mut Conn<'_>, (low, high): (AccountId, AccountId)) -> Result<bool, StoreError> {
    let sql = "select id from account where id in ($1, $2) and deleted_at is not null";
    let gone: Option<(i64,)> = conn.optional(sql, values![low, high]).await?;
    Ok(gone.is_some())
}

/// Whether both are in one conversation and have accepted it.
async fn share_accepted(conn: &mut Conn<'_>, one: AccountId, other: AccountId) -> Result<bool, StoreError> {
    let shared: Option<(i64,)> = conn
        .optional(
            "select a.account from member a join member b on b.conversation = a.conversation and b.account = $2 \
             where a.account = $1 and a.role is not null and a.standing = 1 \
             and b.role is not null and b.standing = 1 limit 1",
            values![one, other],
        )
        .await?;
    Ok(shared.is_some())
}

async fn blocks(conn: &mut Conn<'_>, blocker: AccountId, blocked: AccountId) -> Result<bool, StoreError> {
    let sql = "select blocker from block where blocker = $1 and blocked = $2";
    let found: Option<(i64,)> = conn.optional(sql, values![blocker, blocked]).await?;
    Ok(found.is_some())
}
