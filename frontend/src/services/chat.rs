//! Verbs of a conversation: writing, reading, moving through the timeline.

use common::id::{MessageId, Seq, UserId};
use common::model::Profile;
use common::sync::{ConversationKey, Target};
use common::text::Content;
use common::wire::http::MessageInfo;

use leptos::prelude::*;

use crate::services::{ApiTrouble, SendTrouble};
use crate::stores::Stores;
use crate::stores::timeline::GapRow;

/// Verbs of a conversation.
#[derive(Clone, Copy)]
pub struct Chat {
    stores: Stores,
}

impl Chat {
    pub(super) fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// Queues a message. Resolves when it is in IndexedDB: only then may the composer clear. Its bubble appears by itself.
    /// After [`SendTrouble::NoAnswer`] the same text to the same target goes out under the same id.
    pub async fn send(&self, _target: Target, _content: Content) -> Result<(), SendTrouble> {
        Err(SendTrouble::NoAnswer)
    }

    /// Changes the text of a message that is still queued, or that was refused.
    pub async fn edit(&self, _message_id: MessageId, _content: Content) -> Result<(), SendTrouble> {
        Err(SendTrouble::NoAnswer)
    }

    /// Takes a message back that is still queued, or that was refused.
    pub async fn take_back(&self, _message_id: MessageId) -> Result<(), SendTrouble> {
        Err(SendTrouble::NoAnswer)
    }

    /// Opens a conversation: its rows come into the timeline store, `landing` says where to scroll. The conversation with
    /// somebody one never wrote to may be opened too; it is empty.
    pub fn open(&self, key: ConversationKey) {
        self.stores.timeline.open.set(Some(key));
    }

    /// Closes it, when no conversation is on screen any more.
    pub fn close(&self) {
        self.stores.timeline.open.set(None);
    }

    /// The person comes near the first row: brings older ones. Call as often as you like.
    pub fn older(&self) {}

    /// The person comes near the last row: brings newer ones. Call as often as you like.
    pub fn newer(&self) {}

    /// The person wants to see the end (the pill, or one's own message was sent): sets `landing` to the end.
    pub fn to_end(&self) {}

    /// The person asks for what is in a hole.
    pub fn fill(&self, _gap: GapRow) {}

    /// What the person sees: the newest seq that is on screen, and whether the end of the rows is. Call on scrolling and
    /// when rows come; marks as read while the page is visible.
    pub fn seen(&self, _newest: Option<Seq>, _at_end: bool) {}

    /// The person is writing here, or no longer. Call on every input.
    pub fn typing(&self, _key: &ConversationKey, _active: bool) {}

    /// The people whose presence is on screen; replaces those named before.
    pub fn watch(&self, _people: Vec<UserId>) {}

    /// "Try now" of the banner.
    pub fn retry_now(&self) {}

    /// The draft kept for a conversation; empty if none.
    pub async fn draft(&self, _key: &ConversationKey) -> String {
        String::new()
    }

    /// Keeps a draft (empty: forgets it). Call on every input; writes after a pause and when the page is left.
    pub fn save_draft(&self, _key: &ConversationKey, _text: String) {}

    /// A message's exact times. Needs the link.
    pub async fn message_info(&self, _message_id: MessageId) -> Result<MessageInfo, ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }

    /// People whose user name or display name begins so, from two characters on. Needs the link; without it those known
    /// on this device are answered.
    pub async fn find_people(&self, _query: &str) -> Result<Vec<Profile>, ApiTrouble> {
        Err(ApiTrouble::NoConnection)
    }
}
