//! The browser's subscription to a push service, and what the server is told of it.

use common::json;
use common::model::Shows;
use common::wire::http::{PushEndpoint, PushKey, Subscribe};
use js_sys::JSON;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{PushManager, PushSubscription, PushSubscriptionOptionsInit};

use super::look;
use crate::services::local::{self, names};
use crate::services::updates;
use crate::services::{ApiTrouble, api};
use crate::stores::{NotificationState, Stores};

/// Subscribes, unless the browser has with the server's key, and tells the server, with what the person chose.
pub(super) async fn subscribe(stores: Stores) -> Result<(), ApiTrouble> {
    let key = api::get::<PushKey>("/api/push/key").await?.public_key;
    let Some(said) = subscription_for(&key).await else {
        stores.notifications.state.set(NotificationState::NoPushService);
        return Ok(());
    };
    let language = Some(stores.prefs.language.get_untracked());
    api::post_quietly("/api/push/subscriptions", &Subscribe { shows: shows(), language, ..said }).await?;
    local::write(names::NOTIFIES, &key);
    look(stores);
    Ok(())
}

/// What the person chose to be shown on this device; none if nothing.
pub(super) fn shows() -> Option<Shows> {
    local::read_record(names::SHOWS)
}

/// The browser's subscription with this key, made if there is none. None when the browser cannot reach its push service.
async fn subscription_for(key: &str) -> Option<Subscribe> {
    let subscription = match current().await {
        Some(current) if local::read(names::NOTIFIES).as_deref() == Some(key) => current,
        outdated => {
            // with another key the browser makes one only when there is none
            if let Some(outdated) = outdated {
                give_back(&outdated).await;
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

/// Ends the subscription here and on the server.
pub(super) async fn unsubscribe() -> Result<(), ApiTrouble> {
    match end().await {
        Some(endpoint) => {
            api::delete_with_quietly("/api/push/subscriptions", &PushEndpoint { endpoint }).await
        }
        None => Ok(()),
    }
}

/// Ends the subscription here; answers which, if there was one.
pub(super) async fn end() -> Option<String> {
    let subscription = current().await?;
    give_back(&subscription).await;
    Some(subscription.endpoint())
}

async fn give_back(subscription: &PushSubscription) {
    if let Ok(ending) = subscription.unsubscribe() {
        // what the push service does not hear, it hears from the server: gone
        drop(JsFuture::from(ending).await);
    }
}

/// The subscription that the browser has.
pub(super) async fn current() -> Option<PushSubscription> {
    let found = JsFuture::from(manager().await?.get_subscription().ok()?).await.ok()?;
    found.dyn_into().ok()
}

/// None where no worker could be registered.
async fn manager() -> Option<PushManager> {
    let registration = updates::registration().await?;
    if registration.active().is_none() {
        // a first visit: it is being installed
        JsFuture::from(updates::container()?.ready().ok()?).await.ok()?;
    }
    registration.push_manager().ok()
}
