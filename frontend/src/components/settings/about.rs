//! What this is.

use leptos::prelude::*;

use crate::components::InstallWay;
use crate::components::kit::Sign;
use crate::i18n::use_texts;
use crate::services::Accounts;
use crate::stores::SessionStore;

/// Name, versions, and the way to the API.
#[component]
pub fn About() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    expect_context::<Accounts>().ask_server();
    let server = move || {
        session.server.with(|server| server.as_ref().map(|server| texts.about_server(&server.version)))
    };
    view! {
        <div class="about">
            <Sign class="sign-large"/>
            <p class="about-name">{texts.app_name()}</p>
            <p>{texts.about_lead()}</p>
            <p class="lead">{texts.about_name()}</p>
            <p class="lead">{texts.about_version(env!("CARGO_PKG_VERSION"))} " · " {server}</p>
            <p><a href="/api/docs" target="_blank" rel="noopener">{texts.about_api()}</a></p>
            <InstallWay/>
        </div>
    }
}
