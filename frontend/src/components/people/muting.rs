//! Being notified of a conversation, or not for a while.

use common::id::ConversationId;
use common::limits::MUTED_FOR_EVER;
use common::model::Standing;
use common::sync::ConversationRecord;
use leptos::prelude::*;

use crate::components::kit::{ActRow, Dialog, DialogHandle, Icon, When};
use crate::components::now::use_now;
use crate::components::verb::{Verb, use_verb};
use crate::i18n::{use_clock, use_texts};
use crate::services::Groups;
use crate::stores::ArcStoreSignal;

const HOUR_S: i64 = 60 * 60;

/// What is said of it, and the row that mutes the conversation or ends that. Nothing where one is not told anyway.
#[component]
pub fn Muting(
    /// Of which conversation.
    record: ArcStoreSignal<ConversationRecord>,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let now = use_now();
    let groups = expect_context::<Groups>();
    let asking = RwSignal::new(false);
    let known = Memo::new(move |_| {
        record.with(|record| {
            let tells = record.own.role.is_some() && record.own.standing == Standing::Accepted;
            Some((record.conversation_id.filter(|_| tells)?, record.own.muted_until))
        })
    });
    let unmute = use_verb(
        move |conversation: &ConversationId| {
            let conversation = *conversation;
            async move { groups.mute(conversation, 0).await }
        },
        || {},
    );
    let row = move || {
        let (conversation, until) = known.get()?;
        Some(if until > now.get() {
            let words = match until {
                MUTED_FOR_EVER => texts.mute_for_ever_now().to_owned(),
                _ => texts.mute_until(&clock.ahead(until, now.get())),
            };
            view! {
                <p class="lead" role="status">{words}</p>
                <ActRow icon=Icon::Bell on_press=move |()| unmute.start(conversation)>{texts.mute_end()}</ActRow>
            }
            .into_any()
        } else {
            view! {
                <ActRow icon=Icon::BellOff on_press=move |()| asking.set(true)>{texts.mute_begin()}</ActRow>
            }
            .into_any()
        })
    };
    // apart from the row, which changes as soon as it is muted: a dialog closes by itself
    let dialog = move || {
        let (conversation, _) = asking.get().then(|| known.get_untracked()).flatten()?;
        Some(view! {
            <Dialog title=texts.mute_title() close_label=texts.action_close() on_close=move |()| asking.set(false)>
                <Periods conversation/>
            </Dialog>
        })
    };
    view! {
        <When holds=move || known.with(Option::is_some)>
            <div class="details-acts">
                {row}
                <p class="form-error" role="alert">{move || unmute.error.get()}</p>
            </div>
        </When>
        {dialog}
    }
    .into_any()
}

/// For how long.
#[component]
fn Periods(conversation: ConversationId) -> impl IntoView {
    let texts = use_texts();
    let now = use_now();
    let groups = expect_context::<Groups>();
    let dialog = expect_context::<DialogHandle>();
    let mute: Verb<i64> = use_verb(
        move |until: &i64| {
            let until = *until;
            async move { groups.mute(conversation, until).await }
        },
        move || dialog.close(),
    );
    let periods = [
        (Some(HOUR_S), texts.mute_hour()),
        (Some(8 * HOUR_S), texts.mute_hours()),
        (Some(7 * 24 * HOUR_S), texts.mute_week()),
        (None, texts.mute_for_ever()),
    ];
    let rows = periods.map(|(period, words)| {
        let until = move || period.map_or(MUTED_FOR_EVER, |period| now.get_untracked() + period);
        view! { <ActRow icon=Icon::BellOff on_press=move |()| mute.start(until())>{words}</ActRow> }
    });
    view! {
        <p class="lead">{texts.mute_text()}</p>
        <div class="act-rows">{rows.into_iter().collect_view()}</div>
        <p class="form-error" role="alert">{move || mute.error.get()}</p>
    }
    .into_any()
}
