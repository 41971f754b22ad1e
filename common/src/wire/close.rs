//! Why the server closes a socket.

/// The codes with which the server closes a socket; the closed list of the protocol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum CloseCode {
    /// The server is going away or restarting; the reason is JSON `{"retryAfter": seconds}`.
    ComeBack = 1012,
    /// A frame was over the limit.
    FrameTooBig = 1009,
    /// The server failed; come back with the usual back-off.
    Internal = 1011,
    /// The session ended (signed out, password changed, expired): sign in again, keep the outbox.
    SignedOut = 4001,
    /// The device was revoked: wipe what it holds.
    Revoked = 4002,
    /// The reader was too slow; connect again and resume.
    TooSlow = 4003,
    /// Nothing was heard for too long.
    Silent = 4004,
    /// Too many sockets of this account or address.
    TooMany = 4005,
    /// Too many frames that were no frames, or that came too fast.
    Abuse = 4006,
}

impl CloseCode {
    /// The number on the wire.
    pub fn code(self) -> u16 {
        self as u16
    }

    /// The meaning of a number, if it is one of ours.
    pub fn from_code(code: u16) -> Option<Self> {
        [
            Self::ComeBack,
            Self::FrameTooBig,
            Self::Internal,
            Self::SignedOut,
            Self::Revoked,
            Self::TooSlow,
            Self::Silent,
            Self::TooMany,
            Self::Abuse,
        ]
        .into_iter()
        .find(|known| known.code() == code)
    }
}
