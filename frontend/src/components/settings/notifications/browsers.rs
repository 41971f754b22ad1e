//! The browsers of the account that are notified.

use common::wire::http::{PushTrouble, Subscribed};
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, Spinner};
use crate::components::now::use_now;
use crate::i18n::{Texts, use_clock, use_texts};
use crate::services::{Accounts, ApiTrouble, Notifications};

/// What fetches them, each with its device's name.
pub type LoadBrowsers = Errand<(), Result<Vec<(String, Subscribed)>, ApiTrouble>>;

/// Fetches nothing until it is begun.
pub fn load_browsers() -> LoadBrowsers {
    let (verbs, accounts) = (expect_context::<Notifications>(), expect_context::<Accounts>());
    Errand::new(move |(): &()| async move {
        let (browsers, devices) = (verbs.list().await?, accounts.devices().await?);
        let named = browsers.into_iter().filter_map(|browser| {
            let device = devices.iter().find(|device| device.device_id == browser.device_id)?;
            Some((device.name.clone(), browser))
        });
        Ok(named.collect())
    })
}

/// Every browser of the account's that is notified.
#[component]
pub fn Browsers(
    /// What fetches them.
    load: LoadBrowsers,
) -> impl IntoView {
    let texts = use_texts();
    let list = move || {
        match load.outcome().get() {
        None => view! { <p class="lead"><Spinner/></p> }.into_any(),
        Some(Err(trouble)) => view! {
            <p class="lead">{texts.api_trouble(&trouble)}</p>
            <div class="form-acts">
                <Button busy=load.busy() on_press=move |()| load.begin(())>{texts.action_retry()}</Button>
            </div>
        }
        .into_any(),
        Some(Ok(browsers)) if browsers.is_empty() => ().into_any(),
        Some(Ok(browsers)) => view! {
            <h2 class="settings-part">{texts.notify_devices()}</h2>
            <ul class="cards">
                {browsers.into_iter().map(|(name, browser)| view! { <BrowserRow name browser/> }).collect_view()}
            </ul>
        }
        .into_any(),
    }
    };
    view! { {list} }
}

/// Which browser, and what came of the last notification to it.
#[component]
fn BrowserRow(name: String, browser: Subscribed) -> impl IntoView {
    let texts = use_texts();
    let (clock, now) = (use_clock(), use_now().get_untracked());
    let outcome = match (browser.succeeded_at, browser.failed_at) {
        (succeeded, Some(failed)) if succeeded.is_none_or(|succeeded| succeeded < failed) => {
            let why = browser.trouble.map(|trouble| why(texts, trouble)).unwrap_or_default();
            texts.notify_last_failure(&clock.short(failed, now), why)
        }
        (Some(succeeded), _) => texts.notify_last_success(&clock.short(succeeded, now)),
        (None, _) => texts.notify_none_yet().to_owned(),
    };
    view! {
        <li class="card">
            <div class="card-words">
                <strong class="name">{name}</strong>
                {browser.endpoint.is_some().then(|| view! { <span class="tag">{texts.devices_this()}</span> })}
                <span class="card-second">{outcome}</span>
            </div>
        </li>
    }
}

/// Why a notification did not go; which push service that was, and what it answered, is told when one tries.
fn why(texts: Texts, trouble: PushTrouble) -> &'static str {
    match trouble {
        PushTrouble::Refused => texts.notify_why_refused(),
        PushTrouble::Timeout | PushTrouble::Connection => texts.notify_why_unreachable(),
        PushTrouble::NotAllowed => texts.notify_trouble_not_allowed(),
        PushTrouble::Gone => texts.notify_trouble_gone(),
    }
}
