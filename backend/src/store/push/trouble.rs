//! Why push services did not take something, as it is kept.

/// Why a push was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The push service answered with this status.
    Status(u16),
    /// No answer in time.
    Timeout,
    /// No connection: no such name, nobody there, no certificate that is trusted, or an address that is not public.
    Connection,
    /// The endpoint is of no push service that we may send to (any more), or its keys are none.
    NotAllowed,
}

impl Trouble {
    /// The number by which it is kept.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Timeout => 0,
            Self::Connection => 1,
            Self::NotAllowed => 2,
            Self::Status(status) => i64::from(status),
        }
    }

    /// That of this number.
    pub(super) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Timeout,
            1 => Self::Connection,
            2 => Self::NotAllowed,
            status => Self::Status(u16::try_from(status).unwrap_or(u16::MAX)),
        }
    }
}
