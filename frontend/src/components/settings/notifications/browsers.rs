//! The browsers of the account that are notified.

use common::wire::http::{PushTrouble, Subscribed};
use leptos::prelude::*;

use super::try_out::trouble_text;
use crate::components::errand::Errand;
use crate::components::kit::Spinner;
use crate::components::now::use_now;
use crate::i18n::{use_clock, use_texts};
use crate::services::{Accounts, ApiTrouble, Notifications};

/// Every browser of the account's that is notified.
#[component]
pub fn Browsers() -> impl IntoView {
    let texts = use_texts();
    let (verbs, accounts) = (expect_context::<Notifications>(), expect_context::<Accounts>());
    let load = Errand::new(move |(): &()| async move {
        let (browsers, devices) = (verbs.list().await?, accounts.devices().await?);
        let named = browsers.into_iter().filter_map(|browser| {
            let device = devices.iter().find(|device| device.device_id == browser.device_id)?;
            Some((device.name.clone(), browser))
        });
        Ok::<Vec<_>, ApiTrouble>(named.collect())
    });
    load.begin(());
    let list = move || {
        match load.outcome().get() {
        None => view! { <p class="lead"><Spinner/></p> }.into_any(),
        Some(Err(trouble)) => view! { <p class="lead">{texts.api_trouble(&trouble)}</p> }.into_any(),
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

#[component]
fn BrowserRow(name: String, browser: Subscribed) -> impl IntoView {
    let texts = use_texts();
    let (clock, now) = (use_clock(), use_now().get_untracked());
    let outcome = match (browser.succeeded_at, browser.failed_at) {
        (succeeded, Some(failed)) if succeeded.is_none_or(|succeeded| succeeded < failed) => {
            // the others name the push service and its answer, which are told when one tries
            let why = match browser.trouble {
                Some(trouble @ (PushTrouble::NotAllowed | PushTrouble::Gone)) => {
                    trouble_text(texts, trouble, "", None)
                }
                _ => String::new(),
            };
            texts.notify_last_failure(&clock.short(failed, now), &why)
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
