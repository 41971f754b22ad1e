//! One page of the settings, with its head.

use leptos::prelude::*;

use crate::components::kit::{Icon, IconButton};
use crate::components::settings::{SettingsBody, title_of};
use crate::i18n::use_texts;
use crate::routes::{SettingsPage, use_router};

/// A page of the settings.
#[component]
pub fn Settings(
    /// Which.
    page: SettingsPage,
) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    view! {
        <header class="pane-head">
            <IconButton
                class="only-narrow"
                icon=Icon::Back
                label=texts.action_back()
                on_press=move |()| router.back()
            />
            <h1 class="pane-title">{title_of(page, texts)}</h1>
        </header>
        <div class="page" tabindex="0"><SettingsBody page/></div>
    }
    .into_any()
}
