//! Why a verb came to nothing, as views show it.

use common::wire::{ErrorBody, ErrorCode};

/// Why the server did not do what was asked over HTTP. Nothing changed, as far as we know.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ApiTrouble {
    /// It said no; `code` and `field` say why.
    #[error("refused: {0:?}")]
    Refused(ErrorBody),
    /// It could not be reached, or did not answer in time.
    #[error("no connection")]
    NoConnection,
    /// It answered something that we do not understand.
    #[error("answer not understood")]
    Unintelligible,
}

impl ApiTrouble {
    /// The server's reason, if it gave one.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(body) => Some(body.code),
            Self::NoConnection | Self::Unintelligible => None,
        }
    }
}

/// Why a message was not taken over by storage; the composer keeps the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SendTrouble {
    /// It was handed over (or is gone): it can no longer be edited or taken back.
    #[error("too late")]
    TooLate,
    /// The leading tab did not answer; the same text may be sent again without danger of doubling it.
    #[error("no answer from the leading tab")]
    NoAnswer,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
}

/// Why signing in or up did not work.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignInTrouble {
    /// As over HTTP.
    #[error(transparent)]
    Api(#[from] ApiTrouble),
    /// The session that expired here is another person's, with queued text. Sign in as that person, or sign out first.
    #[error("another person is signed in here")]
    OtherPerson,
}

/// Why one was not signed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignOutTrouble {
    /// So many messages still wait here and would be lost: ask first, then call again with `lose_waiting`.
    #[error("{0} messages still wait")]
    Waiting(usize),
    /// Storage was not read yet, and nobody knows what waits: a moment later it is.
    #[error("storage was not read yet")]
    NotRead,
}
