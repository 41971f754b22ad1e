//! Where one is signed in.

use common::model::Device;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, Confirm, Icon, IconButton, Spinner, When};
use crate::components::now::use_now;
use crate::components::settings::rename_device::RenameDevice;
use crate::components::verb::use_verb;
use crate::i18n::{use_clock, use_texts};
use crate::services::Accounts;

/// The devices of the account, each with a way to remove it.
#[component]
pub fn Devices() -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let load = Errand::new(move |(): &()| async move { accounts.devices().await });
    load.begin(());
    let reload = Callback::new(move |()| {
        load.begin(());
    });
    let list = move || match load.outcome().get() {
        None => view! { <p class="lead"><Spinner/></p> }.into_any(),
        Some(Err(trouble)) => view! {
            <p class="lead">{texts.devices_failed()} {texts.api_trouble(&trouble)}</p>
            <div class="form-acts"><Button on_press=reload>{texts.action_retry()}</Button></div>
        }
        .into_any(),
        Some(Ok(devices)) => {
            let alone = devices.len() == 1;
            view! {
                <ul class="cards">
                    {devices.into_iter().map(|device| view! { <DeviceRow device on_change=reload/> }).collect_view()}
                </ul>
                {alone.then(|| view! { <p class="lead">{texts.devices_only()}</p> })}
            }
            .into_any()
        }
    };
    view! {
        <p class="lead">{texts.devices_lead()}</p>
        {list}
    }
}

#[component]
fn DeviceRow(device: Device, on_change: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let now = use_now();
    let accounts = expect_context::<Accounts>();
    let asking = RwSignal::new(false);
    let naming = RwSignal::new(false);
    let id = device.device_id;
    let revoke = use_verb(
        move |(): &()| async move { accounts.revoke(id).await },
        move || {
            asking.set(false);
            on_change.run(());
        },
    );
    let seen = if device.current {
        texts.devices_active().to_owned()
    } else {
        texts.devices_last_seen(&clock.short(device.last_seen_at, now.get_untracked()))
    };
    let since = texts.devices_since(&clock.short(device.created_at, now.get_untracked()));
    let name = device.name.clone();
    let removal = (!device.current).then(|| {
        let label = texts.devices_remove(&device.name);
        view! {
            <button type="button" class="button" aria-label=label on:click=move |_| asking.set(true)>
                {texts.action_remove()}
            </button>
            <When holds=move || asking.get()>
                <Confirm
                    title=texts.devices_remove_title(&name)
                    text=texts.devices_remove_text()
                    confirm=texts.devices_remove_confirm()
                    cancel=texts.action_cancel()
                    on_confirm=move |()| revoke.start(())
                    on_close=move |()| asking.set(false)
                    busy=revoke.busy
                    error=revoke.error
                />
            </When>
        }
    });
    let rename = texts.devices_rename(&device.name);
    let renamed = device.clone();
    view! {
        <li class="card">
            <div class="card-words">
                <strong class="name">{device.name}</strong>
                {device.current.then(|| view! { <span class="tag">{texts.devices_this()}</span> })}
                <span class="card-second">{seen} " · " {since}</span>
            </div>
            <IconButton icon=Icon::Write label=rename on_press=move |()| naming.set(true)/>
            {removal}
            <When holds=move || naming.get()>
                <RenameDevice device=renamed.clone() on_done=on_change on_close=move |()| naming.set(false)/>
            </When>
        </li>
    }
}
