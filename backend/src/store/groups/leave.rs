//! Leaving a group.

use common::id::{ConversationId, UserId};
use common::model::{Role, SystemEvent};

use super::Changed;
use super::group::Group;
use super::seats::{set_role, stand_up};
use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Caller, Commit, Store, StoreError};

impl Store {
    /// Leaves a group. When its last owner goes, the longest-standing admin, else member, owns it.
    ///
    /// Errors: `NotFound`, `Forbidden` (a direct conversation). Leaving twice changes nothing.
    pub async fn leave(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        now: i64,
    ) -> Result<Changed, StoreError> {
        self.inner.writer.ask(Leave { caller: caller.clone(), conversation, now }).await
    }
}

struct Leave {
    caller: Caller,
    conversation: ConversationId,
    now: i64,
}

impl Request for Leave {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let group = Group::load(tx, &self.caller, self.conversation).await?;
        match group.role {
            Some(role) => {
                let position = tx.next_position().await?;
                leave(tx, &group, role, position, self.now).await
            }
            None => Ok(group.unchanged()),
        }
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}

/// Leaves every group that an account is in, all with one number.
pub(in crate::store) async fn leave_all(
    tx: &mut Tx<'_>,
    account: AccountId,
    user_id: &UserId,
    position: u64,
    now: i64,
) -> Result<Vec<Changed>, StoreError> {
    let sql = "select c.id from member m join conversation c on c.id = m.conversation \
               where m.account = $1 and m.role is not null and c.kind = 2 order by c.id";
    let groups: Vec<(Bytes<16>,)> = tx.conn.all(sql, values![account]).await?;
    let mut left = Vec::with_capacity(groups.len());
    for (id,) in groups {
        let group = Group::load_for(tx, account, user_id, id.into()).await?;
        if let Some(role) = group.role {
            left.push(leave(tx, &group, role, position, now).await?);
        }
    }
    Ok(left)
}

/// The entry that makes another the owner comes first, so that the leaving is the last that the leaver sees.
async fn leave(
    tx: &mut Tx<'_>,
    group: &Group,
    role: Role,
    position: u64,
    now: i64,
) -> Result<Changed, StoreError> {
    let mut log = group.log(position, now);
    if role == Role::Owner
        && let Some((heir, user_id)) = find_heir(tx, group).await?
    {
        set_role(tx, group.id, heir, Role::Owner, position).await?;
        log.append(tx, &group.actor, &SystemEvent::RoleChanged { user_id, role: Role::Owner }).await?;
    }
    log.append(tx, &group.actor, &SystemEvent::MemberLeft).await?;
    let last = log.head().seq;
    let entries = log.close(tx).await?;
    stand_up(tx, group.id, group.actor.account, last, group.title.as_deref(), position).await?;
    Ok(Changed { went: vec![group.actor.account], ..group.changed(tx, entries, position).await? })
}

/// Who owns the group when its only owner goes: the longest-standing admin, else member. Nobody, where another owner
/// stays or no one is left.
async fn find_heir(tx: &mut Tx<'_>, group: &Group) -> Result<Option<(AccountId, UserId)>, StoreError> {
    let sql = "select m.account, a.name, m.role from member m join account a on a.id = m.account \
               where m.conversation = $1 and m.account <> $2 and m.role is not null \
               order by m.role desc, m.joined_seq, m.account limit 1";
    let first: Option<(i64, String, i64)> =
        tx.conn.optional(sql, values![group.id, group.actor.account]).await?;
    Ok(first
        .filter(|(_, _, role)| *role != crate::store::codes::role_code(Role::Owner))
        .map(|(account, name, _)| (AccountId(account), UserId(name))))
}
