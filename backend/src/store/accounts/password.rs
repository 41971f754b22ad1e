//! Another password.

use common::id::DeviceId;

use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

impl Store {
    /// Sets another password's hash and ends every device but `keep`; answers the devices that it ended. Their tokens
    /// are unknown from now on. Errors: `NotFound` (deleted).
    pub async fn set_password(
        &self,
        account: AccountId,
        password_hash: String,
        keep: Option<DeviceId>,
    ) -> Result<Vec<DeviceId>, StoreError> {
        self.inner.writer.ask(SetPassword { account, password_hash, keep }).await
    }
}

struct SetPassword {
    account: AccountId,
    password_hash: String,
    keep: Option<DeviceId>,
}

impl Request for SetPassword {
    type Answer = Vec<DeviceId>;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Vec<DeviceId>, StoreError> {
        let sql = "update account set password_hash = $1 where id = $2 and deleted_at is null";
        if tx.conn.run(sql, values![self.password_hash.as_str(), self.account]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let sql = "delete from device where account = $1 and revoked_at is null and id <> $2 returning id";
        // no device has the nil id
        let keep = self.keep.unwrap_or(DeviceId(uuid::Uuid::nil()));
        let ended: Vec<(Bytes<16>,)> = tx.conn.all(sql, values![self.account, keep]).await?;
        Ok(ended.into_iter().map(|(id,)| id.into()).collect())
    }
}
