//! People.

use common::id::{DeviceId, UserId};
use common::model::{Account, Profile};

use super::{AccountId, Changed, Origin, Store, StoreError, TokenHash};

/// A person to be.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The name; parsed.
    pub user_id: UserId,
    /// The name by which one is shown.
    pub display_name: String,
    /// The password's hash, in PHC form.
    pub password_hash: String,
    /// The invitation to use up, where accounts are made by invitation.
    pub invite: Option<TokenHash>,
    /// Unix seconds.
    pub now: i64,
}

/// An account as `auth` needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredAccount {
    /// Inside.
    pub id: AccountId,
    /// The name as registered.
    pub user_id: UserId,
    /// The name by which one is shown.
    pub display_name: String,
    /// In PHC form; empty once deleted.
    pub password_hash: String,
    /// Whether the person is gone; the name stays taken.
    pub deleted: bool,
}

/// A line of the operator's list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonRow {
    /// The name.
    pub user_id: UserId,
    /// The name by which one is shown.
    pub display_name: String,
    /// Unix seconds.
    pub created_at: i64,
    /// Whether the person is gone.
    pub deleted: bool,
    /// Signed-in devices.
    pub devices: u32,
}

/// Someone is shown by another name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProfileChanged {
    /// Whose; to be told to their own devices and to [`Store::acquaintances`].
    pub account: AccountId,
    /// As it is now.
    pub profile: Profile,
    /// The change's number.
    pub position: u64,
}

/// An account is gone.
#[derive(Clone, PartialEq, Debug)]
pub struct AccountDeleted {
    /// Whose.
    pub account: AccountId,
    /// What others see from now on: deleted, the display name is the user name.
    pub profile: Profile,
    /// The devices that were signed in; their sockets are to be closed.
    pub devices: Vec<DeviceId>,
    /// What leaving its groups did to each of them.
    pub left: Vec<Changed>,
    /// People with whom it shared a conversation, and who are to be told the profile.
    pub acquaintances: Vec<AccountId>,
    /// The change's number.
    pub position: u64,
}

impl Store {
    /// Makes an account and uses its invitation up in one step.
    ///
    /// Errors: `NameTaken` (without regard to case, deleted accounts included), `InviteUnusable`.
    pub async fn create_account(&self, new: NewAccount) -> Result<AccountId, StoreError> {
        unimplemented!("{new:?}")
    }

    /// The account of this name, in any case; deleted ones too.
    pub async fn find_account(&self, name: &UserId) -> Result<Option<StoredAccount>, StoreError> {
        unimplemented!("{name}")
    }

    /// The account as its own devices know it.
    pub async fn load_account(&self, account: AccountId) -> Result<Account, StoreError> {
        unimplemented!("{account:?}")
    }

    /// Shows the person by another name from now on.
    pub async fn set_display_name(
        &self,
        account: AccountId,
        display_name: String,
        origin: Option<Origin>,
    ) -> Result<ProfileChanged, StoreError> {
        unimplemented!("{account:?} {display_name} {origin:?}")
    }

    /// Sets another password's hash and ends every device but `keep`; answers the devices that it ended.
    pub async fn set_password(
        &self,
        account: AccountId,
        password_hash: String,
        keep: Option<DeviceId>,
    ) -> Result<Vec<DeviceId>, StoreError> {
        unimplemented!("{account:?} {password_hash} {keep:?}")
    }

    /// Deletes an account: its devices end (their tokens answer `revoked`), it leaves its groups, its display name
    /// goes. Its messages stay, and its name is never given again.
    pub async fn delete_account(&self, account: AccountId, now: i64) -> Result<AccountDeleted, StoreError> {
        unimplemented!("{account:?} {now}")
    }

    /// People whose user name or display name starts with this, in any (ASCII) case, by name; no deleted ones.
    pub async fn search_people(&self, prefix: &str, limit: usize) -> Result<Vec<Profile>, StoreError> {
        unimplemented!("{prefix} {limit}")
    }

    /// Everybody, by name, for the operator.
    pub async fn list_people(&self) -> Result<Vec<PersonRow>, StoreError> {
        unimplemented!()
    }
}
