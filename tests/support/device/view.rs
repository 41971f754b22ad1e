//! What a person would see.

use std::collections::BTreeMap;

use common::id::MessageId;
use common::sync::{Change, LinkState, LostReason, SendState};
use common::wire::PersonPresence;

/// The parts of what the engine tells that are not in storage.
#[derive(Clone, Default, Debug)]
pub struct View {
    /// The link's state; `None` before the engine has said anything.
    pub link: Option<LinkState>,
    /// Every state that the link went through.
    pub links: Vec<LinkState>,
    /// Messages that wait, and how.
    pub waiting: BTreeMap<MessageId, SendState>,
    /// Who is here, as far as was told.
    pub presence: BTreeMap<String, PersonPresence>,
    /// Who is writing.
    pub typing: BTreeMap<String, bool>,
    /// Why the session is over, if it is.
    pub lost: Option<LostReason>,
    /// How many changes were told; so that every one of them is noticed.
    pub changes: u64,
}

impl View {
    /// Whether it is connected and up to date.
    pub fn is_live(&self) -> bool {
        self.link == Some(LinkState::Live)
    }

    pub(super) fn apply(&mut self, change: Change) {
        self.changes += 1;
        match change {
            Change::Link(state) => {
                self.link = Some(state.clone());
                self.links.push(state);
            }
            Change::Outbox(item) => {
                self.waiting.insert(item.record.message_id, item.state);
            }
            Change::OutboxGone { message_id, .. } => {
                self.waiting.remove(&message_id);
            }
            Change::Presence(people) => {
                self.presence.extend(people.into_iter().map(|person| (person.user_id.folded(), person)));
            }
            Change::Typing { user_id, until_ms, .. } => {
                self.typing.insert(user_id.folded(), until_ms.is_some());
            }
            Change::Lost(reason) => self.lost = Some(reason),
            // what these tell is stored
            Change::Conversation(_)
            | Change::ConversationGone(_)
            | Change::Members(_)
            | Change::Entries { .. }
            | Change::Hint { .. }
            | Change::Truncated { .. }
            | Change::HistoryFailed { .. }
            | Change::Profile(_)
            | Change::Account(_) => {}
        }
    }
}
