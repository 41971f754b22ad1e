//! After a reset: what of this device's copy is still the server's?
//!
//! Another epoch (a restore, a fail-over) may have given numbers twice. So for each conversation, in parts of bounded
//! size:
//! 1. read the digests at a few held seqs from storage, and let the server say up to which they are its own (equal
//!    digests mean equal logs below);
//! 2. read one's own messages above that from storage;
//! 3. in one transaction: drop everything above, put those messages back into the outbox under their ids and before
//!    whatever waits there, and forget marks, members and receipts, which the server will tell anew.
//!
//! When all are done, everything is asked for anew, as if there was no position. A flag in storage says from the first step
//! until the first answer is stored that this is under way; after a restart (or another connection, whose server may have
//! been restored once more) it begins again, which does no harm. Live frames are not believed meanwhile, since the resume
//! that follows brings what they said.
//!
//! A *fork* is the same for one conversation: its copy contradicts the server within one epoch, which must not happen,
//! and is repaired once per connection.

use std::collections::{BTreeSet, VecDeque};

use crate::id::{ConversationId, Seq};
use crate::limits;
use crate::model::{Digest, Entry, EntryType};
use crate::order::by_number;
use crate::sync::conversation::Conversation;
use crate::sync::journal::After;
use crate::sync::outbox::Stage as SendStage;
use crate::sync::ranges;
use crate::sync::requests::Request;
use crate::sync::resume::Stage;
use crate::sync::{Change, ConversationKey, Engine, OutboxRecord, Output, Target, Write};
use crate::wire::{ClientWords, CommonPrefix, Compare, ComparePoint, ComparePoints, Compared};

/// Samples in one `compare` frame: about a hundred bytes each, within [`limits::CLIENT_FRAME_BYTES`].
const PART_POINTS: usize = 1_000;

/// Which conversations a comparison is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scope {
    /// All, after a reset.
    All,
    /// One whose copy contradicts the server.
    Fork,
}

/// A comparison, and what waits for one.
#[derive(Default, Debug)]
pub(super) struct Comparison {
    /// What is going on, if anything is.
    scope: Option<Scope>,
    /// The batch before which nothing may be read.
    waits_for: u64,
    rest: VecDeque<ConversationKey>,
    part: Vec<Copy>,
    /// Conversations whose copies contradict the server, to be compared next.
    forks: BTreeSet<ConversationKey>,
    /// A fork showed that the server does not know a conversation at all: more is wrong than one copy.
    lost_one: bool,
    /// Counts parts, so that an answer to an earlier part is known as such.
    part_number: u64,
    /// What storage was asked, in order, with the part that asked.
    digests_asked: VecDeque<(ConversationKey, u64)>,
    entries_asked: VecDeque<(ConversationKey, u64)>,
}

/// One conversation in a part of a comparison.
#[derive(Debug)]
struct Copy {
    key: ConversationKey,
    id: ConversationId,
    points: Option<Vec<(Seq, Digest)>>,
    verdict: Option<CommonPrefix>,
    own: Option<Vec<Entry>>,
}

impl Comparison {
    pub(super) fn is_of_all(&self) -> bool {
        self.scope == Some(Scope::All)
    }

    /// Takes the note that storage was asked about `key`; whether it was for the part under way.
    fn is_current(asked: &mut VecDeque<(ConversationKey, u64)>, key: &ConversationKey, part: u64) -> bool {
        let place = asked.iter().position(|(asked_key, _)| asked_key == key);
        place.and_then(|place| asked.remove(place)).is_some_and(|(_, asked_by)| asked_by == part)
    }
}

impl Engine {
    pub(super) fn begin_reset(&mut self) {
        self.catch_up.resetting = true;
        self.catch_up.stage = Stage::Comparing;
        self.catch_up.confirmed = false;
        self.journal.write(Write::PutResetting(true));
        self.end_comparing();
        let keys = self.conversations.iter().map(|conversation| conversation.record.key.clone()).collect();
        self.begin_comparing(Scope::All, keys);
    }

    /// The copy held contradicts what the server says.
    pub(super) fn copy_is_contradicted(&mut self, key: &ConversationKey) {
        let believed = self.catch_up.confirmed;
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        if believed && !std::mem::replace(&mut conversation.visit.forked, true) {
            self.comparison.forks.insert(key.clone());
        }
    }

    pub(super) fn start_comparing_forks(&mut self) {
        if self.comparison.scope.is_none() && self.is_live() && !self.comparison.forks.is_empty() {
            let keys = std::mem::take(&mut self.comparison.forks).into_iter().collect();
            self.begin_comparing(Scope::Fork, keys);
        }
    }

    fn begin_comparing(&mut self, scope: Scope, keys: VecDeque<ConversationKey>) {
        for key in &keys {
            if let Some(conversation) = self.conversations.get_mut(key) {
                conversation.comparing = true;
            }
        }
        self.comparison.scope = Some(scope);
        self.comparison.rest = keys;
        self.comparison.waits_for = self.journal.next_number();
        self.journal.then(After::Compare);
    }

    /// The connection is gone, or a greater comparison begins: a half-done one is forgotten.
    pub(super) fn end_comparing(&mut self) {
        for conversation in self.conversations.iter_mut() {
            conversation.comparing = false;
        }
        self.comparison.scope = None;
        self.comparison.part_number += 1;
        self.comparison.rest.clear();
        self.comparison.part.clear();
        self.comparison.forks.clear();
    }

    /// Everything up to the batch with this number is stored: the next part may be read.
    pub(super) fn compare_next_part(&mut self, number: u64) {
        if self.comparison.scope.is_none() || self.comparison.waits_for != number {
            return;
        }
        self.comparison.part_number += 1;
        self.comparison.part.clear();
        let mut points = 0;
        while self.comparison.part.len() < limits::COMPARE_CONVERSATIONS && points < PART_POINTS {
            let Some(key) = self.comparison.rest.pop_front() else { break };
            let Some(conversation) = self.conversations.get(&key) else { continue };
            let Some(id) = conversation.record.conversation_id else { continue };
            let seqs = ranges::samples(&conversation.record.held, limits::COMPARE_POINTS);
            points += seqs.len();
            let nothing_held = seqs.is_empty().then(Vec::new);
            if !seqs.is_empty() {
                self.comparison.digests_asked.push_back((key.clone(), self.comparison.part_number));
                self.outputs.push_back(Output::LoadDigests { key: key.clone(), seqs });
            }
            self.comparison.part.push(Copy { key, id, points: nothing_held, verdict: None, own: None });
        }
        if self.comparison.part.is_empty() {
            return self.finish_comparing();
        }
        self.ask_compare();
    }

    pub(super) fn digests_loaded(&mut self, key: &ConversationKey, digests: Vec<(Seq, Digest)>) {
        let part = self.comparison.part_number;
        if !Comparison::is_current(&mut self.comparison.digests_asked, key, part) {
            return;
        }
        let mut digests = by_number(digests, |(seq, _)| *seq);
        digests.reverse();
        if let Some(copy) = self.comparison.part.iter_mut().find(|copy| copy.key == *key) {
            copy.points = Some(digests);
        }
        self.ask_compare();
    }

    /// Asks the server, once storage has answered for all.
    fn ask_compare(&mut self) {
        let samples = |copy: &Copy| {
            let points =
                copy.points.as_ref()?.iter().map(|(seq, digest)| ComparePoint { seq: *seq, digest: *digest });
            Some(ComparePoints { conversation_id: copy.id, points: points.collect() })
        };
        let Some(conversations) = self.comparison.part.iter().map(samples).collect() else { return };
        let id = self.requests.ask(Request::Compare, self.now_ms);
        self.transmit_as(Some(id), ClientWords::Compare(Compare { conversations }));
    }

    pub(super) fn compared(&mut self, compared: Compared) {
        let part_number = self.comparison.part_number;
        for copy in &mut self.comparison.part {
            let verdict = compared.conversations.iter().find(|verdict| verdict.conversation_id == copy.id);
            let Some(verdict) = verdict else { return self.fail_link() };
            let mut verdict = *verdict;
            let sampled =
                copy.points.iter().flatten().any(|(seq, _)| *seq == verdict.common_seq) && verdict.known;
            if !sampled {
                verdict.common_seq = 0;
            }
            copy.verdict = Some(verdict);
            let held = self.conversations.get(&copy.key).map_or(0, |found| ranges::top(&found.record.held));
            if held <= verdict.common_seq {
                copy.own = Some(Vec::new());
            } else {
                self.comparison.entries_asked.push_back((copy.key.clone(), part_number));
                self.outputs
                    .push_back(Output::LoadOwnEntries { key: copy.key.clone(), above: verdict.common_seq });
            }
        }
        self.apply_part();
    }

    pub(super) fn own_entries_loaded(&mut self, key: &ConversationKey, entries: Vec<Entry>) {
        let part = self.comparison.part_number;
        if !Comparison::is_current(&mut self.comparison.entries_asked, key, part) {
            return;
        }
        if let Some(copy) = self.comparison.part.iter_mut().find(|copy| copy.key == *key) {
            copy.own = Some(entries);
        }
        self.apply_part();
    }

    /// Applies a part, once everything about it is known: one transaction.
    fn apply_part(&mut self) {
        if self.comparison.part.iter().any(|copy| copy.own.is_none()) {
            return;
        }
        for copy in std::mem::take(&mut self.comparison.part) {
            if let Some(verdict) = copy.verdict {
                let digest = copy.points.iter().flatten().find(|(seq, _)| *seq == verdict.common_seq);
                let digest = digest.map_or(Digest::default(), |(_, digest)| *digest);
                self.return_messages(&copy.key, copy.own.unwrap_or_default(), verdict.common_seq);
                self.cut_copy(&copy.key, verdict, digest);
            }
        }
        self.comparison.waits_for = self.journal.next_number();
        self.journal.then(After::Compare);
    }

    /// Own messages that are not in the common part wait again, under their ids, before those written since.
    fn return_messages(&mut self, key: &ConversationKey, entries: Vec<Entry>, above: Seq) {
        let Some(conversation) = self.conversations.get(key) else { return };
        let target = match (key, &conversation.record.peer) {
            (ConversationKey::Group(id), _) => Target::Group(*id),
            (ConversationKey::Direct(_), Some(peer)) => Target::Person(peer.clone()),
            (ConversationKey::Direct(name), None) => Target::Person(name.as_str().into()),
        };
        let is_own =
            |entry: &Entry| entry.seq > above && entry.kind == EntryType::Text && self.is_me(&entry.from);
        let own = by_number(entries, |entry| entry.seq).into_iter().filter(is_own);
        let records = own.filter_map(|entry| {
            Some(OutboxRecord {
                message_id: entry.message_id,
                target: target.clone(),
                content: entry.content?,
                order: 0,
                written_at_ms: u64::try_from(entry.timestamp).unwrap_or(0).saturating_mul(1_000),
                handed_over: true,
                refused: None,
            })
        });
        let records: Vec<OutboxRecord> = records.collect();
        if let Some(lane) = self.outbox.lane_mut(key) {
            for item in &mut lane.items {
                if let SendStage::Sent { .. } = item.stage {
                    item.stage = SendStage::Unknown;
                    item.in_doubt = true;
                }
            }
        }
        if records.is_empty() {
            return;
        }
        self.outbox.return_to_front(key, records, self.journal.next_number());
        let ids = self.outbox.lane(key).into_iter().flat_map(|lane| &lane.items);
        for message_id in ids.map(|item| item.record.message_id) {
            self.journal.touch_row(message_id);
        }
    }

    /// Drops what lies above the common part; the whole conversation where the server does not know it.
    fn cut_copy(&mut self, key: &ConversationKey, verdict: CommonPrefix, digest: Digest) {
        let of_all = self.comparison.is_of_all();
        let Some(conversation) = self.conversations.get_mut(key) else { return };
        conversation.comparing = false;
        conversation.visit.barren_head = 0;
        conversation.visit.barren_hole = false;
        let above = verdict.common_seq;
        let had_more = ranges::top(&conversation.record.held) > above;
        if verdict.known {
            ranges::truncate(&mut conversation.record.held, above, digest);
            if of_all {
                conversation.forget_server_side(above);
            } else {
                conversation.forget_entries_above(above);
            }
            self.journal.touch(key);
            self.journal.touch_members(key);
            self.fetching.look_at(key);
            if had_more {
                self.journal.write(Write::DropEntriesAbove { key: key.clone(), above });
                self.tell_when_stored(Change::Truncated { key: key.clone(), above });
            }
            return;
        }
        self.comparison.lost_one = true;
        let peer = conversation.record.peer.clone();
        self.drop_conversation(key);
        match (self.outbox.lane(key), peer) {
            (Some(_), Some(peer)) if matches!(key, ConversationKey::Direct(_)) => {
                self.conversations.insert(Conversation::new(key.clone(), Some(peer), self.now_ms));
                self.journal.touch(key);
                self.tell_when_stored(Change::Truncated { key: key.clone(), above: 0 });
            }
            _ => self.tell_when_stored(Change::ConversationGone(key.clone())),
        }
    }

    fn finish_comparing(&mut self) {
        // those that the server has never heard of had nothing to compare
        for conversation in self.conversations.iter_mut() {
            conversation.comparing = false;
        }
        let lost_one = std::mem::take(&mut self.comparison.lost_one);
        match self.comparison.scope.take() {
            Some(Scope::All) => self.resume_from_nothing(),
            Some(Scope::Fork) if lost_one => self.begin_reset(),
            Some(Scope::Fork) | None => {}
        }
    }
}
