//! Installing the app: offered once, quietly, to who uses it, and to be found in the settings ever after.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::kit::{Button, ButtonKind, When};
use crate::i18n::use_texts;
use crate::services::ThisDevice;
use crate::stores::{ConversationsStore, EnvironmentStore, Install};

/// Who has written so many messages uses the app.
const MESSAGES_OF_USE: u64 = 5;

/// At the foot of the list, until it is put away for good.
#[component]
pub fn InstallCard() -> impl IntoView {
    let texts = use_texts();
    let environment = expect_context::<EnvironmentStore>();
    let conversations = expect_context::<ConversationsStore>();
    let device = expect_context::<ThisDevice>();
    let written = move || -> u64 {
        let slots = conversations.order.get().into_iter().filter_map(|key| conversations.slot(&key));
        slots.map(|slot| slot.record.with(|record| record.own.own_count)).sum()
    };
    let offered = Memo::new(move |_| {
        environment.install.get() != Install::NotHere
            && !environment.install_declined.get()
            && written() >= MESSAGES_OF_USE
    });
    view! {
        <When holds=move || offered.get()>
            <aside class="card card-stack install" aria-label=texts.install_title()>
                <p><strong>{texts.install_title()}</strong></p>
                <InstallWay/>
                <Button kind=ButtonKind::Quiet on_press=move |()| device.decline_install()>
                    {texts.install_decline()}
                </Button>
            </aside>
        </When>
    }
}

/// How it is installed from here.
#[component]
pub fn InstallWay() -> impl IntoView {
    let texts = use_texts();
    let environment = expect_context::<EnvironmentStore>();
    let device = expect_context::<ThisDevice>();
    let way = move || match environment.install.get() {
        Install::Offered => view! {
            <p class="lead">{texts.install_text()}</p>
            <Button on_press=move |()| spawn_local(async move { device.install().await })>
                {texts.install_action()}
            </Button>
        }
        .into_any(),
        Install::ByHand => view! { <p class="lead">{texts.install_by_hand()}</p> }.into_any(),
        Install::NotHere if environment.environment.get().installed => ().into_any(),
        Install::NotHere => view! { <p class="lead">{texts.install_hint()}</p> }.into_any(),
    };
    view! { {way} }
}
