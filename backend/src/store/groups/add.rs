//! Bringing people into a group.

use common::id::{ConversationId, UserId};
use common::limits;
use common::model::{Role, SystemEvent};

use super::Changed;
use super::group::Group;
use super::seats::{find_people, members_changed, sit_down};
use crate::store::writer::{Request, Tx, load_audience};
use crate::store::{Caller, Commit, Store, StoreError};

impl Store {
    /// Brings people in; those who are in already are passed over. Who comes back keeps what they saw before.
    ///
    /// Errors: `NotFound` (the group, or a person), `Forbidden` (members, former members, direct conversations),
    /// `Blocked` (one of them blocks the caller), `Full`.
    pub async fn add_members(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        people: Vec<UserId>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        let caller = caller.clone();
        self.inner.writer.ask(AddMembers { caller, conversation, people, now }).await
    }
}

struct AddMembers {
    caller: Caller,
    conversation: ConversationId,
    people: Vec<UserId>,
    now: i64,
}

impl Request for AddMembers {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let group = Group::load(tx, &self.caller, self.conversation).await?;
        group.require(Role::Admin)?;
        let mut people = find_people(tx, self.caller.account, &self.people).await?;
        let members = load_audience(&mut tx.conn, group.id).await?;
        people.retain(|(account, _)| !members.contains(account));
        if people.is_empty() {
            return Ok(group.unchanged());
        }
        if members.len() + people.len() > limits::GROUP_MEMBERS {
            return Err(StoreError::Full);
        }
        let position = tx.next_position().await?;
        let mut log = group.log(position, self.now);
        let user_ids = people.iter().map(|(_, name)| name.clone()).collect();
        log.append(tx, &group.actor, &SystemEvent::MembersAdded { user_ids }).await?;
        let entries = log.close(tx).await?;
        for (account, _) in &people {
            sit_down(tx, group.id, *account, Role::Member, group.history, group.head, position).await?;
        }
        members_changed(tx, group.id, position).await?;
        let came = people.into_iter().map(|(account, _)| account).collect();
        Ok(Changed { came, ..group.changed(tx, entries, position).await? })
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}
