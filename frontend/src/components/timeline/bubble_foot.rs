//! What can be done about a message that has not gone out: edit it, take it back, fix it.

use common::id::MessageId;
use common::sync::{ConversationKey, SendState};
use leptos::prelude::*;

use crate::components::composer::{Edit, EditDesk};
use crate::components::kit::{Menu, MenuItem};
use crate::components::party::{Party, use_parties};
use crate::components::timeline::bubble::BubbleSignal;
use crate::i18n::use_texts;
use crate::stores::timeline::Bubble;

/// A waiting message, as its foot needs it.
#[derive(Clone, PartialEq)]
struct Waiting {
    message_id: MessageId,
    key: ConversationKey,
    content: String,
    state: SendState,
}

/// Nothing for a message in the log; else a menu, a word, or a word with buttons.
#[component]
pub fn BubbleFoot(
    /// The message.
    look: BubbleSignal,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let desk = expect_context::<EditDesk>();
    let waiting = look.memo(waiting_of);

    move || {
        let waiting = waiting.get().flatten()?;
        let message_id = waiting.message_id;
        let edit = {
            let content = waiting.content.clone();
            let fixing = matches!(waiting.state, SendState::Refused(_));
            move || desk.begin(Edit { message_id, text: content.clone(), fixing })
        };
        match waiting.state {
            SendState::Queued(_) => {
                let items = move |()| {
                    let edit = edit.clone();
                    vec![
                        MenuItem::new(texts.state_edit(), edit),
                        MenuItem::grave(texts.state_take_back(), move || desk.take_back(message_id)),
                    ]
                };
                Some(
                    view! { <span class="bubble-menu"><Menu label=texts.state_menu() items/></span> }
                        .into_any(),
                )
            }
            SendState::InFlight | SendState::Sent { .. } => None,
            SendState::Unknown(_) => {
                Some(view! { <p class="bubble-foot">{texts.state_unknown_short()}</p> }.into_any())
            }
            SendState::Refused(code) => {
                let in_group = matches!(parties.at(&waiting.key), Party::Group(_));
                let because = texts.refused_because(code, &parties.title(&waiting.key), in_group);
                let foot = view! {
                    <p class="bubble-foot bubble-refused">
                        <strong>{texts.state_refused()}</strong>
                        <span>{because}</span>
                        <span class="bubble-acts">
                            <button type="button" class="text-button" on:click=move |_| edit()>{texts.state_fix()}</button>
                            <button
                                type="button"
                                class="text-button"
                                on:click=move |_| desk.take_back(message_id)
                            >
                                {texts.state_take_back()}
                            </button>
                        </span>
                    </p>
                };
                Some(foot.into_any())
            }
        }
    }
}

fn waiting_of(bubble: &Bubble) -> Option<Waiting> {
    match bubble {
        Bubble::Stored { .. } => None,
        Bubble::Waiting { item, .. } => Some(Waiting {
            message_id: item.record.message_id,
            key: item.record.target.key(),
            content: item.record.content.clone(),
            state: item.state.clone(),
        }),
    }
}
