//! Errors: one closed list for HTTP and the socket, each with what to do about it.

use serde::{Deserialize, Serialize};

use crate::id::MessageId;

/// Every reason for which the server refuses something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// Not the JSON we expect: not parsable, a missing field, a wrong type, an unknown action.
    Malformed,
    /// Parsable, but a field's value is not allowed.
    Invalid,
    /// The password is too easily guessed.
    WeakPassword,
    /// The user name is taken.
    NameTaken,
    /// Accounts are made by invitation only, and there was none, or it was used or expired.
    InviteRequired,
    /// No new accounts here.
    RegistrationClosed,
    /// Unknown name or wrong password; never told which.
    WrongCredentials,
    /// No session, or one that ended.
    Unauthorized,
    /// The device was revoked; wipe.
    Revoked,
    /// Known, and not allowed.
    Forbidden,
    /// The person does not take direct messages from you.
    Blocked,
    /// Not there, or not yours to know of.
    NotFound,
    /// The id is taken by something else.
    Conflict,
    /// A bound is reached: members of a group, say.
    Full,
    /// Content or body over its limit.
    TooLarge,
    /// The message named by `after` is not committed; send in order.
    TooEarly,
    /// Too fast; wait `retryAfter` seconds.
    RateLimited,
    /// The server cannot do it now: disk full, database locked, shutting down.
    Unavailable,
    /// The server failed; nothing was stored.
    Internal,
}

/// What a client does about an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Remedy {
    /// Try again at once, in order.
    RetryNow,
    /// Wait (as long as told, or with back-off) and try the same again.
    RetryLater,
    /// Sign in, then try the same again.
    SignIn,
    /// The same will never be taken; ask the person.
    Never,
}

impl ErrorCode {
    /// What a client does about it.
    pub fn remedy(self) -> Remedy {
        match self {
            Self::TooEarly => Remedy::RetryNow,
            Self::RateLimited | Self::Unavailable | Self::Internal => Remedy::RetryLater,
            Self::Unauthorized | Self::Revoked => Remedy::SignIn,
            _ => Remedy::Never,
        }
    }

    /// The HTTP status it goes with.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::WrongCredentials | Self::Unauthorized | Self::Revoked => 401,
            Self::Forbidden | Self::Blocked | Self::InviteRequired | Self::RegistrationClosed => 403,
            Self::NotFound => 404,
            Self::NameTaken | Self::Conflict | Self::Full => 409,
            Self::TooLarge => 413,
            Self::Invalid | Self::WeakPassword => 422,
            Self::TooEarly => 425,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

/// What is said of an error, over HTTP inside `{"error": …}` and over the socket as the data of `error`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    /// Which of the closed list.
    pub code: ErrorCode,
    /// For a developer's eyes, in English; programs go by `code` and `field`.
    pub message: String,
    /// The field at fault, by its name on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The message at fault, over the socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl ErrorBody {
    /// An error with its code and a sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, message_id: None, retry_after: None }
    }
}
