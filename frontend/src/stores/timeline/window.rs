//! The stretch of a log that is in memory, and what to do to see more of it.
//!
//! A window covers the seqs from `low` to `high`: every entry in between that this device holds is in memory. It grows
//! at either end by what storage holds ([`Step::Read`]); where storage has a hole, the hole is filled first
//! ([`Step::Ask`]), and is passed over, and shown, only when it cannot be filled now. It shrinks at the far end, so that
//! at most [`WINDOW_ENTRIES`] are in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use common::id::{Seq, UserId};
use common::model::{Entry, Interval};
use common::sync::{ConversationRecord, HeldRange};

/// Entries with which one begins, and that are asked for at once where storage has none.
pub const PAGE: Seq = 60;
/// Entries read from storage at once while one scrolls: no more than can be drawn within a frame.
const STEP: Seq = 10;
/// Entries in memory at most.
pub const WINDOW_ENTRIES: usize = 400;

/// What to do to see more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Read these from storage, both included, and put them in.
    Read {
        /// First.
        from: Seq,
        /// Last.
        to: Seq,
    },
    /// Ask the engine for what lies right below this seq, then look again.
    Ask {
        /// Exclusive.
        before: Seq,
    },
    /// There is nothing more on this side.
    End,
}

/// What the window must know of the conversation.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// The stretches held.
    pub held: &'a [HeldRange],
    /// The stretches that one may see.
    pub visible: &'a [Interval],
    /// The newest seq that exists.
    pub head: Seq,
}

impl<'a> From<&'a ConversationRecord> for Log<'a> {
    fn from(record: &'a ConversationRecord) -> Self {
        Self { held: &record.held, visible: &record.own.intervals, head: record.head_seq }
    }
}

impl Log<'_> {
    /// The first seq above `seq` that exists and that one may see.
    pub fn visible_above(&self, seq: Seq) -> Option<Seq> {
        let next = seq + 1;
        self.visible
            .iter()
            .filter(|interval| interval.to.is_none_or(|to| to >= next))
            .map(|interval| interval.from.max(next))
            .min()
            .filter(|found| *found <= self.head)
    }

    /// Whether `seq` exists, and one may see it.
    pub fn shows(&self, seq: Seq) -> bool {
        seq.checked_sub(1).and_then(|before| self.visible_above(before)) == Some(seq)
    }

    /// The last seq below `seq` that exists and that one may see.
    pub fn visible_below(&self, seq: Seq) -> Option<Seq> {
        let last = seq.min(self.head.saturating_add(1)).checked_sub(1).filter(|last| *last > 0)?;
        self.visible
            .iter()
            .filter(|interval| interval.from <= last)
            .map(|interval| interval.to.unwrap_or(last).min(last))
            .max()
            .filter(|found| *found > 0)
    }

    fn range_with(&self, seq: Seq) -> Option<&HeldRange> {
        self.held.iter().find(|range| range.from <= seq && seq <= range.to)
    }

    fn held_below(&self, seq: Seq) -> Option<Seq> {
        self.held.iter().filter(|range| range.from < seq).map(|range| range.to.min(seq - 1)).max()
    }

    fn held_above(&self, seq: Seq) -> Option<Seq> {
        self.held.iter().filter(|range| range.to > seq).map(|range| range.from.max(seq + 1)).min()
    }

    /// Whether an entry is held.
    pub fn holds(&self, seq: Seq) -> bool {
        self.range_with(seq).is_some()
    }

    /// Whether something that one may see lies strictly between two seqs.
    pub fn something_between(&self, low: Seq, high: Seq) -> bool {
        self.visible_above(low).is_some_and(|seq| seq < high)
    }
}

/// The stretch of a log that is in memory.
#[derive(Clone, Default, Debug)]
pub struct Window {
    entries: BTreeMap<Seq, Arc<Entry>>,
    /// First and last seq covered; `None` while nothing is.
    bounds: Option<(Seq, Seq)>,
}

impl Window {
    /// What is in memory, ascending.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Arc<Entry>> {
        self.entries.values()
    }

    /// The entry at a seq, if it is in memory.
    pub fn entry(&self, seq: Seq) -> Option<&Arc<Entry>> {
        self.entries.get(&seq)
    }

    /// First and last seq covered.
    pub fn bounds(&self) -> Option<(Seq, Seq)> {
        self.bounds
    }

    /// Whether nothing lies beyond the last row, as far as one may see.
    pub fn reaches_end(&self, log: Log<'_>) -> bool {
        log.visible_above(self.bounds.map_or(0, |(_, high)| high)).is_none()
    }

    /// How to begin: around the first unread message, or at the end where there is none.
    pub fn opening(log: Log<'_>, first_unread: Option<Seq>) -> Step {
        if let Some(unread) = first_unread {
            return match log.range_with(unread) {
                Some(range) => Step::Read {
                    from: range.from.max(unread.saturating_sub(PAGE / 2)),
                    to: range.to.min(unread + PAGE),
                },
                None => Step::Ask { before: (unread + PAGE / 2).min(log.head) + 1 },
            };
        }
        Self::at_end(log)
    }

    /// How to begin at the end: with the newest page held; only where nothing is held, ask.
    pub fn at_end(log: Log<'_>) -> Step {
        match (log.held.last(), log.visible_below(Seq::MAX)) {
            (Some(range), _) => {
                Step::Read { from: range.from.max(range.to.saturating_sub(PAGE - 1)), to: range.to }
            }
            (None, Some(newest)) => Step::Ask { before: newest + 1 },
            (None, None) => Step::End,
        }
    }

    /// How to see what lies above. `pass` passes holes over that cannot be filled now.
    pub fn older(&self, log: Log<'_>, pass: bool) -> Step {
        let Some((low, _)) = self.bounds else { return Self::at_end(log) };
        let Some(next) = log.visible_below(low) else { return Step::End };
        let next = match (log.range_with(next), pass) {
            (Some(_), _) => next,
            (None, false) => return Step::Ask { before: next + 1 },
            (None, true) => match log.held_below(next) {
                Some(held) => held,
                None => return Step::Ask { before: next + 1 },
            },
        };
        let floor = log.range_with(next).map_or(next, |range| range.from);
        Step::Read { from: floor.max(next.saturating_sub(STEP - 1)), to: next }
    }

    /// How to see what lies below. `pass` passes holes over that cannot be filled now.
    pub fn newer(&self, log: Log<'_>, pass: bool) -> Step {
        let Some((_, high)) = self.bounds else { return Self::at_end(log) };
        let Some(next) = log.visible_above(high) else { return Step::End };
        let next = match (log.range_with(next), pass) {
            (Some(_), _) => next,
            (None, true) if log.held_above(next).is_some() => log.held_above(next).unwrap_or(next),
            (None, _) => {
                let end = log.held_above(next).map_or(log.head, |held| held - 1);
                return Step::Ask { before: (next + PAGE - 1).min(end) + 1 };
            }
        };
        let ceiling = log.range_with(next).map_or(next, |range| range.to);
        Step::Read { from: next, to: ceiling.min(next + STEP - 1) }
    }

    /// Puts in what was read from `from` to `to`.
    pub fn put(&mut self, from: Seq, to: Seq, entries: Vec<Entry>) {
        self.bounds = Some(match self.bounds {
            Some((low, high)) => (low.min(from), high.max(to)),
            None => (from, to),
        });
        self.entries.extend(entries.into_iter().map(|entry| (entry.seq, Arc::new(entry))));
    }

    /// Merges entries that were stored just now: those inside the window, and those that go on right where it ends, if
    /// `follow`. Answers whether anything changed.
    pub fn merge(&mut self, log: Log<'_>, entries: &[Entry], follow: bool) -> bool {
        let mut changed = false;
        for entry in entries {
            let inside = self.bounds.is_some_and(|(low, high)| low <= entry.seq && entry.seq <= high);
            let continues = match self.bounds {
                Some((_, high)) => entry.seq > high && !log.something_between(high, entry.seq),
                None => log.visible_below(entry.seq).is_none(),
            };
            if inside || (follow && continues) {
                let bounds = self.bounds.get_or_insert((entry.seq, entry.seq));
                bounds.1 = bounds.1.max(entry.seq);
                self.entries.insert(entry.seq, Arc::new(entry.clone()));
                changed = true;
            }
        }
        changed
    }

    /// After a reset: what lies above is gone. Answers whether anything changed.
    pub fn truncate(&mut self, above: Seq) -> bool {
        let gone = self.entries.split_off(&(above + 1));
        self.bounds = match self.bounds {
            Some((low, high)) if low <= above => Some((low, high.min(above))),
            _ => None,
        };
        !gone.is_empty()
    }

    /// How many messages of others lie below `seen`: those in memory, and what else is unread.
    pub fn news_below(&self, record: &ConversationRecord, seen: Seq, me: &UserId) -> u64 {
        let of_others = |above: Seq| {
            let entries = self.entries.range(above + 1..);
            entries.filter(|(_, entry)| entry.kind.counts() && entry.from != *me).count() as u64
        };
        // what is not in memory may lie above it too, where one has scrolled up: only the read mark tells
        of_others(seen) + record.unread().saturating_sub(of_others(record.own.read_seq))
    }

    /// Lets go of the oldest beyond [`WINDOW_ENTRIES`].
    pub fn trim_oldest(&mut self) {
        while self.entries.len() > WINDOW_ENTRIES {
            self.entries.pop_first();
        }
        if let (Some(bounds), Some((seq, _))) = (&mut self.bounds, self.entries.first_key_value())
            && self.entries.len() == WINDOW_ENTRIES
        {
            bounds.0 = *seq;
        }
    }

    /// Lets go of the newest beyond [`WINDOW_ENTRIES`].
    pub fn trim_newest(&mut self) {
        while self.entries.len() > WINDOW_ENTRIES {
            self.entries.pop_last();
        }
        if let (Some(bounds), Some((seq, _))) = (&mut self.bounds, self.entries.last_key_value())
            && self.entries.len() == WINDOW_ENTRIES
        {
            bounds.1 = *seq;
        }
    }

    /// Whether no more fit.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= WINDOW_ENTRIES
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
