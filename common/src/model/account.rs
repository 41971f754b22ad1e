//! People and the devices they are signed in on.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, UserId};

/// What others see of a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The name by which one is found; never changes.
    pub user_id: UserId,
    /// The name by which one is shown.
    pub display_name: String,
    /// True once the account is deleted: its messages stay, the person is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// One's own account, as its devices know it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The name by which one is found; never changes.
    pub user_id: UserId,
    /// The name by which one is shown.
    pub display_name: String,
    /// People whose direct messages are refused.
    pub blocked: Vec<UserId>,
}

/// One signed-in browser or program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The device's id.
    pub device_id: DeviceId,
    /// What the person calls it, or what it called itself.
    pub name: String,
    /// When it signed in, Unix seconds.
    pub created_at: i64,
    /// When it was last connected, Unix seconds.
    pub last_seen_at: i64,
    /// Whether this is the device that asks.
    pub current: bool,
}
