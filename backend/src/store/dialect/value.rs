//! What is bound to a statement.

use common::id::{ConversationId, DeviceId, MessageId, UserId};
use common::model::Digest;

use crate::store::{AccountId, TokenHash};

/// One bound value, of the few types that the schema has. `None` is null, of a known type (PostgreSQL wants to know).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::store) enum Value {
    /// `integer` or `bigint`
    Int(Option<i64>),
    /// `blob` or `bytea`
    Bytes(Vec<u8>),
    /// `text`
    Text(Option<String>),
}

/// The values bound to one statement, each turned `Into` a [`Value`]: `values![account, conversation, seq]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::store::dialect::Value::from($value)),*]
    };
}
pub(in crate::store) use values;

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u64> for Value {
    /// Numbers of ours stay below 2^63; an epoch, which may not, is kept as the same 64 bits.
    fn from(number: u64) -> Self {
        Self::Int(Some(number.cast_signed()))
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<Option<u64>> for Value {
    fn from(number: Option<u64>) -> Self {
        Self::Int(number.map(u64::cast_signed))
    }
}

impl From<AccountId> for Value {
    fn from(account: AccountId) -> Self {
        Self::Int(Some(account.0))
    }
}

impl From<Option<AccountId>> for Value {
    fn from(account: Option<AccountId>) -> Self {
        Self::Int(account.map(|account| account.0))
    }
}

impl From<ConversationId> for Value {
    fn from(id: ConversationId) -> Self {
        Self::Bytes(id.0.as_bytes().to_vec())
    }
}

impl From<MessageId> for Value {
    fn from(id: MessageId) -> Self {
        Self::Bytes(id.0.as_bytes().to_vec())
    }
}

impl From<DeviceId> for Value {
    fn from(id: DeviceId) -> Self {
        Self::Bytes(id.0.as_bytes().to_vec())
    }
}

impl From<Digest> for Value {
    fn from(digest: Digest) -> Self {
        Self::Bytes(digest.0.to_vec())
    }
}

impl From<TokenHash> for Value {
    fn from(hash: TokenHash) -> Self {
        Self::Bytes(hash.0.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<&UserId> for Value {
    fn from(name: &UserId) -> Self {
        Self::Text(Some(name.0.clone()))
    }
}
