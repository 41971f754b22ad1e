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

const HOUR_S: u64 = 60 * 60;

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
            async move { groups.mute(conversation, Some(0)).await }
        },
        || {},
    );
    let muted_until = move || known.get().map(|(_, until)| until).filter(|until| *until > now.get());
    let is_muted = Memo::new(move |_| muted_until().is_some());
    let status = move || match muted_until() {
        None => texts.mute_not().to_owned(),
        Some(MUTED_FOR_EVER) => texts.mute_for_ever_now().to_owned(),
        Some(until) => texts.mute_until(&clock.ahead(until, now.get())),
    };
    let icon = Signal::derive(move || if is_muted.get() { Icon::Bell } else { Icon::BellOff });
    let press = move |()| match known.get_untracked() {
        Some((conversation, _)) if is_muted.get_untracked() => unmute.start(conversation),
        _ => asking.set(true),
    };
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
            // one button for both, so that the focus stays, and a line in any case, so that nothing jumps
            <ActRow icon on_press=press>
                {move || if is_muted.get() { texts.mute_end() } else { texts.mute_begin() }}
            </ActRow>
            <p class="act-second" role="status">{status}</p>
            <p class="form-error" role="alert">{move || unmute.error.get()}</p>
        </When>
        {dialog}
    }
    .into_any()
}

/// For how long.
#[component]
fn Periods(conversation: ConversationId) -> impl IntoView {
    let texts = use_texts();
    let groups = expect_context::<Groups>();
    let dialog = expect_context::<DialogHandle>();
    let mute: Verb<Option<u64>> = use_verb(
        move |seconds: &Option<u64>| {
            let seconds = *seconds;
            async move { groups.mute(conversation, seconds).await }
        },
        move || dialog.close(),
    );
    let periods = [
        (Some(HOUR_S), texts.mute_hour()),
        (Some(8 * HOUR_S), texts.mute_hours()),
        (Some(7 * 24 * HOUR_S), texts.mute_week()),
        (None, texts.mute_for_ever()),
    ];
    let rows = periods.map(|(seconds, words)| {
        view! { <ActRow icon=Icon::BellOff on_press=move |()| mute.start(seconds)>{words}</ActRow> }
    });
    view! {
        <p class="lead">{texts.mute_text()}</p>
        <div class="act-rows">{rows.into_iter().collect_view()}</div>
        <p class="form-error" role="alert">{move || mute.error.get()}</p>
    }
    .into_any()
}
