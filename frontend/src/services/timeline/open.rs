//! What is known of the open conversation, beyond what the stores know.

use std::collections::BTreeMap;
use std::sync::Arc;

use common::id::Seq;
use common::model::Entry;
use common::sync::ConversationKey;

use crate::stores::timeline::Window;

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
    /// The window reaches the end, and follows it.
    pub(super) follows: bool,
    /// The person sees the end of the rows.
    pub(super) at_end: bool,
    /// The newest seq that was on screen.
    pub(super) seen: Seq,
    pub(super) older: Going,
    pub(super) newer: Going,
    /// Before the first rows: the first unread message is being fetched.
    pub(super) awaits_unread: bool,
    pub(super) shown: bool,
}

impl Open {
    /// What is under way on a side.
    pub(super) fn going(&mut self, side: Side) -> &mut Going {
        match side {
            Side::Older => &mut self.older,
            Side::Newer => &mut self.newer,
        }
    }
}
