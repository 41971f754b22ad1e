//! Groups: making them, who is in them, and what they are called. And the standing of any conversation.

use std::sync::Arc;

use common::id::{ConversationId, MessageId, UserId};
use common::model::{Entry, HistoryPolicy, Role, Standing};

use super::{AccountId, Caller, Origin, Store, StoreError};

/// A group to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewGroup {
    /// Its first title; parsed.
    pub title: String,
    /// Who is in it from the start, besides the caller.
    pub people: Vec<UserId>,
    /// What later members see.
    pub history: HistoryPolicy,
    /// The client's id for the request: the same again answers the same group.
    pub request_id: Option<MessageId>,
}

/// What to change of a group; what is `None` stays.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GroupChange {
    /// A new title; parsed.
    pub title: Option<String>,
    /// What later members see.
    pub history: Option<HistoryPolicy>,
}

/// A conversation, or who is in it, has changed. What each of the audience is told comes from
/// [`Store::deltas_for`] with `since` = `position − 1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// Which.
    pub conversation: ConversationId,
    /// The system entries that it wrote, in order.
    pub entries: Vec<Entry>,
    /// Current members.
    pub audience: Arc<[AccountId]>,
    /// Those who are in since this change; part of the audience.
    pub came: Vec<AccountId>,
    /// Those who are out since this change; their last visible entry is the last of `entries`.
    pub went: Vec<AccountId>,
    /// Whether anything changed at all; without, no [`super::Commit`] tells of it.
    pub changed: bool,
    /// The change's number; the conversation's newest where nothing changed.
    pub position: u64,
}

impl Store {
    /// Makes a group that the caller owns.
    ///
    /// Errors: `NotFound` (a person who is not there), `Blocked` (one of them blocks the caller), `Full`, `Conflict`
    /// (the request's id is taken by something else).
    pub async fn create_group(
        &self,
        caller: &Caller,
        new: NewGroup,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {new:?} {origin:?} {now}")
    }

    /// Brings people in; those who are in already are passed over.
    ///
    /// Errors: `NotFound` (the group, or a person), `Forbidden` (members, former members, direct conversations),
    /// `Blocked`, `Full`.
    pub async fn add_members(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        people: Vec<UserId>,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {people:?} {origin:?} {now}")
    }

    /// Removes a member; oneself: the same as [`Store::leave`]. Someone who is out already is passed over.
    ///
    /// Errors: `NotFound` (the group, or someone who never was in), `Forbidden` (see `may_manage`).
    pub async fn remove_member(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        person: UserId,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {person} {origin:?} {now}")
    }

    /// Leaves a group. When its last owner goes, the longest-standing admin, else member, owns it.
    ///
    /// Errors: `NotFound`, `Forbidden` (a direct conversation). Leaving twice changes nothing.
    pub async fn leave(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {origin:?} {now}")
    }

    /// Gives someone a role; owners only. The last owner cannot give up being it without making another.
    ///
    /// Errors: `NotFound`, `Forbidden`.
    pub async fn change_role(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        person: UserId,
        role: Role,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {person} {role:?} {origin:?} {now}")
    }

    /// Gives a group another title, or another rule for what new members see; admins and owners.
    ///
    /// Errors: `NotFound`, `Forbidden`.
    pub async fn change_group(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        change: GroupChange,
        origin: Option<Origin>,
        now: i64,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {change:?} {origin:?} {now}")
    }

    /// Accepts or declines a conversation. Writes no entry; accepting makes one's receipts visible to the others, so
    /// the audience is all current members, and only the caller's own devices where it was declined.
    ///
    /// Errors: `NotFound`, `Forbidden` (`Request` cannot be chosen; a former member).
    pub async fn set_standing(
        &self,
        caller: &Caller,
        conversation: ConversationId,
        standing: Standing,
        origin: Option<Origin>,
    ) -> Result<Changed, StoreError> {
        unimplemented!("{caller:?} {conversation} {standing:?} {origin:?}")
    }
}
