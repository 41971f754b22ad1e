//! Groups: making them, who is in them, and what they are called; a file per verb.
//!
//! Each verb loads the group under its lock ([`group`]), checks what the caller may, writes system entries ([`log`])
//! and seats ([`seats`]), and answers with a [`Changed`].

mod group;
mod log;
mod seats;

mod add;
mod change;
mod create;
mod leave;
mod remove;
mod role;

use std::sync::Arc;

use common::id::{ConversationId, MessageId, UserId};
use common::model::{Entry, HistoryPolicy};

pub(super) use leave::leave_all;

use super::{AccountId, Commit, Committed};

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
/// `Store::deltas_for` with `since` = `position − 1`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// Which.
    pub conversation: ConversationId,
    /// The system entries that it wrote, in order.
    pub entries: Vec<Entry>,
    /// Who is to be told: current members, or the account alone where it is nobody else's.
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

impl Changed {
    /// Nothing, as things stand at `position`; the rest is for who changes something to say.
    pub(super) fn nothing(conversation: ConversationId, position: u64) -> Self {
        Self {
            conversation,
            entries: Vec::new(),
            audience: [].into(),
            came: Vec::new(),
            went: Vec::new(),
            changed: false,
            position,
        }
    }

    /// What everyone else is to be told.
    pub(super) fn commit(&self) -> Option<Commit> {
        let what = || Committed::Changed(self.clone());
        self.changed.then(|| Commit { position: self.position, what: what() })
    }
}
