//! Strangers' first messages, shown apart.

use leptos::prelude::*;

use crate::components::conversation_list::list::ConversationList;
use crate::components::kit::{Icon, IconButton};
use crate::i18n::use_texts;
use crate::routes::use_router;
use crate::stores::ConversationsStore;

/// The list of requests, with the way back.
#[component]
pub fn RequestList() -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let requests = expect_context::<ConversationsStore>().requests;
    view! {
        <header class="list-head">
            <div class="list-title">
                <IconButton icon=Icon::Back label=texts.action_back() on_press=move |()| router.back()/>
                <h1>{texts.request_title()}</h1>
            </div>
        </header>
        <Show
            when=move || requests.with(|requests| !requests.is_empty())
            fallback=move || view! { <p class="list-empty lead">{texts.request_empty()}</p> }
        >
            <ConversationList keys=requests label=texts.request_title()/>
        </Show>
    }
    .into_any()
}
