//! Whom one has blocked.

use common::id::UserId;
use leptos::prelude::*;

use crate::components::kit::{Avatar, Button, Rows};
use crate::components::party::use_parties;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Groups;
use crate::stores::SessionStore;

/// The people who are blocked, each with a way back.
#[component]
pub fn Blocked() -> impl IntoView {
    let texts = use_texts();
    let session = expect_context::<SessionStore>();
    let blocked = Memo::new(move |_| {
        session
            .account
            .with(|account| account.as_ref().map(|account| account.blocked.clone()).unwrap_or_default())
    });
    let lead = move || if blocked.with(Vec::is_empty) { texts.blocked_empty() } else { texts.blocked_lead() };
    view! {
        <p class="lead">{lead}</p>
        <ul class="cards">
            <Rows each=move || blocked.get() key=UserId::folded let:user>
                <BlockedRow user/>
            </Rows>
        </ul>
    }
}

#[component]
fn BlockedRow(user: UserId) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let groups = expect_context::<Groups>();
    let (id, second) = (user.folded(), format!("@{user}"));
    let name = {
        let user = user.clone();
        Signal::derive(move || parties.name(&user))
    };
    let unblock = use_verb(
        move |(): &()| {
            let user = user.clone();
            async move { groups.unblock(user).await }
        },
        || {},
    );
    view! {
        <li class="card">
            <Avatar id name/>
            <div class="card-words">
                <strong class="name" dir="auto">{move || name.get()}</strong>
                <span class="card-second">{second}</span>
                <span class="form-error" role="alert">{move || unblock.error.get()}</span>
            </div>
            <Button busy=unblock.busy on_press=move |()| unblock.start(())>{texts.blocked_unblock()}</Button>
        </li>
    }
}
