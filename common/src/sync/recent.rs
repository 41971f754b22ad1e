//! Whose the newest entries are: what it takes to know the running counts a little below the head, so that the unread
//! count can move before the server says so.

use std::collections::VecDeque;

use crate::id::{Seq, UserId};
use crate::model::Entry;

/// How many entries of one conversation are remembered.
const REMEMBERED: usize = 256;

/// What an entry adds to the counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Adds {
    Nothing,
    Message,
    OwnMessage,
}

/// A stretch of entries without a hole that ends at the newest seen.
#[derive(Clone, Default, Debug)]
pub(super) struct Recent {
    /// The seq of the last one.
    last: Seq,
    adds: VecDeque<Adds>,
}

impl Recent {
    /// Takes entries that follow one another, ascending.
    pub(super) fn learn<'a>(
        &mut self,
        me: &UserId,
        entries: impl DoubleEndedIterator<Item = &'a Entry> + Clone,
    ) {
        let adds = |entry: &Entry| match entry.kind.counts() {
            false => Adds::Nothing,
            true if entry.from == *me => Adds::OwnMessage,
            true => Adds::Message,
        };
        for entry in entries.clone() {
            if entry.seq > self.last {
                if entry.seq > self.last + 1 {
                    self.adds.clear();
                }
                self.adds.push_back(adds(entry));
                self.last = entry.seq;
            }
        }
        for entry in entries.rev() {
            if entry.seq + self.adds.len() as Seq == self.last {
                self.adds.push_front(adds(entry));
            }
        }
        while self.adds.len() > REMEMBERED {
            self.adds.pop_front();
        }
    }

    /// The running counts (of all, of one's own) at `seq`, given those at the head; `None` where not remembered.
    pub(super) fn counts_at(&self, seq: Seq, head: Seq, count: u64, own_count: u64) -> Option<(u64, u64)> {
        if seq >= head {
            return Some((count, own_count));
        }
        let after = usize::try_from(head - seq).ok()?;
        if self.last != head || after > self.adds.len() {
            return None;
        }
        let later = self.adds.iter().rev().take(after);
        let messages = later.clone().filter(|adds| **adds != Adds::Nothing).count() as u64;
        let own = later.filter(|adds| **adds == Adds::OwnMessage).count() as u64;
        Some((count.checked_sub(messages)?, own_count.checked_sub(own)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::MessageId;
    use crate::model::EntryType;

    fn entry(seq: Seq, from: &str, kind: EntryType) -> Entry {
        Entry {
            seq,
            message_id: MessageId(uuid::Uuid::from_u128(u128::from(seq))),
            from: from.into(),
            kind,
            content: None,
            content_hash: None,
            timestamp: 0,
            count: 0,
            actor_count: 0,
        }
    }

    #[test]
    fn counts_are_known_as_far_down_as_entries_are_without_a_hole() {
        let me: UserId = "me".into();
        let mut recent = Recent::default();
        let log = [
            entry(4, "me", EntryType::Text),
            entry(5, "you", EntryType::Text),
            entry(6, "you", EntryType::System),
            entry(7, "you", EntryType::Text),
        ];
        recent.learn(&me, log[2..].iter());
        assert_eq!(recent.counts_at(7, 7, 6, 2), Some((6, 2)));
        assert_eq!(recent.counts_at(6, 7, 6, 2), Some((5, 2)));
        assert_eq!(recent.counts_at(4, 7, 6, 2), None);
        recent.learn(&me, log[..2].iter());
        assert_eq!(recent.counts_at(4, 7, 6, 2), Some((4, 2)));
        assert_eq!(recent.counts_at(3, 7, 6, 2), Some((3, 1)));
        assert_eq!(recent.counts_at(2, 7, 6, 2), None);
        recent.learn(&me, [entry(9, "you", EntryType::Text)].iter());
        assert_eq!(recent.counts_at(8, 9, 8, 2), Some((7, 2)));
        assert_eq!(recent.counts_at(7, 9, 8, 2), None, "8 is not known");
    }
}
