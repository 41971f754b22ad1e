//! The pages of the settings, one file each.

mod about;
mod appearance;
mod blocked;
mod delete_account;
mod devices;
mod keyboard;
mod nav;
mod notifications;
mod password;
mod profile;
mod rename_device;
mod storage;

use leptos::prelude::*;

pub use keyboard::KeyList;
pub use nav::{SettingsNav, title_of};

use crate::routes::SettingsPage;

/// One page of the settings.
#[component]
pub fn SettingsBody(
    /// Which.
    page: SettingsPage,
) -> impl IntoView {
    match page {
        SettingsPage::Profile => view! { <profile::Profile/> }.into_any(),
        SettingsPage::Appearance => view! { <appearance::Appearance/> }.into_any(),
        SettingsPage::Notifications => view! { <notifications::Notifications/> }.into_any(),
        SettingsPage::Devices => view! { <devices::Devices/> }.into_any(),
        SettingsPage::Password => view! { <password::Password/> }.into_any(),
        SettingsPage::Blocked => view! { <blocked::Blocked/> }.into_any(),
        SettingsPage::Storage => view! { <storage::Storage/> }.into_any(),
        SettingsPage::Keyboard => view! { <KeyList/> }.into_any(),
        SettingsPage::About => view! { <about::About/> }.into_any(),
        SettingsPage::Delete => view! { <delete_account::DeleteAccount/> }.into_any(),
    }
}
