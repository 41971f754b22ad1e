//! A group: what new members see, who is in it, being notified of it, adding people, and leaving.

use common::id::ConversationId;
use common::model::{HistoryPolicy, Role};
use common::sync::{ConversationKey, ConversationRecord};
use leptos::prelude::*;

use crate::components::kit::{ActRow, Confirm, Icon, When};
use crate::components::people::add_members::AddMembers;
use crate::components::people::group_settings::GroupSettings;
use crate::components::people::members::Members;
use crate::components::people::muting::Muting;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::services::Groups;
use crate::stores::{ArcStoreSignal, PeopleStore};

/// Which dialog is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Settings,
    People,
    Leave,
}

/// All about a group.
#[component]
pub fn GroupDetails(
    /// Which.
    group: ConversationId,
    /// What is known of it.
    record: ArcStoreSignal<ConversationRecord>,
) -> impl IntoView {
    let texts = use_texts();
    let groups = expect_context::<Groups>();
    let people = expect_context::<PeopleStore>();
    let asking = RwSignal::new(None::<Asking>);
    let close = move |()| asking.set(None);
    let known = {
        let record = record.clone();
        Memo::new(move |_| record.with(|record| (record.own.role, record.title.clone(), record.history)))
    };
    let own_role = Signal::derive(move || known.with(|(role, ..)| *role));
    let title = move || known.with_untracked(|(_, title, _)| title.clone().unwrap_or_default());
    let manages = Memo::new(move |_| own_role.get() >= Some(Role::Admin));
    let already = Signal::derive(move || {
        let members = people.current_members(&ConversationKey::Group(group));
        members.into_iter().map(|member| member.user_id).collect::<Vec<_>>()
    });
    let leave = use_verb(move |(): &()| async move { groups.leave(group).await }, move || asking.set(None));
    let history = move || match known.with(|(_, _, history)| *history) {
        HistoryPolicy::All => texts.details_history_note_all(),
        HistoryPolicy::FromJoining => texts.details_history_note_from_joining(),
    };
    let acts = move || {
        if own_role.get().is_none() {
            return view! { <p class="lead">{texts.details_former()}</p> }.into_any();
        }
        view! {
            <Muting record=record.clone()/>
            <When holds=move || manages.get()>
                <ActRow icon=Icon::Plus on_press=move |()| asking.set(Some(Asking::People))>
                    {texts.details_add_members()}
                </ActRow>
                <ActRow icon=Icon::Write on_press=move |()| asking.set(Some(Asking::Settings))>
                    {texts.group_edit_title()}
                </ActRow>
            </When>
            <ActRow icon=Icon::Door grave=true on_press=move |()| asking.set(Some(Asking::Leave))>
                {texts.details_leave()}
            </ActRow>
        }
        .into_any()
    };
    let dialog = move || match asking.get()? {
        Asking::Settings => {
            let history = known.with_untracked(|(_, _, history)| *history);
            Some(view! { <GroupSettings group title=title() history on_close=close/> }.into_any())
        }
        Asking::People => Some(view! { <AddMembers group title=title() already on_close=close/> }.into_any()),
        Asking::Leave => Some(
            view! {
                <Confirm
                    title=texts.details_leave_title(&title())
                    text=texts.details_leave_text()
                    confirm=texts.details_leave_confirm()
                    cancel=texts.action_cancel()
                    on_confirm=move |()| leave.start(())
                    on_close=close
                    busy=leave.busy
                    error=leave.error
                />
            }
            .into_any(),
        ),
    };
    view! {
        <p class="lead details-history">{history}</p>
        <Members group own_role/>
        <div class="details-acts">{acts}</div>
        {dialog}
    }
    .into_any()
}
