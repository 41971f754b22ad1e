//! What is known of the open conversation, beyond what the stores know.

use std::collections::BTreeMap;
use std::sync::Arc;

use common::id::Seq;
use common::model::Entry;
use common::sync::ConversationKey;

use crate::stores::timeline::{Landing, Log, Step, Window};

/// One side of the window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Older,
    Newer,
}

/// What is under way on one side.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Going {
    #[default]
    Nothing,
    Reading,
    /// The engine was asked for what lies below this seq.
    Asked(Seq),
    /// That came to nothing; holes are passed over until the link is back.
    Failed,
}

#[derive(Default)]
pub(super) struct Open {
    pub(super) key: Option<ConversationKey>,
    pub(super) window: Window,
    /// Entries that came before those in front of them.
    pub(super) hints: BTreeMap<Seq, Arc<Entry>>,
    pub(super) unread_after: Option<Seq>,
    /// The message that the person wants to see, until it is on screen; it may be on its way.
    pub(super) wanted: Option<Seq>,
    /// The window reaches the end, and follows it.
    pub(super) follows: bool,
    /// The person sees the end of the rows.
    pub(super) at_end: bool,
    /// The newest seq that was on screen.
    pub(super) seen: Seq,
    pub(super) older: Going,
    pub(super) newer: Going,
    /// Before the first rows: the message at which to begin is being fetched.
    pub(super) awaits_first: bool,
    pub(super) shown: bool,
}

impl Open {
    /// Whether storage holds more that belongs on screen by now: what goes on where the window ends, if it follows the
    /// end; anything at all, while nothing is on screen.
    pub(super) fn is_behind(&self, log: Log<'_>) -> bool {
        let is_busy = self.awaits_first || matches!(self.newer, Going::Reading | Going::Asked(_));
        let wants_more = self.follows || self.window.bounds().is_none();
        self.shown && !is_busy && wants_more && matches!(self.window.newer(log, false), Step::Read { .. })
    }

    /// Where to go for the message that is wanted, if it is on screen: then it is wanted no longer.
    pub(super) fn reach(&mut self) -> Option<Landing> {
        let entry = self.window.entry(self.wanted?)?;
        self.wanted = None;
        Some(Landing::Message(entry.message_id))
    }

    /// What is under way on a side.
    pub(super) fn going(&mut self, side: Side) -> &mut Going {
        match side {
            Side::Older => &mut self.older,
            Side::Newer => &mut self.newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use common::model::{Digest, Interval};
    use common::sync::HeldRange;

    use super::*;

    const ALL: [Interval; 1] = [Interval { from: 1, to: None }];

    fn held(from: Seq, to: Seq) -> HeldRange {
        HeldRange { from, to, digest_before: Digest::default(), digest_after: Digest::default() }
    }

    #[test]
    fn what_comes_after_a_conversation_was_opened_with_nothing_held_is_shown() {
        let opened = Open { shown: true, older: Going::Failed, ..Open::default() };
        assert!(!opened.is_behind(Log { held: &[], visible: &ALL, head: 3 }), "nothing has come");
        assert!(opened.is_behind(Log { held: &[held(1, 3)], visible: &ALL, head: 3 }));
        let asking = Open { awaits_first: true, ..opened };
        assert!(!asking.is_behind(Log { held: &[held(1, 3)], visible: &ALL, head: 3 }), "it will begin anew");
    }

    #[test]
    fn what_goes_on_below_is_read_where_the_end_is_followed() {
        let mut window = Window::default();
        window.put(1, 3, vec![]);
        let log = Log { held: &[held(1, 9)], visible: &ALL, head: 9 };
        let reading_elsewhere = Open { shown: true, window, ..Open::default() };
        assert!(!reading_elsewhere.is_behind(log));
        let following = Open { follows: true, ..reading_elsewhere };
        assert!(following.is_behind(log));
        assert!(!Open { newer: Going::Reading, ..following }.is_behind(log));
    }
}
