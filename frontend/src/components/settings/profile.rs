//! The name by which one is shown.

use common::limits;
use common::text::parse_line;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Field, effect};
use crate::components::verb::use_verb;
use crate::i18n::{problem_text, use_texts};
use crate::services::Accounts;
use crate::stores::{Notice, SessionStore, ToastStore};

/// Display name, and the user name that never changes.
#[component]
pub fn Profile() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    let accounts = expect_context::<Accounts>();
    let toasts = expect_context::<ToastStore>();
    let name = RwSignal::new(String::new());
    let name_error = RwSignal::new(None::<String>);
    let user = RwSignal::new(untrack(|| session.me()).map(|me| me.0).unwrap_or_default());
    effect(move || {
        if let Some(known) = session.account.with(|account| account.as_ref().map(|a| a.display_name.clone()))
        {
            name.set(known);
        }
    });
    let save = use_verb(
        move |name: &String| {
            let name = name.clone();
            async move { accounts.set_display_name(name).await }
        },
        move || {
            toasts.show(Notice::Saved);
        },
    );
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        match name.with_untracked(|name| parse_line("displayName", name, limits::DISPLAY_NAME_CHARS)) {
            Ok(name) => save.start(name),
            Err(unfit) => name_error.set(Some(problem_text(texts, &unfit).to_owned())),
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <p class="lead">{texts.profile_lead()}</p>
            <Field
                id="display-name" label=texts.profile_display_name() value=name error=name_error autocomplete="name"
            />
            <Field
                id="username" label=texts.profile_username() value=user hint=texts.profile_username_hint()
                readonly=true verbatim=true
            />
            <p class="form-error" role="alert">{move || save.error.get()}</p>
            <div class="form-acts">
                <Button kind=ButtonKind::Primary submit=true busy=save.busy>{texts.action_save()}</Button>
            </div>
        </form>
    }
}
