//! Who is in a group, and what may be done about them.

use common::id::ConversationId;
use common::model::{Member, Role, may_manage};
use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::kit::{Avatar, Confirm, Menu, MenuItem, Rows, When};
use crate::components::party::use_parties;
use crate::components::verb::use_verb;
use crate::i18n::use_texts;
use crate::routes::{Route, use_router};
use crate::services::Groups;
use crate::stores::{PeopleStore, PresenceStore, SessionStore};

/// The members of a group, owners first.
#[component]
pub fn Members(
    /// Of which group.
    group: ConversationId,
    /// What one may do oneself; nothing for a former member.
    #[prop(into)]
    own_role: Signal<Option<Role>>,
) -> impl IntoView {
    let texts = use_texts();
    let people = expect_context::<PeopleStore>();
    let key = ConversationKey::Group(group);
    let members = Memo::new(move |_| people.current_members(&key));
    view! {
        <h3 class="details-heading">{move || texts.details_members(members.with(Vec::len) as u64)}</h3>
        <ul class="members">
            <Rows each=move || members.get() key=as_shown let:member>
                <MemberRow group member own_role/>
            </Rows>
        </ul>
    }
    .into_any()
}

/// What a row is known by: a member with another role is drawn anew.
fn as_shown(member: &Member) -> String {
    format!("{} {}", member.user_id, member.role.map_or(0, |role| role as u8 + 1))
}

/// What is asked before it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Remove,
    /// To share what owners may do, or to give it up.
    Role(Role),
}

#[component]
fn MemberRow(group: ConversationId, member: Member, own_role: Signal<Option<Role>>) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let router = use_router();
    let groups = expect_context::<Groups>();
    let people = expect_context::<PeopleStore>();
    let presence = expect_context::<PresenceStore>();
    let is_me = untrack(|| expect_context::<SessionStore>().is_me(&member.user_id));
    let user = member.user_id.clone();
    let role = member.role.unwrap_or(Role::Member);
    let asking = RwSignal::new(None::<Asking>);
    let name = {
        let user = user.clone();
        Signal::derive(move || parties.name(&user))
    };
    let online = {
        let user = user.clone();
        Signal::derive(move || presence.of(&user).is_some_and(|presence| presence.online))
    };
    let set_role = {
        let user = user.clone();
        use_verb(
            move |role: &Role| {
                let (user, role) = (user.clone(), *role);
                async move { groups.set_role(group, user, role).await }
            },
            move || asking.set(None),
        )
    };
    let remove = {
        let user = user.clone();
        use_verb(
            move |(): &()| {
                let user = user.clone();
                async move { groups.remove_member(group, user).await }
            },
            move || asking.set(None),
        )
    };
    let others_own = move || {
        let is_owner = |member: &Member| member.role == Some(Role::Owner);
        people.current_members(&ConversationKey::Group(group)).iter().filter(|it| is_owner(it)).count() > 1
    };
    let items = {
        let user = user.clone();
        move |()| {
            let own = own_role.get_untracked();
            let write_key = ConversationKey::direct(&user);
            let mut items = Vec::new();
            if !is_me {
                items.push(MenuItem::new(texts.details_write_to_member(&name.get_untracked()), move || {
                    router.go(&Route::Conversation(write_key.clone()))
                }));
            }
            if own == Some(Role::Owner) {
                let roles = [
                    (Role::Owner, texts.details_make_owner()),
                    (Role::Admin, texts.details_make_admin()),
                    (Role::Member, texts.details_make_member()),
                ];
                items.extend(roles.into_iter().filter(|(to, _)| *to != role).map(|(to, words)| {
                    match to == Role::Owner || is_me {
                        true => MenuItem::new(words, move || asking.set(Some(Asking::Role(to)))),
                        false => MenuItem::new(words, move || set_role.start(to)),
                    }
                }));
            }
            if !is_me && own.is_some_and(|own| may_manage(own, role)) {
                items.push(MenuItem::grave(texts.details_remove_member(), move || {
                    asking.set(Some(Asking::Remove))
                }));
            }
            items
        }
    };
    let has_menu = move || !is_me || (role == Role::Owner && others_own());
    let question = move || {
        let name = name.get_untracked();
        let close = move |()| asking.set(None);
        let (title, text, confirm) = match asking.get()? {
            Asking::Remove => {
                let title = texts.details_remove_title(&name);
                (title, texts.details_remove_text(), texts.details_remove_confirm())
            }
            Asking::Role(Role::Owner) => {
                let title = texts.details_own_title(&name);
                (title, texts.details_own_text(), texts.details_make_owner())
            }
            Asking::Role(_) => {
                let title = texts.details_step_down_title().to_owned();
                (title, texts.details_step_down_text(), texts.details_step_down_confirm())
            }
        };
        let go_on = move |()| match asking.get_untracked() {
            Some(Asking::Role(role)) => set_role.start(role),
            _ => remove.start(()),
        };
        let busy = Signal::derive(move || remove.busy.get() || set_role.busy.get());
        let error = Signal::derive(move || remove.error.get().or_else(|| set_role.error.get()));
        Some(view! {
            <Confirm
                title text confirm cancel=texts.action_cancel() on_confirm=go_on on_close=close busy error
            />
        })
    };
    view! {
        <li class="member">
            <Avatar id=user.folded() name online/>
            <span class="name" dir="auto">
                {move || name.get()}
                {is_me.then(|| view! { <span class="member-you">{texts.details_you()}</span> })}
            </span>
            <span class="member-second name">
                {format!("@{user}")}
                {(role > Role::Member).then(|| view! { <span class="member-role">{texts.role_name(role)}</span> })}
            </span>
            <When holds=has_menu>
                <Menu label=texts.details_member_menu(&name.get_untracked()) items=items.clone()/>
            </When>
            <p class="form-error" role="alert">{move || set_role.error.get()}</p>
            {question}
        </li>
    }
    .into_any()
}
