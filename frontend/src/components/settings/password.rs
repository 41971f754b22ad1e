//! Changing the password.

use common::text::check_password_length;
use common::wire::ErrorCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, ButtonKind, PasswordField, effect};
use crate::i18n::{problem_text, use_texts};
use crate::services::Accounts;
use crate::stores::{Notice, ToastStore};

/// The current password once more, and a new one.
#[component]
pub fn Password() -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let toasts = expect_context::<ToastStore>();
    let [current, new] = [const { String::new() }; 2].map(RwSignal::new);
    let [current_error, new_error, form_error] = [const { None::<String> }; 3].map(RwSignal::new);
    let change = Errand::new(move |(current, new): &(String, String)| {
        let (current, new) = (current.clone(), new.clone());
        async move { accounts.change_password(current, new).await }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let no_current = current.with_untracked(String::is_empty);
        let unfit = new.with_untracked(|new| check_password_length(new).err());
        current_error.set(no_current.then(|| texts.error_line_empty().to_owned()));
        new_error.set(unfit.as_ref().map(|unfit| problem_text(texts, unfit).to_owned()));
        form_error.set(None);
        if !no_current && unfit.is_none() && !change.busy().get_untracked() {
            change.begin((current.get_untracked(), new.get_untracked()));
        }
    };
    effect(move || match change.outcome().get() {
        None => {}
        Some(Ok(())) => {
            current.set(String::new());
            new.set(String::new());
            toasts.show(Notice::OthersSignedOut);
        }
        Some(Err(trouble)) => match trouble.code() {
            Some(ErrorCode::WrongCredentials) => {
                current_error.set(Some(texts.error_wrong_password().to_owned()))
            }
            Some(ErrorCode::WeakPassword) => new_error.set(Some(texts.api_trouble(&trouble))),
            _ => form_error.set(Some(texts.api_trouble(&trouble))),
        },
    });
    view! {
        <form class="form" on:submit=submit novalidate>
            <p class="lead">{texts.password_lead()}</p>
            <PasswordField
                id="current-password" label=texts.password_current() value=current error=current_error
                autocomplete="current-password" show=texts.action_show_password() hide=texts.action_hide_password()
            />
            <PasswordField
                id="new-password" label=texts.password_new() value=new error=new_error
                hint=texts.welcome_password_hint() autocomplete="new-password"
                show=texts.action_show_password() hide=texts.action_hide_password()
            />
            <p class="form-error" role="alert">{move || form_error.get()}</p>
            <div class="form-acts">
                <Button kind=ButtonKind::Primary submit=true busy=change.busy()>
                    {texts.password_change()}
                </Button>
            </div>
        </form>
    }
}
