//! What a device holds of a log: stretches without holes, each with the digest before and after it.
//!
//! Plain functions over `Vec<HeldRange>`, ascending and never touching. A range grows in two ways only: by a page (which
//! brings the digest before its first entry) or by the one entry that follows the newest range exactly. Where a page
//! meets what is held, the digests of both must agree; if they do not, the two are different logs ([`Fork`]).

use crate::id::Seq;
use crate::model::{Digest, Entry, Interval};
use crate::order::by_number;
use crate::sync::{HeldRange, StoredEntry};
use crate::wire::Page;

/// No log is longer: what a number in JSON can say exactly. Anything else is nonsense, and is not calculated with.
const LAST_PLACE: Seq = 1 << 53;

/// Whether an entry can stand there.
pub(super) fn is_place(seq: Seq) -> bool {
    (1..=LAST_PLACE).contains(&seq)
}

/// The copy held and the server's log differ in something older.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Fork;

/// A page whose entries follow one another, with the digest after each.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Chain {
    before: Digest,
    entries: Vec<StoredEntry>,
}

impl Chain {
    /// Checks a page; `None` when it is empty or its entries do not follow one another.
    pub(super) fn of(page: Page) -> Option<Self> {
        let first = page.entries.first()?.seq;
        if !is_place(first) || (first == 1 && page.digest_before != Digest::default()) {
            return None;
        }
        let mut digest = page.digest_before;
        let mut entries = Vec::with_capacity(page.entries.len());
        for (expected, entry) in (first..).zip(page.entries) {
            if entry.seq != expected {
                return None;
            }
            digest = digest.after(&entry);
            entries.push(StoredEntry { entry, digest });
        }
        Some(Self { before: page.digest_before, entries })
    }

    pub(super) fn entries(&self) -> &[StoredEntry] {
        &self.entries
    }

    fn from(&self) -> Seq {
        self.entries[0].entry.seq
    }

    fn to(&self) -> Seq {
        self.from() + self.entries.len() as Seq - 1
    }

    /// The digest after `seq`, which is at least the one before the first entry.
    fn digest_at(&self, seq: Seq) -> Digest {
        match seq.checked_sub(self.from()) {
            Some(index) => self.entries[index as usize].digest,
            None => self.before,
        }
    }
}

/// The newest seq held; 0 for none.
pub(super) fn top(held: &[HeldRange]) -> Seq {
    held.last().map_or(0, |range| range.to)
}

/// Whether the entry at `seq` is held.
pub(super) fn holds(held: &[HeldRange], seq: Seq) -> bool {
    held.iter().any(|range| (range.from..=range.to).contains(&seq))
}

/// Takes an entry that follows the newest range exactly (or opens an empty log), and says what to store.
pub(super) fn extend(held: &mut Vec<HeldRange>, entry: &Entry) -> Option<StoredEntry> {
    if entry.seq != top(held) + 1 {
        return None;
    }
    let before = held.last().map_or(Digest::default(), |range| range.digest_after);
    let digest = before.after(entry);
    match held.last_mut() {
        Some(range) => {
            range.to = entry.seq;
            range.digest_after = digest;
        }
        None => held.push(HeldRange { from: 1, to: 1, digest_before: before, digest_after: digest }),
    }
    Some(StoredEntry { entry: entry.clone(), digest })
}

/// Joins a page with what is held; the entries that are new come back, and are to be stored.
pub(super) fn merge(held: &mut Vec<HeldRange>, chain: &Chain) -> Result<Vec<StoredEntry>, Fork> {
    let (from, to) = (chain.from(), chain.to());
    let meets = |range: &HeldRange| range.from <= to + 1 && from <= range.to + 1;
    for range in held.iter().filter(|range| meets(range)) {
        let forked_before = range.from >= from && chain.digest_at(range.from - 1) != range.digest_before;
        let forked_after =
            range.to <= to && range.to + 1 >= from && chain.digest_at(range.to) != range.digest_after;
        if forked_before || forked_after {
            return Err(Fork);
        }
    }
    let new: Vec<StoredEntry> =
        chain.entries.iter().filter(|stored| !holds(held, stored.entry.seq)).cloned().collect();
    let mut joined = HeldRange { from, to, digest_before: chain.before, digest_after: chain.digest_at(to) };
    for range in held.iter().filter(|range| meets(range)) {
        if range.from < joined.from {
            joined.from = range.from;
            joined.digest_before = range.digest_before;
        }
        if range.to > joined.to {
            joined.to = range.to;
            joined.digest_after = range.digest_after;
        }
    }
    held.retain(|range| !meets(range));
    let place = held.partition_point(|range| range.to < joined.from);
    held.insert(place, joined);
    Ok(new)
}

/// Forgets what lies above `seq`. `digest` is the one after `seq`; needed when `seq` lies inside a range.
pub(super) fn truncate(held: &mut Vec<HeldRange>, seq: Seq, digest: Digest) {
    held.retain(|range| range.from <= seq);
    if let Some(range) = held.last_mut()
        && range.to > seq
    {
        range.to = seq;
        range.digest_after = digest;
    }
}

/// A stretch that one may see and does not hold, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hole {
    pub(super) from: Seq,
    pub(super) to: Seq,
}

/// The newest hole that lies in `low..=high`. What lies outside of `visible` is no hole.
pub(super) fn newest_hole(held: &[HeldRange], visible: &[Interval], low: Seq, high: Seq) -> Option<Hole> {
    visible.iter().rev().find_map(|interval| {
        let low = low.max(interval.from).max(1);
        let mut high = interval.to.map_or(high, |to| to.min(high));
        for range in held.iter().rev() {
            if low > high || range.to < low {
                break;
            }
            if range.to < high {
                return Some(Hole { from: low.max(range.to + 1), to: high });
            }
            high = high.min(range.from - 1);
        }
        (low <= high).then_some(Hole { from: low, to: high })
    })
}

/// The seqs at which a copy is compared with the server's: every range's ends, and steps that double from the newest
/// down, so that few samples find a common prefix near the top closely. Descending, at most `most`.
pub(super) fn samples(held: &[HeldRange], most: usize) -> Vec<Seq> {
    let top = top(held);
    let steps = (0..64).map_while(|power| top.checked_sub(1 << power)).filter(|seq| holds(held, *seq));
    let ends = held.iter().flat_map(|range| [range.from, range.to]);
    let mut seqs = by_number(steps.chain(ends).collect(), |seq| *seq);
    seqs.reverse();
    seqs.dedup();
    seqs.truncate(most);
    seqs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::MessageId;
    use crate::model::EntryType;

    /// A log of `length` entries with the digest after each, and the one before the first.
    fn log(length: Seq) -> Vec<StoredEntry> {
        let mut digest = Digest::default();
        let entries = (1..=length).map(|seq| {
            let entry = Entry {
                seq,
                message_id: MessageId(uuid::Uuid::from_u128(u128::from(seq))),
                from: "you".into(),
                kind: EntryType::Text,
                content: Some(format!("line {seq}")),
                content_hash: None,
                timestamp: 0,
                count: seq,
                actor_count: seq,
            };
            digest = digest.after(&entry);
            StoredEntry { entry, digest }
        });
        entries.collect()
    }

    fn chain(from: Seq, to: Seq) -> Chain {
        let log = log(to);
        let digest_before = from.checked_sub(2).map_or(Digest::default(), |index| log[index as usize].digest);
        let entries = log[from as usize - 1..].iter().map(|stored| stored.entry.clone()).collect();
        Chain::of(Page { digest_before, entries }).unwrap()
    }

    fn ends(held: &[HeldRange]) -> Vec<(Seq, Seq)> {
        held.iter().map(|range| (range.from, range.to)).collect()
    }

    #[test]
    fn pages_join_whatever_order_they_come_in() {
        for order in [[(1, 4), (5, 9), (10, 12)], [(10, 12), (1, 4), (5, 9)], [(3, 8), (1, 4), (7, 12)]] {
            let mut held = Vec::new();
            let mut new = 0;
            for (from, to) in order {
                new += merge(&mut held, &chain(from, to)).unwrap().len();
            }
            assert_eq!((ends(&held), new), (vec![(1, 12)], 12), "{order:?}");
            assert_eq!(held[0].digest_after, log(12)[11].digest);
        }
    }

    #[test]
    fn pages_apart_leave_a_hole() {
        let mut held = Vec::new();
        merge(&mut held, &chain(8, 9)).unwrap();
        merge(&mut held, &chain(2, 3)).unwrap();
        assert_eq!(ends(&held), [(2, 3), (8, 9)]);
        assert_eq!(merge(&mut held, &chain(2, 9)).unwrap().len(), 4);
        assert_eq!(ends(&held), [(2, 9)]);
        assert_eq!(merge(&mut held, &chain(4, 6)).unwrap(), [], "all of it was held");
    }

    #[test]
    fn another_log_is_noticed_where_it_touches() {
        for (from, to) in [(1, 3), (4, 6), (5, 9), (2, 9), (7, 9)] {
            let mut held = Vec::new();
            merge(&mut held, &chain(4, 6)).unwrap();
            let before = held.clone();
            let mut other = chain(from, to);
            let entry = &mut other.entries[0].entry;
            entry.content = Some("other".into());
            let page = Page {
                digest_before: Digest([9; 32]),
                entries: other.entries.iter().map(|stored| stored.entry.clone()).collect(),
            };
            let other = match from {
                1 => Chain::of(Page { digest_before: Digest::default(), ..page }),
                _ => Chain::of(page),
            };
            assert_eq!(merge(&mut held, &other.unwrap()), Err(Fork), "{from}..{to}");
            assert_eq!(held, before);
        }
    }

    #[test]
    fn only_what_follows_exactly_extends() {
        let log = log(9);
        let mut held = Vec::new();
        assert_eq!(extend(&mut held, &log[1].entry), None, "an empty log begins with 1");
        assert_eq!(extend(&mut held, &log[0].entry), Some(log[0].clone()));
        assert_eq!(extend(&mut held, &log[0].entry), None);
        assert_eq!(extend(&mut held, &log[2].entry), None);
        assert_eq!(extend(&mut held, &log[1].entry), Some(log[1].clone()));
        assert_eq!(ends(&held), [(1, 2)]);
    }

    #[test]
    fn truncating_cuts_a_range_and_forgets_those_above() {
        let mut held = Vec::new();
        merge(&mut held, &chain(1, 4)).unwrap();
        merge(&mut held, &chain(7, 9)).unwrap();
        let digest = log(3)[2].digest;
        truncate(&mut held, 3, digest);
        assert_eq!((ends(&held), held[0].digest_after), (vec![(1, 3)], digest));
        truncate(&mut held, 0, Digest::default());
        assert_eq!(held, []);
    }

    #[test]
    fn holes_are_what_one_may_see_and_does_not_hold() {
        let mut held = Vec::new();
        merge(&mut held, &chain(5, 6)).unwrap();
        merge(&mut held, &chain(12, 13)).unwrap();
        let all = [Interval { from: 1, to: None }];
        let hole = |visible: &[Interval], low, high| {
            newest_hole(&held, visible, low, high).map(|hole| (hole.from, hole.to))
        };
        assert_eq!(hole(&all, 1, 20), Some((14, 20)));
        assert_eq!(hole(&all, 1, 13), Some((7, 11)));
        assert_eq!(hole(&all, 1, 9), Some((7, 9)));
        assert_eq!(hole(&all, 1, 6), Some((1, 4)));
        assert_eq!(hole(&all, 5, 6), None);
        let parts = [Interval { from: 2, to: Some(6) }, Interval { from: 10, to: Some(13) }];
        assert_eq!(hole(&parts, 1, 20), Some((10, 11)));
        assert_eq!(hole(&parts, 1, 9), Some((2, 4)));
        assert_eq!(hole(&[], 1, 20), None);
    }

    #[test]
    fn samples_are_dense_at_the_top_and_few() {
        let range = |from, to| HeldRange {
            from,
            to,
            digest_before: Digest::default(),
            digest_after: Digest::default(),
        };
        assert!(samples(&[], 64).is_empty());
        assert_eq!(samples(&[range(1, 1)], 64), [1]);
        assert_eq!(samples(&[range(2, 3), range(90, 100)], 64), [100, 99, 98, 96, 92, 90, 3, 2]);
        let many: Vec<HeldRange> = (0..200).map(|n| range(n * 10 + 1, n * 10 + 2)).collect();
        assert_eq!(samples(&many, 64).len(), 64);
        assert!(samples(&[range(1, 1_000_000)], 64).len() < 25);
    }

    #[test]
    fn a_page_that_is_none_is_refused() {
        let page = |mut entries: Vec<Entry>, digest_before, shift: Seq| {
            entries.iter_mut().for_each(|entry| entry.seq = entry.seq.wrapping_add(shift));
            Chain::of(Page { digest_before, entries })
        };
        let entries = || log(3).into_iter().map(|stored| stored.entry).collect::<Vec<_>>();
        assert!(page(entries(), Digest::default(), 0).is_some());
        assert_eq!(page(vec![], Digest::default(), 0), None);
        assert_eq!(page(entries(), Digest([1; 32]), 0), None, "nothing comes before 1");
        assert_eq!(page(entries(), Digest::default(), u64::MAX), None, "it begins with 0");
        assert_eq!(page(entries(), Digest::default(), u64::MAX - 1), None);
        assert_eq!(page(entries().into_iter().rev().collect(), Digest::default(), 0), None);
    }
}
