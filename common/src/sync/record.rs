//! What a device stores: the records of IndexedDB, one small one per message.

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, MessageId, Seq, UserId};
use crate::model::{
    Account, ConversationKind, Digest, Entry, HistoryPolicy, Member, OwnState, Profile, Receipt,
};
use crate::sync::ConversationKey;
use crate::wire::ErrorCode;

/// An entry as stored, with the log's digest after it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoredEntry {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// The digest after it.
    pub digest: Digest,
}

/// A stretch of a log that this device holds without a hole, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldRange {
    /// First seq held.
    pub from: Seq,
    /// Last seq held.
    pub to: Seq,
    /// The digest before `from`.
    pub digest_before: Digest,
    /// The digest after `to`.
    pub digest_after: Digest,
}

/// What a device knows of a conversation, its entries, members and receipts aside. Small; written with every change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConversationRecord {
    /// Its name on this device.
    pub key: ConversationKey,
    /// Its id; absent until the server has made it.
    pub conversation_id: Option<ConversationId>,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The other person of a direct one, as registered where known.
    pub peer: Option<UserId>,
    /// A group's title.
    pub title: Option<String>,
    /// What new members see.
    pub history: HistoryPolicy,
    /// What the account knows of itself here.
    pub own: OwnState,
    /// The newest seq known to exist and to be visible; 0 for none.
    pub head_seq: Seq,
    /// Running count of messages at `head_seq`.
    pub head_count: u64,
    /// The stretches held, ascending, never touching (touching ones are one).
    pub held: Vec<HeldRange>,
    /// The newest entry known, for the list's second line.
    pub newest: Option<Entry>,
    /// When something last happened, Unix seconds; the list's order.
    pub active_at: i64,
    /// Others' progress in a direct conversation, or the least progress of the other current members of a group: what
    /// the ticks of one's own messages show.
    pub others_delivered: Seq,
    /// The same for reading.
    pub others_read: Seq,
    /// How far the person has read here, while the server has not confirmed it yet.
    #[serde(default)]
    pub read_pending: Option<Seq>,
}

impl ConversationRecord {
    /// How many messages wait to be read.
    pub fn unread(&self) -> u64 {
        self.own.unread(self.head_count)
    }

    /// How far the person has read, confirmed or not: where the unread divider stands.
    pub fn read_seq(&self) -> Seq {
        self.own.read_seq.max(self.read_pending.unwrap_or(0))
    }
}

/// Members and receipts of a conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembersRecord {
    /// Whose.
    pub key: ConversationKey,
    /// Members, former ones (without role) included.
    pub members: Vec<Member>,
    /// Receipts.
    pub receipts: Vec<Receipt>,
}

/// Where a message goes: a person (who need not have a conversation with us yet) or a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// The direct conversation with this person.
    Person(UserId),
    /// A group.
    Group(ConversationId),
}

impl Target {
    /// The conversation's name on this device.
    pub fn key(&self) -> ConversationKey {
        match self {
            Self::Person(peer) => ConversationKey::direct(peer),
            Self::Group(id) => ConversationKey::Group(*id),
        }
    }
}

/// A message that waits to be acknowledged. The row dies in the transaction that stores its entry, not before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxRecord {
    /// Its id, the same for ever.
    pub message_id: MessageId,
    /// Where it goes.
    pub target: Target,
    /// The text.
    pub content: String,
    /// This device's order of writing; grows by one with every message.
    pub order: u64,
    /// When it was written, milliseconds since 1970 by this device's clock; shown only.
    pub written_at_ms: u64,
    /// Whether it was ever handed to a transport, here or by whoever wrote it before: then its outcome is unknown until the server says, and it can be
    /// neither edited nor taken back.
    pub handed_over: bool,
    /// Why the server refused it, if it did; it then waits for the person.
    pub refused: Option<ErrorCode>,
}

/// All that the engine needs at a start, read from storage.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The position last stored, as text.
    pub position: Option<String>,
    /// Own messages whose reset is under way: compare not finished.
    #[serde(default)]
    pub resetting: bool,
    /// One's own account.
    pub account: Option<Account>,
    /// People known.
    pub profiles: Vec<Profile>,
    /// Conversations.
    pub conversations: Vec<ConversationRecord>,
    /// Members and receipts.
    pub members: Vec<MembersRecord>,
    /// The outbox, by `order`.
    pub outbox: Vec<OutboxRecord>,
}
