//! `localStorage`, where there is one: small things that must be known before anything else is read.

use common::json;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Names in `localStorage`.
pub(super) mod names {
    /// Who is signed in.
    pub const SESSION: &str = "hongyan.session";
    /// The language chosen.
    pub const LANGUAGE: &str = "hongyan.language";
    /// The theme chosen.
    pub const THEME: &str = "hongyan.theme";
    /// The person wants no offer to install the app.
    pub const INSTALL_DECLINED: &str = "hongyan.installDeclined";
    /// The width of the list.
    pub const LIST_WIDTH: &str = "hongyan.listWidth";
    /// The key with which this browser subscribed to notifications.
    pub const NOTIFIES: &str = "hongyan.notifies";
    /// The person wants no offer of them.
    pub const NOTIFY_DECLINED: &str = "hongyan.notifyDeclined";
    /// How much of a message this browser's notifications show.
    pub const SHOWS: &str = "hongyan.shows";
    /// When notifications make no sound.
    pub const QUIET: &str = "hongyan.quiet";
    /// The server must still be told that one signed out.
    pub const SIGN_OUT_OWED: &str = "hongyan.signOutOwed";
    /// The account whose database must still be deleted.
    pub const WIPE_OWED: &str = "hongyan.wipeOwed";
    /// Why nobody is signed in any more; in `sessionStorage`, one per tab.
    pub const FAREWELL: &str = "hongyan.farewell";
    /// The last start of the app that this window was told of; in `sessionStorage`.
    pub const LAST_START: &str = "hongyan.lastStart";
    /// Who leads, where there are no locks; followed by the account's database name.
    pub const LEASE: &str = "hongyan.lease.";
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// A text, if it is there.
pub(super) fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps a text. Where the browser does not let us, it lasts as long as the page.
pub(super) fn write(name: &str, text: &str) {
    if let Some(storage) = storage() {
        // a full or forbidden storage costs comfort, nothing that was promised
        let _ = storage.set_item(name, text);
    }
}

/// Forgets a text.
pub(super) fn remove(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

/// A record, if it is there and one of ours.
pub(super) fn read_record<T: DeserializeOwned>(name: &str) -> Option<T> {
    json::read(&read(name)?).ok()
}

/// Keeps a record.
pub(super) fn write_record<T: Serialize>(name: &str, record: &T) {
    write(name, &json::write(record));
}

/// Keeps a record for this tab only, over a reload.
pub(super) fn write_for_tab<T: Serialize>(name: &str, record: &T) {
    let text = json::write(record);
    if let Some(storage) = web_sys::window().and_then(|window| window.session_storage().ok()).flatten() {
        let _ = storage.set_item(name, &text);
    }
}

/// Takes a record that was kept for this tab.
pub(super) fn take_for_tab<T: DeserializeOwned>(name: &str) -> Option<T> {
    let storage = web_sys::window()?.session_storage().ok()??;
    let text = storage.get_item(name).ok()??;
    let _ = storage.remove_item(name);
    json::read(&text).ok()
}
