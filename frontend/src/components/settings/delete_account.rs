//! Deleting one's account.

use common::wire::ErrorCode;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::components::kit::{Button, ButtonKind, Confirm, PasswordField, When, effect};
use crate::i18n::use_texts;
use crate::services::Accounts;
use crate::stores::SessionStore;

/// The password once more, and a question before it is done.
#[component]
pub fn DeleteAccount() -> impl IntoView {
    let texts = use_texts();
    let accounts = expect_context::<Accounts>();
    let name = untrack(|| expect_context::<SessionStore>().me()).map(|me| me.0).unwrap_or_default();
    let password = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let asking = RwSignal::new(false);
    let delete = Errand::new(move |password: &String| {
        let password = password.clone();
        async move { accounts.delete_account(password).await }
    });
    effect(move || {
        if let Some(Err(trouble)) = delete.outcome().get() {
            asking.set(false);
            error.set(Some(match trouble.code() {
                Some(ErrorCode::WrongCredentials) => texts.error_wrong_password().to_owned(),
                _ => texts.api_trouble(&trouble),
            }));
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if password.with_untracked(String::is_empty) {
            error.set(Some(texts.error_line_empty().to_owned()));
        } else {
            asking.set(true);
        }
    };
    view! {
        <form class="form" on:submit=submit novalidate>
            <p class="lead">{texts.delete_lead()}</p>
            <PasswordField
                id="delete-password" label=texts.delete_password() value=password error
                autocomplete="current-password" show=texts.action_show_password() hide=texts.action_hide_password()
            />
            <div class="form-acts">
                <Button kind=ButtonKind::Grave submit=true>{texts.delete_confirm()}</Button>
            </div>
        </form>
        <When holds=move || asking.get()>
            <Confirm
                title=texts.delete_title()
                text=texts.delete_text(&name)
                confirm=texts.delete_confirm()
                cancel=texts.action_cancel()
                on_confirm=move |()| {
                    delete.begin(password.get_untracked());
                }
                on_close=move |()| asking.set(false)
                busy=delete.busy()
            />
        </When>
    }
}
