//! What a notification shows, and in which words.

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

/// A language that the client speaks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Chinese as written in Taiwan.
    #[serde(rename = "zh-TW")]
    Taiwanese,
}

impl Language {
    /// The tag of BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Taiwanese => "zh-TW",
        }
    }

    /// That of this tag, exactly.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::English, Self::Taiwanese].into_iter().find(|language| language.tag() == tag)
    }
}
