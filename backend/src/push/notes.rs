//! What was written and is not expanded yet, until its grace is over.
//!
//! Notes lie in slots, a short time each. Slots follow each other in positions without a gap, nothing is added to one that has
//! a later one, and they are taken from the front only. So there is always one position up to which everything was expanded
//! and after which nothing was: what a crash takes from here is read from the log, and nothing of it was told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::id::{ConversationId, Seq};
use common::model::EntryType;

use crate::fanout::BACK_WITHIN_MS;
use crate::store::{Commit, Committed, Fresh};

/// How long one who is there has for reading before others of their devices ring. It also lies between two times that
/// something is taken, so that of one conversation nobody hears more often.
pub(super) const GRACE_MS: i64 = 2_000;
/// What was written within so long is taken together.
const SLOT_MS: i64 = 500;
/// Notes and slots at once; beyond, the log is read instead.
const MOST_NOTES: usize = 65_536;

/// See the module.
pub(super) struct Notes(Mutex<State>);

struct State {
    /// The oldest first.
    slots: VecDeque<Slot>,
    /// Everything up to here was taken, and when.
    taken: u64,
    taken_ms: i64,
    /// The newest commit that was looked at.
    newest: u64,
}

struct Slot {
    began_ms: i64,
    /// When the newest of it was written.
    newest_ms: i64,
    /// The position of its last commit.
    through: u64,
    /// Nothing where only the log has it.
    noted: Option<Noted>,
}

/// The first and the last seq of each conversation in which something was written.
type Noted = HashMap<ConversationId, (Seq, Seq)>;

/// What is to be expanded: all that was written after one position, up to another.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Ready {
    pub(super) since: u64,
    pub(super) through: u64,
    /// What is new; nothing where the log is to be asked.
    pub(super) fresh: Option<Vec<Fresh>>,
}

impl Slot {
    /// What was written at this time, up to this position, and is only in the log.
    fn in_log(at_ms: i64, through: u64) -> Self {
        Self { began_ms: at_ms, newest_ms: at_ms, through, noted: None }
    }

    fn takes_in(&self, now_ms: i64) -> bool {
        (self.began_ms..self.began_ms + SLOT_MS).contains(&now_ms)
    }

    /// A time that lies further ahead than any is said by a clock that was set back since.
    fn is_ready(&self, now_ms: i64) -> bool {
        self.newest_ms <= now_ms - GRACE_MS || self.newest_ms > now_ms + BACK_WITHIN_MS
    }

    /// How many notes it counts for.
    fn size(&self) -> usize {
        1 + self.noted.as_ref().map_or(0, Noted::len)
    }
}

impl Notes {
    /// What was written after `expanded`, up to `newest`, is in the log; every commit after that is to be noted. It was
    /// written just before the start: its grace begins once those who are at their devices have come back.
    pub(super) fn new(expanded: u64, newest: u64, now_ms: i64) -> Self {
        let before = (expanded < newest).then(|| Slot::in_log(now_ms + BACK_WITHIN_MS, newest));
        let slots = before.into_iter().collect();
        Self(Mutex::new(State { slots, taken: expanded, taken_ms: now_ms - GRACE_MS, newest }))
    }

    /// Takes note of a commit.
    pub(super) fn add(&self, commit: &Commit, now_ms: i64) {
        let mut state = self.state();
        state.newest = commit.position;
        if let Some((conversation, seq)) = message(commit) {
            state.note(conversation, seq, now_ms);
        }
        if let Some(last) = state.slots.back_mut() {
            last.through = commit.position;
        }
    }

    /// Takes what has waited for long enough.
    pub(super) fn take(&self, now_ms: i64) -> Option<Ready> {
        let mut state = self.state();
        if (0..GRACE_MS).contains(&(now_ms - state.taken_ms)) {
            return None;
        }
        let mut noted = Some(Noted::new());
        let mut through = None;
        while let Some(slot) = state.slots.pop_front_if(|slot| slot.is_ready(now_ms)) {
            through = Some(slot.through);
            noted = noted.zip(slot.noted).map(|(noted, newer)| join(noted, newer));
        }
        let through = through?;
        state.taken_ms = now_ms;
        let since = std::mem::replace(&mut state.taken, through);
        let fresh = noted.map(|noted| {
            noted.into_iter().map(|(conversation, (from, to))| Fresh { conversation, from, to }).collect()
        });
        Some(Ready { since, through, fresh })
    }

    /// What was taken could not be expanded, not all of it: it is to be looked for in the log.
    pub(super) fn put_back(&self, since: u64, through: u64, now_ms: i64) {
        let mut state = self.state();
        state.taken = since;
        state.slots.push_front(Slot::in_log(now_ms - GRACE_MS, through));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn note(&mut self, conversation: ConversationId, seq: Seq, now_ms: i64) {
        if self.slots.iter().map(Slot::size).sum::<usize>() >= MOST_NOTES {
            self.slots = [Slot::in_log(now_ms, self.newest)].into();
        } else if !self.slots.back().is_some_and(|last| last.takes_in(now_ms)) {
            let (through, noted) = (self.newest, Some(Noted::new()));
            self.slots.push_back(Slot { began_ms: now_ms, newest_ms: now_ms, through, noted });
        }
        let Some(last) = self.slots.back_mut() else { return };
        last.newest_ms = now_ms;
        if let Some(noted) = &mut last.noted {
            noted.entry(conversation).or_insert((seq, seq)).1 = seq;
        }
    }
}

fn join(mut older: Noted, newer: Noted) -> Noted {
    for (conversation, (from, to)) in newer {
        older.entry(conversation).or_insert((from, to)).1 = to;
    }
    older
}

/// Where a commit put a message, if it is one.
fn message(commit: &Commit) -> Option<(ConversationId, Seq)> {
    let Committed::Appended(appended, _) = &commit.what else { return None };
    (appended.entry.kind == EntryType::Text).then_some((appended.conversation, appended.entry.seq))
}

#[cfg(test)]
mod tests {
    use common::id::{MessageId, UserId};
    use common::model::Entry;
    use uuid::Uuid;

    use super::*;
    use crate::store::Appended;

    fn conversation(number: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(number))
    }

    /// A message at this seq of a conversation, committed at this position.
    fn message(number: u128, seq: Seq, position: u64) -> Commit {
        let entry = Entry {
            seq,
            message_id: MessageId(Uuid::from_u128(u128::from(position))),
            from: UserId("anna".into()),
            kind: EntryType::Text,
            content: None,
            content_hash: None,
            timestamp: 0,
            count: seq,
            actor_count: seq,
        };
        let appended = Appended {
            conversation: conversation(number),
            entry,
            duplicate: false,
            created: false,
            accepted: false,
            audience: [].into(),
            position,
        };
        Commit { position, what: Committed::Appended(appended, None) }
    }

    /// At position 10, at a time of 0.
    fn notes() -> Notes {
        Notes::new(10, 10, 0)
    }

    fn fresh(number: u128, from: Seq, to: Seq) -> Fresh {
        Fresh { conversation: conversation(number), from, to }
    }

    fn ready(since: u64, through: u64, fresh: &[Fresh]) -> Option<Ready> {
        Some(Ready { since, through, fresh: Some(fresh.to_vec()) })
    }

    fn take(notes: &Notes, now_ms: i64) -> Option<Ready> {
        let mut taken = notes.take(now_ms)?;
        if let Some(fresh) = &mut taken.fresh {
            fresh.sort_by_key(|fresh| fresh.conversation);
        }
        Some(taken)
    }

    #[test]
    fn nothing_is_taken_that_was_written_after_what_still_waits() {
        let notes = notes();
        notes.add(&message(1, 5, 11), 0);
        notes.add(&message(2, 8, 12), 100);
        notes.add(&message(1, 6, 13), 1_500);
        assert_eq!(take(&notes, GRACE_MS + 99), None);
        // the second of the first conversation has its own grace, and comes after all that is taken here
        assert_eq!(take(&notes, GRACE_MS + 100), ready(10, 12, &[fresh(1, 5, 5), fresh(2, 8, 8)]));
        assert_eq!(take(&notes, 2 * GRACE_MS + 100), ready(12, 13, &[fresh(1, 6, 6)]));
        assert_eq!(take(&notes, 9 * GRACE_MS), None);
    }

    #[test]
    fn a_burst_is_taken_once_in_a_grace_however_long_it_goes_on() {
        let notes = notes();
        let mut taken = vec![];
        for second in 0..10_u64 {
            for tenth in 0..10 {
                let number = 10 * second + tenth;
                let now_ms = 100 * number as i64;
                notes.add(&message(1, 1 + number, 11 + number), now_ms);
                taken.extend(take(&notes, now_ms).map(|ready| (now_ms, ready)));
            }
        }
        assert!(taken.len() >= 3, "{taken:?}");
        for pair in taken.windows(2) {
            let [(before_ms, before), (now_ms, now)] = pair else { unreachable!("two of them") };
            assert!(now_ms - before_ms >= GRACE_MS && before.through == now.since, "{taken:?}");
        }
        for (now_ms, ready) in &taken {
            let newest_ms = 100 * (ready.through - 11) as i64;
            assert!(newest_ms <= now_ms - GRACE_MS, "each has its grace: {taken:?}");
        }
    }

    #[test]
    fn what_could_not_be_expanded_is_read_from_the_log_and_what_waits_keeps_its_place() {
        let notes = notes();
        notes.add(&message(1, 5, 11), 0);
        notes.add(&message(1, 6, 12), 1_500);
        let Ready { since, through, .. } = take(&notes, GRACE_MS).unwrap();
        notes.put_back(since, through, GRACE_MS);
        assert_eq!(take(&notes, GRACE_MS + 500), None, "the store is not asked at once");
        let both = Some(Ready { since: 10, through: 12, fresh: None });
        assert_eq!(take(&notes, 2 * GRACE_MS), both);
    }

    #[test]
    fn what_was_written_before_the_start_waits_until_people_are_back() {
        let notes = Notes::new(10, 20, 0);
        notes.add(&message(1, 5, 21), 0);
        assert_eq!(take(&notes, BACK_WITHIN_MS + GRACE_MS - 1), None);
        let all = Some(Ready { since: 10, through: 21, fresh: None });
        assert_eq!(take(&notes, BACK_WITHIN_MS + GRACE_MS), all);
    }

    #[test]
    fn a_clock_that_is_set_back_holds_up_nothing() {
        let notes = notes();
        let hour = 60 * 60 * 1_000;
        notes.add(&message(1, 5, 11), hour);
        assert_eq!(take(&notes, 0), ready(10, 11, &[fresh(1, 5, 5)]));
        notes.add(&message(1, 6, 12), 1_000);
        assert_eq!(take(&notes, -hour), ready(11, 12, &[fresh(1, 6, 6)]));
    }

    #[test]
    fn more_than_can_be_noted_is_read_from_the_log() {
        let notes = notes();
        let most = MOST_NOTES as u64;
        for number in 0..most {
            notes.add(&message(u128::from(number), 1, 11 + number), 0);
        }
        let all = Some(Ready { since: 10, through: 10 + most, fresh: None });
        assert_eq!(take(&notes, GRACE_MS), all);
        notes.add(&message(1, 2, 11 + most), GRACE_MS);
        assert_eq!(take(&notes, 2 * GRACE_MS), ready(10 + most, 11 + most, &[fresh(1, 2, 2)]));
    }
}
