//! Another password.

use common::id::DeviceId;

use crate::store::dialect::{Bytes, values};
use crate::store::writer::{Request, Tx};
use crate::store::{AccountId, Store, StoreError};

/// A device whose person has just proven to know the password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proven {
    /// The device.
    pub device: DeviceId,
    /// The hash that the password was compared with.
    pub password_hash: String,
}

impl Store {
    /// Sets another password's hash and ends every device but the one that asks; answers the devices that it ended.
    /// Their tokens are unknown from now on. Without `by` the operator asks.
    ///
    /// Errors: `NotFound` (deleted; the device that asks has ended, or another has set a password before it).
    pub async fn set_password(
        &self,
        account: AccountId,
        password_hash: String,
        by: Option<Proven>,
    ) -> Result<Vec<DeviceId>, StoreError> {
        self.inner.writer.ask(SetPassword { account, password_hash, by }).await
    }
}

struct SetPassword {
    account: AccountId,
    password_hash: String,
    by: Option<Proven>,
}

impl Request for SetPassword {
    type Answer = Vec<DeviceId>;

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<Vec<DeviceId>, StoreError> {
        if let Some(by) = &self.by {
            let sql = "select a.id from account a join device d on d.account = a.id \
                       where a.id = $1 and a.password_hash = $2 and d.id = $3 and d.revoked_at is null";
            let values = values![self.account, by.password_hash.as_str(), by.device];
            let holds: Option<(i64,)> = tx.conn.optional(sql, values).await?;
            holds.ok_or(StoreError::NotFound)?;
        }
        let sql = "update account set password_hash = $1 where id = $2 and deleted_at is null";
        if tx.conn.run(sql, values![self.password_hash.as_str(), self.account]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let sql = "delete from device where account = $1 and revoked_at is null and id <> $2 returning id";
        // no device has the nil id
        let keep = self.by.as_ref().map_or(DeviceId(uuid::Uuid::nil()), |by| by.device);
        let ended: Vec<(Bytes<16>,)> = tx.conn.all(sql, values![self.account, keep]).await?;
        Ok(ended.into_iter().map(|(id,)| id.into()).collect())
    }
}
