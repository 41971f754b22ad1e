//! What a device holds of a log: stretches without holes, each with the digest before and after it.
//!
//! Plain functions over `Vec<HeldRange>`, ascending and never touching. A range grows in two ways only: by a page (which
//! brings the digest before its first entry) or by the one entry that follows the newest range exactly. Where a page
//! meets what is held, the digests of both must agree; if they do not, the two are different logs ([`Fork`]).

use crate::id::Seq;
use crate::model::{Digest, Entry, Interval};
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
    let mut seqs: Vec<Seq> = steps.chain(ends).collect();
    seqs.sort_unstable_by(|a, b| b.cmp(a));
    seqs.dedup();
    seqs.truncate(most);
    seqs
}
