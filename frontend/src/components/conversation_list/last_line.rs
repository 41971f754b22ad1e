//! The second line of a conversation in the list: a draft, who is writing, or the last message.

use common::model::{ConversationKind, Entry, EntryType};
use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::party::{Parties, use_parties};
use crate::components::state_mark::{Mark, StateMark};
use crate::i18n::{Cast, Texts, use_texts};
use crate::stores::{ConversationSlot, ConversationsStore, SessionStore};

/// Characters of a message that the second line can show at most.
const MOST_SHOWN_CHARS: usize = 120;

/// The second line.
#[component]
pub fn LastLine(
    /// Of which conversation.
    key: ConversationKey,
    /// Its signals.
    signals: ConversationSlot,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let session = expect_context::<SessionStore>();
    let conversations = expect_context::<ConversationsStore>();
    move || {
        let typing = signals.typing.get();
        if let Some(who) = typing.first() {
            let is_group = matches!(key, ConversationKey::Group(_));
            let words = match typing.len() {
                _ if !is_group => texts.presence_typing().to_owned(),
                1 => texts.presence_typing_one(&parties.name(who)),
                count => texts.presence_typing_many(count as u64),
            };
            return view! { <span class="line-typing">{words}</span> }.into_any();
        }
        if let Some(draft) = conversations.drafts.with(|drafts| drafts.get(&key).cloned()) {
            return view! { <span class="line-draft">{texts.list_draft_prefix(&one_line(&draft))}</span> }
                .into_any();
        }
        if let Some(item) = signals.waiting.with(|waiting| waiting.last().cloned()) {
            let mark = Mark::of_waiting(&item.state);
            return view! { <StateMark mark/><span dir="auto">{one_line(&item.record.content)}</span> }
                .into_any();
        }
        signals.record.with(|record| {
            let Some(entry) = &record.newest else {
                return view! { <span>{texts.list_no_messages()}</span> }.into_any();
            };
            let mine = session.is_me(&entry.from);
            let alone = record.peer.as_ref().is_some_and(|peer| session.is_me(peer));
            let mark = (mine && !alone && entry.kind == EntryType::Text)
                .then(|| view! { <StateMark mark=Mark::of_entry(entry.seq, record)/> });
            let words = said(entry, record.kind, mine, texts, parties, session);
            view! { {mark}<span dir="auto">{words}</span> }.into_any()
        })
    }
}

fn said(
    entry: &Entry,
    kind: ConversationKind,
    mine: bool,
    texts: Texts,
    parties: Parties,
    session: SessionStore,
) -> String {
    if entry.kind == EntryType::System {
        let name = |user: &_| (!session.is_me(user)).then(|| parties.name(user));
        return match entry.system_event() {
            Some(event) => texts.event(&event, &Cast { name: &name, actor: &entry.from }),
            None => texts.system_unknown().to_owned(),
        };
    }
    let Some(content) = &entry.content else { return texts.timeline_erased().to_owned() };
    let line = one_line(content);
    match kind {
        ConversationKind::Direct => line,
        ConversationKind::Group if mine => texts.list_you_prefix(&line),
        ConversationKind::Group => texts.list_sender_prefix(&parties.name(&entry.from), &line),
    }
}

/// The beginning of a message as one line; cut between characters, never inside one.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(MOST_SHOWN_CHARS).collect();
    words.join(" ").chars().take(MOST_SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_one_line() {
        assert_eq!(one_line(" a\n\n b\tc "), "a b c");
        assert_eq!(one_line(&"雁".repeat(500)).chars().count(), MOST_SHOWN_CHARS);
    }
}
