//! What is being written in one conversation, and what becomes of it.

use common::sync::ConversationKey;
use leptos::html;
use leptos::prelude::*;

use crate::components::composer::edit_desk::{Edit, EditDesk, editable};
use crate::components::composer::grow::fit_height;
use crate::components::composer::outcome::{left_after, message_in};
use crate::components::errand::Errand;
use crate::components::kit::effect;
use crate::components::party::{Parties, use_parties};
use crate::services::{Chat, SendTrouble};
use crate::stores::{ConversationsStore, Notice, ToastStore};

/// What is being written. Cheap to copy; lives as long as the view that made it.
#[derive(Clone, Copy)]
pub struct Writing {
    /// In which conversation.
    pub key: StoredValue<ConversationKey>,
    /// The text.
    pub text: RwSignal<String>,
    /// Whether the last message could not be stored; then its text is still here.
    pub trouble: RwSignal<bool>,
    /// Where it is typed.
    pub area: NodeRef<html::Textarea>,
    /// The waiting message that is being changed, if one is.
    pub desk: EditDesk,
    send: Errand<String, (String, Result<(), SendTrouble>)>,
    load_draft: Errand<(), String>,
    /// Enter was pressed while the message before was still being stored.
    once_more: StoredValue<bool>,
    chat: Chat,
    toasts: ToastStore,
    conversations: ConversationsStore,
}

/// Begins with the draft that is kept for a conversation.
pub fn use_writing(key: ConversationKey) -> Writing {
    let chat = expect_context::<Chat>();
    let desk = expect_context::<EditDesk>();
    let parties = use_parties();
    let key = StoredValue::new(key);
    let writing = Writing {
        key,
        text: RwSignal::new(String::new()),
        trouble: RwSignal::new(false),
        area: NodeRef::new(),
        desk,
        send: send_action(key, chat, desk, parties),
        load_draft: Errand::new(move |(): &()| {
            let key = key.get_value();
            async move { chat.draft(&key).await }
        }),
        once_more: StoredValue::new(false),
        chat,
        toasts: expect_context(),
        conversations: expect_context(),
    };
    writing.load_draft.begin(());
    effect(move || {
        if let Some((sent, outcome)) = writing.send.outcome().get() {
            writing.settle(&sent, outcome);
        }
    });
    // what is typed is kept at once, so a draft is never older than what stands here
    effect(move || match writing.load_draft.outcome().get() {
        Some(draft) if !draft.is_empty() && desk.peek(|_| ()).is_none() => writing.put(draft),
        _ => {}
    });
    let added = writing.conversations.drafts_added;
    Effect::new(move |before: Option<u64>| {
        let now = added.get();
        if before.is_some_and(|before| before != now) {
            writing.load_draft.begin(());
        }
        now
    });
    Effect::new(move |was_editing: Option<bool>| match desk.edit() {
        Some(edit) => {
            writing.put(edit.text);
            writing.focus();
            true
        }
        None => {
            if was_editing == Some(true) {
                writing.put(String::new());
                writing.load_draft.begin(());
            }
            false
        }
    });
    on_cleanup(move || {
        key.try_with_value(|key| chat.typing(key, false));
    });
    writing
}

impl Writing {
    /// The person has typed.
    pub fn typed(self, words: String) {
        self.trouble.set(false);
        self.key.with_value(|key| self.chat.typing(key, !words.is_empty()));
        if self.desk.peek(|_| ()).is_none() {
            self.key.with_value(|key| self.chat.save_draft(key, words.clone()));
        }
        self.put(words);
    }

    /// Sends what is written, or stores the change. While the message before is being stored, remembers to.
    pub fn press_send(self) {
        let words = self.text.get_untracked();
        if message_in(&words).is_err() {
            return;
        }
        if self.send.busy().get_untracked() {
            self.once_more.set_value(true);
            return;
        }
        self.trouble.set(false);
        self.send.begin(words);
    }

    /// Starts to change the last message that still can be; `false` when there is none.
    pub fn edit_last(self) -> bool {
        let last: Option<Edit> = self.key.with_value(|key| self.conversations.slot(key)).and_then(|slot| {
            slot.waiting.with_untracked(|waiting| waiting.iter().rev().find_map(|item| editable(item)))
        });
        last.is_some_and(|edit| {
            self.desk.begin(edit);
            true
        })
    }

    /// Moves the focus to the text.
    pub fn focus(self) {
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
        }
    }

    fn put(self, words: String) {
        self.text.set(words);
        request_animation_frame(move || {
            if let Some(area) = self.area.try_get_untracked().flatten() {
                fit_height(&area);
            }
        });
    }

    fn settle(self, sent: &str, outcome: Result<(), SendTrouble>) {
        let editing = self.desk.peek(|_| ()).is_some();
        match outcome {
            Ok(()) if editing => self.desk.end(),
            Ok(()) => {
                let left = left_after(&self.text.get_untracked(), sent);
                if !left.is_empty() {
                    self.key.with_value(|key| self.chat.save_draft(key, left.clone()));
                }
                self.put(left);
            }
            Err(SendTrouble::TooLate) => {
                self.desk.end();
                self.toasts.show(Notice::TooLate);
            }
            Err(SendTrouble::NoAnswer | SendTrouble::SignedOut) => self.trouble.set(true),
        }
        if self.once_more.get_value() {
            self.once_more.set_value(false);
            self.press_send();
        }
    }
}

fn send_action(
    key: StoredValue<ConversationKey>,
    chat: Chat,
    desk: EditDesk,
    parties: Parties,
) -> Errand<String, (String, Result<(), SendTrouble>)> {
    Errand::new(move |sent: &String| {
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
    })
}
