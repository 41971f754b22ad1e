//! What a person should know for longer: the session is over, nothing is kept, the page is not secure.

use leptos::prelude::*;

use crate::components::accounts::SignIn;
use crate::components::kit::{Button, ButtonKind, Dialog, Glyph, Icon, IconButton};
use crate::i18n::{Texts, use_texts};
use crate::stores::{EnvironmentStore, MemoryReason, SessionState, SessionStore, StorageState, StorageStore};

/// The notices: at the foot of the list, and where only one pane is shown above it, whichever it is.
#[component]
pub fn Notices() -> impl IntoView {
    let texts = use_texts();
    let storage = expect_context::<StorageStore>();
    let environment = expect_context::<EnvironmentStore>();
    let put_away = RwSignal::new(false);
    let kept_in_memory = move || match storage.state.get() {
        StorageState::Ok => None,
        StorageState::Memory { reason } => {
            let words = words_of(reason, texts);
            Some(
                view! { <div class="notice notice-warn" role="alert"><Glyph icon=Icon::Notice/><p>{words}</p></div> },
            )
        }
    };
    let insecure = move || {
        (!environment.environment.get().secure && !put_away.get()).then(|| {
            view! {
                <div class="notice">
                    <p>{texts.notice_insecure()}</p>
                    <IconButton icon=Icon::Close label=texts.notice_hide() on_press=move |()| put_away.set(true)/>
                </div>
            }
        })
    };
    view! {
        <div class="notices">
            <SessionOver/>
            {kept_in_memory}
            {insecure}
        </div>
    }
    .into_any()
}

/// Asks the person whose session ended to sign in again.
#[component]
fn SessionOver() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    let signing_in = RwSignal::new(false);
    let who = Memo::new(move |_| {
        session.state.with(|state| match state {
            SessionState::Expired { user_id, .. } => Some(user_id.0.clone()),
            _ => None,
        })
    });
    let notice = move || {
        who.get().map(|_| {
            view! {
                <div class="notice notice-warn" role="alert">
                    <p><strong>{texts.welcome_signed_out_title()}</strong> {texts.welcome_signed_out_text()}</p>
                    <Button kind=ButtonKind::Primary on_press=move |()| signing_in.set(true)>
                        {texts.welcome_sign_in()}
                    </Button>
                </div>
            }
        })
    };
    let dialog = move || {
        let name = who.get().filter(|_| signing_in.get())?;
        Some(view! {
            <Dialog
                title=texts.welcome_signed_out_title()
                close_label=texts.action_close()
                on_close=move |()| signing_in.set(false)
            >
                <SignIn as_person=name.clone()/>
            </Dialog>
        })
    };
    view! {
        {notice}
        {dialog}
    }
}

fn words_of(reason: MemoryReason, texts: Texts) -> &'static str {
    match reason {
        MemoryReason::Unavailable | MemoryReason::Broken => texts.notice_storage_memory(),
        MemoryReason::Full => texts.notice_storage_full(),
        MemoryReason::Hangs => texts.notice_storage_waiting(),
        MemoryReason::NewerBuild => texts.notice_reload(),
    }
}
