//! What all tabs together show, which is what the server is told of this device.

use std::collections::BTreeMap;

use common::id::UserId;
use common::sync::ConversationKey;

use super::intent::{Attendance, TabId};

/// A visible tab says what it shows at least this often, milliseconds.
pub(super) const ATTEND_EVERY_MS: u32 = 5_000;
/// A visible tab that was not heard for this long is gone, milliseconds.
const GONE_AFTER_MS: u64 = 16_000;

/// What the tabs show, and since when we know it.
#[derive(Default, Debug)]
pub(super) struct Attention {
    tabs: BTreeMap<TabId, (Attendance, u64)>,
}

/// All tabs as one.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Together {
    /// Whether a person is at any.
    pub active: bool,
    /// The conversation open in the visible tab that spoke last.
    pub open: Option<ConversationKey>,
    /// People on screen in any visible tab.
    pub watched: Vec<UserId>,
}

impl Attention {
    /// A tab says what it shows.
    pub(super) fn note(&mut self, tab: TabId, attendance: Attendance, now_ms: u64) {
        if attendance.visible {
            self.tabs.insert(tab, (attendance, now_ms));
        } else {
            self.tabs.remove(&tab);
        }
    }

    /// All tabs as one. Those not heard for long are forgotten.
    pub(super) fn together(&mut self, now_ms: u64) -> Together {
        self.tabs.retain(|_, (_, heard_ms)| heard_ms.saturating_add(GONE_AFTER_MS) >= now_ms);
        let newest = self.tabs.values().max_by_key(|(_, heard_ms)| *heard_ms);
        let mut watched: Vec<UserId> =
            self.tabs.values().flat_map(|(attendance, _)| attendance.watched.iter().cloned()).collect();
        watched.sort();
        watched.dedup();
        Together {
            active: !self.tabs.is_empty(),
            open: newest.and_then(|(attendance, _)| attendance.open.clone()),
            watched,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(open: &str, watched: &[&str]) -> Attendance {
        Attendance {
            visible: true,
            open: open.parse().ok(),
            watched: watched.iter().map(|name| UserId::from(*name)).collect(),
        }
    }

    #[test]
    fn the_union_of_visible_tabs_counts() {
        let mut attention = Attention::default();
        assert_eq!(attention.together(0), Together::default());
        attention.note(TabId(1), shows("@a", &["a", "b"]), 10);
        attention.note(TabId(2), shows("@c", &["c", "b"]), 20);
        let together = attention.together(20);
        assert!(together.active);
        assert_eq!(together.open, "@c".parse().ok());
        assert_eq!(together.watched, ["a", "b", "c"].map(UserId::from));
        attention.note(TabId(2), Attendance::default(), 30);
        assert_eq!(attention.together(30).open, "@a".parse().ok());
    }

    #[test]
    fn a_tab_that_died_is_forgotten() {
        let mut attention = Attention::default();
        attention.note(TabId(1), shows("@a", &[]), 0);
        assert!(attention.together(GONE_AFTER_MS).active);
        assert!(!attention.together(GONE_AFTER_MS + 1).active);
    }
}
