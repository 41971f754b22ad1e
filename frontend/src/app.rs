//! The whole of what is seen, from the root down.

use leptos::prelude::*;

use crate::components::Now;
use crate::i18n::provide_texts;
use crate::pages::{Desk, Welcome, fetch_soon};
use crate::routes::Router;
use crate::services;
use crate::stores::{SessionState, SessionStore, Stores};

/// Puts the app into the page.
pub fn start() {
    mount_to_body(App);
}

/// The root: makes the stores, starts the services, and shows the page for who is signed in.
#[component]
fn App() -> impl IntoView {
    let stores = Stores::new();
    stores.provide();
    services::start(stores);
    let router = Router::start();
    provide_context(router);
    Effect::new(move |_| {
        if let Some(address) = stores.environment.led_to.get() {
            router.visit(&address);
        }
    });
    provide_context(Now::start());
    // Everything is built anew when the language changes: rare, and it keeps every text a plain string.
    move || {
        provide_texts(stores.prefs.language.get());
        view! { <Screen/> }
    }
}

/// The page for who is signed in.
#[component]
fn Screen() -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let known = Memo::new(move |_| {
        session.state.with(|state| match state {
            SessionState::Starting => None,
            SessionState::SignedOut => Some(false),
            SessionState::SignedIn { .. } | SessionState::Expired { .. } => Some(true),
        })
    });
    move || match known.get() {
        None => ().into_any(),
        Some(false) => {
            fetch_soon();
            view! { <Welcome/> }.into_any()
        }
        Some(true) => view! { <Desk/> }.into_any(),
    }
}
