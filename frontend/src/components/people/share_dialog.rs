//! Choosing where a text goes that another app shares.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::Dialog;
use crate::components::people::find_dialog::FindConversation;
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::services::Chat;

/// The dialog of a text that another app shares. Nothing is sent: it comes to stand where one writes.
#[component]
pub fn ShareDialog(
    /// The text.
    text: String,
) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let chat = expect_context::<Chat>();
    let shared = text.clone();
    let pick = move |key: ConversationKey| {
        chat.add_to_draft(key.clone(), shared.clone());
        router.replace(&Route::Conversation(key));
    };
    let close = move |()| {
        if router.with_untracked(|route| matches!(route, Route::Share(_))) {
            router.back();
        }
    };
    view! {
        <Dialog title=texts.share_title() close_label=texts.action_close() on_close=close tall=true>
            <p class="shared" dir="auto">{text.clone()}</p>
            <FindConversation on_pick=pick.clone() to_write=true/>
        </Dialog>
    }
}
