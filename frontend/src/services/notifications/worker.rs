//! What the service worker tells the page, and what the page keeps for it (`public/notifications`).

use common::json;
use common::model::{Language, Shows};
use js_sys::Reflect;
use leptos::prelude::*;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Cache, MessageEvent, MessagePort, Response};

use super::{Quiet, quiet, subscription};
use crate::services::page::Page;
use crate::services::updates;
use crate::stores::Stores;

/// Where the service worker reads what the person chose.
const SETTINGS: &str = "/notification-settings";
/// The cache that holds it.
const CACHE: &str = "notifications";

/// What the person chose.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    sound: bool,
    quiet_from: Option<u32>,
    quiet_to: Option<u32>,
    /// How much of a message is shown, and in which language: told with a subscription that takes the place of one which the
    /// server may have forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    shows: Option<Shows>,
    language: Language,
}

/// Keeps what the person chose: a worker cannot read `localStorage`, but a cache.
pub(super) async fn keep_settings(stores: Stores) {
    let Quiet { sound, quiet_from, quiet_to } = quiet();
    let (shows, language) = (subscription::shows(), stores.prefs.language.get_untracked());
    // where it is not kept, notifications are as the system and the server have them
    let _ = keep(&json::write(&Settings { sound, quiet_from, quiet_to, shows, language })).await;
}

async fn keep(text: &str) -> Result<(), JsValue> {
    let caches = web_sys::window().ok_or(JsValue::NULL)?.caches()?;
    let cache: Cache = JsFuture::from(caches.open(CACHE)).await?.unchecked_into();
    let answer = Response::new_with_opt_str(Some(text))?;
    JsFuture::from(cache.put_with_str(SETTINGS, &answer)).await?;
    Ok(())
}

/// From now on the number on the app's icon is the page's.
pub(super) fn counts() {
    if let Some(worker) = updates::container().and_then(|container| container.controller()) {
        // a worker that cannot be told counts on until the next push
        let _ = worker.post_message(&JsValue::from_str("started"));
    }
}

/// Hears of what was pressed, shown, and could not be sent.
pub(super) fn listen(page: &Page) {
    let Some(container) = updates::container() else { return };
    let page = page.clone();
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let text = |name: &str| Reflect::get(&event.data(), &name.into()).ok()?.as_string();
        let port = event.ports().get(0).dyn_into::<MessagePort>().ok();
        let stores = page.stores();
        if let Some(address) = text("open") {
            stores.environment.led_to.set(Some(address));
            answer(port.as_ref());
        }
        match (text("shown").as_deref(), page.signed_in()) {
            (Some("test"), _) => stores.notifications.tests_shown.update(|count| *count += 1),
            // it may have been read while it was on its way
            (Some(_), Some(signed_in)) => signed_in.look_at_screen(),
            (None, Some(signed_in)) if text("left").is_some_and(|of| of == signed_in.me().folded()) => {
                spawn_local(async move {
                    // what no app has taken over is said to wait
                    if signed_in.adopt_pending().await {
                        answer(port.as_ref());
                    }
                });
            }
            _ => {}
        }
    });
    container.set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
}

/// Says that the page takes care of it.
fn answer(port: Option<&MessagePort>) {
    if let Some(port) = port {
        // a worker that has given up waiting does it in another way
        let _ = port.post_message(&JsValue::TRUE);
    }
}
