//! What stands below the messages: the composer, or why one cannot write here.

use common::id::{ConversationId, UserId};
use common::model::Standing;
use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::composer::Composer;
use crate::components::kit::Button;
use crate::components::party::{Party, use_parties};
use crate::components::request_bar::RequestBar;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Groups;
use crate::stores::{ConversationsStore, SessionStore};

/// What one may do here.
#[derive(Clone, PartialEq, Eq)]
enum May {
    Write,
    Answer(ConversationId, UserId),
    OnlyRead,
    Unblock(UserId),
    WriteNoMore,
}

/// The foot of a conversation.
#[component]
pub fn ConversationFoot(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let session = expect_context::<SessionStore>();
    let conversations = expect_context::<ConversationsStore>();
    let may = {
        let key = key.clone();
        Memo::new(move |_| {
            let own = conversations.find(&key).map(|slot| {
                slot.record.with(|record| (record.conversation_id, record.own.role, record.own.standing))
            });
            match (parties.of(&key), own) {
                (Party::Person(user), _) if parties.is_deleted(&user) => May::WriteNoMore,
                (Party::Person(user), _) if session.blocks(&user) => May::Unblock(user),
                (Party::Person(user), Some((Some(id), _, Standing::Request))) => May::Answer(id, user),
                (Party::Group(_), Some((_, None, _))) => May::OnlyRead,
                _ => May::Write,
            }
        })
    };
    // Before storage was read nobody knows whether it is a request, and the composer would give way to one.
    let foot = move || match may.get() {
        May::Write => view! { <Composer key=key.clone()/> }.into_any(),
        May::Answer(conversation, user) => view! { <RequestBar conversation user/> }.into_any(),
        May::OnlyRead => view! { <p class="foot-note">{texts.timeline_not_in_group()}</p> }.into_any(),
        May::WriteNoMore => view! { <p class="foot-note">{texts.timeline_deleted_text()}</p> }.into_any(),
        May::Unblock(user) => view! { <Blocked user/> }.into_any(),
    };
    move || conversations.loaded.get().then(&foot)
}

#[component]
fn Blocked(user: UserId) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let groups = expect_context::<Groups>();
    let name = parties.name(&user);
    let unblock = use_verb(
        move |(): &()| {
            let user = user.clone();
            async move { groups.unblock(user).await }
        },
        || {},
    );
    view! {
        <div class="foot-note">
            <p>{texts.timeline_blocked_text(&name)}</p>
            <Button busy=unblock.busy on_press=move |()| unblock.start(())>{texts.blocked_unblock()}</Button>
            <p class="form-error" role="alert">{move || unblock.error.get()}</p>
        </div>
    }
}
