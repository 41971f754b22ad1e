//! Holes, and how they are filled: at once where something newer is known to exist, where the person scrolls, slowly in
//! the background elsewhere.

use std::collections::BTreeSet;

use crate::id::{ConversationId, Seq};
use crate::limits;
use crate::sync::outbox::Stage;
use crate::sync::ranges::{self, Hole};
use crate::sync::requests::{Request, Why};
use crate::sync::timeline::PageOutcome;
use crate::sync::{Change, ConversationKey, Engine};
use crate::wire::{ClientWords, ErrorBody, Page, Remedy};

/// Pages that are fetched at once without anybody's asking.
const FETCHES_AT_ONCE: usize = 4;
/// Pages that the person may have asked for at once.
const ASKED_AT_ONCE: usize = 8;
/// Between two pages that fill holes in the background, milliseconds.
const FILL_EVERY_MS: u64 = 2_000;
/// Pages that one connection fetches in the background; the rest waits for the next, or for scrolling.
const FILL_PAGES: u32 = 40;

/// What is to be fetched.
#[derive(Default, Debug)]
pub(super) struct Fetching {
    /// Conversations that may lack something newer than what they hold.
    gaps: BTreeSet<ConversationKey>,
    /// What the person asked for before this connection had caught up.
    pub(super) asked_early: Vec<(ConversationKey, Seq)>,
    /// Nothing is fetched unasked before this time.
    quiet_until_ms: u64,
    failures: u32,
    /// When the next hole is filled; `None` when there is none, or enough was done.
    fill_at_ms: Option<u64>,
    filled: u32,
}

impl Fetching {
    pub(super) fn look_at(&mut self, key: &ConversationKey) {
        self.gaps.insert(key.clone());
    }

    /// Forgets what is true of one connection only. What lacks something is kept.
    pub(super) fn reset(&mut self) {
        *self = Self { gaps: std::mem::take(&mut self.gaps), ..Self::default() };
    }

    /// When something is due, after `now_ms`.
    pub(super) fn due_at(&self, now_ms: u64) -> Option<u64> {
        let quiet = (self.quiet_until_ms > now_ms && !self.gaps.is_empty()).then_some(self.quiet_until_ms);
        quiet.into_iter().chain(self.fill_at_ms).min()
    }
}

/// A page to ask for.
struct Ask {
    before: Option<Seq>,
    after: Option<Seq>,
    limit: usize,
}

impl Engine {
    /// Asks for what is newer than what is held, and for the entries of messages sent.
    pub(super) fn fetch_gaps(&mut self) {
        let quiet = self.fetching.quiet_until_ms > self.now_ms;
        if !self.is_live() || self.journal.is_full() || quiet || self.fetching.gaps.is_empty() {
            return;
        }
        let unasked = |request: &&Request| matches!(request, Request::History { why: Why::Tail, .. });
        let mut room = FETCHES_AT_ONCE.saturating_sub(self.requests.iter().filter(unasked).count());
        for key in std::mem::take(&mut self.fetching.gaps) {
            let busy = self.conversations.get(&key).is_some_and(|conversation| conversation.visit.fetching);
            if busy || room == 0 {
                self.fetching.gaps.insert(key);
            } else if let Some(ask) = self.tail_page(&key).or_else(|| self.sent_page(&key)) {
                room -= 1;
                self.ask_history(&key, Why::Tail, ask);
                self.fetching.gaps.insert(key);
            }
        }
    }

    /// The page that continues what is held towards the head; the newest one where that is far.
    fn tail_page(&self, key: &ConversationKey) -> Option<Ask> {
        let conversation = self.conversations.get(key)?;
        let record = &conversation.record;
        let top = ranges::top(&record.held);
        if conversation.comparing || record.head_seq <= conversation.visit.barren_head {
            return None;
        }
        ranges::newest_hole(&record.held, &record.own.intervals, top + 1, record.head_seq)?;
        let near = top > 0 && record.head_seq - top <= limits::PAGE_ENTRIES as Seq;
        Some(match near {
            true => Ask { before: None, after: Some(top), limit: limits::PAGE_ENTRIES },
            false => Ask { before: None, after: None, limit: limits::RESUME_PAGE_ENTRIES },
        })
    }

    /// The page with the entry of a message that was sent into a hole.
    fn sent_page(&mut self, key: &ConversationKey) -> Option<Ask> {
        let lane = self.outbox.lane_mut(key)?;
        lane.items.iter_mut().find_map(|item| match item.stage {
            Stage::Sent { seq, asked: false } => {
                item.stage = Stage::Sent { seq, asked: true };
                Some(Ask { before: Some(seq + 1), after: None, limit: limits::PAGE_ENTRIES })
            }
            _ => None,
        })
    }

    fn ask_history(&mut self, key: &ConversationKey, why: Why, ask: Ask) {
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        let Some(conversation_id) = conversation.record.conversation_id else { return };
        if !matches!(why, Why::Asked { .. }) {
            conversation.visit.fetching = true;
        }
        let id = self.requests.ask(Request::History { key: key.clone(), why }, self.now_ms);
        let Ask { before, after, limit } = ask;
        let limit = u32::try_from(limit).ok();
        self.transmit_as(Some(id), ClientWords::LoadHistory { conversation_id, before, after, limit });
    }

    /// The person wants what lies below `before`.
    pub(super) fn history_wanted(&mut self, key: &ConversationKey, before: Seq) {
        let Some(hole) = self.hole_below(key, before) else {
            return self.tell(Change::Entries { key: key.clone(), entries: Vec::new() });
        };
        let asked = |request: &&Request| matches!(request, Request::History { why: Why::Asked { .. }, .. });
        let why = Why::Asked { before: hole.to + 1 };
        if self.requests.iter().any(|open| *open == Request::History { key: key.clone(), why }) {
            return;
        }
        let waiting = self.fetching.asked_early.len() + self.requests.iter().filter(asked).count();
        if !self.link.is_up() || waiting >= ASKED_AT_ONCE {
            return self.tell(Change::HistoryFailed { key: key.clone() });
        }
        if !self.catch_up.confirmed || self.catch_up.resetting {
            if !self.fetching.asked_early.contains(&(key.clone(), before)) {
                self.fetching.asked_early.push((key.clone(), before));
            }
            return;
        }
        let size = usize::try_from(hole.to - hole.from + 1).unwrap_or(usize::MAX);
        let limit = size.min(limits::PAGE_ENTRIES);
        self.ask_history(key, why, Ask { before: Some(hole.to + 1), after: None, limit });
    }

    /// The connection is believed: what was known to be lacking is looked at, and what the person asked for goes out.
    pub(super) fn ask_what_was_wanted(&mut self) {
        let lacking =
            self.conversations.iter().filter(|found| found.record.head_seq > ranges::top(&found.record.held));
        let lacking = lacking.map(|found| &found.record.key);
        for key in lacking.chain(self.outbox.lanes().map(|(key, _)| key)) {
            self.fetching.look_at(key);
        }
        for (key, before) in std::mem::take(&mut self.fetching.asked_early) {
            self.history_wanted(&key, before);
        }
    }

    /// The hole that ends right below `before`, if what lies there is not held.
    fn hole_below(&self, key: &ConversationKey, before: Seq) -> Option<Hole> {
        let record = &self.conversations.get(key)?.record;
        record.conversation_id?;
        let before = before.min(record.head_seq.saturating_add(1));
        let hole = ranges::newest_hole(&record.held, &record.own.intervals, 1, before.checked_sub(1)?)?;
        let held_between = record.held.iter().any(|range| range.from > hole.to && range.from < before);
        (!held_between).then_some(hole)
    }

    pub(super) fn history_came(&mut self, key: &ConversationKey, why: Why, id: ConversationId, page: Page) {
        let record = self.conversations.get(key).map(|conversation| conversation.record.conversation_id);
        let outcome = match record {
            Some(Some(known)) if known == id => self.take_page(key, page),
            _ => PageOutcome::NothingNew,
        };
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        match why {
            Why::Asked { .. } => {
                if outcome == PageOutcome::NothingNew {
                    self.tell_when_stored(Change::Entries { key: key.clone(), entries: Vec::new() });
                }
            }
            Why::Tail => {
                conversation.visit.fetching = false;
                if outcome == PageOutcome::NothingNew && !conversation.comparing {
                    conversation.visit.barren_head = conversation.record.head_seq;
                }
                self.fetching.failures = 0;
            }
            Why::Hole => {
                conversation.visit.fetching = false;
                conversation.visit.barren_hole |= outcome == PageOutcome::NothingNew;
            }
        }
        self.fetching.look_at(key);
        self.fill_soon();
    }

    pub(super) fn history_refused(&mut self, key: &ConversationKey, why: Why, error: &ErrorBody) {
        if let Why::Asked { .. } = why {
            return self.tell(Change::HistoryFailed { key: key.clone() });
        }
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        conversation.visit.fetching = false;
        if error.code.remedy() == Remedy::Never {
            conversation.visit.barren_head = Seq::MAX;
            conversation.visit.barren_hole = true;
            return;
        }
        self.fetching.look_at(key);
        self.fetching.failures = self.fetching.failures.saturating_add(1);
        let wait_ms = self.wait_after(error, self.fetching.failures);
        self.fetching.quiet_until_ms = self.now_ms.saturating_add(wait_ms);
        self.fill_soon();
    }

    /// Lets the background look for a hole, after a while.
    pub(super) fn fill_soon(&mut self) {
        let after = self.now_ms.max(self.fetching.quiet_until_ms).saturating_add(FILL_EVERY_MS);
        if self.fetching.filled < FILL_PAGES {
            self.fetching.fill_at_ms.get_or_insert(after);
        }
    }

    /// Fills a piece of the newest hole between held ranges, in the conversation in which something happened last.
    pub(super) fn fill_a_hole(&mut self) {
        if self.fetching.fill_at_ms.is_none_or(|at| at > self.now_ms) {
            return;
        }
        self.fetching.fill_at_ms = None;
        if !self.is_live() || self.journal.is_full() {
            return self.fill_soon();
        }
        let holes = self.conversations.iter().filter_map(|conversation| {
            let record = &conversation.record;
            let (lowest, highest) = (record.held.first()?, record.held.last()?);
            if conversation.visit.barren_hole || conversation.visit.fetching || conversation.comparing {
                return None;
            }
            let hole = ranges::newest_hole(&record.held, &record.own.intervals, lowest.from, highest.to)?;
            Some((record.active_at, record.key.clone(), hole))
        });
        let Some((_, key, hole)) = holes.max_by_key(|(active_at, ..)| *active_at) else { return };
        self.fetching.filled += 1;
        let size = usize::try_from(hole.to - hole.from + 1).unwrap_or(usize::MAX);
        let limit = size.min(limits::PAGE_ENTRIES);
        self.ask_history(&key, Why::Hole, Ask { before: Some(hole.to + 1), after: None, limit });
    }
}
