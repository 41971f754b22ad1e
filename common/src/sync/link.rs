//! The link's state machine: when to open a socket, when to give one up. It knows nothing of what is said over it.
//!
//! ```text
//!            due, retry_now, online                 link up
//!  Waiting ─────────────────────────▶ Opening ─────────────────▶ Up ──┐ heard: silence starts anew
//!     ▲                                  │ failed, or CONNECT_MS       │◀┘
//!     └──────────────────────────────────┴───── closed, or silent ─────┘        no session: Lost, for good
//! ```

use crate::limits;
use crate::sync::LostReason;
use crate::sync::chance::Chance;
use crate::wire::CloseCode;

/// Why there is no socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkDown {
    /// It could not be opened.
    Failed,
    /// It was open and closed.
    Closed {
        /// The server's reason, if it gave one of ours.
        code: Option<CloseCode>,
        /// Seconds to wait, where the server said so.
        retry_after_s: Option<u64>,
    },
    /// The upgrade was refused: there is no session.
    Unauthorized {
        /// The device was revoked: wipe.
        revoked: bool,
    },
}

/// A socket that does not open within this time is given up.
pub(super) const CONNECT_MS: u64 = 15_000;
/// A socket that is doubted (the network changed, the person asks) must answer a ping within this time.
pub(super) const PROBE_MS: u64 = 4_000;
/// While the device says that it has no network, an attempt is still made this often: some devices are wrong.
pub(super) const OFFLINE_RETRY_MS: u64 = 30_000;

/// Where the link is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// No socket until this time.
    Waiting { next_try_ms: u64 },
    /// A socket is being opened, until this time at most.
    Opening { give_up_ms: u64 },
    /// A socket is open. It is pinged at `ping_ms` and given up at `give_up_ms` unless something is heard before.
    Up { ping_ms: u64, give_up_ms: u64 },
    /// The session is over.
    Lost(LostReason),
}

/// What the time that has passed asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Due {
    Nothing,
    Connect,
    Ping,
    GiveUp,
}

/// The link of one device.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) phase: Phase,
    online: bool,
    failures: u32,
    chance: Chance,
}

impl Link {
    /// A link that is due to connect at once.
    pub(super) fn new(seed: u64, now_ms: u64) -> Self {
        Self {
            phase: Phase::Waiting { next_try_ms: now_ms },
            online: true,
            failures: 0,
            chance: Chance::new(seed),
        }
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self.phase, Phase::Up { .. })
    }

    /// Whether the device says that it has a network.
    pub(super) fn is_online(&self) -> bool {
        self.online
    }

    /// The link's own chance, for other waits that need jitter.
    pub(super) fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    /// Tries at once where there is no socket, and doubts the one there is. True when a ping is to be sent.
    pub(super) fn hurry(&mut self, now_ms: u64) -> bool {
        match &mut self.phase {
            Phase::Waiting { next_try_ms } => *next_try_ms = now_ms,
            Phase::Up { give_up_ms, .. } => {
                *give_up_ms = (*give_up_ms).min(now_ms + PROBE_MS);
                return true;
            }
            Phase::Opening { .. } | Phase::Lost(_) => {}
        }
        false
    }

    /// The device says whether it has a network. True when a ping is to be sent: an open socket is doubted, not closed.
    pub(super) fn set_online(&mut self, online: bool, now_ms: u64) -> bool {
        self.online = online;
        match (&mut self.phase, online) {
            (Phase::Waiting { next_try_ms }, false) => {
                *next_try_ms = now_ms + OFFLINE_RETRY_MS;
                false
            }
            _ => self.hurry(now_ms),
        }
    }

    pub(super) fn opening(&mut self, now_ms: u64) {
        self.phase = Phase::Opening { give_up_ms: now_ms + CONNECT_MS };
    }

    pub(super) fn up(&mut self, now_ms: u64) {
        self.phase = Phase::Up { ping_ms: 0, give_up_ms: 0 };
        self.heard(now_ms);
    }

    /// Something came in.
    pub(super) fn heard(&mut self, now_ms: u64) {
        if let Phase::Up { ping_ms, give_up_ms } = &mut self.phase {
            *ping_ms = now_ms + limits::PING_AFTER_MS;
            *give_up_ms = now_ms + limits::SILENCE_MS;
        }
    }

    /// The server proved useful: the next failure is a first one.
    pub(super) fn worked(&mut self) {
        self.failures = 0;
    }

    /// There is no socket any more; waits, or is lost.
    pub(super) fn down(&mut self, why: LinkDown, now_ms: u64) {
        let lost = match why {
            LinkDown::Unauthorized { revoked: true } => Some(LostReason::Revoked),
            LinkDown::Unauthorized { revoked: false } => Some(LostReason::SignedOut),
            LinkDown::Closed { code: Some(CloseCode::Revoked), .. } => Some(LostReason::Revoked),
            LinkDown::Closed { code: Some(CloseCode::SignedOut), .. } => Some(LostReason::SignedOut),
            LinkDown::Failed | LinkDown::Closed { .. } => None,
        };
        if let Some(reason) = lost {
            self.phase = Phase::Lost(reason);
            return;
        }
        self.failures = self.failures.saturating_add(1);
        let own = self.chance.backoff_ms(self.failures);
        let wait_ms = match why {
            // the server spreads its clients itself; a little chance keeps equal seconds apart
            LinkDown::Closed { retry_after_s: Some(seconds), .. } => {
                seconds.saturating_mul(1_000).saturating_add(self.chance.between(0, 1_000))
            }
            LinkDown::Closed { code: Some(CloseCode::TooMany), .. } => own.max(OFFLINE_RETRY_MS / 2),
            _ if !self.online => OFFLINE_RETRY_MS,
            _ => own,
        };
        self.phase = Phase::Waiting { next_try_ms: now_ms.saturating_add(wait_ms) };
    }

    /// What is due now. A ping that is due is taken as sent.
    pub(super) fn due(&mut self, now_ms: u64) -> Due {
        match &mut self.phase {
            Phase::Waiting { next_try_ms } if *next_try_ms <= now_ms => Due::Connect,
            Phase::Opening { give_up_ms } if *give_up_ms <= now_ms => Due::GiveUp,
            Phase::Up { give_up_ms, .. } if *give_up_ms <= now_ms => Due::GiveUp,
            Phase::Up { ping_ms, .. } if *ping_ms <= now_ms => {
                *ping_ms = now_ms + limits::PING_AFTER_MS;
                Due::Ping
            }
            _ => Due::Nothing,
        }
    }

    /// When something is due.
    pub(super) fn due_at(&self) -> Option<u64> {
        match self.phase {
            Phase::Waiting { next_try_ms } => Some(next_try_ms),
            Phase::Opening { give_up_ms } => Some(give_up_ms),
            Phase::Up { ping_ms, give_up_ms } => Some(ping_ms.min(give_up_ms)),
            Phase::Lost(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up_link() -> Link {
        let mut link = Link::new(7, 0);
        link.opening(0);
        link.up(0);
        link
    }

    fn wait_of(link: &Link, now_ms: u64) -> u64 {
        match link.phase {
            Phase::Waiting { next_try_ms } => next_try_ms - now_ms,
            other => panic!("not waiting: {other:?}"),
        }
    }

    #[test]
    fn the_servers_wish_is_honoured_and_never_shortened() {
        let mut link = up_link();
        link.down(LinkDown::Closed { code: Some(CloseCode::ComeBack), retry_after_s: Some(90) }, 5);
        assert!((90_000..=91_000).contains(&wait_of(&link, 5)));
    }

    #[test]
    fn waits_grow_until_the_server_proves_useful() {
        let mut link = up_link();
        for _ in 0..10 {
            link.down(LinkDown::Failed, 0);
        }
        assert!((15_000..=30_000).contains(&wait_of(&link, 0)));
        link.worked();
        link.down(LinkDown::Failed, 0);
        assert!((500..=1_000).contains(&wait_of(&link, 0)));
    }

    #[test]
    fn silence_is_pinged_then_given_up() {
        let mut link = up_link();
        assert_eq!(link.due(limits::PING_AFTER_MS - 1), Due::Nothing);
        assert_eq!(link.due(limits::PING_AFTER_MS), Due::Ping);
        assert_eq!(link.due(limits::PING_AFTER_MS), Due::Nothing);
        assert_eq!(link.due(limits::SILENCE_MS), Due::GiveUp);
        link.heard(limits::SILENCE_MS);
        assert_eq!(link.due(limits::SILENCE_MS), Due::Nothing);
    }

    #[test]
    fn a_doubted_socket_must_answer_soon() {
        let mut link = up_link();
        assert!(link.set_online(false, 10));
        assert_eq!(link.due(10 + PROBE_MS), Due::GiveUp);
        link.heard(11);
        assert_eq!(link.due(10 + PROBE_MS), Due::Nothing);
    }

    #[test]
    fn a_revoked_device_never_comes_back() {
        let mut link = up_link();
        link.down(LinkDown::Closed { code: Some(CloseCode::Revoked), retry_after_s: None }, 0);
        assert_eq!(link.phase, Phase::Lost(LostReason::Revoked));
        link.hurry(1);
        assert_eq!(link.due_at(), None);
    }
}
