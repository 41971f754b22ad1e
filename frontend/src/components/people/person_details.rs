//! A person: being notified of what they write, and blocking them.

use common::id::UserId;
use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{ActRow, Button, Confirm, Icon, When};
use crate::components::party::use_parties;
use crate::components::people::muting::Muting;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Groups;
use crate::stores::{ConversationsStore, SessionStore};

/// What may be done about a person.
#[component]
pub fn PersonDetails(
    /// Who.
    user: UserId,
    /// The conversation with them.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let session = expect_context::<SessionStore>();
    let conversations = expect_context::<ConversationsStore>();
    let groups = expect_context::<Groups>();
    let asking = RwSignal::new(false);
    let block = {
        let user = user.clone();
        use_verb(
            move |(): &()| {
                let user = user.clone();
                async move { groups.block(user).await }
            },
            move || asking.set(false),
        )
    };
    let unblock = {
        let user = user.clone();
        use_verb(
            move |(): &()| {
                let user = user.clone();
                async move { groups.unblock(user).await }
            },
            || {},
        )
    };
    let blocked = {
        let user = user.clone();
        Memo::new(move |_| session.blocks(&user))
    };
    let name = {
        let user = user.clone();
        move || parties.name(&user)
    };
    let act = {
        let name = name.clone();
        move || {
            let name = name();
            if blocked.get() {
                view! {
                    <p class="lead">{texts.details_blocked(&name)}</p>
                    <Button busy=unblock.busy on_press=move |()| unblock.start(())>
                        {texts.details_unblock(&name)}
                    </Button>
                }
                .into_any()
            } else {
                view! {
                    <ActRow icon=Icon::Ban grave=true on_press=move |()| asking.set(true)>
                        {texts.details_block(&name)}
                    </ActRow>
                }
                .into_any()
            }
        }
    };
    view! {
        <div class="details-acts">
            {move || conversations.find(&key).map(|slot| view! { <Muting record=slot.record/> })}
            {act}
            <p class="form-error" role="alert">{move || unblock.error.get()}</p>
        </div>
        <When holds=move || asking.get()>
            <Confirm
                title=texts.details_block_title(&name())
                text=texts.details_block_text()
                confirm=texts.details_block_confirm()
                cancel=texts.action_cancel()
                on_confirm=move |()| block.start(())
                on_close=move |()| asking.set(false)
                busy=block.busy
                error=block.error
            />
        </When>
    }
    .into_any()
}
