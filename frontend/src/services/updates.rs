//! The service worker: registering it, noticing that a newer build waits, and letting it take over.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use super::page::reload;
use crate::stores::{Stores, UpdateState};

/// Registers the worker, where the browser offers one. The app then starts without a network.
pub(super) fn register(stores: Stores) {
    // who works on the client wants to see the newest, not what a worker kept
    if cfg!(debug_assertions) {
        return;
    }
    let Some(container) = container() else { return };
    // a first visit is not controlled until the worker claims it, and then nothing has changed
    let mut was_controlled = container.controller().is_some();
    let on_change = Closure::<dyn FnMut()>::new(move || {
        if was_controlled {
            reload();
        }
        was_controlled = true;
    });
    container.set_oncontrollerchange(Some(on_change.as_ref().unchecked_ref()));
    on_change.forget();
    spawn_local(async move {
        let Ok(registration) = JsFuture::from(container.register("/sw.js")).await else { return };
        let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else { return };
        watch(stores, &registration);
        // by now the page that this one replaced is gone, and caches of older builds may go, too
        if let Some(worker) = container.controller() {
            // a worker that cannot be told tidies up for the next page
            let _ = worker.post_message(&JsValue::from_str("loaded"));
        }
    });
}

fn watch(stores: Stores, registration: &ServiceWorkerRegistration) {
    show(stores, registration);
    let found = registration.clone();
    let on_found = Closure::<dyn FnMut()>::new(move || {
        let Some(worker) = found.installing() else { return };
        let registration = found.clone();
        let of_worker = worker.clone();
        let on_state = Closure::<dyn FnMut()>::new(move || {
            if of_worker.state() == ServiceWorkerState::Installed {
                show(stores, &registration);
            }
        });
        worker.set_onstatechange(Some(on_state.as_ref().unchecked_ref()));
        on_state.forget();
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    on_found.forget();
}

/// A worker that waits while another is in charge is a newer build.
fn show(stores: Stores, registration: &ServiceWorkerRegistration) {
    let waits = registration.waiting().is_some() && registration.active().is_some();
    if waits && stores.updates.state.get_untracked() == UpdateState::Current {
        stores.updates.state.set(UpdateState::Ready);
    }
}

/// Asks the server whether there is a newer build; when the page comes into view.
pub(super) fn look(stores: Stores) {
    spawn_local(async move {
        if let Some(registration) = registration().await {
            if let Ok(looking) = registration.update() {
                // without a network it fails, and the next look may not
                let _ = JsFuture::from(looking).await;
            }
            show(stores, &registration);
        }
    });
}

/// Lets the newer build take over: every tab then loads anew. Without one that waits, only this tab does.
pub(super) fn apply() {
    spawn_local(async {
        let waiting: Option<ServiceWorker> = match registration().await {
            Some(registration) => registration.waiting(),
            None => None,
        };
        match waiting {
            Some(worker) if worker.post_message(&JsValue::from_str("skipWaiting")).is_ok() => {}
            _ => reload(),
        }
    });
}

/// None where no worker could be registered.
pub(super) async fn registration() -> Option<ServiceWorkerRegistration> {
    let found = JsFuture::from(container()?.get_registration()).await.ok()?;
    found.dyn_into().ok()
}

/// Absent on plain http away from localhost.
pub(super) fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let container = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    container.dyn_into().ok()
}
