//! Who is in a group, kept from commit to commit.

use std::collections::HashMap;
use std::sync::Arc;

use common::id::ConversationId;

use crate::store::dialect::{Conn, values};
use crate::store::{AccountId, StoreError};

/// Groups whose members are kept; when it is full it starts anew.
const GROUPS_KEPT: usize = 1_024;

/// The current members of groups, as of the newest change of who is in them. A group's row, read under its lock, says
/// which change that is, so what is kept is never stale, whichever node made the change.
#[derive(Default)]
pub(super) struct Audiences {
    kept: HashMap<ConversationId, (u64, Arc<[AccountId]>)>,
}

impl Audiences {
    /// The members of a group whose newest change of membership is this one. To be asked only before this transaction
    /// changes any membership, since what is not committed must not be kept.
    pub(super) async fn load(
        &mut self,
        conn: &mut Conn<'_>,
        conversation: ConversationId,
        members_position: u64,
    ) -> Result<Arc<[AccountId]>, StoreError> {
        if let Some((position, members)) = self.kept.get(&conversation)
            && *position == members_position
        {
            return Ok(members.clone());
        }
        let members = load_audience(conn, conversation).await?;
        if self.kept.len() >= GROUPS_KEPT {
            self.kept.clear();
        }
        self.kept.insert(conversation, (members_position, members.clone()));
        Ok(members)
    }
}

/// The current members of a conversation, as they are now.
pub(in crate::store) async fn load_audience(
    conn: &mut Conn<'_>,
    conversation: ConversationId,
) -> Result<Arc<[AccountId]>, StoreError> {
    let rows: Vec<(i64,)> = conn
        .all(
            "select account from member where conversation = $1 and role is not null order by account",
            values![conversation],
        )
        .await?;
    Ok(rows.into_iter().map(|(account,)| AccountId(account)).collect())
}
