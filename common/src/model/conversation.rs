//! Conversations and who is in them.

use serde::{Deserialize, Serialize};

use crate::id::{Seq, UserId};
use crate::model::Digest;

/// Two kinds, for ever: a direct one is unique per pair of people (or oneself alone, a note), a group has members.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ConversationKind {
    /// Between two people, or a note to oneself.
    Direct,
    /// Among members, with a title and roles.
    Group,
}

/// What a new member of a group sees.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum HistoryPolicy {
    /// From their joining on.
    #[default]
    FromJoining,
    /// Everything from the start.
    All,
}

/// What a member of a group may do; a later one may all that an earlier one may.
///
/// A member writes, leaves and renames nothing; an admin also adds and removes members and renames; an owner also
/// gives and takes roles. Both people of a direct conversation are members.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Writes and leaves.
    Member,
    /// Also adds and removes members, and renames.
    Admin,
    /// Also gives and takes roles.
    Owner,
}

/// Whether `actor` may remove, promote or demote someone who is `target`: admins manage members, owners everybody.
pub fn may_manage(actor: Role, target: Role) -> bool {
    match actor {
        Role::Owner => true,
        Role::Admin => target == Role::Member,
        Role::Member => false,
    }
}

/// Whether one has taken a conversation as one's own; the same on all devices of an account.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// An ordinary conversation.
    #[default]
    Accepted,
    /// A stranger's first message: shown apart, quietly, without receipts.
    Request,
    /// A request that was declined: hidden until one writes to that person oneself.
    Declined,
}

/// A stretch of the log that one may see, both ends included; without `to` it is still growing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// First visible seq.
    pub from: Seq,
    /// Last visible seq, once one has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Seq>,
}

impl Interval {
    /// Whether `seq` lies inside.
    pub fn contains(&self, seq: Seq) -> bool {
        self.from <= seq && self.to.is_none_or(|to| seq <= to)
    }
}

/// A person in a conversation. A former member has no role.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// The name by which they are shown.
    pub display_name: String,
    /// What they may do; `null` when they are no longer in.
    pub role: Option<Role>,
}

/// The end of a conversation's log, as far as the asking member may see it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The last visible seq; 0 when there is none.
    pub seq: Seq,
    /// Running count of messages that count, at `seq`.
    pub count: u64,
    /// The log's digest at `seq`.
    pub digest: Digest,
}

/// What an account knows of itself in a conversation.
///
/// Unread is `(head.count − read_count) − (own_count − own_read)`: messages after the read mark, less one's own
/// (docs/protocol.md, "The log").
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OwnState {
    /// What one may do; `null` when one is no longer in.
    pub role: Option<Role>,
    /// The stretches that one may see, ascending.
    pub intervals: Vec<Interval>,
    /// Whether one has taken the conversation as one's own.
    pub standing: Standing,
    /// Newest seq that one of one's devices received.
    pub delivered_seq: Seq,
    /// Newest seq that one has read.
    pub read_seq: Seq,
    /// Running count of messages at `read_seq`.
    pub read_count: u64,
    /// Running count of one's own messages at `read_seq`.
    pub own_read: u64,
    /// Running count of one's own messages at the head.
    pub own_count: u64,
    /// Until when one wants no notifications of it, Unix seconds; [`crate::limits::MUTED_FOR_EVER`] at most.
    #[serde(default, skip_serializing_if = "is_never")]
    pub muted_until: i64,
}

/// Whether a time stands for none at all.
fn is_never(time_s: &i64) -> bool {
    *time_s == 0
}

impl OwnState {
    /// How many messages of others lie after the read mark, given the running count at the head.
    pub fn unread(&self, head_count: u64) -> u64 {
        let after = head_count.saturating_sub(self.read_count);
        after.saturating_sub(self.own_count.saturating_sub(self.own_read))
    }

    /// Whether one wants no notifications of it now.
    pub fn is_muted(&self, now_s: i64) -> bool {
        self.muted_until > now_s
    }

    /// Whether one may see `seq`.
    pub fn may_see(&self, seq: Seq) -> bool {
        self.intervals.iter().any(|interval| interval.contains(seq))
    }
}
