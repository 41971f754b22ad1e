//! Verbs of accounts and sessions.

use common::id::DeviceId;
use common::model::Device;

use crate::services::{ApiTrouble, SignInTrouble, SignOutTrouble};
use crate::stores::Stores;

/// Verbs of accounts and sessions.
#[derive(Clone, Copy)]
pub struct Accounts {
    _stores: Stores,
}

impl Accounts {
    pub(super) fn new(stores: Stores) -> Self {
        Self { _stores: stores }
    }

    /// Asks the server how accounts are made; the answer is in `SessionStore::server`. Call on the welcome page.
    pub fn ask_server(&self) {}

    /// Makes an account and signs in. `SessionStore::state` becomes `SignedIn`.
    pub async fn sign_up(
        &self,
        _username: String,
        _password: String,
        _display_name: Option<String>,
        _invite: Option<String>,
    ) -> Result<(), SignInTrouble> {
        Err(ApiTrouble::NoConnection.into())
    }

    /// Signs in. While the session is `Expired`, as the same person only: then what waits goes out.
    pub async fn sign_in(&self, _username: String, _password: String) -> Result<(), SignInTrouble> {
        Err(ApiTrouble::NoConnection.into())
    }

    /// Signs out and wipes what this browser holds of the account; then the page loads anew, in every tab. Refuses while
    /// messages wait, unless `lose_waiting`. Works without a network too: the server is told when it is back.
    pub async fn sign_out(&self, _lose_waiting: bool) -> Result<(), SignOutTrouble> {
        Err(SignOutTrouble::Waiting(0))
    }

    /// Changes the name by which one is shown.
    pub async fn set_display_name(&self, _name: String) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Changes the password; ends every other device.
    pub async fn change_password(&self, _current: String, _new: String) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// The account's devices, this one first.
    pub async fn devices(&self) -> Result<Vec<Device>, ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Revokes a device: it is closed at once and wipes itself.
    pub async fn revoke(&self, _device: DeviceId) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// Deletes the account, then wipes and loads the page anew.
    pub async fn delete_account(&self, _password: String) -> Result<(), ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }
}
