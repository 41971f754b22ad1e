//! The line under a conversation's name: who is writing, who is here, or how many are in.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::now::use_now;
use crate::components::party::{Party, use_parties};
use crate::i18n::{use_clock, use_texts};
use crate::stores::{ConversationsStore, PeopleStore, PresenceStore};

/// The line under the name.
#[component]
pub fn PresenceLine(
    /// Of which conversation.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let now = use_now();
    let parties = use_parties();
    let people = expect_context::<PeopleStore>();
    let presence = expect_context::<PresenceStore>();
    let conversations = expect_context::<ConversationsStore>();
    let words = Memo::new(move |_| {
        let party = parties.of(&key);
        let typing = conversations.find(&key).map(|slot| slot.typing.get()).unwrap_or_default();
        match (&party, typing.as_slice()) {
            (Party::Person(_), [_, ..]) => return texts.presence_typing().to_owned(),
            (Party::Group(_), [one]) => return texts.presence_typing_one(&parties.name(one)),
            (Party::Group(_), [_, _, ..]) => return texts.presence_typing_many(typing.len() as u64),
            _ => {}
        }
        match &party {
            Party::Note(_) => String::new(),
            Party::Group(_) => match people.current_members(&key).len() as u64 {
                0 => String::new(),
                count => texts.details_members(count),
            },
            Party::Person(user) => match presence.of(user) {
                Some(presence) if presence.online => texts.presence_online().to_owned(),
                Some(presence) => {
                    let seen = presence.last_seen_at.map(|seen| clock.last_seen(seen, now.get()));
                    seen.unwrap_or_else(|| format!("@{user}"))
                }
                None => format!("@{user}"),
            },
        }
    });
    view! { <span class="presence name">{move || words.get()}</span> }
}
