//! From the composer to the tick: what the person writes, and what the server says of it.
//!
//! The order of events that makes a message neither lost nor doubled:
//! 1. its row is stored, and so is the mark that it is handed over (in the same transaction where it may go at once);
//! 2. only then it is handed over, always under the same id;
//! 3. its row dies in the transaction that stores its entry, whoever brought it: the answer, a page, another socket.

use crate::id::{ConversationId, MessageId, Seq};
use crate::model::{Entry, EntryType};
use crate::sync::conversation::Conversation;
use crate::sync::outbox::{Stage, Step};
use crate::sync::ranges;
use crate::sync::{Change, ConversationKey, Engine, OutboxRecord, Target, Write};
use crate::text::Content;
use crate::wire::http::SendMessage;
use crate::wire::{ClientWords, ErrorBody, ErrorCode, Remedy};

/// The message was handed over, or is gone; it can be neither edited nor taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the message was already handed over")]
pub struct TooLate;

/// A message on which the server failed this often in a row is refused, so that those behind it go on.
const INTERNAL_FAILURES: u32 = 5;
/// A message that came too early this often in a row waits like one that the server could not take.
const EARLY_RETRIES: u32 = 3;

impl Engine {
    pub(super) fn write_message(
        &mut self,
        target: Target,
        content: Content,
        message_id: MessageId,
        handed_over: bool,
    ) {
        if self.outbox.contains(message_id) {
            return;
        }
        let key = target.key();
        let record = OutboxRecord {
            message_id,
            content: content.into_string(),
            order: self.outbox.next_order(),
            written_at_ms: self.now_ms,
            handed_over,
            refused: None,
            target: target.clone(),
        };
        self.ensure_conversation(&key, &target);
        if let Some(conversation) = self.conversations.get_mut(&key) {
            let now_s = i64::try_from(self.now_ms / 1_000).unwrap_or(i64::MAX);
            conversation.record.active_at = conversation.record.active_at.max(now_s);
            self.journal.touch(&key);
        }
        self.written_here(&key);
        self.outbox.add(record, self.journal.next_number());
        self.journal.touch_row(message_id);
    }

    /// One can write to a person with whom the server has made no conversation yet.
    pub(super) fn ensure_conversation(&mut self, key: &ConversationKey, target: &Target) {
        let Target::Person(peer) = target else { return };
        if self.conversations.get(key).is_none() {
            self.conversations.insert(Conversation::new(key.clone(), Some(peer.clone()), self.now_ms));
            self.journal.touch(key);
        }
    }

    pub(super) fn rewrite_message(&mut self, message_id: MessageId, content: Content) -> Result<(), TooLate> {
        self.changeable(message_id)?;
        if self.outbox.get(message_id).is_some_and(|item| item.stage == Stage::Refused) {
            self.outbox.move_to_end(message_id);
        }
        let (batch, now_ms) = (self.journal.next_number(), self.now_ms);
        let item = self.outbox.get_mut(message_id).ok_or(TooLate)?;
        item.record.content = content.into_string();
        item.record.written_at_ms = now_ms;
        item.record.refused = None;
        item.stage = Stage::Storing { batch };
        item.rewritten();
        self.journal.touch_row(message_id);
        Ok(())
    }

    pub(super) fn withdraw_message(&mut self, message_id: MessageId) -> Result<(), TooLate> {
        self.changeable(message_id)?;
        let key = self.outbox.key_of(message_id).cloned().ok_or(TooLate)?;
        self.drop_row(message_id);
        let empty = |conversation: &Conversation| conversation.record.conversation_id.is_none();
        if self.outbox.lane(&key).is_none() && self.conversations.get(&key).is_some_and(empty) {
            self.drop_conversation(&key);
            self.tell_when_stored(Change::ConversationGone(key));
        }
        Ok(())
    }

    fn changeable(&self, message_id: MessageId) -> Result<(), TooLate> {
        let item = self.outbox.get(message_id).ok_or(TooLate)?;
        match item.stage {
            Stage::Storing { .. } | Stage::Queued | Stage::Refused if !item.record.handed_over => Ok(()),
            _ => Err(TooLate),
        }
    }

    /// The row's message is stored as an entry, or taken back.
    pub(super) fn drop_row(&mut self, message_id: MessageId) {
        let Some(item) = self.outbox.remove(message_id) else { return };
        self.journal.drop_row(message_id);
        let key = item.record.target.key();
        self.tell_when_stored(Change::OutboxGone { key, message_id });
    }

    fn may_send(&self) -> bool {
        self.link.is_up()
            && self.catch_up.confirmed
            && !self.comparison.is_of_all()
            && self.outbox.wait_until_ms <= self.now_ms
    }

    /// Lets every lane take the steps that it may take now.
    pub(super) fn pump_outbox(&mut self) {
        if !self.may_send() {
            return;
        }
        let gathering = self.journal.next_number();
        let ready = |(key, lane): (&ConversationKey, &crate::sync::outbox::Lane)| {
            (lane.wait_until_ms <= self.now_ms && lane.next_step(gathering).is_some()).then(|| key.clone())
        };
        let keys: Vec<ConversationKey> = self.outbox.lanes().filter_map(ready).collect();
        for key in keys {
            while let Some(step) = self.outbox.lane(&key).and_then(|lane| lane.next_step(gathering)) {
                match step {
                    Step::Mark(message_id) => self.mark_handed_over(message_id),
                    Step::HandOver(message_id) => self.hand_over(&key, message_id),
                }
            }
        }
    }

    fn mark_handed_over(&mut self, message_id: MessageId) {
        let batch = self.journal.next_number();
        if let Some(item) = self.outbox.get_mut(message_id) {
            item.record.handed_over = true;
            item.stage = Stage::Handing { batch };
            self.journal.touch_row(message_id);
        }
    }

    /// The row is durable as it was when the batch with this number left.
    pub(super) fn row_stored(&mut self, message_id: MessageId, number: u64) {
        let may_send = self.may_send();
        let gathering = self.journal.next_number();
        let Some(key) = self.outbox.key_of(message_id).cloned() else { return };
        let may_go = may_send && self.outbox.lane(&key).is_some_and(|lane| lane.may_go(message_id));
        let Some(item) = self.outbox.get_mut(message_id) else { return };
        match item.stage {
            Stage::Storing { batch } if batch == number => {
                item.stored = true;
                item.stage = if item.in_doubt { Stage::Unknown } else { Stage::Queued };
            }
            Stage::Handing { batch } if batch == number => {
                item.stored = true;
                if may_go {
                    self.hand_over(&key, message_id);
                } else {
                    // one before it was held up meanwhile: it must not overtake
                    item.record.handed_over = false;
                    item.stage = Stage::Storing { batch: gathering };
                    self.journal.touch_row(message_id);
                }
            }
            _ => {}
        }
    }

    fn hand_over(&mut self, key: &ConversationKey, message_id: MessageId) {
        let after = self.outbox.lane(key).and_then(|lane| lane.predecessor_of(message_id));
        let since_ms = self.now_ms;
        let Some(item) = self.outbox.get_mut(message_id) else { return };
        item.stage = Stage::InFlight { since_ms };
        let (to, conversation_id) = match &item.record.target {
            Target::Person(peer) => (Some(peer.clone()), None),
            Target::Group(id) => (None, Some(*id)),
        };
        let message = SendMessage {
            from: None,
            to,
            conversation_id,
            content: item.record.content.clone(),
            kind: "text".to_owned(),
            message_id: Some(message_id),
            after,
        };
        self.transmit_as(Some(message_id.to_string()), ClientWords::SendMessage(message));
    }

    /// The server has it: `place` is seq, timestamp, and the running counts of all and of one's own messages.
    pub(super) fn message_sent(
        &mut self,
        message_id: MessageId,
        conversation_id: ConversationId,
        place: (Seq, i64, u64, u64),
    ) {
        let (seq, timestamp, count, actor_count) = place;
        self.row_is_sent(message_id, seq);
        let Some(item) = self.outbox.get(message_id).filter(|_| ranges::is_place(seq)) else { return };
        let target = item.record.target.clone();
        let entry = Entry {
            seq,
            message_id,
            from: self.me.clone(),
            kind: EntryType::Text,
            content: Some(item.record.content.clone()),
            content_hash: None,
            timestamp,
            count,
            actor_count,
        };
        let key = target.key();
        if let Some(lane) = self.outbox.lane_mut(&key) {
            lane.failures = 0;
            lane.wait_until_ms = 0;
        }
        self.ensure_conversation(&key, &target);
        match self.conversations.get(&key).map(|conversation| conversation.record.conversation_id) {
            Some(Some(known)) if known == conversation_id => {}
            Some(None) => {
                self.conversations.name(&key, conversation_id);
                self.conversation_is_named(&key);
                self.journal.touch(&key);
                self.catch_up_again();
            }
            _ => return self.catch_up_again(),
        }
        self.take_entry(&key, entry);
    }

    /// Whatever was thought of it before, the message is on the server: it is never again taken for one that is not.
    pub(super) fn row_is_sent(&mut self, message_id: MessageId, seq: Seq) {
        let Some(item) = self.outbox.get_mut(message_id).filter(|_| ranges::is_place(seq)) else { return };
        item.stage = Stage::Sent { seq, asked: false };
        if !std::mem::replace(&mut item.record.handed_over, true) {
            self.journal.touch_row(message_id);
        }
    }

    /// The server does not have it, and says why.
    pub(super) fn message_refused(&mut self, message_id: MessageId, error: &ErrorBody) {
        let Some(key) = self.outbox.key_of(message_id).cloned() else { return };
        let held = self.is_held(&key);
        let Some(item) = self.outbox.get_mut(message_id) else { return };
        if !matches!(item.stage, Stage::InFlight { .. }) {
            return;
        }
        // behind one that has to wait, the others of its window come too early for no reason of their own
        item.early += u32::from(error.code == ErrorCode::TooEarly && !held);
        item.failures += u32::from(error.code == ErrorCode::Internal);
        let (early, failed_for_good) = (item.early, item.failures >= INTERNAL_FAILURES);
        match error.code.remedy() {
            Remedy::RetryNow => {
                self.queue_again(message_id);
                if early > EARLY_RETRIES {
                    self.hold_lane(&key, error);
                }
            }
            Remedy::RetryLater | Remedy::SignIn if !failed_for_good => {
                self.queue_again(message_id);
                self.hold_lane(&key, error);
            }
            Remedy::RetryLater | Remedy::SignIn | Remedy::Never => {
                // an id that was stored is answered by its first answer: this one is certainly not
                item.stage = Stage::Refused;
                item.in_doubt = false;
                item.record.refused = Some(error.code);
                item.record.handed_over = false;
                self.journal.touch_row(message_id);
            }
        }
    }

    /// Back to its place in the lane. Where no earlier answer was lost it is certainly not on the server.
    fn queue_again(&mut self, message_id: MessageId) {
        let batch = self.journal.next_number();
        let Some(item) = self.outbox.get_mut(message_id) else { return };
        if item.in_doubt {
            item.stage = Stage::Unknown;
        } else {
            item.record.handed_over = false;
            item.stage = Stage::Storing { batch };
            self.journal.touch_row(message_id);
        }
    }

    /// Whether nothing goes out of this lane for a while.
    fn is_held(&self, key: &ConversationKey) -> bool {
        let lane_ms = self.outbox.lane(key).map_or(0, |lane| lane.wait_until_ms);
        lane_ms.max(self.outbox.wait_until_ms) > self.now_ms
    }

    /// Nothing goes out of this lane (of any, where the server asks this device to slow down) for a while. What the
    /// server says to the rest of a window is the same failure.
    fn hold_lane(&mut self, key: &ConversationKey, error: &ErrorBody) {
        let held = self.is_held(key);
        let Some(lane) = self.outbox.lane_mut(key) else { return };
        lane.failures = lane.failures.saturating_add(u32::from(!held)).max(1);
        let failures = lane.failures;
        let until_ms = self.now_ms.saturating_add(self.wait_after(error, failures));
        if error.code == ErrorCode::RateLimited {
            self.outbox.wait_until_ms = self.outbox.wait_until_ms.max(until_ms);
        } else if let Some(lane) = self.outbox.lane_mut(key) {
            lane.wait_until_ms = lane.wait_until_ms.max(until_ms);
        }
    }

    pub(super) fn forget_send_waits(&mut self) {
        let keys: Vec<ConversationKey> = self.outbox.lanes().map(|(key, _)| key.clone()).collect();
        for key in keys {
            if let Some(lane) = self.outbox.lane_mut(&key) {
                lane.wait_until_ms = 0;
            }
        }
    }

    /// Forgets a conversation here and in storage.
    pub(super) fn drop_conversation(&mut self, key: &ConversationKey) {
        self.conversations.remove(key);
        self.journal.write(Write::DropConversation(key.clone()));
    }
}
