//! Installing the app: offered once, quietly, to who uses it, and to be found in the settings ever after.

use leptos::prelude::*;

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
                <strong>{texts.install_title()}</strong>
                <InstallWay on_decline=move |()| device.decline_install()/>
            </aside>
        </When>
    }
}

/// How it is installed from here.
#[component]
pub fn InstallWay(
    /// Offers it no more, where that can be asked for.
    #[prop(optional, into)]
    on_decline: Option<Callback<()>>,
) -> impl IntoView {
    let texts = use_texts();
    let environment = expect_context::<EnvironmentStore>();
    let device = expect_context::<ThisDevice>();
    let words = move || match environment.install.get() {
        Install::Offered => texts.install_text(),
        Install::ByHand => texts.install_by_hand(),
        Install::NotHere if environment.environment.get().installed => "",
        Install::NotHere => texts.install_hint(),
    };
    view! {
        <p class="lead">{words}</p>
        <div class="form-acts">
            <When holds=move || environment.install.get() == Install::Offered>
                <Button on_press=move |()| device.install()>{texts.install_action()}</Button>
            </When>
            {on_decline.map(|decline| view! {
                <Button kind=ButtonKind::Quiet on_press=decline>{texts.install_decline()}</Button>
            })}
        </div>
    }
}
