//! The installed app: keeping the browser's offer to install it until the person wants it, and being started once more
//! while it is open.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Window;

use super::environment;
use super::local::{self, names};
use crate::stores::{Install, Stores};

/// Where the offer is kept, which may come before the app is there (`public/early.js`).
const OFFER: &str = "installOffer";

#[wasm_bindgen]
extern "C" {
    /// The event `beforeinstallprompt`.
    type Offer;

    /// Fails when it was used before.
    #[wasm_bindgen(method, catch)]
    fn prompt(this: &Offer) -> Result<Promise, JsValue>;

    /// Where the browser says that an app was started again which is open (`launch_handler` in the manifest).
    type LaunchQueue;

    #[wasm_bindgen(method, js_name = "setConsumer")]
    fn set_consumer(this: &LaunchQueue, consumer: &Closure<dyn FnMut(JsValue)>);
}

/// Looks whether the app can be installed, now and when that changes, and hears when it is started once more.
pub(super) fn start(stores: Stores) {
    let Some(window) = web_sys::window() else { return };
    stores.environment.install_declined.set(local::read(names::INSTALL_DECLINED).is_some());
    look(stores, &window);
    for name in ["beforeinstallprompt", "appinstalled"] {
        let of_window = window.clone();
        let change = Closure::<dyn FnMut()>::new(move || {
            if name == "appinstalled" {
                forget(&of_window);
            }
            look(stores, &of_window);
        });
        // fails only for a listener that is none
        let _ = window.add_event_listener_with_callback(name, change.as_ref().unchecked_ref());
        change.forget();
    }
    hear_starts(stores, &window);
}

fn look(stores: Stores, window: &Window) {
    let here = stores.environment.environment.get_untracked();
    let install = if here.installed || !here.secure {
        Install::NotHere
    } else if offer(window).is_some() {
        Install::Offered
    } else if environment::is_ios(window) {
        Install::ByHand
    } else if environment::installs_nothing(window) {
        Install::NotHere
    } else {
        Install::FromMenu
    };
    stores.environment.install.set(install);
}

fn offer(window: &Window) -> Option<Offer> {
    let offer = Reflect::get(window, &OFFER.into()).ok()?;
    offer.is_object().then(|| offer.unchecked_into())
}

/// An offer can be taken up once.
fn forget(window: &Window) {
    let _ = Reflect::set(window, &OFFER.into(), &JsValue::NULL);
}

/// Lets the browser ask the person; `appinstalled` tells when they did.
pub(super) fn ask(stores: Stores) {
    let Some(window) = web_sys::window() else { return };
    let asked = offer(&window).and_then(|offer| offer.prompt().ok());
    spawn_local(async move {
        if let Some(asked) = asked {
            drop(JsFuture::from(asked).await);
        }
        forget(&window);
        look(stores, &window);
    });
}

/// The person wants no offer.
pub(super) fn decline(stores: Stores) {
    local::write(names::INSTALL_DECLINED, "1");
    stores.environment.install_declined.set(true);
}

/// The first start that a page is told of may be the one that it came from, or, when it was loaded once more, the last
/// one before: Chromium says that again. It led there already.
fn hear_starts(stores: Stores, window: &Window) {
    let Some(queue) = Reflect::get(window, &"launchQueue".into()).ok().filter(JsValue::is_object) else {
        return;
    };
    let origin = window.location().origin().unwrap_or_default();
    let (address, loaded_once_more) = began(window);
    let last = local::take_for_tab::<String>(names::LAST_START);
    let mut may_come_again = if loaded_once_more { last } else { Some(address) };
    let hear = Closure::new(move |start: JsValue| {
        let url = Reflect::get(&start, &"targetURL".into()).ok().and_then(|url| url.as_string());
        let Some(url) = url else { return };
        local::write_for_tab(names::LAST_START, &url);
        let again = may_come_again.take().is_some_and(|before| before == url);
        if let Some(address) = url.strip_prefix(&origin).filter(|_| !again) {
            stores.environment.led_to.set(Some(address.to_owned()));
        }
    });
    queue.unchecked_into::<LaunchQueue>().set_consumer(&hear);
    hear.forget();
}

/// The address with which this page began, and whether it was loaded once more.
fn began(window: &Window) -> (String, bool) {
    let entry = || -> Option<JsValue> {
        let performance = Reflect::get(window, &"performance".into()).ok()?;
        let list: Function = Reflect::get(&performance, &"getEntriesByType".into()).ok()?.dyn_into().ok()?;
        Some(list.call1(&performance, &"navigation".into()).ok()?.dyn_into::<Array>().ok()?.get(0))
    };
    let entry = entry().unwrap_or_default();
    let word = |name: &str| Reflect::get(&entry, &name.into()).ok().and_then(|word| word.as_string());
    (word("name").unwrap_or_default(), word("type").as_deref() == Some("reload"))
}
