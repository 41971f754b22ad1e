//! What a conversation is called on a device.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::{ConversationId, UserId};

/// A conversation's name on this device: a direct one goes by the other person, so that one can write to somebody
/// before the server has made the conversation; a group goes by its id. As text: `@name` in lower case, or the id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ConversationKey {
    /// With this person (folded name), or with oneself.
    Direct(String),
    /// The group with this id.
    Group(ConversationId),
}

impl ConversationKey {
    /// The key of the conversation with a person.
    pub fn direct(peer: &UserId) -> Self {
        Self::Direct(peer.folded())
    }
}

impl fmt::Display for ConversationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(peer) => write!(f, "@{peer}"),
            Self::Group(id) => id.fmt(f),
        }
    }
}

/// The text is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a conversation's key")]
pub struct NoKey;

impl FromStr for ConversationKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        match text.strip_prefix('@') {
            Some(name) => {
                crate::text::parse_username(name).map(|peer| Self::direct(&peer)).map_err(|_| NoKey)
            }
            None => text.parse().map(Self::Group).map_err(|_| NoKey),
        }
    }
}

impl Serialize for ConversationKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConversationKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
