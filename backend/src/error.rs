//! What the edges answer when something is refused or fails.

use std::borrow::Cow;

use common::id::MessageId;
use common::text::{Problem, Unfit};
use common::wire::{ErrorBody, ErrorCode};

use crate::auth::rate::TooFast;
use crate::store::StoreError;

/// Seconds after which what is unavailable may be tried again.
pub const UNAVAILABLE_RETRY_AFTER_S: u64 = 2;

/// A request was refused, or could not be done. What a client may hear of it is [`Error::body`]; the cause is for
/// the log only.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused, with all that the client is told.
    #[error("{0:?}")]
    Refused(Box<ErrorBody>),
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// A refusal with its code and a sentence.
    pub fn refused(code: ErrorCode, message: impl Into<String>) -> Self {
        Self::Refused(Box::new(ErrorBody::new(code, message)))
    }

    /// A value that is not allowed in this field.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        let body = ErrorBody::new(ErrorCode::Invalid, message);
        Self::Refused(Box::new(ErrorBody { field: Some(field.to_owned()), ..body }))
    }

    /// Not there, or not for the caller to know of.
    pub fn not_found() -> Self {
        Self::Store(StoreError::NotFound)
    }

    /// The server cannot do it now.
    pub fn unavailable() -> Self {
        Self::Store(StoreError::Unavailable("stopping".to_owned()))
    }

    /// Which of the closed list.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Refused(body) => body.code,
            Self::Store(error) => code_of(error),
        }
    }

    /// What the client is told: never an inner text.
    pub fn body(&self) -> ErrorBody {
        match self {
            Self::Refused(body) => (**body).clone(),
            Self::Store(error) => {
                let body = ErrorBody::new(code_of(error), words_of(error));
                match error {
                    StoreError::Unavailable(_) => {
                        ErrorBody { retry_after: Some(UNAVAILABLE_RETRY_AFTER_S), ..body }
                    }
                    StoreError::BeyondHead => ErrorBody { field: Some("seq".to_owned()), ..body },
                    _ => body,
                }
            }
        }
    }

    /// The same, naming the message that it is about.
    pub fn body_for(&self, message_id: MessageId) -> ErrorBody {
        ErrorBody { message_id: Some(message_id), ..self.body() }
    }

    /// Whether something is wrong with the server, so that it belongs into the log.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Store(error) if !error.is_refusal())
    }
}

fn code_of(error: &StoreError) -> ErrorCode {
    match error {
        StoreError::NotFound => ErrorCode::NotFound,
        StoreError::Forbidden => ErrorCode::Forbidden,
        StoreError::Blocked => ErrorCode::Blocked,
        StoreError::Conflict => ErrorCode::Conflict,
        StoreError::TooEarly => ErrorCode::TooEarly,
        StoreError::NameTaken => ErrorCode::NameTaken,
        StoreError::InviteUnusable => ErrorCode::InviteRequired,
        StoreError::Full => ErrorCode::Full,
        StoreError::BeyondHead => ErrorCode::Invalid,
        StoreError::Unavailable(_) => ErrorCode::Unavailable,
        StoreError::Corrupt(_) | StoreError::Raced(_) | StoreError::Database(_) => ErrorCode::Internal,
    }
}

fn words_of(error: &StoreError) -> Cow<'static, str> {
    Cow::Borrowed(match error {
        StoreError::NotFound => "not found",
        StoreError::Forbidden => "not allowed",
        StoreError::Blocked => "this person takes no direct messages from you",
        StoreError::Conflict => "the id is taken",
        StoreError::TooEarly => "the message named by after is not stored yet",
        StoreError::NameTaken => "the name is taken",
        StoreError::InviteUnusable => "no such invitation, or it was used or has expired",
        StoreError::Full => "the group has as many members as it can",
        StoreError::BeyondHead => "seq is beyond the end of the conversation",
        StoreError::Unavailable(_) => "not now; try again",
        StoreError::Corrupt(_) | StoreError::Raced(_) | StoreError::Database(_) => "the server failed",
    })
}

impl From<Unfit> for Error {
    /// Content over its limit is `tooLarge`, everything else `invalid`; both name the field.
    fn from(unfit: Unfit) -> Self {
        let code = match (unfit.field, unfit.problem) {
            ("content", Problem::TooLong) => ErrorCode::TooLarge,
            _ => ErrorCode::Invalid,
        };
        let body = ErrorBody::new(code, unfit.to_string());
        Self::Refused(Box::new(ErrorBody { field: Some(unfit.field.to_owned()), ..body }))
    }
}

impl From<TooFast> for Error {
    fn from(fast: TooFast) -> Self {
        let body = ErrorBody::new(ErrorCode::RateLimited, "too fast");
        Self::Refused(Box::new(ErrorBody { retry_after: Some(fast.retry_after_s), ..body }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::text::Content;

    #[test]
    fn what_went_wrong_inside_is_not_told() {
        let error = Error::from(StoreError::Unavailable("disk I/O error on /secret/path".into()));
        assert!(error.is_failure());
        let body = error.body();
        assert_eq!((body.code, body.retry_after), (ErrorCode::Unavailable, Some(UNAVAILABLE_RETRY_AFTER_S)));
        assert!(!body.message.contains("secret"));
        assert_eq!(Error::from(StoreError::Corrupt("row 7".into())).body().message, "the server failed");
    }

    #[test]
    fn a_bad_content_names_its_field_and_a_long_one_is_too_large() {
        let body = Error::from(Content::parse(" ".into()).unwrap_err()).body();
        assert_eq!((body.code, body.field.as_deref()), (ErrorCode::Invalid, Some("content")));
        let body = Error::from(Content::parse("x".repeat(20_000)).unwrap_err()).body();
        assert_eq!(body.code, ErrorCode::TooLarge);
    }
}
