//! Notifications of this browser: asking for them, keeping them going, trying them, and what is pressed in them.

use common::json;
use common::model::{Language, Shows};
use common::wire::http::{PushEndpoint, PushKey, PushTested, Subscribe, Subscribed, Subscriptions};
use js_sys::{JSON, Object, Reflect};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageEvent, Notification, NotificationPermission, PushManager, PushSubscription,
    PushSubscriptionOptionsInit, ServiceWorkerRegistration,
};

use super::local::{self, names};
use super::page::PageHandle;
use super::{ApiTrouble, api};
use crate::stores::{NotificationState, SessionState, Stores};

/// Where the service worker reads what the person chose.
const SETTINGS: &str = "/notification-settings";
/// The cache that holds it.
const CACHE: &str = "notifications";

/// When notifications make no sound. Kept on this device, where the service worker reads it.
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
        subscribe(stores, None).await
    }

    /// Notifies no more.
    pub async fn turn_off(&self) -> Result<(), ApiTrouble> {
        let stores = self.page.get_value().stores();
        local::remove(names::NOTIFIES);
        let done = unsubscribe().await;
        look(stores);
        done
    }

    /// How much of a message this browser's notifications show, from now on.
    pub async fn set_shows(&self, shows: Shows) -> Result<(), ApiTrouble> {
        subscribe(self.page.get_value().stores(), Some(shows)).await
    }

    /// The account's browsers that are notified.
    pub async fn list(&self) -> Result<Vec<Subscribed>, ApiTrouble> {
        Ok(api::get::<Subscriptions>("/api/push/subscriptions").await?.subscriptions)
    }

    /// Sends a notification to this browser and answers how far it came.
    pub async fn try_out(&self) -> Result<PushTested, ApiTrouble> {
        // one that has vanished meanwhile is unknown to the server, too
        let endpoint = current().await.map(|subscription| subscription.endpoint()).unwrap_or_default();
        api::post("/api/push/test", &PushEndpoint { endpoint }).await
    }

    /// When notifications make no sound here.
    pub fn quiet(&self) -> Quiet {
        local::read_record(names::QUIET).unwrap_or_default()
    }

    /// Keeps that, for the service worker too.
    pub fn set_quiet(&self, quiet: Quiet) {
        local::write_record(names::QUIET, &quiet);
        spawn_local(async move {
            // where it is not kept, notifications make the sound that the system gives them
            let _ = keep_for_worker(&json::write(&quiet)).await;
        });
    }
}

/// Looks what this browser offers, repairs what expired since the last time, and listens for what is pressed.
pub(super) fn start(stores: Stores) {
    look(stores);
    listen(stores);
    Effect::new(move |_| {
        let signed_in = stores.session.state.with(|state| matches!(state, SessionState::SignedIn { .. }));
        stores.prefs.language.track();
        if signed_in && stores.notifications.state.get_untracked() == NotificationState::On {
            // without a network it fails, and the next start may not
            spawn_local(async move { drop(subscribe(stores, None).await) });
        }
    });
}

/// What this browser offers, and whether it was asked for.
fn look(stores: Stores) {
    stores.notifications.state.set(state());
}

fn state() -> NotificationState {
    let Some(window) = web_sys::window() else { return NotificationState::Unavailable };
    let offers = |name: &str| Reflect::has(&window, &name.into()).unwrap_or(false);
    if !window.is_secure_context() || !offers("PushManager") || !offers("Notification") {
        let agent = window.navigator().user_agent().unwrap_or_default();
        // an iPad says that it is a Mac, and Macs have no touch screens
        let is_ipad = agent.contains("Macintosh") && window.navigator().max_touch_points() > 1;
        let is_ios = agent.contains("iPhone") || agent.contains("iPad") || is_ipad;
        return if is_ios { NotificationState::InstallFirst } else { NotificationState::Unavailable };
    }
    match Notification::permission() {
        NotificationPermission::Denied => NotificationState::Blocked,
        NotificationPermission::Granted if local::read(names::NOTIFIES).is_some() => NotificationState::On,
        _ => NotificationState::Off,
    }
}

/// Subscribes, unless the browser has with the server's key, and tells the server.
async fn subscribe(stores: Stores, shows: Option<Shows>) -> Result<(), ApiTrouble> {
    let key = api::get::<PushKey>("/api/push/key").await?.public_key;
    let Some(said) = subscription_for(&key).await else {
        stores.notifications.state.set(NotificationState::NoPushService);
        return Ok(());
    };
    let language = Language::from_tag(stores.prefs.language.get_untracked().tag());
    api::post_quietly("/api/push/subscriptions", &Subscribe { shows, language, ..said }).await?;
    local::write(names::NOTIFIES, &key);
    stores.notifications.state.set(NotificationState::On);
    Ok(())
}

/// The browser's subscription with this key, made if there is none. None when the browser cannot reach its push service.
async fn subscription_for(key: &str) -> Option<Subscribe> {
    let subscription = match current().await {
        Some(current) if local::read(names::NOTIFIES).as_deref() == Some(key) => current,
        outdated => {
            if let Some(ending) = outdated.and_then(|outdated| outdated.unsubscribe().ok()) {
                // with another key the browser makes one only when there is none
                drop(JsFuture::from(ending).await);
            }
            let options = PushSubscriptionOptionsInit::new();
            options.set_user_visible_only(true);
            options.set_application_server_key(&JsValue::from_str(key));
            let making = manager().await?.subscribe_with_options(&options).ok()?;
            JsFuture::from(making).await.ok()?.unchecked_into()
        }
    };
    let text: String = JSON::stringify(&subscription).ok()?.into();
    json::read(&text).ok()
}

/// Whoever was signed in goes: what is on the screen of theirs, and the browser's subscription, which was theirs, too. The
/// server forgets it with the session.
pub(super) async fn leave() {
    if let Some(subscription) = current().await
        && let Ok(ending) = subscription.unsubscribe()
    {
        drop(JsFuture::from(ending).await);
    }
    let Some(registration) = registration().await else { return };
    let Ok(shown) = registration.get_notifications() else { return };
    let shown: js_sys::Array = JsFuture::from(shown).await.map(JsCast::unchecked_into).unwrap_or_default();
    for notification in shown {
        notification.unchecked_into::<Notification>().close();
    }
}

/// Ends the subscription here and on the server.
async fn unsubscribe() -> Result<(), ApiTrouble> {
    let Some(subscription) = current().await else { return Ok(()) };
    let body = PushEndpoint { endpoint: subscription.endpoint() };
    if let Ok(ending) = subscription.unsubscribe() {
        // what the push service does not hear, it hears from the server: gone
        drop(JsFuture::from(ending).await);
    }
    api::delete_with_quietly("/api/push/subscriptions", &body).await
}

async fn current() -> Option<PushSubscription> {
    let found = JsFuture::from(manager().await?.get_subscription().ok()?).await.ok()?;
    found.dyn_into().ok()
}

async fn manager() -> Option<PushManager> {
    registration().await?.push_manager().ok()
}

/// None where no worker could be registered.
async fn registration() -> Option<ServiceWorkerRegistration> {
    let container = super::updates::container()?;
    let registered = JsFuture::from(container.get_registration()).await.ok()?;
    if registered.is_undefined() {
        return None;
    }
    JsFuture::from(container.ready().ok()?).await.ok()?.dyn_into().ok()
}

/// The service worker cannot read `localStorage`; it can read a cache.
async fn keep_for_worker(text: &str) -> Result<(), JsValue> {
    let caches = web_sys::window().ok_or(JsValue::NULL)?.caches()?;
    let cache: web_sys::Cache = JsFuture::from(caches.open(CACHE)).await?.unchecked_into();
    let answer = web_sys::Response::new_with_opt_str(Some(text))?;
    JsFuture::from(cache.put_with_str(SETTINGS, &answer)).await?;
    Ok(())
}

/// A notification was pressed while the app is open: the worker says where it leads.
fn listen(stores: Stores) {
    let Some(container) = super::updates::container() else { return };
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data().dyn_into::<Object>().ok();
        let path =
            data.and_then(|data| Reflect::get(&data, &"open".into()).ok()).and_then(|path| path.as_string());
        if path.is_some() {
            stores.notifications.opened.set(path);
        }
    });
    container.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}
