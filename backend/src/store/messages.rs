//! Putting messages into a log.

use std::sync::Arc;

use common::id::{ConversationId, MessageId, UserId};
use common::model::Entry;
use common::text::Content;

use super::{AccountId, Caller, Origin, Store, StoreError};

/// Where a message goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// To a person (oneself: a note); the direct conversation is made when it is not there yet.
    Person(UserId),
    /// Into a conversation that one is in.
    Conversation(ConversationId),
}

/// A message to be.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Who writes.
    pub caller: Caller,
    /// Where to.
    pub target: Target,
    /// Its id, made by the client (or by the caller where the client gave none).
    pub message_id: MessageId,
    /// The text.
    pub content: Content,
    /// The message that must be committed before.
    pub after: Option<MessageId>,
    /// Comes back in the commit.
    pub origin: Option<Origin>,
    /// Unix seconds.
    pub now: i64,
}

/// A message stands in a log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Appended {
    /// Where.
    pub conversation: ConversationId,
    /// The entry as it stands.
    pub entry: Entry,
    /// True when it stood there already: this is the first answer again, and no [`super::Commit`] tells of it.
    pub duplicate: bool,
    /// The conversation was made by it: each of the audience is to be told its delta before the entry.
    pub created: bool,
    /// Writing took the sender's request (or declined one) as accepted: each of the audience is to be told its delta.
    pub accepted: bool,
    /// The current members, the sender included. Empty for a duplicate.
    pub audience: Arc<[AccountId]>,
    /// The change's number; the entry's own for a duplicate.
    pub position: u64,
}

impl Store {
    /// Puts a message at the end of a log, once for ever.
    ///
    /// The id is looked up with its sender before anything else: the same message again answers as the first time
    /// did, even when the sender has left since; the id with another content, target or sender is a `Conflict`.
    /// Then: `NotFound` (no such person, not or no longer in such a conversation), `Blocked`, `TooEarly`
    /// (`after` is not this sender's committed message in that conversation).
    pub async fn append_message(&self, new: NewMessage) -> Result<Appended, StoreError> {
        self.inner.writer.append(new).await
    }
}
