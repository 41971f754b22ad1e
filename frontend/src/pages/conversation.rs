//! The open conversation, or an invitation to open one.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::composer::EditDesk;
use crate::components::kit::{Button, ButtonKind, Sign};
use crate::components::timeline::Timeline;
use crate::components::{ConversationFoot, ConversationHead, LinkBanner};
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::{ConversationsStore, TimelineStore};

/// A conversation: its head, its messages, and where one writes.
#[component]
pub fn Conversation(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let conversations = expect_context::<ConversationsStore>();
    let opened = expect_context::<TimelineStore>().open;
    provide_context(EditDesk::new(expect_context(), expect_context()));
    let is_missing = {
        let key = key.clone();
        Memo::new(move |_| {
            // a group is there or not; to a person one can always write
            let is_group = matches!(key, ConversationKey::Group(_));
            is_group && conversations.loaded.get() && conversations.find(&key).is_none()
        })
    };
    let is_open = {
        let key = key.clone();
        Memo::new(move |_| opened.with(|open| open.as_ref() == Some(&key)))
    };
    move || {
        if is_missing.get() {
            return view! { <Missing/> }.into_any();
        }
        let timeline = {
            let key = key.clone();
            move || is_open.get().then(|| view! { <Timeline key=key.clone()/> })
        };
        view! {
            <ConversationHead key=key.clone()/>
            <LinkBanner/>
            {timeline}
            <footer class="pane-foot"><ConversationFoot key=key.clone()/></footer>
        }
        .into_any()
    }
}

/// What stands at the right while no conversation is open.
#[component]
pub fn NothingOpen(
    /// Starts a new conversation.
    #[prop(into)]
    on_new: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="nothing">
            <Sign class="sign-large"/>
            <p class="nothing-title">{texts.timeline_pick()}</p>
            <p class="lead">{texts.timeline_pick_text()}</p>
            <Button on_press=on_new>{texts.list_new()}</Button>
        </div>
    }
}

#[component]
fn Missing() -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    view! {
        <div class="nothing">
            <h1 class="nothing-title">{texts.timeline_missing_title()}</h1>
            <p class="lead">{texts.timeline_missing_text()}</p>
            <Button kind=ButtonKind::Primary on_press=move |()| router.replace(&Route::Home)>
                {texts.action_back()}
            </Button>
        </div>
    }
}
