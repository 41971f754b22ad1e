//! Taking in what happens while a conversation is open.

use std::rc::Rc;
use std::sync::Arc;

use common::id::Seq;
use common::model::Entry;

use super::{Inner, Side};
use crate::stores::timeline::Log;

impl Inner {
    /// Entries were stored just now.
    pub(super) fn merge(&self, entries: &[Entry]) {
        let mut open = self.open.borrow_mut();
        let Some(open) = open.as_mut() else { return };
        let Some(record) = open.key.as_ref().and_then(|key| self.record(key)) else { return };
        for entry in entries {
            open.hints.remove(&entry.seq);
        }
        let has_room = open.at_end || !open.window.is_full();
        let follow = open.shown && open.follows && has_room;
        open.window.merge(Log::from(&record), entries, follow);
        if follow {
            open.window.trim_oldest();
        } else {
            open.follows = open.window.reaches_end(Log::from(&record));
        }
    }

    pub(super) fn hint(&self, entry: &Entry) {
        if let Some(open) = self.open.borrow_mut().as_mut()
            && open.window.bounds().is_none_or(|(_, high)| entry.seq > high)
        {
            open.hints.insert(entry.seq, Arc::new(entry.clone()));
        }
    }

    pub(super) fn truncate(&self, above: Seq) {
        if let Some(open) = self.open.borrow_mut().as_mut() {
            open.window.truncate(above);
            open.hints.clear();
            open.follows = true;
        }
    }

    /// Reads what storage holds by now and is not on screen, though it belongs there.
    pub(super) fn catch_up(self: &Rc<Self>) {
        let (is_empty, unread_after) = {
            let open = self.open.borrow();
            let Some(open) = open.as_ref() else { return };
            let Some(record) = open.key.as_ref().and_then(|key| self.record(key)) else { return };
            if !open.is_behind(Log::from(&record)) {
                return;
            }
            (open.window.bounds().is_none(), open.unread_after)
        };
        if is_empty {
            self.begin(unread_after);
        } else {
            self.advance(Side::Newer, false);
        }
    }
}
