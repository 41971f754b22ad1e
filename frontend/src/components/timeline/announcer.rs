//! New messages for those who hear the page: sender, time and text, politely and once.

use common::sync::ConversationKey;
use leptos::prelude::*;

use crate::components::party::use_parties;
use crate::i18n::{use_clock, use_texts};
use crate::stores::TimelineStore;
use crate::stores::timeline::{Bubble, Edge, Row};

/// Most messages that are read out together.
const MOST_AT_ONCE: usize = 5;

/// Hears what comes at the end of the open conversation; history and one's own messages are not read out.
#[component]
pub fn Announcer(
    /// Of which conversation.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let clock = use_clock();
    let parties = use_parties();
    let store = expect_context::<TimelineStore>();
    let words = RwSignal::new(String::new());
    Effect::new(move |before: Option<Option<u64>>| {
        let here = store.ready.get() && store.open.with(|open| open.as_ref() == Some(&key));
        if !here || store.newer.get() != Edge::End {
            return before.flatten();
        }
        let before = before.flatten();
        let said: Vec<_> = store.rows.with(|rows| {
            let newest_first = rows.iter().rev().filter_map(|slot| slot.row.with_untracked(said));
            newest_first
                .take_while(|(seq, _)| before.is_none_or(|before| *seq > before))
                .take(MOST_AT_ONCE)
                .collect()
        });
        let newest = said.first().map(|(seq, _)| *seq);
        if before.is_some() {
            let lines: Vec<String> = said
                .into_iter()
                .rev()
                .filter_map(|(_, said)| said)
                .map(|(from, time, text)| {
                    texts.timeline_announce(&parties.name(&from), &clock.time(time), &text)
                })
                .collect();
            if !lines.is_empty() {
                words.set(lines.join("\n"));
            }
        }
        Some(newest.or(before).unwrap_or(0))
    });
    view! { <p class="heard" aria-live="polite">{move || words.get()}</p> }
}

type Said = (common::id::UserId, i64, String);

/// A stored message's seq, and what to say of it unless it is one's own.
fn said(row: &Row) -> Option<(u64, Option<Said>)> {
    match row {
        Row::Message(Bubble::Stored { entry, place, hint: false, .. }) => {
            let text = entry.content.clone().unwrap_or_default();
            let said = (!place.mine).then(|| (entry.from.clone(), entry.timestamp, text));
            Some((entry.seq, said))
        }
        _ => None,
    }
}
