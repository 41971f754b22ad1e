//! Notifications for those who are away: where they are reached, and what they are still to be told.
//!
//! Nothing is written beside a message for it: the log itself is the list of what is to be told, and `expanded` the
//! position up to which that was done. [`Store::expand_push`] turns what came since into deliveries, one row for a
//! browser and a conversation however much is new, and moves the position in the same transaction. So a crash at any
//! moment loses nothing, a burst is one notification, and a message costs nothing more where nobody has subscribed.
//! Claims and the position are those of one process; several nodes would need a claim that skips what another holds.

mod key;
mod subscribe;

mod attempt;
mod trouble;

mod expand;
mod told;

mod deliver;
mod finish;
mod news;

mod clear;

pub use clear::Read;
pub use deliver::{Claimed, LONGEST_PAUSE_S};
pub use expand::Fresh;
pub use finish::Done;
pub use key::PushState;
pub use news::News;
pub use subscribe::{Browser, NewSubscription, Subscription};
pub use trouble::Trouble;

use sha2::{Digest as _, Sha256};

use super::StoreError;
use super::dialect::{Bytes, Value};
use common::model::Shows;

/// A subscription, by the hash of its endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SubscriptionId([u8; 32]);

impl SubscriptionId {
    /// That of this endpoint.
    pub fn of(endpoint: &str) -> Self {
        Self(Sha256::digest(endpoint.as_bytes()).into())
    }

    /// The hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<Bytes<32>> for SubscriptionId {
    fn from(bytes: Bytes<32>) -> Self {
        Self(bytes.0)
    }
}

impl From<SubscriptionId> for Value {
    fn from(id: SubscriptionId) -> Self {
        Self::Bytes(id.0.to_vec())
    }
}

fn shows_code(shows: Shows) -> i64 {
    match shows {
        Shows::Text => 1,
        Shows::Name => 2,
        Shows::Nothing => 3,
    }
}

fn shows_from(code: i64) -> Result<Shows, StoreError> {
    match code {
        1 => Ok(Shows::Text),
        2 => Ok(Shows::Name),
        3 => Ok(Shows::Nothing),
        _ => Err(StoreError::Corrupt(format!("{code} is nothing that a notification shows"))),
    }
}
