//! Installing the app.

use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, When};
use crate::i18n::use_texts;
use crate::services::ThisDevice;
use crate::stores::{EnvironmentStore, Install};

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
        Install::FromMenu => texts.install_hint(),
        Install::NotHere => "",
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
