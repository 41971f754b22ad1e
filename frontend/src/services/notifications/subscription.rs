//! The browser's subscription to a push service, and what the server is told of it.

use std::pin::pin;

use common::json;
use common::model::Shows;
use common::wire::http::{PushEndpoint, PushKey, Subscribe, Subscribed, Subscriptions};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::JSON;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{PushManager, PushSubscription, PushSubscriptionOptionsInit};

use super::{show, worker};
use crate::services::local::{self, names};
use crate::services::updates;
use crate::services::{ApiTrouble, api};
use crate::stores::{NotificationState, Stores};

/// How long the browser may take to subscribe, milliseconds: Chromium, where it does not reach its push service, never says so.
const SUBSCRIBES_WITHIN_MS: u32 = 20_000;
/// How long the service worker may take to be there, milliseconds.
const READY_WITHIN_MS: u32 = 20_000;

/// Subscribes, unless the browser has with the server's key, and tells the server, with what the person chose. One that the
/// server has forgotten is made anew: it forgets what the push service says is gone. Whoever turns it off meanwhile does not
/// wait for the network: from then on it is no longer wanted.
pub(super) async fn subscribe(stores: Stores, is_wanted: fn() -> bool) -> Result<(), ApiTrouble> {
    worker::keep_settings(stores).await;
    let key = api::get::<PushKey>("/api/push/key").await?.public_key;
    let subscription = match find(&key).await? {
        Some(held) => held,
        None => {
            drop(unsubscribe().await);
            if !is_wanted() {
                return Ok(());
            }
            let Some(made) = make(&key).await else {
                stores.notifications.state.set(NotificationState::NoPushService);
                return Ok(());
            };
            made
        }
    };
    let text = JSON::stringify(&subscription).ok().map(String::from).unwrap_or_default();
    let said: Subscribe = json::read(&text).map_err(|_| ApiTrouble::Unintelligible)?;
    let language = Some(stores.prefs.language.get_untracked());
    let body = Subscribe { shows: shows(), language, ..said };
    api::post_quietly("/api/push/subscriptions", &body).await?;
    if !is_wanted() {
        drop(end().await);
        return forget(subscription.endpoint()).await;
    }
    local::write(names::NOTIFIES, &key);
    show(stores);
    Ok(())
}

/// The subscription that the browser has with this key, if the server knows it.
async fn find(key: &str) -> Result<Option<PushSubscription>, ApiTrouble> {
    if local::read(names::NOTIFIES).as_deref() != Some(key) {
        return Ok(None);
    }
    let Some(held) = current().await else { return Ok(None) };
    let known = list().await?.into_iter().any(|known| known.endpoint == Some(held.endpoint()));
    Ok(known.then_some(held))
}

/// The account's browsers that are notified, as the server knows them.
pub(super) async fn list() -> Result<Vec<Subscribed>, ApiTrouble> {
    Ok(api::get::<Subscriptions>("/api/push/subscriptions").await?.subscriptions)
}

/// What the person chose to be shown on this device; none if nothing.
pub(super) fn shows() -> Option<Shows> {
    local::read_record(names::SHOWS)
}

/// Subscribes with this key. None when the browser cannot reach its push service.
async fn make(key: &str) -> Option<PushSubscription> {
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&JsValue::from_str(key));
    let making = JsFuture::from(manager().await?.subscribe_with_options(&options).ok()?);
    Some(within(SUBSCRIBES_WITHIN_MS, making).await?.ok()?.unchecked_into())
}

async fn within<T>(limit_ms: u32, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), TimeoutFuture::new(limit_ms)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Ends the subscription here and on the server.
pub(super) async fn unsubscribe() -> Result<(), ApiTrouble> {
    match end().await {
        Some(endpoint) => forget(endpoint).await,
        None => Ok(()),
    }
}

async fn forget(endpoint: String) -> Result<(), ApiTrouble> {
    api::delete_with_quietly("/api/push/subscriptions", &PushEndpoint { endpoint }).await
}

/// Ends the subscription here; answers which, if there was one.
pub(super) async fn end() -> Option<String> {
    let subscription = current().await?;
    if let Ok(ending) = subscription.unsubscribe() {
        // what the push service does not hear, it hears from the server: gone
        drop(JsFuture::from(ending).await);
    }
    Some(subscription.endpoint())
}

/// The subscription that the browser has.
pub(super) async fn current() -> Option<PushSubscription> {
    let found = JsFuture::from(manager().await?.get_subscription().ok()?).await.ok()?;
    found.dyn_into().ok()
}

/// None where no worker could be registered (in time).
async fn manager() -> Option<PushManager> {
    let registration = updates::registration().await?;
    if registration.active().is_none() {
        // a first visit: it is being installed
        let ready = JsFuture::from(updates::container()?.ready().ok()?);
        within(READY_WITHIN_MS, ready).await?.ok()?;
    }
    registration.push_manager().ok()
}
