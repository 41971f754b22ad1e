//! Side effects, and the verbs by which views ask for them. The only writers of `stores`.
//!
//! Each group of verbs is a `Copy` handle in context: [`Chat`], [`Groups`], [`Accounts`], [`Notifications`],
//! [`ThisDevice`]. Verbs that take time are `async`; run them in an `Errand`, or a `Verb`.
//!
//! Below them: `page` (who is signed in) → `signed_in` (all that runs for them) → `leader` (which tab leads), `tabs` (what
//! tabs say to each other), `driver` (performs what the engine wants; in the leading tab only), `timeline` (the open
//! conversation). `apply` brings what the engine tells into the stores.

mod accounts;
mod chat;
mod groups;
mod notifications;
mod this_device;
mod trouble;

mod attention;
mod intent;
mod leader;
mod lease;
mod page;
mod page_events;
mod signed_in;
mod tabs;

mod apply;
mod drafts;
mod driver;
mod socket;
mod timeline;

mod api;
mod device_name;
mod environment;
mod install;
mod local;
mod persistence;
mod prefs;
mod updates;

use leptos::prelude::{StoredValue, provide_context};

pub use accounts::Accounts;
pub use chat::Chat;
pub use groups::Groups;
pub use intent::{Answer, Attendance, Intent, TabId, TabMessage};
pub use notifications::{Notifications, Quiet};
pub use this_device::{StorageUse, ThisDevice};
pub use trouble::{ApiTrouble, SendTrouble, SignInTrouble, SignOutTrouble};

use crate::stores::Stores;
use page::Page;

/// Starts everything below the views: reads who is signed in, opens storage, elects a leading tab, connects. Returns at
/// once; puts the verbs into context. Call once, under the root owner, after `Stores::provide`.
pub fn start(stores: Stores) {
    let page = Page::new(stores);
    let handle = StoredValue::new_local(page.clone());
    provide_context(Chat::new(handle));
    provide_context(Groups::new(handle));
    provide_context(Accounts::new(handle));
    provide_context(Notifications::new(handle));
    provide_context(ThisDevice::new(handle));
    environment::look(stores);
    install::start(stores);
    prefs::load(stores);
    updates::register(stores);
    page_events::listen(&page);
    page.begin();
    notifications::start(&page);
}
