//! Side effects, and the verbs by which views ask for them. The only writers of `stores`.
//!
//! Each group of verbs is a `Copy` handle in context: [`Chat`], [`Groups`], [`Accounts`], [`ThisDevice`]. Verbs that
//! take time are `async`; run them in an `Action::new_local` or `leptos::task::spawn_local` from an event handler.

mod accounts;
mod chat;
mod groups;
mod this_device;
mod trouble;

use leptos::prelude::provide_context;

pub use accounts::Accounts;
pub use chat::Chat;
pub use groups::Groups;
pub use this_device::{StorageUse, ThisDevice};
pub use trouble::{ApiTrouble, SendTrouble, SignInTrouble, SignOutTrouble};

use crate::stores::Stores;

/// Starts everything below the views: reads who is signed in, opens storage, elects a leading tab, connects. Returns at
/// once; puts the verbs into context. Call once, under the root owner, after `Stores::provide`.
pub fn start(stores: Stores) {
    provide_context(Chat::new(stores));
    provide_context(Groups::new(stores));
    provide_context(Accounts::new(stores));
    provide_context(ThisDevice::new(stores));
}
