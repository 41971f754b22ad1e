//! The list of settings.

use leptos::prelude::*;

use crate::components::kit::{Avatar, Glyph, Icon, IconButton, When};
use crate::components::leave::SignOut;
use crate::components::party::use_parties;
use crate::i18n::{Texts, use_texts};
use crate::routes::{Route, SettingsPage, use_router};
use crate::stores::SessionStore;

/// Links to all pages, and the way out.
#[component]
pub fn SettingsNav(
    /// The page that is shown beside the list.
    #[prop(into)]
    shown: Signal<Option<SettingsPage>>,
) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let parties = use_parties();
    let me = untrack(|| expect_context::<SessionStore>().me());
    let leaving = RwSignal::new(false);
    let who = me.map(|me| {
        let (id, second) = (me.folded(), format!("@{me}"));
        let name = Signal::derive(move || parties.name(&me));
        view! {
            <div class="settings-who">
                <Avatar id name/>
                <span class="name" dir="auto">{move || name.get()}</span>
                <span class="settings-second name">{second}</span>
            </div>
        }
    });
    let link = move |page: SettingsPage| {
        let route = Route::Settings(Some(page));
        view! {
            <li class:only-wide=page == SettingsPage::Keyboard>
                <a
                    class="settings-link"
                    class:grave=page == SettingsPage::Delete
                    href=route.path()
                    aria-current=move || (shown.get() == Some(page)).then_some("page")
                    on:click=move |event| router.follow(&event)
                >
                    <Glyph icon=icon_of(page)/>
                    <span>{title_of(page, texts)}</span>
                    <Glyph icon=Icon::Forward/>
                </a>
            </li>
        }
    };
    view! {
        <header class="list-head">
            <div class="list-title">
                <IconButton icon=Icon::Back label=texts.action_back() on_press=move |()| router.replace(&Route::Home)/>
                <h1>{texts.settings_title()}</h1>
            </div>
        </header>
        <div class="settings-nav">
            {who}
            <nav aria-label=texts.settings_title()>
                <ul>{SettingsPage::ALL.map(link).collect_view()}</ul>
            </nav>
            <button type="button" class="settings-link" on:click=move |_| leaving.set(true)>
                <Glyph icon=Icon::Door/>
                <span>{texts.settings_sign_out()}</span>
            </button>
            <When holds=move || leaving.get()>
                <SignOut on_close=move |()| leaving.set(false)/>
            </When>
        </div>
    }
    .into_any()
}

/// What a page is called.
pub fn title_of(page: SettingsPage, texts: Texts) -> &'static str {
    match page {
        SettingsPage::Profile => texts.settings_profile(),
        SettingsPage::Appearance => texts.settings_appearance(),
        SettingsPage::Notifications => texts.settings_notifications(),
        SettingsPage::Devices => texts.settings_devices(),
        SettingsPage::Password => texts.settings_password(),
        SettingsPage::Blocked => texts.settings_blocked(),
        SettingsPage::Storage => texts.settings_storage(),
        SettingsPage::Keyboard => texts.settings_keys(),
        SettingsPage::About => texts.settings_about(),
        SettingsPage::Delete => texts.settings_delete(),
    }
}

fn icon_of(page: SettingsPage) -> Icon {
    match page {
        SettingsPage::Profile => Icon::Person,
        SettingsPage::Appearance => Icon::Globe,
        SettingsPage::Notifications => Icon::Bell,
        SettingsPage::Devices => Icon::Device,
        SettingsPage::Password => Icon::Key,
        SettingsPage::Blocked => Icon::Ban,
        SettingsPage::Storage => Icon::Drawer,
        SettingsPage::Keyboard => Icon::Keyboard,
        SettingsPage::About => Icon::Info,
        SettingsPage::Delete => Icon::Trash,
    }
}
