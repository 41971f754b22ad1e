//! Giving someone a role.

use common::id::{ConversationId, UserId};
use common::model::{Role, SystemEvent};

use super::Changed;
use super::group::Group;
use super::seats::set_role;
use crate::store::codes::role_code;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{Caller, Commit, Store, StoreError};

impl Store {
    /// Gives someone a role; owners only. The last owner cannot give up being it without making another.
    ///
    /// Errors: `NotFound` (the group, or someone who is not in it), `Forbidden`.
    pub async fn change_role(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        person: UserId,
        role: Role,
        now: i64,
    ) -> Result<Changed, StoreError> {
        let caller = caller.clone();
        self.inner.writer.ask(ChangeRole { caller, conversation, person, role, now }).await
    }
}

struct ChangeRole {
    caller: Caller,
    conversation: ConversationId,
    person: UserId,
    role: Role,
    now: i64,
}

impl Request for ChangeRole {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let group = Group::load(tx, &self.caller, self.conversation).await?;
        group.require(Role::Owner)?;
        let (account, user_id, seat) = group.seat_of(tx, &self.person).await?;
        let theirs = seat.role.ok_or(StoreError::NotFound)?;
        if theirs == self.role {
            return Ok(group.unchanged());
        }
        if theirs == Role::Owner && count_owners(tx, &group).await? == 1 {
            return Err(StoreError::Forbidden);
        }
        let position = tx.next_position().await?;
        set_role(tx, group.id, account, self.role, position).await?;
        let mut log = group.log(position, self.now);
        log.append(tx, &group.actor, &SystemEvent::RoleChanged { user_id, role: self.role }).await?;
        let entries = log.close(tx).await?;
        group.changed(tx, entries, position).await
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}

async fn count_owners(tx: &mut Tx<'_>, group: &Group) -> Result<i64, StoreError> {
    let sql = "select count(*) from member where conversation = $1 and role = $2";
    let (owners,): (i64,) = tx.conn.one(sql, values![group.id, role_code(Role::Owner)]).await?;
    Ok(owners)
}
