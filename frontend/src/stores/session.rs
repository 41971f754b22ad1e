//! Who is signed in here.

use common::id::{DeviceId, UserId};
use common::model::Account;
use common::wire::http::ServerInfo;
use leptos::prelude::*;

use crate::stores::StoreSignal;

/// Whether somebody is signed in on this browser. Known without a network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// Not yet looked; show nothing rather than a flash of the wrong page. Lasts milliseconds.
    Starting,
    /// Nobody: the welcome page.
    SignedOut,
    /// Somebody: home.
    SignedIn {
        /// Who.
        user_id: UserId,
        /// This device.
        device_id: DeviceId,
    },
    /// Somebody whose session ended on the server (signed out elsewhere, expired, password changed). Home still works
    /// from what is stored; ask to sign in as the same person, and what waits goes out.
    Expired {
        /// Who has to sign in again; the name is fixed in that dialog.
        user_id: UserId,
        /// This device, as it was called.
        device_id: DeviceId,
    },
}

impl SessionState {
    /// Whose data are shown, signed in or expired.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::SignedIn { user_id, .. } | Self::Expired { user_id, .. } => Some(user_id),
            Self::Starting | Self::SignedOut => None,
        }
    }
}

/// Why nobody is signed in any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Farewell {
    /// The person signed out.
    SignedOut,
    /// This device was revoked, or the account deleted elsewhere; what it held is wiped.
    Revoked,
    /// The person deleted the account.
    Deleted,
}

/// Who is signed in here.
#[derive(Clone, Copy, Debug)]
pub struct SessionStore {
    /// Whether somebody is.
    pub state: StoreSignal<SessionState>,
    /// One's own account, as stored on this device; `None` until it was once heard from the server.
    pub account: StoreSignal<Option<Account>>,
    /// What the server said of itself (how accounts are made here); `None` while unknown.
    pub server: StoreSignal<Option<ServerInfo>>,
    /// Why nobody is signed in any more, for one sentence on the welcome page right afterwards.
    pub farewell: StoreSignal<Option<Farewell>>,
}

impl SessionStore {
    pub(super) fn new() -> Self {
        Self {
            state: StoreSignal::new(SessionState::Starting),
            account: StoreSignal::new(None),
            server: StoreSignal::new(None),
            farewell: StoreSignal::new(None),
        }
    }

    /// Oneself; `None` while signed out. Reactive.
    pub fn me(&self) -> Option<UserId> {
        self.state.with(|state| state.user_id().cloned())
    }

    /// Whether `user` is oneself. Reactive.
    pub fn is_me(&self, user: &UserId) -> bool {
        self.state.with(|state| state.user_id().is_some_and(|me| me.folded() == user.folded()))
    }

    /// Whether one's account refuses direct messages of `user`. Reactive.
    pub fn blocks(&self, user: &UserId) -> bool {
        self.account.with(|account| {
            account
                .as_ref()
                .is_some_and(|account| account.blocked.iter().any(|other| other.folded() == user.folded()))
        })
    }
}
