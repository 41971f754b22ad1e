//! What the server says over the socket.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::model::{Account, Entry, Profile, Receipt};
use crate::wire::{Compared, ConversationDelta, ErrorBody, Page, Position, Resumed};

/// A server's frame: an action with its data, and the id of the frame that it answers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerFrame {
    /// The `id` of the frame that this answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What is said.
    #[serde(flatten)]
    pub words: ServerWords,
}

/// Everything that the server can say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "action", content = "data", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerWords {
    /// To the sending socket: the message is durable.
    MessageSent {
        /// The message.
        message_id: MessageId,
        /// Where it stands.
        conversation_id: ConversationId,
        /// At which place.
        seq: Seq,
        /// `sent`.
        status: String,
        /// When the server took it, Unix seconds.
        timestamp: i64,
        /// Running count of messages, this one included.
        count: u64,
        /// Running count of one's own messages, this one included.
        actor_count: u64,
    },
    /// To every other socket of every member: a message.
    ReceiveMessage {
        /// Where it stands.
        conversation_id: ConversationId,
        /// The message.
        #[serde(flatten)]
        entry: Entry,
    },
    /// The same for entries that no person wrote (type `system`).
    ReceiveEntry {
        /// Where it stands.
        conversation_id: ConversationId,
        /// The entry.
        #[serde(flatten)]
        entry: Entry,
    },
    /// A member has come further. The three counts go to the member's own devices only.
    Receipt {
        /// Where.
        conversation_id: ConversationId,
        /// Whose.
        user_id: UserId,
        /// Newest seq received.
        delivered_seq: Seq,
        /// Newest seq read.
        read_seq: Seq,
        /// Running count of messages at `read_seq`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        read_count: Option<u64>,
        /// Running count of one's own messages at `read_seq`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        own_read: Option<u64>,
    },
    /// Members of a large group have come further; at most once a second, to those who have it open.
    Receipts {
        /// Where.
        conversation_id: ConversationId,
        /// Whose, and how far; to be merged by maximum.
        receipts: Vec<Receipt>,
    },
    /// Something of a conversation changed, or one is new. Never has a page.
    Conversation(ConversationDelta),
    /// A profile of someone with whom one shares a conversation changed.
    Profile(Profile),
    /// One's own account changed.
    Account(Account),
    /// Answers `resume`.
    Resumed(Resumed),
    /// Everything up to here has been queued to this socket. Only to sockets that resumed.
    Position {
        /// Where the device stands once it has stored all frames before this one.
        position: Position,
    },
    /// Answers `compare`.
    Compared(Compared),
    /// Answers `loadHistory`.
    History {
        /// Where.
        conversation_id: ConversationId,
        /// The entries; empty when there are none that one may see there.
        page: Page,
    },
    /// Someone is writing, or no longer.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        user_id: UserId,
        /// False takes it back.
        active: bool,
    },
    /// Answers `watch`, and comes when a watched person comes or goes.
    Presence {
        /// What is known; people of whom one may not know are absent.
        people: Vec<PersonPresence>,
    },
    /// Answers `ping`.
    Pong {},
    /// Something was refused.
    Error(ErrorBody),
}

/// Whether a person is here.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonPresence {
    /// Who.
    pub user_id: UserId,
    /// Whether a device of theirs is connected with someone at it.
    pub online: bool,
    /// When one last was, Unix seconds; absent if never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<i64>,
}

impl ServerFrame {
    /// A frame that answers nothing.
    pub fn new(words: ServerWords) -> Self {
        Self { reply_to: None, words }
    }

    /// Reads a server's frame; an action that this build does not know is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryType;

    #[test]
    fn receive_message_is_as_pinned() {
        let frame = ServerFrame::new(ServerWords::ReceiveMessage {
            conversation_id: "018f2f6e-0000-7000-8000-0000000000aa".parse().unwrap(),
            entry: Entry {
                seq: 5,
                message_id: "018f2f6e-0000-7000-8000-000000000001".parse().unwrap(),
                from: "userA".into(),
                kind: EntryType::Text,
                content: Some("Hello, world!".into()),
                content_hash: None,
                timestamp: 1_694_956_800,
                count: 4,
                actor_count: 2,
            },
        });
        let json = serde_json::to_value(&frame).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"action": "receiveMessage", "data": {
                "messageId": "018f2f6e-0000-7000-8000-000000000001",
                "conversationId": "018f2f6e-0000-7000-8000-0000000000aa",
                "seq": 5, "from": "userA", "content": "Hello, world!", "type": "text",
                "timestamp": 1_694_956_800, "count": 4, "actorCount": 2,
            }})
        );
        assert_eq!(ServerFrame::parse(&json.to_string()), Some(frame.clone()));
        let around = serde_json::to_string(&frame).unwrap().len() - "Hello, world!".len();
        assert!(around <= 260, "{around} bytes around the content (budgets.md)");
    }
}
