//! How far a member has come.

use serde::{Deserialize, Serialize};

use crate::id::{Seq, UserId};

/// How far a member has received and read; both only ever grow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Whose.
    pub user_id: UserId,
    /// Newest seq that one of their devices received.
    pub delivered_seq: Seq,
    /// Newest seq that they have read.
    pub read_seq: Seq,
}
