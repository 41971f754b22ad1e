//! The composer: Enter sends, Shift+Enter breaks the line, and it clears only when the message is stored.

use common::sync::ConversationKey;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::components::composer::EditDesk;
use crate::components::composer::grow::fit_height;
use crate::components::composer::outcome::{excess_bytes, left_after, message_in, sends};
use crate::components::kit::{Glyph, Icon, IconButton};
use crate::components::party::use_parties;
use crate::components::pointer::has_fine_pointer;
use crate::i18n::use_texts;
use crate::services::{Chat, SendTrouble};
use crate::stores::{ConversationsStore, Notice, ToastStore};

/// The composer of one conversation.
#[component]
pub fn Composer(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let chat = expect_context::<Chat>();
    let desk = expect_context::<EditDesk>();
    let toasts = expect_context::<ToastStore>();
    let conversations = expect_context::<ConversationsStore>();
    let key = StoredValue::new(key);
    let area = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let trouble = RwSignal::new(false);
    // Enter was pressed while the message before was still being stored.
    let once_more = StoredValue::new(false);

    let write = move |words: String, keep: bool| {
        text.set(words.clone());
        if keep && desk.peek(|_| ()).is_none() {
            key.with_value(|key| chat.save_draft(key, words));
        }
        request_animation_frame(move || {
            if let Some(area) = area.get_untracked() {
                fit_height(&area);
            }
        });
    };
    let load_draft = Action::new_local(move |(): &()| {
        let key = key.get_value();
        async move { chat.draft(&key).await }
    });
    let send = Action::new_local(move |sent: &String| {
        let (sent, edit) = (sent.clone(), desk.peek(|edit| edit.message_id));
        let target = key.with_value(|key| parties.at(key).target());
        async move {
            let Ok(content) = message_in(&sent) else { return (sent, Ok(())) };
            let outcome = match edit {
                Some(message_id) => chat.edit(message_id, content).await,
                None => chat.send(target, content).await,
            };
            (sent, outcome)
        }
    });
    let press_send = move || {
        let words = text.get_untracked();
        if message_in(&words).is_err() {
            return;
        }
        if send.pending().get_untracked() {
            once_more.set_value(true);
            return;
        }
        trouble.set(false);
        send.dispatch(words);
    };
    Effect::new(move || {
        let Some((sent, outcome)) = send.value().get() else { return };
        match outcome {
            Ok(()) if desk.peek(|_| ()).is_some() => {
                desk.end();
            }
            Ok(()) => {
                write(left_after(&text.get_untracked(), &sent), true);
            }
            Err(SendTrouble::TooLate) => {
                desk.end();
                toasts.show(Notice::TooLate);
            }
            Err(SendTrouble::NoAnswer | SendTrouble::SignedOut) => trouble.set(true),
        }
        if once_more.get_value() {
            once_more.set_value(false);
            press_send();
        }
    });
    Effect::new(move || match (load_draft.value().get(), text.with_untracked(String::is_empty)) {
        (Some(draft), true) if !draft.is_empty() => write(draft, false),
        _ => {}
    });
    Effect::new(move |was_editing: Option<bool>| {
        let edit = desk.edit();
        let edits = edit.is_some();
        if let Some(edit) = edit {
            write(edit.text, false);
            focus(area);
        } else if was_editing == Some(true) {
            write(String::new(), false);
            load_draft.dispatch(());
        }
        edits
    });
    load_draft.dispatch(());
    area.on_load(move |area| {
        if has_fine_pointer() {
            request_animation_frame(move || {
                let _ = area.focus();
            });
        }
    });
    on_cleanup(move || {
        key.try_with_value(|key| chat.typing(key, false));
    });

    let edit_last = move || {
        let waiting = key.with_value(|key| conversations.slot(key))?.waiting;
        waiting
            .with_untracked(|waiting| waiting.iter().rev().find_map(|item| super::edit_desk::editable(item)))
    };
    let key_down = move |event: KeyboardEvent| {
        let composing = event.is_composing();
        if sends(&event.key(), event.shift_key(), composing, event.key_code()) {
            event.prevent_default();
            press_send();
        } else if event.key() == "Escape" && !composing && desk.peek(|_| ()).is_some() {
            event.stop_propagation();
            desk.end();
        } else if event.key() == "ArrowUp"
            && !event.alt_key()
            && text.with_untracked(String::is_empty)
            && let Some(edit) = edit_last()
        {
            event.prevent_default();
            desk.begin(edit);
        }
    };
    let input = move |event| {
        let words = event_target_value(&event);
        key.with_value(|key| chat.typing(key, !words.is_empty()));
        trouble.set(false);
        write(words, true);
    };
    let excess = Memo::new(move |_| text.with(|text| excess_bytes(text)));
    let note = move || {
        if excess.get() > 0 {
            Some(texts.composer_too_long(&excess.get().to_string()))
        } else {
            trouble.get().then(|| texts.composer_not_kept().to_owned())
        }
    };
    let editing = move || {
        desk.edit().map(|edit| {
            let words = if edit.fixing { texts.composer_fixing() } else { texts.composer_editing() };
            view! {
                <div class="composer-editing">
                    <span>{words}</span>
                    <IconButton icon=Icon::Close label=texts.composer_stop_editing() on_press=move |()| desk.end()/>
                </div>
            }
        })
    };
    let has_text = move || text.with(|text| !text.trim().is_empty());
    view! {
        <div class="composer">
            {editing}
            <p class="composer-note" role="status">{note}</p>
            <div class="composer-line">
                <textarea
                    node_ref=area
                    class="composer-text"
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    aria-label=move || key.with_value(|key| texts.composer_label(&parties.title(key)))
                    placeholder=texts.composer_placeholder()
                    prop:value=move || text.get()
                    on:input=input
                    on:keydown=key_down
                ></textarea>
                <button
                    type="button"
                    class="composer-send"
                    class:composer-idle=move || !has_text()
                    disabled=move || { excess.get() > 0 }
                    aria-label=texts.composer_send()
                    title=texts.composer_send()
                    on:click=move |_| {
                        press_send();
                        focus(area);
                    }
                >
                    <Glyph icon=Icon::Send/>
                </button>
            </div>
        </div>
    }
    .into_any()
}

fn focus(area: NodeRef<html::Textarea>) {
    if let Some(area) = area.get_untracked() {
        let _ = area.focus();
    }
}
