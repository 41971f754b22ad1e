//! What a group is called, and what new members see.

use common::id::ConversationId;
use common::model::{Role, SystemEvent};

use super::group::Group;
use super::{Changed, GroupChange};
use crate::store::codes::history_code;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{Caller, Commit, Store, StoreError};

impl Store {
    /// Gives a group another title, or another rule for what new members see; admins and owners.
    ///
    /// Errors: `NotFound`, `Forbidden`.
    pub async fn change_group(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        change: GroupChange,
        now: i64,
    ) -> Result<Changed, StoreError> {
        let caller = caller.clone();
        self.inner.writer.ask(ChangeGroup { caller, conversation, change, now }).await
    }
}

struct ChangeGroup {
    caller: Caller,
    conversation: ConversationId,
    change: GroupChange,
    now: i64,
}

impl Request for ChangeGroup {
    type Answer = Changed;

    fn locks(&self) -> Vec<ConversationId> {
        vec![self.conversation]
    }

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Changed, StoreError> {
        let group = Group::load(tx, &self.caller, self.conversation).await?;
        group.require(Role::Admin)?;
        let title = self.change.title.clone().filter(|title| group.title.as_ref() != Some(title));
        let history = self.change.history.filter(|history| group.history != *history);
        if title.is_none() && history.is_none() {
            return Ok(group.unchanged());
        }
        let position = tx.next_position().await?;
        let mut log = group.log(position, self.now);
        if let Some(title) = title {
            let sql = "update conversation set title = $1 where id = $2";
            tx.conn.run(sql, values![title.as_str(), group.id]).await?;
            log.append(tx, &group.actor, &SystemEvent::Renamed { title }).await?;
        }
        if let Some(policy) = history {
            let sql = "update conversation set history = $1 where id = $2";
            tx.conn.run(sql, values![history_code(policy), group.id]).await?;
            log.append(tx, &group.actor, &SystemEvent::HistoryPolicyChanged { policy }).await?;
        }
        let entries = log.close(tx).await?;
        group.changed(tx, entries, position).await
    }

    fn commit(&self, answer: &Changed) -> Option<Commit> {
        answer.commit()
    }
}
