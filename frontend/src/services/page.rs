//! This page: who is signed in, and all that runs for them. The verbs are handles to it.

use std::cell::RefCell;
use std::rc::Rc;

use common::id::{DeviceId, UserId};
use futures::future::join;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::local::{self, names};
use super::signed_in::SignedIn;
use super::{api, notifications};
use crate::storage::Storage;
use crate::stores::{Farewell, SessionState, Stores};

/// Who is signed in, as `localStorage` has it. The session itself is a cookie that no script can read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SessionRecord {
    /// Who.
    pub user_id: UserId,
    /// This device.
    pub device_id: DeviceId,
    /// Counts the times of signing in, so that other tabs notice a new session of the same device.
    #[serde(default)]
    pub renewed: u64,
}

/// This page. Cheap to clone.
#[derive(Clone)]
pub(super) struct Page {
    inner: Rc<Inner>,
}

struct Inner {
    stores: Stores,
    signed_in: RefCell<Option<SignedIn>>,
}

/// The page as the verbs hold it: a `Copy` handle that lives as long as the root owner.
pub(super) type PageHandle = StoredValue<Page, LocalStorage>;

impl Page {
    pub(super) fn new(stores: Stores) -> Self {
        Self { inner: Rc::new(Inner { stores, signed_in: RefCell::new(None) }) }
    }

    pub(super) fn stores(&self) -> Stores {
        self.inner.stores
    }

    /// What runs while somebody is signed in.
    pub(super) fn signed_in(&self) -> Option<SignedIn> {
        self.inner.signed_in.borrow().clone()
    }

    /// Shows whoever is signed in according to this browser, at once and without a network.
    pub(super) fn begin(&self) {
        let stores = self.inner.stores;
        stores.session.farewell.set(local::take_for_tab(names::FAREWELL));
        let record: Option<SessionRecord> = local::read_record(names::SESSION);
        let page = self.clone();
        let owes = local::read(names::WIPE_OWED).is_some() || local::read(names::SIGN_OUT_OWED).is_some();
        match record {
            Some(record) if !owes => self.show(record),
            Some(record) => spawn_local(async move {
                pay_debts().await;
                page.show(record);
            }),
            None => {
                stores.session.state.set(SessionState::SignedOut);
                if owes {
                    spawn_local(pay_debts());
                }
            }
        }
    }

    /// Somebody signed in: keeps that and starts what runs for them. Signing in again as the same person lets what waits
    /// go out.
    pub(super) async fn enter(&self, user_id: UserId, device_id: DeviceId) {
        local::remove(names::SIGN_OUT_OWED);
        let running = self.signed_in();
        let renewed = crate::clock::now_ms();
        let record = SessionRecord { user_id: user_id.clone(), device_id, renewed };
        match running {
            Some(signed_in) if signed_in.me().folded() == user_id.folded() => {
                local::write_record(names::SESSION, &record);
                self.inner.stores.session.state.set(SessionState::SignedIn { user_id, device_id });
                signed_in.ask(super::intent::Intent::Renew).await;
            }
            Some(_) => {}
            None => {
                pay_wipe().await;
                local::write_record(names::SESSION, &record);
                self.show(record);
            }
        }
    }

    fn show(&self, record: SessionRecord) {
        let stores = self.inner.stores;
        stores.session.farewell.set(None);
        stores
            .session
            .state
            .set(SessionState::SignedIn { user_id: record.user_id.clone(), device_id: record.device_id });
        let page = self.clone();
        let user_id = record.user_id.clone();
        let signed_in = SignedIn::start(stores, record.user_id, move |farewell| {
            forget_session(&user_id, farewell);
            let page = page.clone();
            spawn_local(async move { page.wipe_and_reload().await });
        });
        *self.inner.signed_in.borrow_mut() = Some(signed_in);
    }

    /// Nobody is to be signed in here any more: forgets who was, stops all that runs for them, and lets the other tabs
    /// do the same. What is stored goes in [`Self::wipe_and_reload`].
    pub(super) fn depart(&self, farewell: Farewell) {
        let Some(signed_in) = self.inner.signed_in.borrow_mut().take() else { return };
        forget_session(signed_in.me(), farewell);
        signed_in.leave(farewell);
    }

    /// Takes away what is shown outside of the page, deletes what was stored, and loads the first page anew, which also
    /// empties memory: whoever signs in next does not begin where the one before stood.
    pub(super) async fn wipe_and_reload(&self) {
        join(notifications::leave(), pay_wipe()).await;
        if let Some(window) = web_sys::window() {
            // refused only while a page is being left already
            let _ = window.location().replace("/");
        }
    }

    /// Another tab signed in or out.
    pub(super) fn session_changed_elsewhere(&self) {
        let record: Option<SessionRecord> = local::read_record(names::SESSION);
        let stores = self.inner.stores;
        match (self.signed_in(), record) {
            (None, Some(record)) => self.show(record),
            (Some(signed_in), Some(record)) if *signed_in.me() == record.user_id => {
                let SessionRecord { user_id, device_id, .. } = record;
                stores.session.state.set(SessionState::SignedIn { user_id, device_id });
            }
            (Some(_), _) => reload(),
            (None, None) => {}
        }
    }
}

/// Forgets who was signed in, and notes what must be wiped and said.
fn forget_session(user_id: &UserId, farewell: Farewell) {
    let theirs = |record: SessionRecord| record.user_id == *user_id;
    if local::read_record(names::SESSION).is_some_and(theirs) {
        local::remove(names::SESSION);
    }
    // who signs in next has not asked for any; the server forgets the subscription with the session
    local::remove(names::NOTIFIES);
    local::remove(names::SHOWS);
    local::write_record(names::WIPE_OWED, user_id);
    local::write_for_tab(names::FAREWELL, &farewell);
}

/// Does what an earlier page could not finish: tells the server of a sign-out, deletes a database.
async fn pay_debts() {
    pay_sign_out().await;
    pay_wipe().await;
}

/// Tells the server of a sign-out that it could not be told of. Before one signs in again, too: a session is ended by its
/// own cookie, and the next one takes that cookie's place.
pub(super) async fn pay_sign_out() {
    if local::read(names::SIGN_OUT_OWED).is_some() && sign_out_on_server().await {
        local::remove(names::SIGN_OUT_OWED);
    }
}

async fn pay_wipe() {
    let owed: Option<UserId> = local::read_record(names::WIPE_OWED);
    if let Some(user_id) = owed
        && Storage::wipe(&user_id).await
    {
        local::remove(names::WIPE_OWED);
    }
}

/// Ends the session on the server. True when there is none any more.
pub(super) async fn sign_out_on_server() -> bool {
    match api::post_quietly("/api/auth/logout", &()).await {
        Ok(()) | Err(super::ApiTrouble::Refused(_)) => true,
        Err(super::ApiTrouble::NoConnection | super::ApiTrouble::Unintelligible) => false,
    }
}

/// Loads the page anew.
pub(super) fn reload() {
    if let Some(window) = web_sys::window() {
        // refused only while a page is being left already
        let _ = window.location().reload();
    }
}
