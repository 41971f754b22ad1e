//! Removing someone from a group.

use common::id::{ConversationId, UserId};
use common::model::{Role, SystemEvent, may_manage};

use super::Changed;
use super::group::Group;
use super::seats::stand_up;
use crate::store::writer::{Request, Tx};
use crate::store::{Caller, Commit, Store, StoreError};

impl Store {
    /// Removes a member; oneself: the same as [`Store::leave`]. Someone who is out already is passed over.
    ///
    /// Errors: `NotFound` (the group, or someone who never was in), `Forbidden` (see `may_manage`).
    pub async fn remove_member(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        person: UserId,
        now: i64,
    ) -> Result<Changed, StoreError> {
        if person.folded() == caller.user_id.folded() {
            return self.leave(caller, conversation, now).await;
        }
        let caller = caller.clone();
        self.inner.writer.ask(RemoveMember { caller, conversation, person, now }).await
    }
}

struct RemoveMember {
    caller: Caller,
    conversation: ConversationId,
    person: UserId,
    now: i64,
}

impl Request for RemoveMember {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let group = Group::load(tx, &self.caller, self.conversation).await?;
        let role = group.require(Role::Admin)?;
        let (account, user_id, seat) = group.seat_of(tx, &self.person).await?;
        let Some(theirs) = seat.role else { return Ok(group.unchanged()) };
        if !may_manage(role, theirs) {
            return Err(StoreError::Forbidden);
        }
        let position = tx.next_position().await?;
        let mut log = group.log(position, self.now);
        log.append(tx, &group.actor, &SystemEvent::MemberRemoved { user_id }).await?;
        let last = log.head().seq;
        let entries = log.close(tx).await?;
        stand_up(tx, group.id, account, last, group.title.as_deref(), position).await?;
        Ok(Changed { went: vec![account], ..group.changed(tx, entries, position).await? })
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}
