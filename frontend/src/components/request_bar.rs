//! What can be done about a stranger's first message, in the place of the composer.

use common::id::{ConversationId, UserId};
use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Button, ButtonKind, Confirm, When};
use crate::components::party::use_parties;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::routes::{Route, Router, use_router};
use crate::services::{ApiTrouble, Groups};

/// Accept, decline or block.
#[component]
pub fn RequestBar(
    /// Which conversation.
    conversation: ConversationId,
    /// Who wrote.
    user: UserId,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let router = use_router();
    let groups = expect_context::<Groups>();
    let asking = RwSignal::new(false);
    let accept = use_verb(move |(): &()| async move { groups.accept(conversation).await }, || {});
    let decline = {
        let user = user.clone();
        use_verb(move |(): &()| decline_and_go(groups, router, conversation, user.clone()), || {})
    };
    let block = {
        let user = user.clone();
        use_verb(
            move |(): &()| {
                let user = user.clone();
                async move {
                    groups.block(user.clone()).await?;
                    decline_and_go(groups, router, conversation, user).await
                }
            },
            || {},
        )
    };
    let name = move || parties.name(&user);
    let title = name.clone();
    view! {
        <div class="request-bar" role="group" aria-labelledby="request-heading">
            <h2 id="request-heading">{move || texts.request_heading(&title())}</h2>
            <p class="lead">{texts.request_text()}</p>
            <div class="request-acts">
                <Button kind=ButtonKind::Primary busy=accept.busy on_press=move |()| accept.start(())>
                    {texts.request_accept()}
                </Button>
                <Button busy=decline.busy on_press=move |()| decline.start(())>{texts.request_decline()}</Button>
                <Button kind=ButtonKind::Grave on_press=move |()| asking.set(true)>{texts.request_block()}</Button>
            </div>
            <p class="form-error" role="alert">{move || accept.error.get().or_else(|| decline.error.get())}</p>
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
        </div>
    }
    .into_any()
}

/// Declines, and goes home unless the person is elsewhere by then. The way home is part of the work, because the bar is
/// gone as soon as the request is.
async fn decline_and_go(
    groups: Groups,
    router: Router,
    conversation: ConversationId,
    user: UserId,
) -> Result<(), ApiTrouble> {
    groups.decline(conversation).await?;
    let key = ConversationKey::direct(&user);
    if router.with_untracked(|route| route.conversation() == Some(&key)) {
        router.replace(&Route::Home);
    }
    Ok(())
}
