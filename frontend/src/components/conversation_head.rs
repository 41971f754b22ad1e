//! The head of the open conversation.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Avatar, Glyph, Icon, IconButton};
use crate::components::party::use_parties;
use crate::components::presence_line::PresenceLine;
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::PresenceStore;

/// Who it is with, the way back, and the way to its details.
#[component]
pub fn ConversationHead(
    /// Which conversation.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let router = use_router();
    let presence = expect_context::<PresenceStore>();
    let party = parties.at(&key);
    let name = {
        let key = key.clone();
        Signal::derive(move || parties.title(&key))
    };
    let online = {
        let person = party.person().cloned();
        Signal::derive(move || {
            person.as_ref().is_some_and(|person| presence.of(person).is_some_and(|presence| presence.online))
        })
    };
    let shows_details = Memo::new(move |_| router.with(|route| matches!(route, Route::Details(_))));
    let (conversation, details) = (Route::Conversation(key.clone()), Route::Details(key.clone()));
    let words = move || if shows_details.get() { texts.details_close() } else { texts.details_open() };
    let toggle = move |event: leptos::ev::MouseEvent| {
        if shows_details.get_untracked() {
            event.prevent_default();
            router.back();
        } else {
            router.follow(&event);
        }
    };
    let leads_to = move || if shows_details.get() { conversation.path() } else { details.path() };
    view! {
        <header class="pane-head">
            <IconButton
                class="only-narrow"
                icon=Icon::Back
                label=texts.action_back()
                on_press=move |()| router.back()
            />
            <Avatar id=party.hue_id() name kind=party.avatar() online/>
            <div class="pane-who">
                <h1 class="pane-title name" dir="auto">{move || name.get()}</h1>
                <PresenceLine key/>
            </div>
            <a
                class="icon-button"
                href=leads_to
                aria-label=words
                title=words
                aria-expanded=move || shows_details.get().to_string()
                on:click=toggle
            >
                <Glyph icon=Icon::Info/>
            </a>
        </header>
    }
    .into_any()
}
