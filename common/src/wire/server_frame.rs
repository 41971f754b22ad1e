//! What the server says over the socket.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::json::{Object, Unreadable};
use crate::model::{Account, Entry, Profile, Receipt};
use crate::wire::http::MessageStatus;
use crate::wire::{Compared, ConversationDelta, ErrorBody, Page, Position, Resumed};

/// A server's frame: an action with its data, and the id of the frame that it answers.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerFrame {
    /// The `id` of the frame that this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// What is said.
    #[serde(flatten)]
    pub words: ServerWords,
}

/// Everything that the server can say.
#[derive(Clone, PartialEq, Debug, Serialize)]
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
        status: MessageStatus,
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
        #[serde(skip_serializing_if = "Option::is_none")]
        read_count: Option<u64>,
        /// Running count of one's own messages at `read_seq`.
        #[serde(skip_serializing_if = "Option::is_none")]
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
        let mut frame = Object::parse(text).ok()?;
        let reply_to = frame.take("replyTo").ok()?;
        let action: String = frame.take("action").ok()?;
        let words = ServerWords::read(&action, frame.take_object("data").ok()?).ok()?;
        Some(Self { reply_to, words })
    }
}

impl ServerWords {
    fn read(action: &str, mut data: Object) -> Result<Self, Unreadable> {
        Ok(match action {
            "messageSent" => Self::MessageSent {
                message_id: data.take("messageId")?,
                conversation_id: data.take("conversationId")?,
                seq: data.take("seq")?,
                status: data.take("status")?,
                timestamp: data.take("timestamp")?,
                count: data.take("count")?,
                actor_count: data.take("actorCount")?,
            },
            "receiveMessage" => {
                Self::ReceiveMessage { conversation_id: data.take("conversationId")?, entry: data.rest()? }
            }
            "receiveEntry" => {
                Self::ReceiveEntry { conversation_id: data.take("conversationId")?, entry: data.rest()? }
            }
            "receipt" => Self::Receipt {
                conversation_id: data.take("conversationId")?,
                user_id: data.take("userId")?,
                delivered_seq: data.take("deliveredSeq")?,
                read_seq: data.take("readSeq")?,
                read_count: data.take("readCount")?,
                own_read: data.take("ownRead")?,
            },
            "receipts" => Self::Receipts {
                conversation_id: data.take("conversationId")?,
                receipts: data.take("receipts")?,
            },
            "conversation" => Self::Conversation(data.rest()?),
            "profile" => Self::Profile(data.rest()?),
            "account" => Self::Account(data.rest()?),
            "resumed" => Self::Resumed(data.rest()?),
            "position" => Self::Position { position: data.take("position")? },
            "compared" => Self::Compared(data.rest()?),
            "history" => {
                Self::History { conversation_id: data.take("conversationId")?, page: data.take("page")? }
            }
            "typing" => Self::Typing {
                conversation_id: data.take("conversationId")?,
                user_id: data.take("userId")?,
                active: data.take("active")?,
            },
            "presence" => Self::Presence { people: data.take("people")? },
            "pong" => Self::Pong {},
            "error" => Self::Error(data.rest()?),
            _ => return Err(Unreadable),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        ConversationKind, Digest, EntryType, Head, HistoryPolicy, Interval, Member, OwnState, Role,
    };
    use crate::wire::{CommonPrefix, Epoch, ErrorCode, ResumeKind};

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
        assert!(around <= 260, "{around} bytes around the content");
    }

    /// Writing is derived and reading is by hand: each action in the enum must be in both.
    #[test]
    fn every_action_survives_the_wire() {
        let conversation_id: ConversationId = "018f2f6e-0000-7000-8000-0000000000aa".parse().unwrap();
        let message_id: MessageId = "018f2f6e-0000-7000-8000-000000000001".parse().unwrap();
        let user_id = UserId::from("userB");
        let entry = Entry {
            seq: 5,
            message_id,
            from: "userA".into(),
            kind: EntryType::Text,
            content: None,
            content_hash: Some(Digest::of_content("gone")),
            timestamp: -1,
            count: 4,
            actor_count: 2,
        };
        let page = Page { digest_before: Digest::default(), entries: vec![entry.clone()] };
        let delta = ConversationDelta {
            conversation_id,
            kind: ConversationKind::Group,
            peer: None,
            title: Some("雁".into()),
            history: HistoryPolicy::All,
            head: Head { seq: 5, count: 4, digest: Digest::default() },
            own: OwnState {
                role: Some(Role::Owner),
                intervals: vec![Interval { from: 1, to: None }],
                ..OwnState::default()
            },
            members: vec![Member { user_id: user_id.clone(), display_name: "B".into(), role: None }],
            receipts: vec![Receipt { user_id: user_id.clone(), delivered_seq: 2, read_seq: 1 }],
            page: Some(page.clone()),
        };
        let profile = Profile { user_id: user_id.clone(), display_name: "B".into(), deleted: true };
        let account =
            Account { user_id: user_id.clone(), display_name: "B".into(), blocked: vec!["c".into()] };
        let position = Position { epoch: Epoch(7), at: 90, missing: Some((10, 40)) };
        let receipt = |read_count| ServerWords::Receipt {
            conversation_id,
            user_id: user_id.clone(),
            delivered_seq: 2,
            read_seq: 1,
            read_count,
            own_read: None,
        };
        let common = CommonPrefix { conversation_id, common_seq: 3, known: true };
        let everything = [
            ServerWords::MessageSent {
                message_id,
                conversation_id,
                seq: 5,
                status: MessageStatus::Sent,
                timestamp: 1,
                count: 4,
                actor_count: 2,
            },
            ServerWords::ReceiveMessage { conversation_id, entry: entry.clone() },
            ServerWords::ReceiveEntry { conversation_id, entry },
            receipt(None),
            receipt(Some(1)),
            ServerWords::Receipts { conversation_id, receipts: delta.receipts.clone() },
            ServerWords::Conversation(delta.clone()),
            ServerWords::Profile(profile.clone()),
            ServerWords::Account(account.clone()),
            ServerWords::Resumed(Resumed {
                kind: ResumeKind::Delta,
                position,
                account: Some(account),
                profiles: vec![profile],
                conversations: vec![delta],
            }),
            ServerWords::Position { position },
            ServerWords::Compared(Compared { conversations: vec![common] }),
            ServerWords::History { conversation_id, page },
            ServerWords::Typing { conversation_id, user_id: user_id.clone(), active: true },
            ServerWords::Presence {
                people: vec![PersonPresence { user_id, online: false, last_seen_at: Some(9) }],
            },
            ServerWords::Pong {},
            ServerWords::Error(ErrorBody::new(ErrorCode::Conflict, "no")),
        ];
        for (number, words) in (0..).zip(everything) {
            let reply_to = (number % 2 == 0).then(|| number.to_string());
            let frame = ServerFrame { reply_to, words };
            let text = serde_json::to_string(&frame).unwrap();
            assert_eq!(ServerFrame::parse(&text), Some(frame), "{text}");
        }
    }

    #[test]
    fn what_this_build_does_not_know_is_no_frame() {
        for text in [
            "",
            "[]",
            r#"{"action":"pong"}"#,
            r#"{"action":"pong","data":7}"#,
            r#"{"action":"pong","data":{},"replyTo":7}"#,
            r#"{"action":"dance","data":{}}"#,
            r#"{"action":"typing","data":{"active":true}}"#,
            r#"{"data":{}}"#,
        ] {
            assert_eq!(ServerFrame::parse(text), None, "{text}");
        }
        let novel = r#"{"action":"pong","data":{"novel":1},"novel":[]}"#;
        assert_eq!(ServerFrame::parse(novel), Some(ServerFrame::new(ServerWords::Pong {})));
    }
}
