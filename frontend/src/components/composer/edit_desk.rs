//! The waiting message that is being changed, if one is.

use common::id::MessageId;
use common::sync::{OutboxItem, SendState};
use leptos::prelude::*;

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
pub struct EditDesk(RwSignal<Option<Edit>>);

impl EditDesk {
    /// A desk with nothing on it.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Starts to change a message; the composer shows its text.
    pub fn begin(self, edit: Edit) {
        self.0.set(Some(edit));
    }

    /// Stops; what was changed is forgotten.
    pub fn end(self) {
        self.0.set(None);
    }

    /// What is being changed. Reactive.
    pub fn edit(self) -> Option<Edit> {
        self.0.get()
    }

    /// Something about what is being changed, if anything is. Not reactive.
    pub fn peek<T>(self, look: impl FnOnce(&Edit) -> T) -> Option<T> {
        self.0.with_untracked(|edit| edit.as_ref().map(look))
    }
}

impl Default for EditDesk {
    fn default() -> Self {
        Self::new()
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
