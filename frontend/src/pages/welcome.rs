//! The first screen: make an account, or sign in.

use common::wire::http::Registration;
use leptos::prelude::*;

use crate::components::accounts::{CreateAccount, LanguageSwitch, SignIn};
use crate::components::kit::{Flight, Sign};
use crate::i18n::{Texts, use_texts};
use crate::services::Accounts;
use crate::stores::{Farewell, SessionStore};

/// The first screen.
#[component]
pub fn Welcome() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    expect_context::<Accounts>().ask_server();
    let farewell = session.farewell.get_untracked();
    let creating = RwSignal::new(farewell.is_none());
    let closed = move || {
        session
            .server
            .with(|server| server.as_ref().is_some_and(|server| server.registration == Registration::Closed))
    };
    let creates = Memo::new(move |_| creating.get() && !closed());
    let tab = move |words: &'static str, makes: bool| {
        view! {
            <button
                type="button"
                class="tab"
                aria-pressed=move || (creates.get() == makes).to_string()
                disabled=move || makes && closed()
                on:click=move |_| creating.set(makes)
            >
                {words}
            </button>
        }
    };
    view! {
        <main class="welcome" id="content">
            <section class="welcome-sign">
                <Flight class="welcome-flight"/>
                <Sign class="sign-large"/>
                <h1 class="welcome-name">{texts.app_name()}</h1>
                <p class="welcome-motto">{texts.welcome_motto()}</p>
            </section>
            <section class="welcome-desk">
                <div class="welcome-card">
                    <div class="tabs" role="group" aria-label=texts.app_name()>
                        {tab(texts.welcome_create_title(), true)}
                        {tab(texts.welcome_sign_in_title(), false)}
                    </div>
                    {farewell.and_then(|farewell| parting_words(farewell, texts))}
                    {move || closed().then(|| view! { <p class="lead">{texts.welcome_registration_closed()}</p> })}
                    {move || {
                        if creates.get() {
                            view! { <CreateAccount/> }.into_any()
                        } else {
                            view! { <SignIn/> }.into_any()
                        }
                    }}
                </div>
                <footer class="welcome-foot"><LanguageSwitch/></footer>
            </section>
        </main>
    }
    .into_any()
}

/// Why nobody is signed in any more, unless the person asked for it.
fn parting_words(farewell: Farewell, texts: Texts) -> Option<impl IntoView> {
    let (title, text) = match farewell {
        Farewell::SignedOut => return None,
        Farewell::Revoked => (texts.welcome_revoked_title(), texts.welcome_revoked_text()),
        Farewell::Deleted => (texts.welcome_deleted(), ""),
    };
    Some(view! { <p class="farewell" role="status"><strong>{title}</strong> {text}</p> })
}
