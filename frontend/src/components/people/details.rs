//! The third pane: who or what the open conversation is with.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Avatar, Icon, IconButton, When};
use crate::components::party::{Party, use_parties};
use crate::components::people::group_details::GroupDetails;
use crate::components::people::person_details::PersonDetails;
use crate::i18n::use_texts;
use crate::routes::use_router;
use crate::stores::ConversationsStore;

/// The details of a conversation.
#[component]
pub fn Details(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let router = use_router();
    // before, no name is known
    let loaded = expect_context::<ConversationsStore>().loaded;
    view! {
        <header class="pane-head">
            <h2 class="pane-title">{texts.details_title()}</h2>
            <IconButton icon=Icon::Close label=texts.details_close() on_press=move |()| router.back()/>
        </header>
        <div class="details">
            <When holds=move || loaded.get()>
                <Who key=key.clone()/>
            </When>
        </div>
    }
    .into_any()
}

#[component]
fn Who(key: ConversationKey) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let conversations = expect_context::<ConversationsStore>();
    let party = parties.at(&key);
    let id = party.hue_id();
    let kind = party.avatar();
    let name = {
        let key = key.clone();
        Signal::derive(move || parties.title(&key))
    };
    let body = move || match &party {
        Party::Note(_) => view! { <p class="lead">{texts.details_saved_here()}</p> }.into_any(),
        Party::Person(user) => {
            let user = user.clone();
            let exists = !parties.is_deleted(&user);
            view! {
                <p class="lead">{format!("@{user}")}</p>
                {exists.then(|| view! { <PersonDetails user key=key.clone()/> })}
            }
            .into_any()
        }
        Party::Group(group) => {
            let group = *group;
            conversations.find(&key).map(|slot| view! { <GroupDetails group record=slot.record/> }).into_any()
        }
    };
    view! {
        <div class="details-who">
            <Avatar id name kind/>
            <p class="details-name" dir="auto">{move || name.get()}</p>
        </div>
        {body}
    }
    .into_any()
}
