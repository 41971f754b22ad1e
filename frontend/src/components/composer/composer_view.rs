//! The composer: Enter sends, Shift+Enter breaks the line, and it clears only when the message is stored.

use common::sync::ConversationKey;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::components::composer::outcome::{excess_bytes, sends};
use crate::components::composer::writing::use_writing;
use crate::components::kit::{Glyph, Icon, IconButton};
use crate::components::party::use_parties;
use crate::components::pointer::has_fine_pointer;
use crate::i18n::use_texts;

/// The composer of one conversation.
#[component]
pub fn Composer(
    /// Which.
    key: ConversationKey,
) -> impl IntoView {
    let texts = use_texts();
    let parties = use_parties();
    let writing = use_writing(key);
    let (text, desk) = (writing.text, writing.desk);
    writing.area.on_load(move |area| {
        if has_fine_pointer() {
            request_animation_frame(move || {
                let _ = area.focus();
            });
        }
    });
    let key_down = move |event: KeyboardEvent| {
        let composing = event.is_composing();
        if sends(&event.key(), event.shift_key(), composing, event.key_code()) {
            event.prevent_default();
            writing.press_send();
        } else if event.key() == "Escape" && !composing && desk.peek(|_| ()).is_some() {
            event.prevent_default();
            desk.end();
        } else if event.key() == "ArrowUp"
            && !event.alt_key()
            && text.with_untracked(String::is_empty)
            && writing.edit_last()
        {
            event.prevent_default();
        }
    };
    let press = move |_| {
        writing.press_send();
        writing.focus();
    };
    let excess = Memo::new(move |_| text.with(|text| excess_bytes(text)));
    let note = move || match excess.get() {
        0 => writing.trouble.get().then(|| texts.composer_not_kept().to_owned()),
        excess => Some(texts.composer_too_long(&excess.to_string())),
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
    let too_long = move || excess.get() > 0;
    let is_idle = Memo::new(move |_| text.with(|text| text.trim().is_empty()));
    view! {
        <div class="composer">
            {editing}
            <p class="composer-note" role="status">{note}</p>
            <div class="composer-line">
                <textarea
                    node_ref=writing.area
                    class="composer-text"
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    aria-label=move || writing.key.with_value(|key| texts.composer_label(&parties.title(key)))
                    placeholder=texts.composer_placeholder()
                    prop:value=move || text.get()
                    on:input=move |event| writing.typed(event_target_value(&event))
                    on:keydown=key_down
                ></textarea>
                <button
                    type="button"
                    class="composer-send"
                    class:composer-idle=move || is_idle.get()
                    disabled=too_long
                    aria-label=texts.composer_send()
                    title=texts.composer_send()
                    on:click=press
                >
                    <Glyph icon=Icon::Send/>
                </button>
            </div>
        </div>
    }
    .into_any()
}
