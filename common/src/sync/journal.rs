//! What goes into storage, and what waits until it is there.
//!
//! One batch is under way at most; what happens meanwhile gathers in the next. So a burst costs a few transactions, not
//! one per frame, and joining transactions is always safe: a batch is a prefix of what happened, whole or not at all.
//!
//! Entries and deletions are written in the order in which they happened. Registers (a conversation's record, members,
//! a waiting message, the position) are only noted here and written once, last, as they are when the batch leaves.

use std::collections::BTreeSet;

use crate::id::{MessageId, Seq};
use crate::sync::{Change, ConversationKey, Write};

/// Beyond this many writes waiting, live entries are not taken: they are fetched as pages once storage has caught up.
const FULL_WRITES: usize = 4_096;

/// What is done once a batch is durable.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum After {
    /// Tell the views.
    Tell(Change),
    /// A waiting message's row is stored: it may go, or go on.
    RowStored(MessageId),
    /// Entries up to here are stored, and may be acknowledged.
    EntriesStored(ConversationKey, Seq),
    /// A slice is stored: ask for the next.
    SliceStored,
    /// Everything before is stored: the comparison may read.
    Compare,
}

/// The batch that gathers.
#[derive(Default, Debug)]
pub(super) struct Gathering {
    pub(super) writes: Vec<Write>,
    pub(super) after: Vec<After>,
    pub(super) strict: bool,
    pub(super) conversations: BTreeSet<ConversationKey>,
    pub(super) members: BTreeSet<ConversationKey>,
    pub(super) rows: BTreeSet<MessageId>,
    pub(super) position: bool,
}

impl Gathering {
    fn is_empty(&self) -> bool {
        self.writes.is_empty()
            && self.after.is_empty()
            && self.conversations.is_empty()
            && self.members.is_empty()
            && self.rows.is_empty()
            && !self.position
    }
}

/// The batches of one engine.
#[derive(Default, Debug)]
pub(super) struct Journal {
    last_number: u64,
    gathering: Gathering,
    under_way: Option<Vec<After>>,
}

impl Journal {
    pub(super) fn write(&mut self, write: Write) {
        self.gathering.writes.push(write);
    }

    pub(super) fn then(&mut self, after: After) {
        self.gathering.after.push(after);
    }

    /// The conversation's record changed.
    pub(super) fn touch(&mut self, key: &ConversationKey) {
        if !self.gathering.conversations.contains(key) {
            self.gathering.conversations.insert(key.clone());
        }
    }

    /// The conversation's members or receipts changed.
    pub(super) fn touch_members(&mut self, key: &ConversationKey) {
        if !self.gathering.members.contains(key) {
            self.gathering.members.insert(key.clone());
        }
    }

    /// A waiting message changed. What the person wrote must survive a power cut.
    pub(super) fn touch_row(&mut self, message_id: MessageId) {
        self.gathering.rows.insert(message_id);
        self.gathering.strict = true;
    }

    /// A waiting message is gone.
    pub(super) fn drop_row(&mut self, message_id: MessageId) {
        self.gathering.rows.remove(&message_id);
        self.write(Write::DropOutbox(message_id));
    }

    /// The position changed.
    pub(super) fn touch_position(&mut self) {
        self.gathering.position = true;
    }

    /// The number of the batch that gathers now.
    pub(super) fn next_number(&self) -> u64 {
        self.last_number + 1
    }

    pub(super) fn is_full(&self) -> bool {
        self.gathering.writes.len() >= FULL_WRITES
    }

    /// What gathered, with its number, if it may leave now. The caller must give what is left of its `after` to
    /// [`Journal::leave`].
    pub(super) fn gathered(&mut self) -> Option<(u64, Gathering)> {
        if self.under_way.is_some() || self.gathering.is_empty() {
            return None;
        }
        self.last_number += 1;
        Some((self.last_number, std::mem::take(&mut self.gathering)))
    }

    /// The batch just taken leaves; `after` waits for it.
    pub(super) fn leave(&mut self, after: Vec<After>) {
        self.under_way = Some(after);
    }

    /// The batch with this number is durable: what is to be done now. Another number is nobody's.
    pub(super) fn committed(&mut self, number: u64) -> Vec<After> {
        if number != self.last_number {
            return Vec::new();
        }
        self.under_way.take().unwrap_or_default()
    }
}
