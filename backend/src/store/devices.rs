//! Signed-in devices and their sessions.

use common::id::{DeviceId, UserId};
use common::model::Device;

use super::dialect::{Bytes, values};
use super::writer::{Request, Tx};
use super::{AccountId, Store, StoreError, TokenHash};

/// A device that signs in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewDevice {
    /// Its id, made by the caller.
    pub id: DeviceId,
    /// What it is called.
    pub name: String,
    /// The hash of its token.
    pub token_hash: TokenHash,
    /// The hash of the password by which it signs in, as it was when that was compared.
    pub password_hash: String,
    /// Unix seconds.
    pub now: i64,
}

/// What a token stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub user_id: UserId,
    /// The device.
    pub device: DeviceId,
    /// Unix seconds.
    pub created_at: i64,
    /// When the device was last connected, Unix seconds.
    pub last_seen_at: i64,
    /// True once the device was revoked (or its account deleted): the answer is `revoked`, and the client wipes. A
    /// device that signed out itself, or was ended by a new password, is simply not found.
    pub revoked: bool,
}

impl Store {
    /// Signs a device in. Errors: `NotFound` (the account was deleted or got another password meanwhile).
    pub async fn create_device(&self, account: AccountId, new: NewDevice) -> Result<(), StoreError> {
        self.inner.writer.ask(CreateDevice { account, new }).await
    }

    /// What this token stands for.
    pub async fn find_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        type Row = (Bytes<16>, i64, String, i64, i64, Option<i64>);
        let sql = "select d.id, d.account, a.name, d.created_at, d.last_seen_at, d.revoked_at \
                   from device d join account a on a.id = d.account where d.token_hash = $1";
        let row: Option<Row> = self.inner.engine.optional(sql, values![*token]).await?;
        Ok(row.map(|(device, account, name, created_at, last_seen_at, revoked_at)| Session {
            account: AccountId(account),
            user_id: UserId(name),
            device: device.into(),
            created_at,
            last_seen_at,
            revoked: revoked_at.is_some(),
        }))
    }

    /// The account's signed-in devices, `current` first, then the most recently seen.
    pub async fn list_devices(
        &self,
        account: AccountId,
        current: DeviceId,
    ) -> Result<Vec<Device>, StoreError> {
        type Row = (Bytes<16>, String, i64, i64);
        let sql = "select id, name, created_at, last_seen_at from device where account = $1 and revoked_at is null \
                   order by case when id = $2 then 0 else 1 end, last_seen_at desc, id";
        let rows: Vec<Row> = self.inner.engine.all(sql, values![account, current]).await?;
        Ok(rows
            .into_iter()
            .map(|(id, name, created_at, last_seen_at)| {
                let device_id = DeviceId::from(id);
                Device { device_id, name, created_at, last_seen_at, current: device_id == current }
            })
            .collect())
    }

    /// Calls a device by another name. Errors: `NotFound`.
    pub async fn rename_device(
        &self,
        account: AccountId,
        device: DeviceId,
        name: String,
    ) -> Result<(), StoreError> {
        self.inner.writer.ask(RenameDevice { account, device, name }).await
    }

    /// Ends a device for good: its token answers `revoked` from now on. Errors: `NotFound`.
    pub async fn revoke_device(
        &self,
        account: AccountId,
        device: DeviceId,
        now: i64,
    ) -> Result<(), StoreError> {
        self.inner.writer.ask(RevokeDevice { account, device, now }).await
    }

    /// Signs a device out; its token is unknown from now on. Signing out twice changes nothing.
    pub async fn end_device(&self, account: AccountId, device: DeviceId) -> Result<(), StoreError> {
        self.inner.writer.ask(EndDevice { account, device }).await
    }

    /// Remembers when a device was last connected.
    pub async fn touch_device(&self, device: DeviceId, now: i64) -> Result<(), StoreError> {
        self.inner.writer.ask(TouchDevice { device, now }).await
    }
}

struct CreateDevice {
    account: AccountId,
    new: NewDevice,
}

impl Request for CreateDevice {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let NewDevice { id, name, token_hash, password_hash, now } = &self.new;
        let sql = "insert into device (id, account, name, token_hash, created_at, last_seen_at) \
                   select $1, a.id, $2, $3, $4, $4 from account a \
                   where a.id = $5 and a.deleted_at is null and a.password_hash = $6";
        let values = values![*id, name.as_str(), *token_hash, *now, self.account, password_hash.as_str()];
        if tx.conn.run(sql, values).await? == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}

struct RenameDevice {
    account: AccountId,
    device: DeviceId,
    name: String,
}

impl Request for RenameDevice {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "update device set name = $1 where id = $2 and account = $3 and revoked_at is null";
        let changed = tx.conn.run(sql, values![self.name.as_str(), self.device, self.account]).await?;
        if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}

struct RevokeDevice {
    account: AccountId,
    device: DeviceId,
    now: i64,
}

impl Request for RevokeDevice {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "update device set revoked_at = $1 where id = $2 and account = $3 and revoked_at is null";
        if tx.conn.run(sql, values![self.now, self.device, self.account]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        tx.conn.run("delete from push_subscription where device = $1", values![self.device]).await?;
        Ok(())
    }
}

struct EndDevice {
    account: AccountId,
    device: DeviceId,
}

impl Request for EndDevice {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "delete from device where id = $1 and account = $2 and revoked_at is null";
        tx.conn.run(sql, values![self.device, self.account]).await?;
        Ok(())
    }
}

struct TouchDevice {
    device: DeviceId,
    now: i64,
}

impl Request for TouchDevice {
    type Answer = ();

    async fn apply(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "update device set last_seen_at = $1 where id = $2 and last_seen_at < $1";
        tx.conn.run(sql, values![self.now, self.device]).await?;
        Ok(())
    }
}
