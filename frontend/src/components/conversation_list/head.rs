//! What stands above the list: the sign, requests, a new conversation, settings, and the way to find one.

use leptos::prelude::*;

use crate::components::kit::{Glyph, Icon, IconButton, Sign, When};
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::ConversationsStore;

/// The head of the list.
#[component]
pub fn ListHead(
    /// Starts a new conversation.
    #[prop(into)]
    on_new: Callback<()>,
    /// Looks for a conversation or a person.
    #[prop(into)]
    on_find: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    let conversations = expect_context::<ConversationsStore>();
    let requests = Memo::new(move |_| conversations.requests.with(Vec::len));
    let request_label =
        move || format!("{}: {}", texts.request_title(), texts.request_count(requests.get() as u64));
    view! {
        <header class="list-head">
            <div class="list-title">
                <Sign class="sign-small"/>
                <h1><span aria-hidden="true">{texts.app_name()}</span><span class="heard">{texts.list_title()}</span></h1>
                <When holds=move || requests.get() != 0>
                    <a
                        class="icon-button request-link"
                        href=Route::Requests.path()
                        aria-label=request_label
                        title=request_label
                        on:click=move |event| router.follow(&event)
                    >
                        <Glyph icon=Icon::Letter/>
                        <span class="request-count" aria-hidden="true">{move || requests.get()}</span>
                    </a>
                </When>
                <IconButton icon=Icon::Write label=texts.list_new() on_press=on_new/>
                <a
                    class="icon-button"
                    href=Route::Settings(None).path()
                    aria-label=texts.list_settings()
                    title=texts.list_settings()
                    on:click=move |event| router.follow(&event)
                >
                    <Glyph icon=Icon::Sliders/>
                </a>
            </div>
            <button type="button" class="find" on:click=move |_| on_find.run(())>
                <Glyph icon=Icon::Search/>
                <span class="name">{texts.list_jump()}</span>
                <kbd aria-hidden="true">{jump_keys()}</kbd>
            </button>
        </header>
    }
    .into_any()
}

/// The keys that find something, as this machine's keyboard names them.
fn jump_keys() -> &'static str {
    let apple = window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac"));
    if apple { "⌘K" } else { "Ctrl K" }
}
