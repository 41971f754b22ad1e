//! What stands above the first row: the beginning, or that older messages are on their way.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Avatar, Spinner};
use crate::components::party::{Party, use_parties};
use crate::i18n::use_texts;
use crate::services::Chat;
use crate::stores::timeline::Edge;
use crate::stores::{ConversationsStore, TimelineStore};

/// The head of the timeline; as high in each of its forms, so that nothing moves.
#[component]
pub fn Beginning(
    /// Of which conversation.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let store = expect_context::<TimelineStore>();
    let chat = expect_context::<Chat>();
    view! {
        <div class="beginning">
            {move || match (store.ready.get(), store.older.get()) {
                (false, _) | (true, Edge::More) => ().into_any(),
                (true, Edge::Loading) => view! {
                    <p class="beginning-line"><Spinner/>{texts.timeline_loading()}</p>
                }
                .into_any(),
                (true, Edge::Failed) => view! {
                    <p class="beginning-line">
                        {texts.timeline_history_failed()}
                        <button type="button" class="text-button" on:click=move |_| chat.older()>
                            {texts.action_retry()}
                        </button>
                    </p>
                }
                .into_any(),
                (true, Edge::End) => view! { <First key=key.clone()/> }.into_any(),
            }}
        </div>
    }
}

/// The very beginning: who one is writing with, and an invitation where nothing was written.
#[component]
fn First(key: ConversationKey) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let store = expect_context::<TimelineStore>();
    let conversations = expect_context::<ConversationsStore>();
    let party = parties.at(&key);
    let kind = party.avatar();
    let id = party.hue_id();
    let name = {
        let key = key.clone();
        Signal::derive(move || parties.title(&key))
    };
    let joined_later = move || {
        conversations.find(&key).is_some_and(|slot| {
            slot.record.with(|record| record.own.intervals.first().is_some_and(|first| first.from > 1))
        })
    };
    let words = move || match party {
        Party::Note(_) => texts.timeline_begin_note().to_owned(),
        Party::Group(_) if joined_later() => texts.timeline_begin_member().to_owned(),
        Party::Group(_) => name.with(|title| texts.timeline_begin_group(title)),
        Party::Person(_) if store.rows.with(Vec::is_empty) => texts.timeline_empty_direct().to_owned(),
        Party::Person(_) => name.with(|name| texts.timeline_begin_direct(name)),
    };
    view! {
        <Avatar id name kind/>
        <p class="beginning-name">{move || name.get()}</p>
        <p class="lead">{words}</p>
    }
}
