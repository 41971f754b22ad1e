//! Another name to be shown by.

use common::id::UserId;
use common::model::Profile;

use super::ProfileChanged;
use crate::store::dialect::values;
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Commit, Committed, Store, StoreError};

impl Store {
    /// Shows the person by another name from now on. Errors: `NotFound` (deleted).
    pub async fn set_display_name(
        &self,
        account: AccountId,
        display_name: String,
    ) -> Result<ProfileChanged, StoreError> {
        self.inner.writer.ask(SetDisplayName { account, display_name }).await
    }
}

struct SetDisplayName {
    account: AccountId,
    display_name: String,
}

impl Request for SetDisplayName {
    type Answer = ProfileChanged;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<ProfileChanged, StoreError> {
        let sql = "select name from account where id = $1 and deleted_at is null";
        let row: Option<(String,)> = tx.conn.optional(sql, values![self.account]).await?;
        let (name,) = row.ok_or(StoreError::NotFound)?;
        let position = tx.next_position().await?;
        let sql = "update account set display_name = $1, display_folded = $2, position = $3, own_position = $3 \
                   where id = $4";
        let display_name = self.display_name.clone();
        let values = values![display_name.as_str(), display_name.to_lowercase(), position, self.account];
        tx.conn.run(sql, values).await?;
        let profile = Profile { user_id: UserId(name), display_name, deleted: false };
        Ok(ProfileChanged { account: self.account, profile, position })
    }

    fn commit(&self, answer: &ProfileChanged) -> Option<Commit> {
        let what = Committed::Profile(answer.clone());
        Some(Commit { position: answer.position, what })
    }
}
