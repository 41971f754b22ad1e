//! The form that signs in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, ButtonKind, Field, PasswordField, effect};
use crate::i18n::use_texts;
use crate::services::Accounts;

/// Signs in. With a name given, as that person only.
#[component]
pub fn SignIn(
    /// Who has to sign in again.
    #[prop(optional, into)]
    as_person: Option<String>,
) -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let fixed = as_person.is_some();
    let name = RwSignal::new(as_person.unwrap_or_default());
    let password = RwSignal::new(String::new());
    let [name_error, password_error, form_error] = [const { None::<String> }; 3].map(RwSignal::new);

    let sign_in = Errand::new(move |(name, password): &(String, String)| {
        let (name, password) = (name.clone(), password.clone());
        async move { accounts.sign_in(name, password).await }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let trimmed = name.read_untracked().trim().to_owned();
        let no_name = trimmed.is_empty();
        let no_password = password.read_untracked().is_empty();
        name_error.set(no_name.then(|| texts.error_username_empty().to_owned()));
        password_error.set(no_password.then(|| texts.error_line_empty().to_owned()));
        form_error.set(None);
        if !no_name && !no_password && !sign_in.busy().get_untracked() {
            sign_in.begin((trimmed, password.get_untracked()));
        }
    };
    effect(move || {
        if let Some(Err(trouble)) = sign_in.outcome().get() {
            form_error.set(Some(texts.sign_in_trouble(&trouble)));
        }
    });

    view! {
        <form class="form" on:submit=submit novalidate>
            {(!fixed).then(|| view! { <p class="lead">{texts.welcome_sign_in_lead()}</p> })}
            <Field
                id="username" label=texts.welcome_username() value=name error=name_error
                autocomplete="username" verbatim=true readonly=fixed
            />
            <PasswordField
                id="current-password" label=texts.welcome_password() value=password error=password_error
                autocomplete="current-password" autofocus=fixed
                show=texts.action_show_password() hide=texts.action_hide_password()
            />
            <p class="form-error" role="alert">{move || form_error.get()}</p>
            <Button kind=ButtonKind::Primary submit=true busy=sign_in.busy()>{texts.welcome_sign_in()}</Button>
        </form>
    }
    .into_any()
}
