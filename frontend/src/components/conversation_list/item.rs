//! One conversation in the list.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::conversation_list::last_line::LastLine;
use crate::components::kit::{Avatar, Glyph, Icon};
use crate::components::now::use_now;
use crate::components::party::use_parties;
use crate::i18n::{use_clock, use_texts};
use crate::routes::{Route, use_router};
use crate::stores::{ConversationsStore, PresenceStore};

/// Counts above this are said as "99+".
const MOST_COUNTED: u64 = 99;

/// A link to a conversation: its name, when something last happened, its last line, and how much is unread.
#[component]
pub fn ConversationItem(
    /// Which.
    key: ConversationKey,
    /// Whether the Tab key stops here.
    is_stop: Signal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let now = use_now();
    let parties = use_parties();
    let router = use_router();
    let presence = expect_context::<PresenceStore>();
    let slot = expect_context::<ConversationsStore>().slot(&key)?;
    let party = parties.at(&key);
    let name = {
        let key = key.clone();
        Signal::derive(move || parties.title(&key))
    };
    let online = {
        let person = party.person().cloned();
        Signal::derive(move || {
            person.as_ref().is_some_and(|person| presence.of(person).is_some_and(|presence| presence.online))
        })
    };
    let unread = {
        let record = slot.record.clone();
        Memo::new(move |_| record.with(|record| record.unread()))
    };
    let muted = {
        let record = slot.record.clone();
        Memo::new(move |_| record.with(|record| record.own.is_muted(now.get())))
    };
    let active_at = {
        let (record, waiting) = (slot.record.clone(), slot.waiting.clone());
        Memo::new(move |_| {
            let written = waiting.with(|waiting| waiting.last().map(|item| item.record.written_at_ms / 1000));
            record.with(|record| record.active_at.max(written.unwrap_or(0).cast_signed()))
        })
    };
    let is_open = {
        let key = key.clone();
        Memo::new(move |_| router.with(|route| route.conversation() == Some(&key)))
    };
    let route = Route::Conversation(key.clone());
    let badge = move || {
        let count = unread.get();
        (count > 0).then(|| {
            let shown = if count > MOST_COUNTED { texts.list_many().to_owned() } else { count.to_string() };
            view! {
                <span class="badge" class:badge-quiet=move || muted.get() aria-hidden="true">{shown}</span>
                <span class="heard">{texts.list_unread(count)}</span>
            }
        })
    };
    let tab_stop = move || if is_stop.get() { "0" } else { "-1" };
    let data_key = key.to_string();
    let link = view! {
        <a
            class="conversation"
            class:conversation-unread=move || unread.get() != 0
            href=route.path()
            data-key=data_key
            aria-current=move || is_open.get().then_some("page")
            tabindex=tab_stop
            on:click=move |event| router.follow(&event)
        >
            <Avatar id=party.hue_id() name kind=party.avatar() online/>
            <span class="conversation-name name" dir="auto">{move || name.get()}</span>
            <span class="conversation-time">
                {move || muted.get().then(|| view! {
                    <Glyph icon=Icon::BellOff/>
                    <span class="heard">{texts.list_muted()}</span>
                })}
                {move || match active_at.get() {
                    0 => String::new(),
                    then => clock.short(then, now.get()),
                }}
            </span>
            <span class="conversation-line name"><LastLine key signals=slot/></span>
            {badge}
        </a>
    };
    Some(link.into_any())
}
