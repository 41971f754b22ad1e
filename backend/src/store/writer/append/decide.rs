//! The rules for one message, on what was looked up. No database here.

use std::collections::HashMap;
use std::sync::Arc;

use common::id::{ConversationId, MessageId, Seq};
use common::model::{ConversationKind, Digest, Entry, EntryType, Head, Role, Standing};
use sha2::{Digest as _, Sha256};

use crate::store::{AccountId, Appended, NewMessage, StoreError, Target};

/// All that a group's messages name, as it was under the locks, and as they change it one after the other.
#[derive(Default)]
pub(super) struct Known {
    /// Folded name → account.
    pub(super) accounts: HashMap<String, AccountId>,
    /// Two accounts, ordered → their direct conversation.
    pub(super) pairs: HashMap<(AccountId, AccountId), ConversationId>,
    /// The conversations.
    pub(super) talks: HashMap<ConversationId, Talk>,
    /// The senders' seats, and in conversations yet to be made both people's.
    pub(super) seats: HashMap<(ConversationId, AccountId), Seat>,
    /// Taken ids.
    pub(super) ids: HashMap<MessageId, Place>,
}

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub(super) kind: ConversationKind,
    /// The two people of a direct one.
    pub(super) pair: Option<(AccountId, AccountId)>,
    pub(super) head: Head,
    pub(super) audience: Arc<[AccountId]>,
    pub(super) state: TalkState,
}

/// What is to be written of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TalkState {
    /// Nothing.
    Stored,
    /// Its head.
    Moved,
    /// Nothing: it would be new, but nobody has written yet.
    Imagined,
    /// All of it.
    New {
        /// Unix seconds.
        created_at: i64,
    },
}

/// An account in a conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Seat {
    /// `None`: no longer in.
    pub(super) role: Option<Role>,
    pub(super) standing: Standing,
    pub(super) own_count: u64,
    /// Direct conversations: whether the other person is still there.
    pub(super) other_is_in: bool,
    /// Direct conversations: whether the other person blocks this one.
    pub(super) is_blocked: bool,
    /// The sender wrote.
    pub(super) counted: bool,
    /// Writing accepted the conversation.
    pub(super) accepted: bool,
}

/// Where an id stands, and what was asked for under it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) sender: AccountId,
    pub(super) conversation: ConversationId,
    pub(super) seq: Seq,
    pub(super) request_hash: [u8; 32],
}

/// What becomes of a message that is not refused.
pub(super) enum Decision {
    /// It stands in the log now.
    Accept(Accepted),
    /// It stood there already.
    Repeat(Place),
}

/// A message that has its place; only the position is missing.
pub(super) struct Accepted {
    pub(super) conversation: ConversationId,
    pub(super) actor: AccountId,
    pub(super) entry: Entry,
    pub(super) digest: Digest,
    pub(super) request_hash: [u8; 32],
    pub(super) created: bool,
    pub(super) accepted: bool,
    pub(super) audience: Arc<[AccountId]>,
}

impl Accepted {
    /// The answer, given the position.
    pub(super) fn into_answer(self, position: u64) -> Appended {
        Appended {
            conversation: self.conversation,
            entry: self.entry,
            duplicate: false,
            created: self.created,
            accepted: self.accepted,
            audience: self.audience,
            position,
        }
    }
}

/// What decides whether a message with a known id is the same again: target, type and content. The target is the
/// conversation, so that naming it by the other person or by its id is the same.
pub(in crate::store) fn request_hash(
    conversation: ConversationId,
    kind: EntryType,
    content: &str,
) -> [u8; 32] {
    Sha256::new()
        .chain_update(conversation.0.as_bytes())
        .chain_update([kind.code()])
        .chain_update(content.as_bytes())
        .finalize()
        .into()
}

/// Two accounts in the order in which a pair is kept.
pub(super) fn pair(one: AccountId, other: AccountId) -> (AccountId, AccountId) {
    (one.min(other), one.max(other))
}

impl Known {
    /// Decides on a message, and takes it in where it is accepted.
    pub(super) fn decide(&mut self, new: &NewMessage) -> Result<Decision, StoreError> {
        let sender = new.caller.account;
        let content = new.content.as_str();
        let target = self.find_target(new);
        let hash = |conversation| request_hash(conversation, EntryType::Text, content);
        if let Some(place) = self.ids.get(&new.message_id) {
            let same = place.sender == sender
                && target == Some(place.conversation)
                && place.request_hash == hash(place.conversation);
            return if same { Ok(Decision::Repeat(*place)) } else { Err(StoreError::Conflict) };
        }
        let conversation = target.ok_or(StoreError::NotFound)?;
        let talk = self.talks.get_mut(&conversation).ok_or(StoreError::NotFound)?;
        let seat = self.seats.get_mut(&(conversation, sender)).ok_or(StoreError::NotFound)?;
        seat.may_write(talk.kind)?;
        if let Some(after) = new.after {
            let place = self.ids.get(&after).ok_or(StoreError::TooEarly)?;
            if (place.sender, place.conversation) != (sender, conversation) {
                return Err(StoreError::TooEarly);
            }
        }

        let created = talk.state == TalkState::Imagined;
        let accepted = !created && seat.standing != Standing::Accepted;
        seat.standing = Standing::Accepted;
        seat.accepted |= accepted;
        seat.counted = true;
        seat.own_count += 1;
        talk.head.seq += 1;
        talk.head.count += 1;
        talk.state = match talk.state {
            TalkState::Imagined => TalkState::New { created_at: new.now },
            TalkState::New { created_at } => TalkState::New { created_at },
            TalkState::Stored | TalkState::Moved => TalkState::Moved,
        };
        let entry = Entry {
            seq: talk.head.seq,
            message_id: new.message_id,
            from: new.caller.user_id.clone(),
            kind: EntryType::Text,
            content: Some(content.to_owned()),
            content_hash: None,
            timestamp: new.now,
            count: talk.head.count,
            actor_count: seat.own_count,
        };
        talk.head.digest = talk.head.digest.after(&entry);
        let request_hash = hash(conversation);
        self.ids.insert(new.message_id, Place { sender, conversation, seq: entry.seq, request_hash });
        Ok(Decision::Accept(Accepted {
            conversation,
            actor: sender,
            digest: talk.head.digest,
            entry,
            request_hash,
            created,
            accepted,
            audience: talk.audience.clone(),
        }))
    }

    fn find_target(&self, new: &NewMessage) -> Option<ConversationId> {
        match &new.target {
            Target::Conversation(id) => Some(*id),
            Target::Person(name) => {
                let person = *self.accounts.get(&name.folded())?;
                self.pairs.get(&pair(new.caller.account, person)).copied()
            }
        }
    }
}

impl Seat {
    fn may_write(&self, kind: ConversationKind) -> Result<(), StoreError> {
        match kind {
            _ if self.role.is_none() => Err(StoreError::NotFound),
            ConversationKind::Direct if !self.other_is_in => Err(StoreError::NotFound),
            ConversationKind::Direct if self.is_blocked => Err(StoreError::Blocked),
            _ => Ok(()),
        }
    }
}
