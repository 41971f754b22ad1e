//! The log: what stands in a conversation, in its one order, and the digest that proves two copies equal.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::id::{MessageId, Seq, UserId};
use crate::json::{Object, Unreadable};
use crate::model::Role;

/// A SHA-256 value; 64 lower-case hexadecimal digits on the wire. The digest before the first entry is all zero.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The hash of a content, as it goes into the chain.
    pub fn of_content(content: &str) -> Self {
        Self(Sha256::digest(content.as_bytes()).into())
    }

    /// The digest after `entry`, given the one before it (docs/protocol.md, "The log").
    ///
    /// `SHA-256(before ‖ seq: u64 ‖ id: 16 bytes ‖ length of actor: u16 ‖ actor ‖ kind: u8 ‖ time: i64 ‖ hash(content))`,
    /// integers big-endian; kind is 1 for text and 2 for system.
    #[must_use]
    pub fn after(&self, entry: &Entry) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(entry.seq.to_be_bytes());
        hash.update(entry.message_id.0.as_bytes());
        hash.update((entry.from.0.len() as u16).to_be_bytes());
        hash.update(entry.from.0.as_bytes());
        hash.update([entry.kind.code()]);
        hash.update(entry.timestamp.to_be_bytes());
        hash.update(entry.content_digest().0);
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(D::Error::custom("a digest has 64 hexadecimal digits"));
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(D::Error::custom)?;
            *byte = u8::from_str_radix(pair, 16).map_err(D::Error::custom)?;
        }
        Ok(Self(bytes))
    }
}

/// What an entry is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum EntryType {
    /// A person wrote it; it counts as unread.
    Text,
    /// Something happened to the conversation; the content is a [`SystemEvent`] as JSON.
    System,
}

impl EntryType {
    /// The number that goes into the digest and the database.
    pub fn code(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::System => 2,
        }
    }

    /// The type with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Text),
            2 => Some(Self::System),
            _ => None,
        }
    }

    /// Whether such an entry adds to the unread count.
    pub fn counts(self) -> bool {
        matches!(self, Self::Text)
    }
}

/// One entry of a conversation's log, as every member's device holds it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place.
    #[cfg_attr(feature = "openapi", schema(value_type = u64))]
    pub seq: Seq,
    /// Its id.
    pub message_id: MessageId,
    /// Who wrote or did it.
    pub from: UserId,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EntryType,
    /// The text, or the event as JSON; absent once erased, then `content_hash` stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// SHA-256 of an erased content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<Digest>,
    /// When the server took it, Unix seconds. Never decides the order.
    pub timestamp: i64,
    /// Running count, in this conversation, of messages that count; this one included.
    pub count: u64,
    /// Running count, in this conversation, of messages that count by this sender; this one included.
    pub actor_count: u64,
}

impl Entry {
    /// The hash of the content, whether the content is still there or not.
    pub fn content_digest(&self) -> Digest {
        match (&self.content, self.content_hash) {
            (Some(content), _) => Digest::of_content(content),
            (None, Some(hash)) => hash,
            (None, None) => Digest::default(),
        }
    }

    /// The event, if this is a system entry that we understand.
    pub fn system_event(&self) -> Option<SystemEvent> {
        match self.kind {
            EntryType::System => SystemEvent::parse(self.content.as_deref()?),
            EntryType::Text => None,
        }
    }
}

/// What a system entry tells. The actor is the entry's `from`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SystemEvent {
    /// A group was made.
    Created {
        /// Its first title.
        title: String,
    },
    /// The actor brought these people in.
    MembersAdded {
        /// Who came in.
        user_ids: Vec<UserId>,
    },
    /// The actor removed someone.
    MemberRemoved {
        /// Who had to go.
        user_id: UserId,
    },
    /// The actor left.
    MemberLeft,
    /// The actor gave someone a role.
    RoleChanged {
        /// Whose.
        user_id: UserId,
        /// The new one.
        role: Role,
    },
    /// The actor gave the group a title.
    Renamed {
        /// The new one.
        title: String,
    },
    /// The actor changed what new members see.
    HistoryPolicyChanged {
        /// The new policy.
        policy: crate::model::HistoryPolicy,
    },
}

impl SystemEvent {
    /// Reads an event; one that this build does not know is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(Object::parse(text).ok()?).ok()
    }

    fn read(mut told: Object) -> Result<Self, Unreadable> {
        let event: String = told.take("event")?;
        Ok(match event.as_str() {
            "created" => Self::Created { title: told.take("title")? },
            "membersAdded" => Self::MembersAdded { user_ids: told.take("userIds")? },
            "memberRemoved" => Self::MemberRemoved { user_id: told.take("userId")? },
            "memberLeft" => Self::MemberLeft,
            "roleChanged" => Self::RoleChanged { user_id: told.take("userId")?, role: told.take("role")? },
            "renamed" => Self::Renamed { title: told.take("title")? },
            "historyPolicyChanged" => Self::HistoryPolicyChanged { policy: told.take("policy")? },
            _ => return Err(Unreadable),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            seq: 1,
            message_id: "018f2f6e-0000-7000-8000-000000000001".parse().unwrap(),
            from: "userA".into(),
            kind: EntryType::Text,
            content: Some("Hello, world!".into()),
            content_hash: None,
            timestamp: 1_694_956_800,
            count: 1,
            actor_count: 1,
        }
    }

    /// The vectors that `docs/protocol.md` gives to third parties.
    #[test]
    fn the_digests_are_the_documented_ones() {
        let by_hand = Sha256::new()
            .chain_update([0; 32])
            .chain_update([0, 0, 0, 0, 0, 0, 0, 1])
            .chain_update(entry().message_id.0.as_bytes())
            .chain_update([0, 5])
            .chain_update(b"userA")
            .chain_update([1])
            .chain_update([0, 0, 0, 0, 0x65, 0x06, 0xfd, 0x00])
            .chain_update(Sha256::digest(b"Hello, world!"))
            .finalize();
        let digest = Digest::default().after(&entry());
        assert_eq!(digest, Digest(by_hand.into()));
        let second = Entry {
            seq: 2,
            message_id: "018f2f6e-0000-7000-8000-000000000002".parse().unwrap(),
            from: "userB".into(),
            kind: EntryType::System,
            content: Some(r#"{"event":"renamed","title":"鴻雁"}"#.into()),
            timestamp: 1_694_956_801,
            ..entry()
        };
        let hash = Digest::of_content("Hello, world!");
        let erased = Entry { content: None, content_hash: Some(hash), ..entry() };
        assert_eq!(Digest::default().after(&erased), digest);
        let page = include_str!("../../../docs/protocol.md");
        for documented in [digest, digest.after(&second), hash] {
            let documented = documented.to_string();
            assert!(page.contains(&documented), "docs/protocol.md gives another vector than {documented}");
        }
    }

    #[test]
    fn every_event_survives_being_text() {
        let user_id = UserId::from("userB");
        let events = [
            SystemEvent::Created { title: "雁".into() },
            SystemEvent::MembersAdded { user_ids: vec![user_id.clone()] },
            SystemEvent::MemberRemoved { user_id: user_id.clone() },
            SystemEvent::MemberLeft,
            SystemEvent::RoleChanged { user_id, role: Role::Admin },
            SystemEvent::Renamed { title: "Geese".into() },
            SystemEvent::HistoryPolicyChanged { policy: crate::model::HistoryPolicy::All },
        ];
        for event in events {
            let text = serde_json::to_string(&event).unwrap();
            assert_eq!(SystemEvent::parse(&text), Some(event), "{text}");
        }
        for text in ["", "7", "{}", r#"{"event":"danced"}"#, r#"{"event":"renamed"}"#] {
            assert_eq!(SystemEvent::parse(text), None, "{text}");
        }
    }

    #[test]
    fn erasing_the_content_keeps_the_digest() {
        let whole = Digest::default().after(&entry());
        let erased =
            Entry { content: None, content_hash: Some(Digest::of_content("Hello, world!")), ..entry() };
        assert_eq!(Digest::default().after(&erased), whole);
    }

    #[test]
    fn a_digest_survives_the_wire_and_refuses_nonsense() {
        let digest = Digest::of_content("x");
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
        for bad in ["\"\"", "\"zz\"", "7", &format!("\"{}\"", "é".repeat(32))] {
            assert!(serde_json::from_str::<Digest>(bad).is_err());
        }
    }
}
