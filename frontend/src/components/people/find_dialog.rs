//! Jump to a conversation or a person.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Dialog, DialogHandle};
use crate::components::party::use_parties;
use crate::components::people::candidate::{Candidate, candidates};
use crate::components::people::finder::Finder;
use crate::components::people::lookup::{Found, use_lookup};
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::stores::ConversationsStore;

/// Conversations offered before anything is typed, and after.
const MOST_OFFERED: usize = 8;

/// The dialog of Ctrl+K.
#[component]
pub fn FindDialog(
    /// Runs when it has been closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Dialog title=texts.list_jump() close_label=texts.action_close() on_close tall=true>
            <Jump/>
        </Dialog>
    }
}

#[component]
fn Jump() -> impl IntoView {
    let router = use_router();
    let dialog = expect_context::<DialogHandle>();
    let pick = move |key: ConversationKey| {
        dialog.close();
        router.go(&Route::Conversation(key));
    };
    view! { <FindConversation on_pick=pick/> }
}

/// Finds a conversation, or a person with whom there may be none yet.
#[component]
pub fn FindConversation(
    /// Takes it.
    #[prop(into)]
    on_pick: Callback<ConversationKey>,
    /// Only those where one can write.
    #[prop(optional)]
    to_write: bool,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let conversations = expect_context::<ConversationsStore>();
    let lookup = use_lookup();
    let titles = Memo::new(move |_| {
        let is_in = |key: &ConversationKey| {
            let slot = conversations.slot(key);
            slot.is_some_and(|slot| slot.record.with(|record| record.own.role.is_some()))
        };
        let titled = |key: &ConversationKey| (key.clone(), parties.title(key));
        let offered = |order: &Vec<ConversationKey>| {
            order.iter().filter(|key| !to_write || is_in(key)).map(titled).collect::<Vec<_>>()
        };
        conversations.order.with(offered)
    });
    let offered = Signal::derive(move || {
        let query = lookup.query.get();
        let settled = lookup.found.with(|found| !matches!(found, Found::Looking | Found::TooShort));
        let mut offered = candidates(&query, titles.get(), &lookup.people(), settled);
        offered.truncate(MOST_OFFERED);
        offered
    });
    let pick = move |candidate: Candidate| on_pick.run(candidate.key());
    view! {
        <Finder
            id="find" label=texts.list_jump() placeholder=texts.new_jump_placeholder() lookup offered on_pick=pick
            autofocus=true
        />
    }
}
