//! Notifications of this browser: asking for them, keeping them going, trying them, taking them away.
//!
//! `subscription` subscribes, `screen` knows what is shown, by the `list` of it, `worker` hears the service worker.

mod list;
mod screen;
mod subscription;
mod worker;

use std::pin::pin;

use common::model::Shows;
use common::wire::http::{PushEndpoint, PushTested, Subscribed};
use futures::future::select;
use gloo_timers::future::TimeoutFuture;
use js_sys::Reflect;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Notification, NotificationPermission};

pub(super) use screen::Screen;

use super::local::{self, names};
use super::page::{Page, PageHandle};
use super::{ApiTrouble, api, environment};
use crate::stores::{NotificationState, SessionState, Stores};

/// How long the browser may take to forget who was notified, milliseconds.
const LEAVES_WITHIN_MS: u32 = 3_000;

/// When notifications make no sound. Kept on this device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiet {
    /// Whether they do at all.
    pub sound: bool,
    /// From this minute of the day on they do not.
    pub quiet_from: Option<u32>,
    /// Until this minute of the day; may be before the other, over midnight.
    pub quiet_to: Option<u32>,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { sound: true, quiet_from: None, quiet_to: None }
    }
}

/// Verbs of notifications.
#[derive(Clone, Copy)]
pub struct Notifications {
    page: PageHandle,
}

impl Notifications {
    pub(super) fn new(page: PageHandle) -> Self {
        Self { page }
    }

    /// Asks the person, by way of the browser, and subscribes; the store says what came of it. Call from a click: browsers
    /// want that.
    pub async fn turn_on(&self) -> Result<(), ApiTrouble> {
        let stores = self.page.get_value().stores();
        if let Ok(asked) = Notification::request_permission() {
            // whatever the answer, the browser knows it
            drop(JsFuture::from(asked).await);
        }
        if Notification::permission() != NotificationPermission::Granted {
            look(stores);
            return Ok(());
        }
        subscription::subscribe(stores, || true).await
    }

    /// Notifies no more, and offers no more to: who has turned it off knows where it is.
    pub async fn turn_off(&self) -> Result<(), ApiTrouble> {
        let stores = self.page.get_value().stores();
        local::remove(names::NOTIFIES);
        self.decline();
        let done = subscription::unsubscribe().await;
        screen::close_news().await;
        show(stores);
        done
    }

    /// Offers them no more among the conversations.
    pub fn decline(&self) {
        local::write(names::NOTIFY_DECLINED, "1");
        self.page.get_value().stores().notifications.declined.set(true);
    }

    /// How much of a message this browser's notifications show.
    pub fn shows(&self) -> Shows {
        subscription::shows().unwrap_or_default()
    }

    /// How much they show from now on.
    pub async fn set_shows(&self, shows: Shows) -> Result<(), ApiTrouble> {
        let stores = self.page.get_value().stores();
        let before = self.shows();
        // kept here too: a server that has lost the subscription is told the choice again with it
        local::write_record(names::SHOWS, &shows);
        let done = subscription::subscribe(stores, is_on).await;
        if done.is_err() {
            local::write_record(names::SHOWS, &before);
            worker::keep_settings(stores).await;
        }
        done
    }

    /// The account's browsers that are notified.
    pub async fn list(&self) -> Result<Vec<Subscribed>, ApiTrouble> {
        subscription::list().await
    }

    /// Sends a notification to this browser and answers how far it came; whether it was shown, the store says later.
    pub async fn try_out(&self) -> Result<PushTested, ApiTrouble> {
        // one that has vanished meanwhile is unknown to the server, too
        let endpoint =
            subscription::current().await.map(|subscription| subscription.endpoint()).unwrap_or_default();
        api::post("/api/push/test", &PushEndpoint { endpoint }).await
    }

    /// When notifications make no sound here.
    pub fn quiet(&self) -> Quiet {
        quiet()
    }

    /// Keeps that, for the service worker too.
    pub fn set_quiet(&self, quiet: Quiet) {
        let stores = self.page.get_value().stores();
        local::write_record(names::QUIET, &quiet);
        spawn_local(async move { worker::keep_settings(stores).await });
    }
}

fn quiet() -> Quiet {
    local::read_record(names::QUIET).unwrap_or_default()
}

/// Looks what this browser offers, repairs what expired since the last time, and hears the service worker.
pub(super) fn start(page: &Page) {
    let stores = page.stores();
    look(stores);
    stores.notifications.declined.set(local::read(names::NOTIFY_DECLINED).is_some());
    worker::listen(page);
    Effect::new(move |_| {
        let signed_in = stores.session.state.with(|state| matches!(state, SessionState::SignedIn { .. }));
        stores.prefs.language.track();
        if signed_in && is_on() {
            // without a network it fails, and the next start may not
            spawn_local(async move { drop(subscription::subscribe(stores, is_on).await) });
        }
    });
}

/// Looks whether something changed in the browser's settings. That it did not reach its push service stays until it
/// subscribes, whether it was to be turned on or was on before.
pub(super) fn look(stores: Stores) {
    let tried_in_vain = stores.notifications.state.get_untracked() == NotificationState::NoPushService
        && matches!(state(), NotificationState::Off | NotificationState::On);
    if !tried_in_vain {
        show(stores);
    }
}

/// What this browser offers, and whether it was asked for. Again when it was turned on or off, here or in another tab.
pub(super) fn show(stores: Stores) {
    let now = state();
    if stores.notifications.state.get_untracked() != now {
        stores.notifications.state.set(now);
    }
}

/// As it is now: another tab may have turned it off.
fn is_on() -> bool {
    state() == NotificationState::On
}

fn state() -> NotificationState {
    let Some(window) = web_sys::window() else { return NotificationState::Unavailable };
    let offers = |name: &str| Reflect::has(&window, &name.into()).unwrap_or(false);
    if !window.is_secure_context() {
        return NotificationState::Unavailable;
    }
    if !offers("PushManager") || !offers("Notification") {
        let would_help = environment::is_ios(&window) && !environment::is_installed(&window);
        return if would_help { NotificationState::InstallFirst } else { NotificationState::Unavailable };
    }
    match Notification::permission() {
        NotificationPermission::Denied => NotificationState::Blocked,
        NotificationPermission::Granted if local::read(names::NOTIFIES).is_some() => NotificationState::On,
        _ => NotificationState::Off,
    }
}

/// Whoever was signed in goes: what is on the screen of theirs, the number on the icon, and the browser's subscription,
/// which was theirs, too. The server forgets it with the session.
pub(super) async fn leave() {
    let leaving = async {
        screen::clear().await;
        subscription::end().await;
    };
    // nobody is kept from signing out by a browser that does not answer
    select(pin!(leaving), TimeoutFuture::new(LEAVES_WITHIN_MS)).await;
}
