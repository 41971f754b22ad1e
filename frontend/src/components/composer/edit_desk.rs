//! The waiting message that is being changed, if one is, and taking waiting ones back.

use common::id::MessageId;
use common::sync::{OutboxItem, SendState};
use leptos::prelude::*;

use crate::components::errand::Errand;
use crate::services::{Chat, SendTrouble};
use crate::stores::{Notice, ToastStore};

/// A waiting message that is being changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// Which.
    pub message_id: MessageId,
    /// Its text until now.
    pub text: String,
    /// Whether the server refused it: then saving sends it again.
    pub fixing: bool,
}

/// Which waiting message is being changed; its own type in context, one for each open conversation.
#[derive(Clone, Copy)]
pub struct EditDesk {
    edit: RwSignal<Option<Edit>>,
    take_back: Errand<MessageId, ()>,
}

impl EditDesk {
    /// A desk with nothing on it.
    pub fn new(chat: Chat, toasts: ToastStore) -> Self {
        let take_back = Errand::new(move |message_id: &MessageId| {
            let message_id = *message_id;
            async move {
                if chat.take_back(message_id).await == Err(SendTrouble::TooLate) {
                    toasts.show(Notice::TooLate);
                }
            }
        });
        Self { edit: RwSignal::new(None), take_back }
    }

    /// Starts to change a message; the composer shows its text.
    pub fn begin(self, edit: Edit) {
        self.edit.set(Some(edit));
    }

    /// Stops; what was changed is forgotten.
    pub fn end(self) {
        self.edit.set(None);
    }

    /// What is being changed. Reactive.
    pub fn edit(self) -> Option<Edit> {
        self.edit.get()
    }

    /// Something about what is being changed, if anything is. Not reactive.
    pub fn peek<T>(self, look: impl FnOnce(&Edit) -> T) -> Option<T> {
        self.edit.with_untracked(|edit| edit.as_ref().map(look))
    }

    /// Takes a waiting message back; says so where it has gone out already.
    pub fn take_back(self, message_id: MessageId) {
        self.take_back.begin(message_id);
    }
}

/// How a waiting message would be changed, if it still can be.
pub fn editable(item: &OutboxItem) -> Option<Edit> {
    let fixing = match item.state {
        SendState::Queued(_) => false,
        SendState::Refused(_) => true,
        SendState::InFlight | SendState::Unknown(_) | SendState::Sent { .. } => return None,
    };
    Some(Edit { message_id: item.record.message_id, text: item.record.content.clone(), fixing })
}
