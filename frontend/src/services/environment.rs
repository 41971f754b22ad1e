//! What this browser lets us do at this address.

use leptos::prelude::*;
use web_sys::Window;

use crate::stores::{Environment, Stores};

/// Looks, once.
pub(super) fn look(stores: Stores) {
    let Some(window) = web_sys::window() else { return };
    let offers_worker = js_sys::Reflect::has(&window.navigator(), &"serviceWorker".into()).unwrap_or(false);
    let secure = window.is_secure_context();
    stores.environment.environment.set(Environment {
        secure,
        starts_offline: secure && offers_worker,
        installed: is_installed(&window),
    });
}

/// Whether the browser runs the app in its own window.
pub(super) fn is_installed(window: &Window) -> bool {
    window.match_media("(display-mode: standalone)").ok().flatten().is_some_and(|query| query.matches())
}

/// Whether this is an iPhone or an iPad.
pub(super) fn is_ios(window: &Window) -> bool {
    let agent = window.navigator().user_agent().unwrap_or_default();
    // an iPad says that it is a Mac, and Macs have no touch screens
    let is_ipad = agent.contains("Macintosh") && window.navigator().max_touch_points() > 1;
    is_ipad || agent.contains("iPhone") || agent.contains("iPad")
}

/// Whether this is Firefox on a computer, in which nothing can be installed.
pub(super) fn installs_nothing(window: &Window) -> bool {
    let agent = window.navigator().user_agent().unwrap_or_default();
    agent.contains("Firefox/") && !agent.contains("Android")
}
