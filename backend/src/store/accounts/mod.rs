//! People. A file per verb.

mod create;
mod delete;
mod find;
mod password;
mod rename;

use common::id::{DeviceId, UserId};
use common::model::Profile;

pub(super) use find::load_account;
pub use password::Proven;

use super::{AccountId, Changed, TokenHash};

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
    /// Whose; to be told to their own devices and to `Store::acquaintances`.
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
