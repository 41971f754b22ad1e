//! Signed-in devices and their sessions.

use common::id::{DeviceId, UserId};
use common::model::Device;

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
    /// Signs a device in. Errors: `NotFound` (the account was deleted meanwhile).
    pub async fn create_device(&self, account: AccountId, new: NewDevice) -> Result<(), StoreError> {
        unimplemented!("{account:?} {new:?}")
    }

    /// What this token stands for.
    pub async fn find_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        unimplemented!("{token:?}")
    }

    /// The account's signed-in devices, `current` first, then the most recently seen.
    pub async fn list_devices(
        &self,
        account: AccountId,
        current: DeviceId,
    ) -> Result<Vec<Device>, StoreError> {
        unimplemented!("{account:?} {current}")
    }

    /// Ends a device for good: its token answers `revoked` from now on. Errors: `NotFound`.
    pub async fn revoke_device(
        &self,
        account: AccountId,
        device: DeviceId,
        now: i64,
    ) -> Result<(), StoreError> {
        unimplemented!("{account:?} {device} {now}")
    }

    /// Signs a device out; its token is unknown from now on.
    pub async fn end_device(&self, account: AccountId, device: DeviceId) -> Result<(), StoreError> {
        unimplemented!("{account:?} {device}")
    }

    /// Remembers when a device was last connected.
    pub async fn touch_device(&self, device: DeviceId, now: i64) -> Result<(), StoreError> {
        unimplemented!("{device} {now}")
    }
}
