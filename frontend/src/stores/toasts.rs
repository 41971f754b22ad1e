//! Short messages in passing.

use common::wire::ErrorCode;
use leptos::prelude::*;

use crate::stores::StoreSignal;

/// What a toast says; the words are in `locales`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The text is on the clipboard.
    Copied,
    /// The profile, title or setting is stored.
    Saved,
    /// The server could not be reached; nothing changed.
    NoConnection,
    /// The server refused; nothing changed.
    Refused(ErrorCode),
    /// The message was already handed over: it can no longer be edited or taken back.
    TooLate,
    /// One is no longer in this conversation, or it is gone.
    ConversationGone,
    /// Some stored records could not be read and were passed over.
    BadRecords(usize),
    /// Every other device was signed out.
    OthersSignedOut,
}

/// A toast on screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toast {
    /// For `<Rows>`, and to put it away.
    pub id: u64,
    /// What it says.
    pub notice: Notice,
}

/// Short messages in passing.
#[derive(Clone, Copy, Debug)]
pub struct ToastStore {
    /// Those on screen, oldest first. At most three.
    pub toasts: StoreSignal<Vec<Toast>>,
    next_id: StoredValue<u64>,
}

/// Toasts on screen at once.
const MOST_TOASTS: usize = 3;

impl ToastStore {
    pub(super) fn new() -> Self {
        Self { toasts: StoreSignal::new(Vec::new()), next_id: StoredValue::new(0) }
    }

    /// Shows a toast and returns its id. The view that shows it puts it away after its time.
    pub fn show(&self, notice: Notice) -> u64 {
        let id = self.next_id.get_value() + 1;
        self.next_id.set_value(id);
        self.toasts.update(|toasts| {
            toasts.retain(|toast| toast.notice != notice);
            if toasts.len() >= MOST_TOASTS {
                toasts.remove(0);
            }
            toasts.push(Toast { id, notice });
        });
        id
    }

    /// Puts one away.
    pub fn put_away(&self, id: u64) {
        self.toasts.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}
