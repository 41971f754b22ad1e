//! What a notification shows.

use serde::{Deserialize, Serialize};

/// How much of a message a notification shows, on whatever screen it appears.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Shows {
    /// Who wrote, and what.
    #[default]
    Text,
    /// Who wrote.
    Name,
    /// Only that there is something new.
    Nothing,
}
