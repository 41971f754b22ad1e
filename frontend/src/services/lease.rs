//! Who leads where the browser has no Web Locks (plain http away from localhost): a lease in `localStorage`.
//!
//! The leading tab is greeted over the channel when it was silent for a while; if it does not answer either, another
//! tab writes its own name, waits a moment, and leads if its name still stands there. A leading tab looks at the lease
//! before everything it does: if another's name stands there, it steps back. (A greeting wakes a tab whose timers the
//! browser has slowed down; a beating heart would not.)

use serde::{Deserialize, Serialize};

use super::intent::TabId;

/// A tab looks after the leading one this often, milliseconds.
pub(super) const LOOK_EVERY_MS: u32 = 400;
/// After such a silence the leading tab is greeted, milliseconds.
const GREET_AFTER_MS: u64 = 400;
/// After such a silence it is taken for dead, milliseconds.
const DEAD_AFTER_MS: u64 = 1_400;
/// A claim leads if it still stands after this time, milliseconds; another tab may have written at the same moment.
pub(super) const CLAIM_STANDS_AFTER_MS: u32 = 120;

/// Who leads, as `localStorage` has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lease {
    /// The leading tab.
    pub holder: TabId,
}

/// What a tab that does not lead does now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Move {
    /// The leading tab lives.
    Wait,
    /// Ask whether it lives.
    Greet,
    /// Write one's own name.
    Claim,
}

/// Decides it. `silent_ms` is how long nothing was heard of the leading tab, counted from when this tab began to listen.
pub(super) fn next_move(lease: Option<Lease>, me: TabId, silent_ms: u64) -> Move {
    match lease {
        None => Move::Claim,
        Some(lease) if lease.holder == me => Move::Claim,
        Some(_) if silent_ms >= DEAD_AFTER_MS => Move::Claim,
        Some(_) if silent_ms >= GREET_AFTER_MS => Move::Greet,
        Some(_) => Move::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_leader_is_greeted_and_then_replaced_within_two_seconds() {
        let other = Some(Lease { holder: TabId(2) });
        assert_eq!(next_move(None, TabId(1), 0), Move::Claim);
        assert_eq!(next_move(other, TabId(1), 0), Move::Wait);
        assert_eq!(next_move(other, TabId(1), 400), Move::Greet);
        assert_eq!(next_move(other, TabId(1), 1_400), Move::Claim);
        let worst = DEAD_AFTER_MS + u64::from(LOOK_EVERY_MS) + u64::from(CLAIM_STANDS_AFTER_MS);
        assert!(worst <= 2_000, "{worst} ms");
    }
}
