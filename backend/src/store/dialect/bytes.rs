//! Columns of fixed length: ids (16 bytes) and hashes (32).

use common::id::{ConversationId, DeviceId, MessageId};
use common::model::Digest;
use sqlx::error::BoxDynError;
use sqlx::{Database, Decode, Type};
use uuid::Uuid;

/// A `blob` or `bytea` column of exactly `N` bytes; of another length it does not decode.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(in crate::store) struct Bytes<const N: usize>(pub [u8; N]);

impl<const N: usize, DB: Database> Type<DB> for Bytes<N>
where
    Vec<u8>: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <Vec<u8> as Type<DB>>::type_info()
    }

    fn compatible(ty: &DB::TypeInfo) -> bool {
        <Vec<u8> as Type<DB>>::compatible(ty)
    }
}

impl<'r, const N: usize, DB: Database> Decode<'r, DB> for Bytes<N>
where
    &'r [u8]: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8]>::decode(value)?;
        Ok(Self(bytes.try_into().map_err(|_| format!("{} bytes where {N} were expected", bytes.len()))?))
    }
}

impl From<Bytes<16>> for ConversationId {
    fn from(bytes: Bytes<16>) -> Self {
        Self(Uuid::from_bytes(bytes.0))
    }
}

impl From<Bytes<16>> for MessageId {
    fn from(bytes: Bytes<16>) -> Self {
        Self(Uuid::from_bytes(bytes.0))
    }
}

impl From<Bytes<16>> for DeviceId {
    fn from(bytes: Bytes<16>) -> Self {
        Self(Uuid::from_bytes(bytes.0))
    }
}

impl From<Bytes<32>> for Digest {
    fn from(bytes: Bytes<32>) -> Self {
        Self(bytes.0)
    }
}
