//! Who is at the other side of a conversation, and what it is called.

use common::id::{ConversationId, UserId};
use common::sync::{ConversationKey, ConversationRecord, Target};
use leptos::prelude::*;

use crate::components::kit::AvatarKind;
use crate::i18n::{Texts, use_texts};
use crate::stores::{ConversationsStore, PeopleStore, SessionStore};

/// Who is at the other side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Party {
    /// Nobody: a note to oneself.
    Note(UserId),
    /// One person.
    Person(UserId),
    /// The members of a group.
    Group(ConversationId),
}

impl Party {
    /// Who is at the other side of a conversation, of which nothing more than the key may be known.
    pub fn of(key: &ConversationKey, record: Option<&ConversationRecord>, me: Option<&UserId>) -> Self {
        match key {
            ConversationKey::Group(id) => Self::Group(*id),
            ConversationKey::Direct(folded) => {
                let registered = record.and_then(|record| record.peer.clone());
                let peer = registered.unwrap_or_else(|| UserId(folded.clone()));
                if me.is_some_and(|me| me.folded() == *folded) {
                    Self::Note(peer)
                } else {
                    Self::Person(peer)
                }
            }
        }
    }

    /// The other person, if it is one.
    pub fn person(&self) -> Option<&UserId> {
        match self {
            Self::Person(user) => Some(user),
            Self::Note(_) | Self::Group(_) => None,
        }
    }

    /// Where messages to them go.
    pub fn target(&self) -> Target {
        match self {
            Self::Note(user) | Self::Person(user) => Target::Person(user.clone()),
            Self::Group(id) => Target::Group(*id),
        }
    }

    /// How their avatar is drawn.
    pub fn avatar(&self) -> AvatarKind {
        match self {
            Self::Note(_) => AvatarKind::Note,
            Self::Person(_) => AvatarKind::Person,
            Self::Group(_) => AvatarKind::Group,
        }
    }

    /// What decides their hue.
    pub fn hue_id(&self) -> String {
        match self {
            Self::Note(user) | Self::Person(user) => user.folded(),
            Self::Group(id) => id.to_string(),
        }
    }
}

/// Looks up who is who; from the stores in context.
#[derive(Clone, Copy)]
pub struct Parties {
    session: SessionStore,
    people: PeopleStore,
    conversations: ConversationsStore,
    texts: Texts,
}

/// The parties of the conversations in the stores.
pub fn use_parties() -> Parties {
    Parties {
        session: expect_context(),
        people: expect_context(),
        conversations: expect_context(),
        texts: use_texts(),
    }
}

impl Parties {
    /// Who is at the other side, once and for all: a key never changes sides. Not reactive.
    pub fn at(self, key: &ConversationKey) -> Party {
        untrack(|| self.of(key))
    }

    /// Who is at the other side. Reactive.
    pub fn of(self, key: &ConversationKey) -> Party {
        let me = self.session.me();
        match self.conversations.find(key) {
            Some(slot) => slot.record.with(|record| Party::of(key, Some(record), me.as_ref())),
            None => Party::of(key, None, me.as_ref()),
        }
    }

    /// What a conversation is called. Reactive.
    pub fn title(self, key: &ConversationKey) -> String {
        match self.of(key) {
            Party::Note(_) => self.texts.list_note().to_owned(),
            Party::Person(user) => self.name(&user),
            Party::Group(_) => self
                .conversations
                .find(key)
                .and_then(|slot| slot.record.with(|record| record.title.clone()))
                .unwrap_or_default(),
        }
    }

    /// What a person is called. Reactive.
    pub fn name(self, user: &UserId) -> String {
        match self.people.profile(user) {
            Some(profile) if profile.deleted => self.texts.list_deleted_person().to_owned(),
            Some(profile) => profile.display_name,
            None => user.0.clone(),
        }
    }

    /// Whether a person's account is deleted. Reactive.
    pub fn is_deleted(self, user: &UserId) -> bool {
        self.people.profile(user).is_some_and(|profile| profile.deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_with_oneself_is_a_note() {
        let key: ConversationKey = "@anna".parse().unwrap();
        let anna = UserId::from("Anna");
        assert!(matches!(Party::of(&key, None, Some(&anna)), Party::Note(_)));
        let other = Party::of(&key, None, Some(&UserId::from("Ben")));
        assert_eq!(other, Party::Person(UserId::from("anna")));
    }
}
