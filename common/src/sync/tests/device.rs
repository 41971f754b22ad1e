//! A device: an engine, its storage, its wrong clock, and what its person did.

use crate::id::{MessageId, UserId};
use crate::sync::tests::storage::Storage;
use crate::sync::{Engine, Target};

/// What became of a message that a person wrote.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) id: MessageId,
    pub(super) target: Target,
    pub(super) content: String,
    /// Taken back, or refused and given up: it must not be in any log.
    pub(super) gone: bool,
    /// Refused once and fixed: it went behind those written since.
    pub(super) fixed: bool,
    /// Its row was stored once: it is promised from then on.
    pub(super) stored: bool,
}

/// One device of an account.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) user: UserId,
    /// How far its clock is ahead of the world's.
    pub(super) clock_ahead_ms: u64,
    /// `None` while the app is closed.
    pub(super) engine: Option<Engine>,
    pub(super) storage: Storage,
    /// Counts the starts of the app: what belongs to an earlier one is void.
    pub(super) life: u32,
    /// Counts attempts to connect: the outcome of an earlier one is void.
    pub(super) attempt: u32,
    pub(super) socket: Option<usize>,
    pub(super) has_network: bool,
    /// When the next wake-up is scheduled.
    pub(super) wake_at_ms: Option<u64>,
    pub(super) written: Vec<Written>,
}

impl Device {
    pub(super) fn new(user: &UserId, clock_ahead_ms: u64) -> Self {
        Self {
            user: user.clone(),
            clock_ahead_ms,
            engine: None,
            storage: Storage::default(),
            life: 0,
            attempt: 0,
            socket: None,
            has_network: true,
            wake_at_ms: None,
            written: Vec::new(),
        }
    }

    pub(super) fn clock(&self, now_ms: u64) -> u64 {
        now_ms + self.clock_ahead_ms
    }
}
