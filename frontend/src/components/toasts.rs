//! Short messages in passing, and the offer of a newer build.

use std::time::Duration;

use leptos::prelude::*;

use crate::components::kit::Rows;
use crate::i18n::{Texts, use_texts};
use crate::services::ThisDevice;
use crate::stores::{Notice, Toast, ToastStore, UpdateState, UpdatesStore};

/// How long a toast stays; long enough to read two lines.
const SHOWN_FOR: Duration = Duration::from_secs(6);

/// All that passes by.
#[component]
pub fn Toasts() -> impl IntoView {
    let store = expect_context::<ToastStore>();
    view! {
        <div class="toasts" role="status">
            <Rows each=move || store.toasts.get() key=|toast| toast.id.to_string() let:toast>
                <Passing toast/>
            </Rows>
            <UpdateOffer/>
        </div>
    }
    .into_any()
}

#[component]
fn Passing(toast: Toast) -> impl IntoView {
    let texts = use_texts();
    let store = expect_context::<ToastStore>();
    let id = toast.id;
    if let Ok(timer) = set_timeout_with_handle(move || store.put_away(id), SHOWN_FOR) {
        on_cleanup(move || timer.clear());
    }
    view! {
        <div class="toast">
            <p>{words_of(&toast.notice, texts)}</p>
            <button type="button" class="text-button" on:click=move |_| store.put_away(id)>{texts.action_close()}</button>
        </div>
    }
}

/// A newer build is offered, never forced.
#[component]
fn UpdateOffer() -> impl IntoView {
    let texts = use_texts();
    let device = expect_context::<ThisDevice>();
    let updates = expect_context::<UpdatesStore>();
    move || match updates.state.get() {
        UpdateState::Current => None,
        UpdateState::Ready => {
            Some(offer(texts.notice_update(), texts.notice_update_action(), move || device.update()))
        }
        UpdateState::ReloadNeeded => {
            Some(offer(texts.notice_reload(), texts.notice_reload_action(), move || device.reload()))
        }
    }
}

fn offer(words: &'static str, action: &'static str, act: impl Fn() + 'static) -> AnyView {
    view! {
        <div class="toast toast-offer">
            <p>{words}</p>
            <button type="button" class="text-button" on:click=move |_| act()>{action}</button>
        </div>
    }
    .into_any()
}

fn words_of(notice: &Notice, texts: Texts) -> String {
    match notice {
        Notice::Copied => texts.notice_copied().to_owned(),
        Notice::Saved => texts.action_saved().to_owned(),
        Notice::NoConnection => texts.error_no_link().to_owned(),
        Notice::Refused(code) => texts.error_code(*code).to_owned(),
        Notice::TooLate => texts.composer_too_late().to_owned(),
        Notice::ConversationGone => texts.timeline_missing_title().to_owned(),
        Notice::BadRecords(_) => texts.notice_storage_lost().to_owned(),
        Notice::OthersSignedOut => texts.password_changed().to_owned(),
    }
}
