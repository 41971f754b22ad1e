//! Resuming: what a device asks and what it is told (protocol, "Resume").

use serde::{Deserialize, Serialize};

use crate::id::{ConversationId, Seq, UserId};
use crate::model::{
    Account, ConversationKind, Digest, Entry, Head, HistoryPolicy, Member, OwnState, Profile, Receipt,
};
use crate::wire::Position;

/// "This is how far I know everything." Without a position: nothing yet.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resume {
    /// The position last given, if any. Text that is no position of ours is answered with a reset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
}

/// What kind of answer a resume got; exactly one of three.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResumeKind {
    /// All that changed; the position is complete.
    Delta,
    /// A part; resume again from the position given.
    Slice,
    /// Another epoch, or a position we do not know: compare, then resume without a position. Nothing else is in it.
    Reset,
}

/// The answer to a resume.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resumed {
    /// Which of the three.
    pub kind: ResumeKind,
    /// Where the device stands once it has stored this. For a reset: the new epoch's start.
    pub position: Position,
    /// One's own account, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// People whose profiles changed and with whom one shares a conversation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<Profile>,
    /// Conversations in which something changed, most recently changed first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conversations: Vec<ConversationDelta>,
}

/// What changed in one conversation. The scalar parts are whole; `members` and `receipts` hold those that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConversationDelta {
    /// Which.
    pub conversation_id: ConversationId,
    /// Direct or group.
    pub kind: ConversationKind,
    /// The other person of a direct conversation; oneself in a note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<UserId>,
    /// A group's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What new members see.
    pub history: HistoryPolicy,
    /// The end of the log, as far as one may see.
    pub head: Head,
    /// What the account knows of itself here.
    pub own: OwnState,
    /// Members that came, went or changed; to be merged by `userId`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Receipts that moved; to be merged by maximum.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// The newest entries, when entries are new: up to the head, without holes; below it there may be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// A stretch of the log without holes, ascending, with the digest before its first entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page {
    /// The digest before the first entry.
    pub digest_before: Digest,
    /// The entries, ascending, one after the other.
    pub entries: Vec<Entry>,
}

/// After a reset: what a device holds, for the server to say up to where it is the same.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compare {
    /// Samples of each conversation held.
    pub conversations: Vec<ComparePoints>,
}

/// Samples of one conversation's chain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparePoints {
    /// Which.
    pub conversation_id: ConversationId,
    /// Samples, descending by seq.
    pub points: Vec<ComparePoint>,
}

/// "After this seq my digest is this."
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparePoint {
    /// Where.
    pub seq: Seq,
    /// The digest after it.
    pub digest: Digest,
}

/// The answer to `compare`: up to where each copy is the server's.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// In the order asked.
    pub conversations: Vec<CommonPrefix>,
}

/// Up to where a device's copy of one conversation is the server's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommonPrefix {
    /// Which.
    pub conversation_id: ConversationId,
    /// The greatest sampled seq with the same digest; 0 when none is the same.
    pub common_seq: Seq,
    /// False when the conversation is not there (or not for you): drop it.
    pub known: bool,
}
