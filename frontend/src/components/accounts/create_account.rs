//! The form that makes an account.

use common::limits;
use common::text::{check_password_length, parse_line, parse_username};
use common::wire::ErrorCode;
use common::wire::http::Registration;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, ButtonKind, Field, PasswordField, When, effect};
use crate::i18n::{problem_text, use_texts};
use crate::services::{Accounts, ApiTrouble, SignInTrouble};
use crate::stores::SessionStore;

/// Makes an account and signs in; wrong input is told at its field.
#[component]
pub fn CreateAccount() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    let accounts = expect_context::<Accounts>();
    let [name, display, password, invite] = [const { String::new() }; 4].map(RwSignal::new);
    let [name_error, display_error, password_error, form_error] =
        [const { None::<String> }; 4].map(RwSignal::new);
    let registration =
        move || session.server.with(|server| server.as_ref().map(|server| server.registration));

    let create = Errand::new(move |(name, password, display, invite): &(String, String, String, String)| {
        let optional = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (name, password, display, invite) =
            (name.trim().to_owned(), password.clone(), optional(display), optional(invite));
        async move { accounts.sign_up(name, password, display, invite).await }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let trimmed = name.read_untracked().trim().to_owned();
        let bad_name = parse_username(&trimmed).err();
        let bad_password = check_password_length(&password.read_untracked()).err();
        let bad_display = Some(display.get_untracked())
            .filter(|text| !text.trim().is_empty())
            .and_then(|text| parse_line("displayName", &text, limits::DISPLAY_NAME_CHARS).err());
        let fit = bad_name.is_none() && bad_password.is_none() && bad_display.is_none();
        let tell = |unfit: Option<_>| unfit.map(|unfit| problem_text(texts, &unfit).to_owned());
        name_error.set(tell(bad_name));
        password_error.set(tell(bad_password));
        display_error.set(tell(bad_display));
        form_error.set(None);
        if fit && !create.busy().get_untracked() {
            create.begin((
                trimmed,
                password.get_untracked(),
                display.get_untracked(),
                invite.get_untracked(),
            ));
        }
    };
    effect(move || {
        if let Some(Err(trouble)) = create.outcome().get() {
            let words = Some(texts.sign_in_trouble(&trouble));
            match place_of(&trouble) {
                Some("username") => name_error.set(words),
                Some("password") => password_error.set(words),
                Some("displayName") => display_error.set(words),
                _ => form_error.set(words),
            }
        }
    });

    view! {
        <form class="form" on:submit=submit novalidate>
            <p class="lead">{texts.welcome_create_lead()}</p>
            <Field
                id="username" label=texts.welcome_username() value=name error=name_error
                hint=texts.welcome_username_hint() autocomplete="username" verbatim=true
            />
            <Field
                id="display-name" label=texts.welcome_display_name() value=display error=display_error
                hint=texts.welcome_display_name_hint() autocomplete="name"
            />
            <PasswordField
                id="new-password" label=texts.welcome_password() value=password error=password_error
                hint=texts.welcome_password_hint() autocomplete="new-password"
                show=texts.action_show_password() hide=texts.action_hide_password()
            />
            <When holds=move || registration() == Some(Registration::Invite)>
                <Field
                    id="invite" label=texts.welcome_invite() value=invite hint=texts.welcome_invite_hint()
                    verbatim=true
                />
            </When>
            <p class="form-error" role="alert">{move || form_error.get()}</p>
            <Button kind=ButtonKind::Primary submit=true busy=create.busy()>{texts.welcome_create()}</Button>
        </form>
    }
    .into_any()
}

/// The field that a refusal is about, by its name on the wire.
fn place_of(trouble: &SignInTrouble) -> Option<&str> {
    let SignInTrouble::Api(ApiTrouble::Refused(body)) = trouble else { return None };
    match body.code {
        ErrorCode::NameTaken => Some("username"),
        ErrorCode::WeakPassword => Some("password"),
        _ => body.field.as_deref(),
    }
}
